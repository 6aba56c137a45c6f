//! Texts in the form they are compared in: what looks the same is the same.

use unicode_normalization::UnicodeNormalization as _;

/// Fractions that stand for one character, as the decimals they are read as.
const FRACTIONS: [(char, &str); 15] = [
    ('½', ".5"),
    ('¼', ".25"),
    ('¾', ".75"),
    ('⅓', ".333333"),
    ('⅔', ".666667"),
    ('⅕', ".2"),
    ('⅖', ".4"),
    ('⅗', ".6"),
    ('⅘', ".8"),
    ('⅙', ".166667"),
    ('⅚', ".833333"),
    ('⅛', ".125"),
    ('⅜', ".375"),
    ('⅝', ".625"),
    ('⅞', ".875"),
];

/// The zeros of scripts with digits of their own that NFKC leaves as they are (Unicode 16, `Nd`, basic plane).
const ZEROS: [u32; 35] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6, 0x0e50,
    0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
];

/// Whether a character shows nothing: it would only part what belongs together, turn the direction of reading, or carry
/// words nobody sees.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !matches!(c, '\n' | '\t'))
}

/// A text without what shows nothing.
pub(in crate::llm) fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// NFKC with ASCII digits, one kind of dash, quote and space, fractions as decimals, and nothing invisible. Case stays.
pub(super) fn fold(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for (c, next) in visible(text).chars().zip(visible(text).chars().skip(1).map(Some).chain([None])) {
        let after_digit = spaced.ends_with(|c: char| c.is_numeric());
        if let Some((_, decimals)) = FRACTIONS.iter().find(|(fraction, _)| *fraction == c) {
            spaced.push_str(if after_digit { "" } else { "0" });
            spaced.push_str(decimals);
        } else if matches!(c, '\u{a0}' | '\u{2009}' | '\u{202f}') && after_digit && next.is_some_and(char::is_numeric) {
            // A space that does not break stands between thousands.
            spaced.push('\'');
        } else {
            spaced.push(c);
        }
    }
    let mut folded = String::with_capacity(spaced.len());
    for c in spaced.nfkc().map(plain) {
        if c != ' ' || !folded.ends_with(' ') {
            folded.push(c);
        }
    }
    folded
}

// Applied after NFKC, which has already made `％` of full width a `%`.
fn plain(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' => '-',
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '`' | '´' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '«' | '»' => '"',
        '٪' => '%',
        '٫' => '.',
        '٬' => '\'',
        '\u{2044}' | '\u{2215}' => '/',
        c if c.is_whitespace() => ' ',
        c => digit(c).unwrap_or(c),
    }
}

fn digit(c: char) -> Option<char> {
    let at = u32::from(c);
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&at))?;
    char::from_digit(at - zero, 10)
}

/// What in a text is made to be read otherwise than it is compared, in words.
pub(super) fn oddity(text: &str) -> Option<&'static str> {
    let is_known = |c: char| {
        let mut parts = c.nfkc();
        FRACTIONS.iter().any(|(fraction, _)| *fraction == c)
            || digit(c).is_some()
            || parts.all(|part| part.is_ascii_digit() || digit(part).is_some() || !part.is_numeric() && !c.is_numeric())
    };
    if text.chars().any(|c| c.is_numeric() && !is_known(c)) {
        return Some("a numeral of no known kind");
    }
    // What no letter of its own exists for: a stroke under an `e` hides a word from whoever looks for it.
    if text.nfkc().any(|c| matches!(c, '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}')) {
        return Some("a letter with a mark that none has");
    }
    let folded = fold(text);
    let mut words = folded.split(|c: char| !c.is_alphabetic());
    if words.any(|word| word.chars().any(is_latin) && word.chars().any(is_look_alike)) {
        return Some("a word of two scripts");
    }
    is_spaced_out(&folded).then_some("letters with spaces between them")
}

fn is_latin(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}')
}

// Greek, Coptic, Cyrillic, Armenian, Cherokee: scripts with letters that look like Latin ones.
fn is_look_alike(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}' | '\u{1f00}'..='\u{1fff}' | '\u{2c80}'..='\u{2cff}')
}

// `f r e e`, `f-r-e-e` and `f.r.e.e`: four single letters in a row. Three are an abbreviation (`i. d. R.`).
fn is_spaced_out(folded: &str) -> bool {
    let mut row = 0;
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).any(|word| {
        row = if word.chars().count() == 1 && word.chars().all(char::is_alphabetic) { row + 1 } else { 0 };
        row >= 4
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        let check = |input: &str, expected: &str| assert_eq!(fold(input), expected, "{input}");
        check("５ €", "5 €");
        check("١٠٪", "10%");
        check("1\u{200b}0\u{2060} %", "10 %");
        check("1\u{202f}000,50\u{a0}€", "1'000,50 €");
        check("2½ days, ½ hour", "2.5 days, 0.5 hour");
        check("10²", "102");
        check("3–5\u{a0}Tage", "3-5 Tage");
        check("„SAVE“", "\"SAVE\"");
        check("ﬁve ①", "five 1");
        check("𝟓𝟎 %", "50 %");
        check("fr\u{ad}ee", "free");
        check("", "");
    }

    #[test]
    fn what_is_made_to_deceive_is_told() {
        let check = |input: &str, expected: bool| assert_eq!(oddity(input).is_some(), expected, "{input}");
        check("Ⅹ days", true);
        check("⅐ of the price", true);
        check("frеe returns", true);
        check("f r e e returns", true);
        check("f-r-e-e", true);
        check("i. d. R. 5 Tage", false);
        check("½ Stunde, ② Stück, ٥ Tage", false);
        check("Жду заказ", false);
        check("Größe M oder L", false);
    }
}
