//! How angry a message sounds: a small count of words and signs, for the rules that call a person.

// Weights are set by hand: one hard word or two mild ones reach −0.5, the value shops begin with. A word ending in `*` stands
// for all that begin with it.
const HARD: [&str; 32] = [
    "rubbish",
    "useless",
    "ridiculous",
    "terrible",
    "horrible",
    "awful",
    "disgust*",
    "scam*",
    "fraud",
    "pathetic",
    "shit*",
    "bullshit",
    "fuck*",
    "crap",
    "furious",
    "outrag*",
    "unacceptable",
    "worst",
    "liar*",
    "lawyer",
    "scheiß*",
    "scheiss*",
    "frechheit",
    "unverschämt*",
    "betrug",
    "betrüger*",
    "saftladen",
    "unfassbar",
    "katastroph*",
    "anwalt",
    "mist",
    "sauerei",
];

const MILD: [&str; 28] = [
    "angry",
    "annoy*",
    "disappoint*",
    "upset",
    "frustrat*",
    "bad",
    "poor",
    "stupid",
    "hate",
    "joke",
    "nonsense",
    "sick",
    "fed",
    "damn",
    "complain*",
    "unhappy",
    "wütend",
    "sauer",
    "ärger*",
    "nerv*",
    "enttäusch*",
    "schlecht*",
    "blöd*",
    "dumm*",
    "unmöglich",
    "lächerlich",
    "beschwer*",
    "genug",
];

const KIND: [&str; 14] = [
    "thank*",
    "thanks",
    "great",
    "perfect",
    "lovely",
    "wonderful",
    "love",
    "danke*",
    "super",
    "toll*",
    "prima",
    "perfekt",
    "klasse",
    "lieb*",
];

/// How `text` sounds, from −1 (angry) over 0 to 1 (pleased).
#[must_use]
pub fn sentiment(text: &str) -> f32 {
    let small = text.to_lowercase();
    let words: Vec<&str> = small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let count = |list: &[&str]| {
        let hits = words.iter().filter(|word| list.iter().any(|entry| fits(word, entry))).count();
        // More than a few of them say nothing more.
        hits.min(4) as f32
    };
    let mut score = 0.3 * count(&KIND) - 0.5 * count(&HARD) - 0.25 * count(&MILD);
    if is_shouted(text) {
        score -= 0.25;
    }
    if text.contains("!!") {
        score -= 0.25;
    }
    score.clamp(-1.0, 1.0)
}

fn fits(word: &str, entry: &str) -> bool {
    entry.strip_suffix('*').map_or(word == entry, |start| word.starts_with(start))
}

// Two words or more, and hardly a small letter: an order code alone is not shouted.
fn is_shouted(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let (large, all) = letters.fold((0_u32, 0_u32), |(large, all), c| (large + u32::from(c.is_uppercase()), all + 1));
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    words >= 2 && all >= 8 && large * 5 >= all * 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anger_is_heard_in_words_capitals_and_signs() {
        let check = |text: &str, low: f32, high: f32| {
            let score = sentiment(text);
            assert!((low..=high).contains(&score), "{text}: {score}");
        };
        check("where is my order", 0.0, 0.0);
        check("this is rubbish, give me a person", -0.5, -0.5);
        check("WHERE IS MY ORDER!!", -0.5, -0.5);
        check("So eine Frechheit, ich bin wirklich sauer!!", -1.0, -0.9);
        check("I am a bit disappointed", -0.25, -0.25);
        check("thank you, that was great", 0.5, 1.0);
        check("GB-MUG-042", 0.0, 0.0);
        check("shit fuck crap useless worst scam!!", -1.0, -1.0);
        check("", 0.0, 0.0);
    }
}
