//! Names as our files write them.

use std::collections::BTreeSet;

use crate::content::check_reply::OWN_WORDS;

/// `name` in small letters, digits and `_`: `faq/ask_Größe` is `faq_ask_groesse`. What has none of these is `otherwise`.
pub(super) fn plain(name: &str, otherwise: &str) -> String {
    let mut plain = String::new();
    for c in name.trim().to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => plain.push(c),
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            _ if !plain.ends_with('_') => plain.push('_'),
            _ => {}
        }
    }
    // A file that begins with `_` is shared by all intents.
    let plain = plain.trim_matches('_');
    // `null` is no text in YAML.
    if matches!(plain, "" | "null") { otherwise.to_owned() } else { plain.to_owned() }
}

/// `name` as somebody would say it: `track_order` is `Track order`, `faq_ask_hours` is `Hours`.
pub(super) fn title(name: &str) -> String {
    let own = ["faq_", "chitchat_", "ask_"].iter().fold(name, |name, head| name.strip_prefix(head).unwrap_or(name));
    let words = own.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Names that are given out once.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// Names of intents: what buttons of the desk send is taken.
    pub(super) fn of_intents() -> Self {
        Self(OWN_WORDS.iter().map(|word| (*word).to_owned()).collect())
    }

    /// `name`, or with a number behind it if that is given out already.
    pub(super) fn take(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut free = std::iter::once(name.to_owned()).chain(numbered).filter(|name| !self.0.contains(name));
        let name = free.next().unwrap_or_default();
        self.0.insert(name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_plain() {
        let check = |name: &str, expected: &str| assert_eq!(plain(name, "intent"), expected, "{name}");
        check("greet", "greet");
        check("faq/ask_Größe", "faq_ask_groesse");
        check("Default Welcome Intent", "default_welcome_intent");
        check("__order--status!!", "order_status");
        check("挨拶", "intent");
        assert_eq!([title("track_order"), title("faq_ask_hours")], ["Track order", "Hours"]);
    }

    #[test]
    fn a_name_is_given_once() {
        let mut names = Names::of_intents();
        assert_eq!(["a", "a", "a", "helped"].map(|name| names.take(name)), ["a", "a_2", "a_3", "helped_2"]);
    }
}
