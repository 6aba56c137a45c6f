//! What a clause is about, as far as the things shops give away or charge for are concerned.

use std::collections::BTreeSet;

/// A subject, told by its words in English and German.
pub(super) type Topic = &'static str;

/// Beginnings of words, by topic. `=` stands before what must be the whole word, `~` before what may stand anywhere in it.
const TOPICS: [(Topic, &str); 34] = [
    ("delivery", "deliver shipp =ship =ships ~versand ~liefer zustell postage porto dispatch freight fracht"),
    ("exchange", "exchang umtausch tausch swap"),
    ("repair", "repair reparat reparier"),
    ("replacement", "replac ersatz ersetz"),
    ("cancelling", "cancel storn"),
    ("express", "~express overnight expedit"),
    ("standard", "~standard"),
    ("wrapping", "wrap geschenkverpack verpack packag packing"),
    ("collecting", "pickup pick-up collect abhol"),
    ("samples", "sample muster stoffprobe"),
    ("setting up", "install montage assembl aufbau montier"),
    ("labels", "label etikett"),
    ("calls", "hotline anruf =call =calls phone telefon"),
    ("gifts", "gift geschenk"),
    ("abroad", "abroad international ausland worldwide weltweit overseas =eu europe europa =non-eu"),
    ("Germany", "german deutschland"),
    ("Austria", "austria österreich oesterreich"),
    ("Switzerland", "switzerland swiss schweiz"),
    ("France", "france french frankreich"),
    ("Italy", "italy italien"),
    ("Spain", "spain spanien"),
    ("Netherlands", "netherlands niederlande dutch"),
    ("Belgium", "belgi"),
    ("Britain", "=uk britain british england scotland großbritannien grossbritannien"),
    ("America", "=usa america amerika"),
    ("islands", "island insel"),
    ("large things", "bulky furniture ~möbel sperrgut sperrig large"),
    ("paying", "payment zahlung invoice rechnung klarna paypal instalment raten"),
    ("accounts", "account ~konto"),
    ("trials", "trial probe"),
    ("engraving", "engrav gravur monogram"),
    ("disposal", "dispos entsorg recycl"),
    ("insurance", "insur versicher"),
    ("sending", "=send =sends =sent =sending schick nachsend zusend"),
];

const RETURN: &str = "return rück rueck retour send-back sendback zurück back";

/// What may stand between delivery and returns when both are one thing: `postage for your return`.
const OF: [&str; 16] = [
    "for", "of", "on", "the", "your", "a", "für", "der", "die", "deine", "deiner", "ihre", "ihrer", "einer", "bei",
    "von",
];

fn begins(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| match known.split_at_checked(1) {
        Some(("=", whole)) => word == whole,
        Some(("~", part)) => word.contains(part),
        _ => word.starts_with(known),
    })
}

/// The topics of a text in small letters.
pub(super) fn topics(lower: &str) -> BTreeSet<Topic> {
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()).collect();
    let mut found = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        if begins(RETURN, word) {
            found.insert("returns");
            continue;
        }
        let is_of_return = is_of_return(&words, at);
        for (topic, known) in TOPICS {
            if begins(known, word) && !(is_of_return && matches!(topic, "delivery" | "labels")) {
                found.insert(topic);
            }
        }
    }
    if found.contains("returns") {
        // `send it back`.
        found.remove("sending");
    }
    found
}

// `return shipping`, `postage for your return`: the delivery of a return is a return.
fn is_of_return(words: &[&str], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    if before.is_some_and(|before| begins(RETURN, before) && *before != "back") {
        return true;
    }
    let mut behind = words.iter().skip(at + 1);
    let first = behind.next().filter(|word| OF.contains(word));
    first.is_some() && behind.take(3).find(|word| !OF.contains(word)).is_some_and(|word| begins(RETURN, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_told_apart() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(topics(text).into_iter().collect::<Vec<_>>(), expected, "{text}");
        };
        check("returns are free", &["returns"]);
        check("return shipping is free", &["returns"]);
        check("der rückversand ist kostenlos", &["returns"]);
        check("der versand ist kostenlos", &["delivery"]);
        check("postage for your return", &["returns"]);
        check("delivery and returns", &["delivery", "returns"]);
        check("expressversand", &["delivery", "express"]);
        check("shipping to switzerland", &["Switzerland", "delivery"]);
        check("send it back", &["returns"]);
        check("it is free", &[]);
    }
}
