//! The words that names of products are made of: what they share with their plural, and what stands between and before them.

/// Words between the words of a name.
pub(super) const BETWEEN: &[&str] = &[
    "a", "an", "aus", "colour", "color", "das", "dem", "den", "der", "die", "eine", "einem", "einen", "einer", "farbe",
    "fuer", "for", "from", "groesse", "im", "in", "made", "mit", "my", "of", "one", "ones", "size", "the", "vom",
    "von", "with",
];

/// Words in front of a name of one word: without one of them "throw" is what people do.
pub(super) const DETERMINERS: &[&str] = &[
    "a", "an", "another", "any", "buy", "das", "dein", "deine", "dem", "den", "der", "des", "die", "diese", "diesem",
    "diesen", "dieser", "dieses", "ein", "eine", "einem", "einen", "einer", "eure", "euer", "euren", "eurer", "for",
    "gibts", "haben", "habt", "have", "her", "his", "ihr", "ihre", "ihren", "in", "kein", "keine", "keinen", "mein",
    "meine", "meinem", "meinen", "meiner", "more", "my", "new", "neue", "neuen", "of", "on", "order", "our", "sell",
    "selling", "sie", "some", "stock", "that", "the", "their", "these", "this", "those", "two", "unsere", "unser",
    "which", "your", "zwei", "welche", "welchen",
];

/// What shoppers call things of the shop itself: no product by itself, whatever is sold.
pub(super) const SHOP_WORDS: &[&str] = &[
    "bag",
    "bags",
    "basket",
    "bill",
    "box",
    "card",
    "cart",
    "clothes",
    "kleidung",
    "pin",
    "case",
    "code",
    "gift",
    "karte",
    "korb",
    "list",
    "page",
    "parcel",
    "post",
    "shop",
    "site",
    "voucher",
    "warenkorb",
];

/// Words of titles that name nothing by themselves.
pub(super) const EMPTY: &[&str] = &[
    "and", "und", "fuer", "for", "with", "mit", "of", "the", "a", "an", "in", "x", "cm", "mm", "ml", "kg", "g", "l",
    "der", "die", "das", "aus", "von", "to", "by", "on", "set", "new", "neu", "pack", "piece", "stueck", "item",
    "product", "produkt", "artikel", "order", "card", "gift", "all", "no", "my", "your", "is", "it", "i", "you", "me",
    "can", "do", "up", "out", "big", "small",
];

/// What a word has in common with its plural and, in German, its cases: `Becher` and `Bechern`, `Tuch` and `Tücher`.
pub(super) fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let mut plain = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        // Spelled-out umlauts, but not the `ue` of "blaue" and "queen".
        let is_behind_vowel = plain.ends_with(['a', 'e', 'i', 'o', 'u', 'q']);
        plain.push(letter);
        if matches!(letter, 'a' | 'o' | 'u')
            && !is_behind_vowel
            && letters.peek() == Some(&'e')
            && letters.clone().count() > 1
        {
            letters.next();
        }
    }
    let mut cut = plain.as_str();
    // "Bechern" has two of them; of a short word the second is no ending any more.
    while let Some(rest) = without_ending(cut, if cut.len() == plain.len() { 3 } else { 4 }) {
        cut = rest;
    }
    match cut.strip_suffix('y') {
        Some(rest) if rest.len() >= 3 => format!("{rest}i"),
        _ => cut.to_owned(),
    }
}

fn without_ending(word: &str, least: usize) -> Option<&str> {
    let endings = ["es", "en", "em", "er", "e", "n", "s"];
    endings.into_iter().find_map(|ending| {
        let rest = word.strip_suffix(ending)?;
        let is_double = ending == "s" && rest.ends_with('s');
        (rest.chars().count() >= least && !is_double).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::super::line::fold;
    use super::*;

    #[test]
    fn words_share_a_stem_with_their_plural() {
        let check = |one: &str, other: &str| assert_eq!(stem(&fold(one)), stem(&fold(other)));
        check("mug", "mugs");
        check("dress", "dresses");
        check("glass", "glasses");
        check("candle", "candles");
        check("candy", "candies");
        check("Tuch", "Tücher");
        check("Becher", "Bechern");
        check("Teppich", "Teppiche");
        assert_eq!(stem("blaue"), "blau");
    }
}
