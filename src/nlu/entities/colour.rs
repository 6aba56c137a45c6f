//! Colours, in English and German, with their endings: "blaues", "dark green", "hellgrau".

use super::context::{Request, rank};
use super::line::Line;
use super::{Found, MAX_PLACES};

/// Names of colours with one English name each, folded as [`super::line::fold`] does; German ones without an ending.
const COLOURS: &[(&str, &[&str])] = &[
    ("black", &["black", "schwarz"]),
    ("white", &["white", "weiss"]),
    ("grey", &["grey", "gray", "grau"]),
    ("anthracite", &["anthracite", "anthrazit"]),
    ("silver", &["silver", "silber", "silbern"]),
    ("gold", &["gold", "golden", "goldfarben"]),
    ("brass", &["messingfarben"]),
    ("red", &["red", "rot"]),
    ("burgundy", &["burgundy", "bordeaux", "weinrot"]),
    ("blue", &["blue", "blau"]),
    ("navy", &["navy", "marineblau", "nachtblau"]),
    ("turquoise", &["turquoise", "tuerkis", "turkis", "teal", "petrol"]),
    ("green", &["green", "gruen", "grun"]),
    ("olive", &["olive", "oliv", "olivgruen"]),
    ("mint", &["mintgruen"]),
    ("yellow", &["yellow", "gelb"]),
    ("orange", &["orange", "orangen"]),
    ("brown", &["brown", "braun"]),
    ("beige", &["beige"]),
    ("sand", &["sand", "sandfarben"]),
    ("cream", &["cream", "creme", "cremefarben"]),
    ("pink", &["pink"]),
    ("rose", &["rosa", "rose"]),
    ("purple", &["purple", "lila", "violett", "violet"]),
    ("natural", &["naturfarben"]),
    ("multicoloured", &["multicoloured", "multicolored", "multicolour", "bunt", "mehrfarbig"]),
];

/// Names that mean other things just as often: they count behind one of [`LEADS`] only.
const DOUBTFUL: &[&str] =
    &["gold", "golden", "silver", "silber", "sand", "cream", "creme", "rose", "mint", "petrol", "olive"];
const LEADS: &[&str] = &["in", "colour", "color", "farbe", "light", "dark", "farbton"];

/// What makes a colour lighter or darker: `hellblau`, "dark blue".
const SHADES: &[(&str, &str)] = &[("hell", "light"), ("dunkel", "dark"), ("light", "light"), ("dark", "dark")];

/// English names take no ending: "reden" is no red.
const ENGLISH: &[&str] =
    &["red", "grey", "gray", "black", "brown", "teal", "gold", "rose", "cream", "pink", "mint", "sand", "orange"];

/// What German puts behind a colour.
const ENDINGS: &[&str] = &["", "e", "er", "es", "en", "em", "s"];

pub(super) fn find(request: &Request<'_>, out: &mut Vec<Found>) {
    let line = request.line;
    let mut index = 0;
    while index < line.len() && out.len() < MAX_PLACES {
        let Some((value, words)) = at(line, index).filter(|_| request.is_asked || is_meant(line, index)) else {
            index += 1;
            continue;
        };
        let (start, end) = (line.start(index), line.end(index + words - 1));
        out.push(Found { start, end, value, rank: rank::FORM, reason: "a colour".to_owned(), ..Found::default() });
        index += words;
    }
}

/// The English name of the colour a folded word names, whatever its ending.
pub(super) fn canonical(word: &str) -> Option<String> {
    let shaded = || {
        SHADES.iter().filter(|(known, _)| known.len() < word.len()).find_map(|(known, shade)| {
            let colour = plain(word.strip_prefix(known)?)?;
            Some(format!("{shade} {colour}"))
        })
    };
    plain(word).map(str::to_owned).or_else(shaded)
}

fn plain(word: &str) -> Option<&'static str> {
    let is_name = |name: &str| {
        word.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || (ENDINGS.contains(&rest) && !ENGLISH.contains(&name)))
    };
    COLOURS.iter().find(|(_, names)| names.iter().any(|name| is_name(name))).map(|(colour, _)| *colour)
}

// A colour and how many words it is.
fn at(line: &Line<'_>, index: usize) -> Option<(String, usize)> {
    let word = line.word(index);
    // "light blue", "dark-green"
    if let Some((_, shade)) = SHADES.iter().find(|(known, _)| *known == word)
        && matches!(line.gap_after(index), " " | "-")
        && let Some(colour) = plain(line.word(index + 1))
    {
        return Some((format!("{shade} {colour}"), 2));
    }
    canonical(word).map(|colour| (colour, 1))
}

// "Mr. Brown", "ich weiß nicht" and the gold card are none.
fn is_meant(line: &Line<'_>, index: usize) -> bool {
    let (word, before) = (line.word(index), line.word_before(index, 1));
    let is_sale = word == "black" && matches!(line.word(index + 1), "friday" | "week");
    let is_name = is_sale || matches!(before, "mr" | "mrs" | "ms" | "miss" | "dr" | "herr" | "frau" | "familie");
    let knows = matches!(before, "ich" | "man" | "er" | "wer" | "jemand" | "niemand" | "keiner" | "es" | "sie" | "du")
        || matches!(
            line.word(index + 1),
            "nicht" | "ich" | "jemand" | "man" | "schon" | "ob" | "wer" | "was" | "wo" | "wann"
        );
    let is_doubtful = DOUBTFUL.contains(&word) && !LEADS.contains(&before);
    let is_verb = word == "weiss" && knows;
    !(is_name || is_verb || is_doubtful)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_names_are_folded_and_each_means_one_colour() {
        let mut all: Vec<&str> = COLOURS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert!(all.iter().all(|name| super::super::line::fold(name) == *name));
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn endings_and_shades_are_read() {
        let check = |word: &str, expected: Option<&str>| assert_eq!(canonical(word).as_deref(), expected, "{word}");
        check("blaues", Some("blue"));
        check("hellblauer", Some("light blue"));
        check("dunkelgruen", Some("dark green"));
        check("gray", Some("grey"));
        check("hell", None);
        check("blues", Some("blue"));
        check("bluetooth", None);
        check("reden", None);
        check("roten", Some("red"));
        check("", None);
    }
}
