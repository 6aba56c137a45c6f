//! What the words around a match say about it.
//!
//! A match with a sign of its own (`#10042`, `FD-10042`) needs no company. A bare number does: a word of the shop's near
//! it, a word for number before it, a question it answers, or a text that says little else. Against it speaks that it is
//! counted (`10042 yen`), paid, part of a longer number, or announced as something else (`postcode 80331`).
//!
//! Each of these is a rank. Ranks decide between two rules that claim the same stretch: `order 10042` is nearer to its
//! word than `10042 Munich` is to being an address.

use jiff::civil::Date;

use super::line::{Line, fold, is_number};
use super::normalize::is_dash;
use super::words;

/// Words between a thing and the word that tells what it is: half a line of chat.
const REACH: usize = 6;
/// Letters from which on a context word stands for all words that begin so: `bestell` for `Bestellung`.
const STEM: usize = 4;
/// Letters from which on such a beginning may be mistyped.
const LONG_STEM: usize = 7;
/// Letters from which on a context word may be mistyped: shorter ones are one letter away from too many others.
const TYPO: usize = 5;
/// Words of a text that says little else than the one thing.
const SHORT: usize = 4;
/// Words of which an answer such as "ah sorry, it is 10042, thank you" has fewer.
const ANSWER: usize = 12;

/// Ranks, plainest first. Context words give 2 to 13, by their distance.
pub(super) mod rank {
    /// It can be nothing else: `#10042`, a check digit that fits.
    pub(crate) const SIGN: u32 = 0;
    /// A word of its own stands beside it.
    pub(super) const BESIDE: u32 = 2;
    /// Its form speaks for it, and less than a context word beside it would.
    pub(crate) const FORM: u32 = 3;
    /// A check digit fits, which one number in ten does by chance.
    pub(crate) const CHECKED: u32 = 20;
    /// The rule asks for no context.
    pub(crate) const RULE: u32 = 30;
    /// It was asked for. What other rules find with less to say than this does not count in an answer.
    pub(crate) const ASKED: u32 = 40;
    /// A word for number stands before it.
    pub(super) const NUMBERED: u32 = 50;
    /// The text says little else.
    pub(super) const ALONE: u32 = 60;
    /// A number like any other.
    pub(crate) const ANY: u32 = 70;
}

/// One text to be read by one rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'r> {
    pub(super) line: &'r Line<'r>,
    pub(super) context: &'r Context,
    pub(super) today: Date,
    /// Whether the shopper was asked for just this.
    pub(super) is_asked: bool,
}

/// Why a match counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) rank: u32,
    /// The rest of a sentence: `, near "order"`.
    pub(super) why: String,
}

impl Verdict {
    pub(super) fn new(rank: u32, why: &str) -> Self {
        Self { rank, why: why.to_owned() }
    }
}

/// The words that stand near a thing of one kind.
#[derive(Debug, Default)]
pub(super) struct Context {
    // Folded; a phrase is several words.
    phrases: Vec<Vec<String>>,
}

struct Near<'c> {
    distance: usize,
    is_before: bool,
    phrase: &'c [String],
}

impl Context {
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let phrase = |text: &str| {
            let line = Line::new(text);
            (0..line.len()).map(|index| line.word(index).to_owned()).collect::<Vec<_>>()
        };
        Self { phrases: words.map(phrase).filter(|phrase| !phrase.is_empty()).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Whether one of the words is this one.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.phrases.iter().any(|phrase| matches!(phrase.as_slice(), [only] if is_like(only, word)))
    }

    fn phrase_at(&self, line: &Line<'_>, at: usize) -> Option<&[String]> {
        let stands = |phrase: &&Vec<String>| phrase.iter().zip(at..).all(|(word, at)| is_like(word, line.word(at)));
        self.phrases.iter().find(stands).map(Vec::as_slice)
    }

    // The nearest phrase within reach; one before the thing wins over one behind it.
    fn near(&self, line: &Line<'_>, first: usize, last: usize) -> Option<Near<'_>> {
        if self.is_empty() {
            return None;
        }
        for distance in 1..=REACH {
            if let Some(phrase) = first.checked_sub(distance).and_then(|at| self.phrase_at(line, at)) {
                let distance = (distance + 1).saturating_sub(phrase.len()).max(1);
                return Some(Near { distance, is_before: true, phrase });
            }
            let behind = last + distance;
            if let Some(phrase) = (behind < line.len()).then(|| self.phrase_at(line, behind)).flatten() {
                return Some(Near { distance, is_before: false, phrase });
            }
        }
        None
    }
}

// Whether what was written is a context word, a word that begins so, or the word mistyped.
fn is_like(known: &str, written: &str) -> bool {
    if known == written {
        return true;
    }
    if known.len() >= STEM && written.starts_with(known) {
        return true;
    }
    // "bestelung" begins like `bestell`, with a slip.
    let begins = known.len() >= LONG_STEM && written.len() > known.len();
    let is_near = |head: &str| strsim::osa_distance(known, head) <= 1;
    if begins
        && known.as_bytes().first() == written.as_bytes().first()
        && written.get(..known.len()).is_some_and(is_near)
    {
        return true;
    }
    // "ordr" is meant; "oder" is a word of its own.
    let sizes_fit = known.len() >= TYPO && written.len() + 1 >= TYPO && known.len().abs_diff(written.len()) <= 1;
    let is_other = written.len() < TYPO && words::FILLERS.contains(&written);
    sizes_fit
        && !is_other
        && known.as_bytes().first() == written.as_bytes().first()
        && strsim::osa_distance(known, written) <= 1
}

impl Request<'_> {
    /// Whether the bare match from `start` to `end` (in bytes) is what the rule looks for.
    pub(super) fn weigh(&self, start: usize, end: usize) -> Option<Verdict> {
        let words = self.line.words_in(start, end);
        let (first, last) = (words.start, words.end.saturating_sub(1).max(words.start));
        let is_counted = self.line.text.get(start..end).is_some_and(|text| !text.contains(char::is_alphabetic));
        let near = self.context.near(self.line, first, last);
        if is_counted {
            let beside = near.as_ref().is_some_and(|near| near.is_before && near.distance == 1);
            let told = near.as_ref().filter(|near| near.is_before).map(|near| near.distance);
            if self.is_amount(first, start, end, beside)
                || self.is_other(first, told)
                || self.is_part(first, start, end)
            {
                return None;
            }
        }
        if self.head(first, start).is_some_and(|head| self.context.knows(&head)) {
            return Some(Verdict::new(rank::BESIDE, ", joined to a word of its own"));
        }
        if let Some(near) = near {
            let why = format!(", near \"{}\"", near.phrase.join(" "));
            let rank = u32::try_from(2 * near.distance).unwrap_or(rank::ANY) + u32::from(!near.is_before);
            return Some(Verdict { rank, why });
        }
        if self.is_asked {
            return Some(Verdict::new(rank::ASKED, ", and it was asked for"));
        }
        if is_counted && words::NUMBER_WORDS.contains(&self.line.word_before(first, 1)) {
            return Some(Verdict::new(rank::NUMBERED, ", behind a word for number"));
        }
        self.is_alone(first, last).then(|| Verdict::new(rank::ALONE, ", and the text says little else"))
    }

    // `10042 yen`, `$10042`, `paid 10042`; "paid order 10042" is none.
    fn is_amount(&self, first: usize, start: usize, end: usize, beside: bool) -> bool {
        let line = self.line;
        let behind = line.text.get(end..).unwrap_or_default();
        let symbol = behind.trim_start_matches([' ', '\u{a0}', '\u{202f}']).chars().next();
        let next = line.words_in(start, end).end;
        let counts = line.gap_after(next.saturating_sub(1)).trim().is_empty() && words::is_unit(line.word(next));
        let before = line.text.get(..start).unwrap_or_default().trim_end_matches(' ').chars().next_back();
        let is_sign = |c: Option<char>| c.is_some_and(|c| matches!(c, '€' | '$' | '£' | '¥'));
        let coded = words::currency(line.word_before(first, 1)).is_some() && line.gap_before(first).trim().is_empty();
        let paid = || (1..=2).any(|steps| words::PRICE_WORDS.contains(&line.word_before(first, steps)));
        counts
            || is_sign(symbol)
            || matches!(symbol, Some('%' | '°'))
            || is_sign(before)
            || coded
            || (!beside && paid())
    }

    // `postcode 80331`, `customer number 10042`; the word nearest to the number decides.
    fn is_other(&self, first: usize, told: Option<usize>) -> bool {
        let reach = told.map_or(2, |distance| distance.saturating_sub(1).min(2));
        (1..=reach).any(|steps| {
            let word = self.line.word_before(first, steps);
            words::OTHER_NUMBERS.contains(&word) && !self.context.knows(word)
        })
    }

    // What stands in the match's first word in front of it: `order` of `order10042`.
    fn head(&self, first: usize, start: usize) -> Option<String> {
        let from = self.line.start(first);
        (from < start).then(|| self.line.text.get(from..start).map(fold)).flatten()
    }

    // A piece of `10042.50`, `HP-10042` or `x10042`. Joined to a context word it is none: `order-10042`.
    fn is_part(&self, first: usize, start: usize, end: usize) -> bool {
        let line = self.line;
        let tells = |word: &str| self.context.knows(word) || words::NUMBER_WORDS.contains(&word);
        if let Some(head) = self.head(first, start) {
            return !tells(&head);
        }
        if line.after(end).is_some_and(char::is_alphanumeric) {
            return true;
        }
        let next = line.words_in(start, end).end;
        let size = end - start;
        let previous = first.checked_sub(1).map_or("", |index| line.raw(index));
        let gap = line.gap_before(first);
        gap.ends_with('+')
            || (joins(gap, previous, size) && !tells(line.word_before(first, 1)))
            || joins(line.gap_after(next.saturating_sub(1)).trim_start_matches('/'), line.raw(next), size)
    }

    // An e-mail address beside it is no word: "10042 ann@example.com" answers two questions at once.
    fn is_alone(&self, first: usize, last: usize) -> bool {
        let line = self.line;
        if line.len() > 2 * ANSWER {
            return false;
        }
        let is_word = |index: &usize| !(first..=last).contains(index) && !line.is_in_address(*index);
        let is_filler = |index: usize| line.is_number(index) || words::FILLERS.contains(&line.word(index));
        let others = || (0..line.len()).filter(is_word);
        others().count() < SHORT || (others().count() < ANSWER && others().all(is_filler))
    }
}

// Whether one character makes a number and its neighbour one: a dash always, others between numbers. Numbers of one size
// are a list: `10042/10043`.
fn joins(gap: &str, neighbour: &str, size: usize) -> bool {
    let mut chars = gap.chars();
    let (Some(joint), None) = (chars.next(), chars.next()) else { return false };
    let is_joint =
        is_dash(joint) || joint == '_' || (is_number(neighbour) && matches!(joint, '.' | ',' | '/' | '\'' | ':'));
    is_joint && !neighbour.is_empty() && !(is_number(neighbour) && neighbour.len() == size)
}
