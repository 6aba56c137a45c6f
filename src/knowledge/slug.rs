//! Anchors: names of passages that stand in addresses.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` in lower-case letters, digits and hyphens; accents go, German umlauts become two letters, other scripts stay.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            c => slug
                .extend(c.nfd().filter(|c| !is_combining_mark(*c)).map(|c| if c.is_alphanumeric() { c } else { '-' })),
        }
    }
    let words: Vec<_> = slug.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { String::from("passage") } else { words.join("-") }
}

/// A slug of `text` that is not yet in `taken`, and is from now on.
pub(super) fn unique(text: &str, taken: &mut BTreeSet<String>) -> String {
    let wanted = slug(text);
    let name = std::iter::once(wanted.clone())
        .chain((2..).map(|n: u32| format!("{wanted}-{n}")))
        .find(|name| !taken.contains(name))
        .unwrap_or(wanted);
    taken.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        let check = |text: &str, expected: &str| assert_eq!(slug(text), expected);
        check("Card and PayPal", "card-and-paypal");
        check("Größe & Maße", "groesse-masse");
        check("Café (São Paulo)", "cafe-sao-paulo");
        check("送料", "送料");
        check("?!", "passage");
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let mut taken = BTreeSet::new();
        let names: Vec<_> = ["Size", "size", "Size!"].map(|text| unique(text, &mut taken)).into();
        assert_eq!(names, ["size", "size-2", "size-3"]);
    }
}
