//! Rules that are lists of values with other words for them.

use std::collections::HashMap;

use super::context::{Request, Verdict, rank};
use super::line::Line;
use super::nearby::Nearby;
use super::{Found, MAX_PLACES};

/// Words of a synonym; longer ones are sentences, and the examples of an intent read those better.
const MAX_WORDS: usize = 6;
/// Letters from which on a word may be mistyped: `green` is one letter from `greek`, `purple` is near nothing.
const TYPO: usize = 6;

#[derive(Debug)]
pub(super) struct List {
    values: Vec<String>,
    // Folded words with one space between them, and the value they stand for.
    phrases: HashMap<String, usize>,
    // The same without the dots of umlauts; a phrase of its own comes first.
    bare: HashMap<String, usize>,
    most_words: usize,
    mistyped: Option<(Nearby, Vec<String>)>,
}

impl List {
    pub(super) fn new(values: &[(String, Vec<String>)], is_fuzzy: bool) -> Result<Self, String> {
        let mut list =
            Self { values: Vec::new(), phrases: HashMap::new(), bare: HashMap::new(), most_words: 0, mistyped: None };
        for (index, (value, synonyms)) in values.iter().enumerate() {
            list.values.push(value.clone());
            for words in std::iter::once(value).chain(synonyms) {
                list.add(index, words)?;
            }
        }
        if is_fuzzy {
            let mut phrases: Vec<String> = list.phrases.keys().filter(|phrase| phrase.len() >= TYPO).cloned().collect();
            phrases.sort_unstable();
            list.mistyped = Some((Nearby::new(&phrases), phrases));
        }
        Ok(list)
    }

    fn add(&mut self, value: usize, words: &str) -> Result<(), String> {
        let line = Line::new(words);
        let phrase = joined(&line, 0, line.len());
        if phrase.is_empty() {
            return Err(format!("`{words}` has no word in it"));
        }
        if line.len() > MAX_WORDS {
            return Err(format!("`{words}` has more than {MAX_WORDS} words"));
        }
        self.most_words = self.most_words.max(line.len());
        // Who has no umlauts on the keyboard spells them out or leaves them out: `gruen`, `grun`.
        let bare = joined(&Line::new(&without_dots(words)), 0, line.len());
        if bare != phrase {
            self.bare.entry(bare).or_insert(value);
        }
        match self.phrases.insert(phrase, value) {
            Some(other) if other != value => {
                let name = |index: usize| self.values.get(index).map_or("", String::as_str);
                Err(format!("`{words}` stands for both `{}` and `{}`", name(other), name(value)))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn find(&self, request: &Request<'_>, out: &mut Vec<Found>) {
        let line = request.line;
        let mut at = 0;
        while at < line.len() && out.len() < MAX_PLACES {
            // The longest first, and what is taken is not read again: `sky blue` is not also `blue`.
            let most = self.most_words.min(line.len() - at);
            let hit = (1..=most).rev().find_map(|words| Some((words, self.read(request, at, at + words)?)));
            at += hit.as_ref().map_or(1, |(words, _)| *words);
            out.extend(hit.map(|(_, found)| found));
        }
    }

    fn read(&self, request: &Request<'_>, from: usize, to: usize) -> Option<Found> {
        let line = request.line;
        let phrase = joined(line, from, to);
        let (value, how) = match self.phrases.get(&phrase).or_else(|| self.bare.get(&phrase)) {
            Some(value) => (*value, "a word of the rule's list"),
            None => (self.mistyped(&phrase)?, "a word of the rule's list, one letter off"),
        };
        let (start, end) = (line.start(from), line.end(to - 1));
        let verdict =
            if request.context.is_empty() { Verdict::new(rank::RULE, "") } else { request.weigh(start, end)? };
        let reason = format!("{how}{}", verdict.why);
        Some(Found {
            start,
            end,
            value: self.values.get(value)?.clone(),
            rank: verdict.rank,
            reason,
            ..Found::default()
        })
    }

    // Nobody mistypes the first letter of a word without seeing it; other words begin otherwise.
    fn mistyped(&self, phrase: &str) -> Option<usize> {
        let (nearby, phrases) = self.mistyped.as_ref()?;
        if phrase.len() < TYPO || !phrase.contains(char::is_alphabetic) {
            return None;
        }
        let known = phrases.get(nearby.only(phrase, phrases)?)?;
        if known.chars().next() != phrase.chars().next() {
            return None;
        }
        self.phrases.get(known).copied()
    }
}

fn without_dots(words: &str) -> String {
    let plain = |c| match c {
        'ä' => 'a',
        'ö' => 'o',
        'ü' => 'u',
        'Ä' => 'A',
        'Ö' => 'O',
        'Ü' => 'U',
        c => c,
    };
    words.chars().map(plain).collect()
}

// Empty where more than a space or dash stands between two of the words.
fn joined(line: &Line<'_>, from: usize, to: usize) -> String {
    let mut phrase = String::new();
    for index in from..to {
        if index > from {
            if line.gap_before(index).contains(['.', ',', ';', ':', '!', '?', '\n']) {
                return String::new();
            }
            phrase.push(' ');
        }
        phrase.push_str(line.word(index));
    }
    phrase
}
