//! Whether two texts speak of anything in common: the beginnings of their longer words.
//!
//! Values and claims are all that can be promised; but a sentence without any may still be made up from nothing (`we sell
//! bicycles`). One word in common is little to ask, and what small models make up often has none.

use std::collections::BTreeSet;

/// Letters of a word that says something, and of its beginning that is compared.
const LEAST: usize = 5;
const STEM: usize = 4;

/// Longer words that say nothing by themselves, English and German.
const EMPTY: &str = " about above after again against along already although always among another anything because been \
    before being below between cannot could doing during every everything first further happy having here however itself \
    maybe might never nothing often order other others please really right shall should since something sorry still \
    thank thanks their theirs them themselves there these they thing things this those through today under until using very \
    where whether which while whole whose will with within without would yours yourself aber alles allerdings also andere \
    auch außerdem beide bereits bitte danach dann darum dass davon dazu deine deinem deinen deiner denn deshalb diese dieser \
    dieses doch durch eine einem einen einer eines einfach etwas falls gegen gerne haben hallo hast hier ihnen ihre ihrem ihren \
    immer jede jeder jedes jedoch kann kannst keine können könnt leider machen meine möchte möchtest muss müssen nach nicht \
    nichts noch oder ohne schon sehr sein seine sich sind sobald sollte sollten sondern sonst über unser unsere unter viele \
    vielen vielleicht wäre wegen weil weiter wenn werden wieder wird wollen wurde würde zwischen ";

/// The beginnings of the words of a folded text in small letters that say something.
pub(super) fn stems(lower: &str) -> BTreeSet<String> {
    let words = lower.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() >= LEAST);
    let telling = words.filter(|word| !EMPTY.contains(&format!(" {word} ")));
    telling.map(|word| word.chars().take(STEM).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_words_are_known_by_their_beginning() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(stems(text).into_iter().collect::<Vec<_>>(), expected, "{text}");
        };
        check("i sell bicycles", &["bicy"]);
        check("returns and returning", &["retu"]);
        check("das können wir leider nicht", &[]);
        check("rücksendung", &["rück"]);
        check("it is so", &[]);
    }
}
