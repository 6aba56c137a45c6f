//! Rules that are regular expressions.

use regex::{Captures, Regex, RegexBuilder};

use super::context::{Request, Verdict, rank};
use super::mirror::Mirror;
use super::{Found, MAX_PLACES};

/// Bytes a compiled pattern may take: a hundred times what an order number needs, and a thousandth of what
/// `\w{100}{100}` would.
const SIZE: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    // The group that is the value; 0 is the whole match.
    value: usize,
}

impl Pattern {
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        let regex = RegexBuilder::new(pattern)
            .case_insensitive(true)
            .size_limit(SIZE)
            .dfa_size_limit(SIZE)
            .build()
            .map_err(|error| format!("the pattern cannot be read: {}", in_a_line(&error)))?;
        if regex.is_match("") {
            return Err("the pattern matches where nothing stands; write `+` where there is `*` or `?` now".to_owned());
        }
        let named = regex.capture_names().position(|name| name == Some("value"));
        let value = named.unwrap_or(usize::from(regex.captures_len() > 1));
        Ok(Self { regex, value })
    }

    pub(super) fn find(&self, request: &Request<'_>, out: &mut Vec<Found>) {
        let written = request.line.text;
        let matches = self.regex.captures_iter(written).take(MAX_PLACES);
        out.extend(matches.filter_map(|captures| self.read(request, &captures, Some)));
        // What is found as it stands is not looked for a second time.
        let Some(mirror) = Mirror::of(written) else { return };
        let matches = self.regex.captures_iter(&mirror.text).take(MAX_PLACES);
        let meant: Vec<Found> =
            matches.filter_map(|captures| self.read(request, &captures, |at| mirror.place(at))).collect();
        let is_known = |found: &Found| out.iter().any(|known| known.start < found.end && found.start < known.end);
        let new: Vec<Found> = meant.into_iter().filter(|found| !is_known(found)).collect();
        out.extend(
            new.into_iter().map(|found| Found { reason: format!("{}, read past a mix-up", found.reason), ..found }),
        );
    }

    fn read(
        &self,
        request: &Request<'_>,
        captures: &Captures<'_>,
        place: impl Fn(usize) -> Option<usize>,
    ) -> Option<Found> {
        let whole = captures.get(0)?;
        let text = whole.as_str();
        let start = whole.start() + (text.len() - text.trim_start().len());
        let (start, end) = (place(start)?, place(start + text.trim().len())?);
        // A group that took no part leaves the whole match.
        let value = captures.get(self.value).map_or(text, |group| group.as_str()).trim();
        if start >= end || value.is_empty() || cuts(request, start, end) {
            return None;
        }
        let verdict = if has_sign(text) {
            Verdict::new(rank::SIGN, ", which has a sign of its own")
        } else if request.context.is_empty() {
            Verdict::new(rank::RULE, "")
        } else {
            request.weigh(start, end)?
        };
        let reason = format!("the rule's pattern{}", verdict.why);
        Some(Found { start, end, value: value.to_owned(), rank: verdict.rank, reason, ..Found::default() })
    }
}

// A pattern without `\b` finds five digits in every ten; half a number is never what was meant, nor half a word.
fn cuts(request: &Request<'_>, start: usize, end: usize) -> bool {
    let line = request.line;
    let is_one = |left: Option<char>, right: Option<char>| {
        let both = |kind: fn(char) -> bool| left.is_some_and(kind) && right.is_some_and(kind);
        both(char::is_numeric) || both(char::is_alphabetic)
    };
    is_one(line.before(start), line.after(start)) || is_one(line.before(end), line.after(end))
}

fn has_sign(text: &str) -> bool {
    let has = |kind: fn(char) -> bool| text.contains(kind);
    has(char::is_numeric) && (has(char::is_alphabetic) || text.contains(['#', '№']))
}

// The library draws an arrow under the pattern; the sentence is its last line.
fn in_a_line(error: &regex::Error) -> String {
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        return "it is too big; name fewer repetitions".to_owned();
    }
    let text = error.to_string();
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    last.trim().trim_start_matches("error: ").to_owned()
}
