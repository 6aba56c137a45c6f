//! Article numbers of the shop's catalogue, as shoppers write them.
//!
//! Ids are compared without case, dashes and spaces, with `O` as `0` and `I` and `L` as `1`. Because that makes words
//! look like ids (`oil` is `011`), what was written must look like one too: it has a digit, or the id's own dashes.

use std::collections::HashMap;

use super::context::{Request, Verdict, rank};
use super::line::{Line, is_number};
use super::nearby::Nearby;
use super::normalize::is_dash;
use super::{Found, MAX_PLACES};

/// Words near an article number: ids of digits only need them.
pub(super) const CONTEXT_WORDS: &[&str] =
    &["sku", "item", "article", "art", "artikel", "artnr", "product", "produkt", "model", "modell"];

/// Pieces divided by spaces that may be one id: `HP 1042 BLU`.
const MAX_GROUPS: usize = 4;
/// Pieces of any kind that may be one id: as many as `A-B-C-D-E-F-G-H` has.
const MAX_PIECES: usize = 8;
/// Characters from which on an id may be mistyped: of shorter ones too many are one letter apart.
const TYPO: usize = 5;
/// Letters of an id mixed up with digits. Who writes three of them wrong writes something else.
const MAX_MIXED_UP: usize = 2;
/// Characters between two pieces of an id: a dash with a space on both sides.
const MAX_GAP: usize = 3;
/// Stretches looked up with mistakes in one text; exact ones are not limited. More are a pasted list.
const MAX_MISTYPED: usize = 64;

#[derive(Debug)]
pub(super) struct Catalog {
    ids: Vec<Id>,
    // Normal forms, each once; the index of one leads to the ids that share it.
    normals: Vec<String>,
    sharing: Vec<Vec<usize>>,
    by_normal: HashMap<String, usize>,
    longest: usize,
    // Whether an id has no digit. Most catalogues have none such, and then plain words need no second look.
    has_wordy: bool,
    nearby: Option<Nearby>,
}

#[derive(Debug)]
struct Id {
    id: String,
    // Upper case without dashes, but letters and digits as they are.
    bare: String,
}

/// Words `from..to` of a text taken as one id.
struct Stretch<'l> {
    from: usize,
    to: usize,
    raw: &'l str,
    bare: String,
    normal: String,
}

impl Stretch<'_> {
    // Whether a dash joins it to what stands beside it.
    fn is_piece(&self, line: &Line<'_>) -> bool {
        let joins = |gap: &str| {
            let mut chars = gap.chars();
            matches!((chars.next(), chars.next()), (Some(c), None) if is_dash(c) || matches!(c, '_' | '+'))
        };
        (self.from > 0 && joins(line.gap_before(self.from)))
            || (self.to < line.len() && joins(line.gap_before(self.to)))
    }
}

impl Catalog {
    pub(super) fn new(ids: &[String], is_fuzzy: bool) -> Self {
        let mut catalog = Self {
            ids: Vec::with_capacity(ids.len()),
            normals: Vec::new(),
            sharing: Vec::new(),
            by_normal: HashMap::with_capacity(ids.len()),
            longest: 0,
            has_wordy: false,
            nearby: None,
        };
        for id in ids {
            catalog.add(id.trim());
        }
        if is_fuzzy {
            catalog.nearby = Some(Nearby::new(&catalog.normals));
        }
        catalog
    }

    fn add(&mut self, id: &str) {
        let bare = bare(id);
        let normal = normal(&bare);
        if normal.is_empty() {
            return;
        }
        self.longest = self.longest.max(normal.len());
        self.has_wordy |= !id.contains(|c: char| c.is_ascii_digit());
        let next = self.normals.len();
        let at = *self.by_normal.entry(normal).or_insert_with_key(|normal| {
            self.normals.push(normal.clone());
            self.sharing.push(Vec::new());
            next
        });
        let Some(sharing) = self.sharing.get_mut(at) else { return };
        let is_known = sharing.iter().any(|index| self.ids.get(*index).is_some_and(|known| known.id == id));
        if !is_known {
            sharing.push(self.ids.len());
            self.ids.push(Id { id: id.to_owned(), bare });
        }
    }

    pub(super) fn find(&self, request: &Request<'_>, out: &mut Vec<Found>) {
        let line = request.line;
        let mut is_taken = vec![false; line.len()];
        let (mut pieces, mut rest) = (Vec::new(), Vec::new());
        for from in 0..line.len() {
            if out.len() + pieces.len() >= MAX_PLACES {
                break;
            }
            for stretch in self.stretches(line, from) {
                if let Some(found) = self.exact(request, &stretch) {
                    if stretch.is_piece(line) {
                        pieces.push((stretch, found));
                        continue;
                    }
                    take(&mut is_taken, &stretch);
                    out.push(found);
                } else if rest.len() < MAX_MISTYPED && self.may_be_mistyped(&stretch) && !stretch.is_piece(line) {
                    rest.push(stretch);
                }
            }
        }
        // Ids written right come first, or the word beside one would be its typing mistake. A piece of something longer
        // comes last: `MUG-1042-BLX` rather is a mistyped `MUG-1042-BLU` than a `MUG-1042`.
        for (stretch, found) in self.all_mistyped(request, rest, &is_taken) {
            take(&mut is_taken, &stretch);
            out.push(found);
        }
        pieces.retain(|(stretch, _)| is_free(&is_taken, stretch));
        out.extend(pieces.into_iter().map(|(_, found)| found));
    }

    // Of those that overlap and mean the same the shortest, or a letter beside an id would belong to it; else the longest.
    fn all_mistyped<'l>(
        &self,
        request: &Request<'_>,
        stretches: Vec<Stretch<'l>>,
        is_taken: &[bool],
    ) -> Vec<(Stretch<'l>, Found)> {
        let mut kept: Vec<(Stretch<'l>, Found)> = Vec::new();
        for stretch in stretches.into_iter().filter(|stretch| is_free(is_taken, stretch)) {
            let Some(found) = self.mistyped(request, &stretch) else { continue };
            let Some((other, last)) = kept.last().filter(|(other, _)| stretch.from < other.to) else {
                kept.push((stretch, found));
                continue;
            };
            let (size, other_size) = (stretch.raw.len(), other.raw.len());
            let is_better = if last.value == found.value { size < other_size } else { size > other_size };
            if is_better {
                kept.pop();
                kept.push((stretch, found));
            }
        }
        kept
    }

    // From one word on, the shortest first, as far as an id could reach.
    fn stretches<'l>(&self, line: &'l Line<'_>, from: usize) -> Vec<Stretch<'l>> {
        let (mut stretches, mut so_far, mut groups) = (Vec::new(), String::new(), 1);
        for index in from..line.len().min(from + MAX_PIECES) {
            if index > from {
                let gap = line.gap_before(index);
                groups += usize::from(gap.contains(char::is_whitespace));
                if !is_joint(gap) || groups > MAX_GROUPS {
                    break;
                }
            }
            let word = line.raw(index);
            // Upper case takes a third of the bytes at least. This keeps walls of text out before they are folded.
            if word.len() > 3 * self.longest + MAX_GAP {
                break;
            }
            push_bare(word, &mut so_far);
            if so_far.len() > self.longest + 4 {
                break;
            }
            let raw = line.text.get(line.start(from)..line.end(index)).unwrap_or_default();
            if self.has_wordy || raw.contains(|c: char| c.is_ascii_digit() || !(c.is_alphanumeric() || c == ' ')) {
                stretches.push(Stretch { from, to: index + 1, raw, normal: normal(&so_far), bare: so_far.clone() });
            }
        }
        stretches
    }

    fn exact(&self, request: &Request<'_>, stretch: &Stretch<'_>) -> Option<Found> {
        let sharing = self.sharing.get(*self.by_normal.get(&stretch.normal)?)?;
        let id = self.meant(sharing, stretch)?;
        if !looks_like(stretch, id) {
            return None;
        }
        let how =
            if stretch.raw == id.id { "an id of the catalogue" } else { "an id of the catalogue, written otherwise" };
        found(request, stretch, id, how)
    }

    // Of ids with one normal form: the one written so, else the one nearest to what was written, if one is.
    fn meant(&self, sharing: &[usize], stretch: &Stretch<'_>) -> Option<&Id> {
        let ids = || sharing.iter().filter_map(|index| self.ids.get(*index));
        let is_written = |id: &&Id| id.id == stretch.raw;
        if let Some(id) = ids().find(is_written).or_else(|| ids().find(|id| id.id.eq_ignore_ascii_case(stretch.raw))) {
            return Some(id);
        }
        let least = ids().map(|id| mixed_up(&id.bare, &stretch.bare)).min()?;
        let mut nearest = ids().filter(|id| mixed_up(&id.bare, &stretch.bare) == least);
        let first = nearest.next()?;
        (least <= MAX_MIXED_UP && 2 * least <= stretch.normal.len() && nearest.next().is_none()).then_some(first)
    }

    fn may_be_mistyped(&self, stretch: &Stretch<'_>) -> bool {
        let has = |kind: fn(char) -> bool| stretch.raw.contains(kind);
        self.nearby.is_some()
            && (TYPO..=self.longest + 4).contains(&stretch.normal.len())
            && has(|c| c.is_ascii_digit())
            && has(char::is_alphabetic)
    }

    fn mistyped(&self, request: &Request<'_>, stretch: &Stretch<'_>) -> Option<Found> {
        let normal = self.nearby.as_ref()?.only(&stretch.normal, &self.normals)?;
        let known = self.normals.get(normal)?;
        let [only] = self.sharing.get(normal)?.as_slice() else { return None };
        let id = self.ids.get(*only)?;
        // An id of digits one letter off is another number.
        if known.len() < TYPO || is_number(&id.bare) {
            return None;
        }
        found(request, stretch, id, "an id of the catalogue, one character off")
    }
}

fn found(request: &Request<'_>, stretch: &Stretch<'_>, id: &Id, how: &str) -> Option<Found> {
    let (start, end) = (request.line.start(stretch.from), request.line.end(stretch.to - 1));
    let verdict = if is_number(stretch.raw) { request.weigh(start, end)? } else { Verdict::new(rank::SIGN, "") };
    let reason = format!("{how}{}", verdict.why);
    Some(Found { start, end, value: id.id.clone(), rank: verdict.rank, reason, ..Found::default() })
}

fn take(is_taken: &mut [bool], stretch: &Stretch<'_>) {
    is_taken.iter_mut().take(stretch.to).skip(stretch.from).for_each(|taken| *taken = true);
}

fn is_free(is_taken: &[bool], stretch: &Stretch<'_>) -> bool {
    is_taken.iter().take(stretch.to).skip(stretch.from).all(|taken| !taken)
}

// Words and amounts are not ids, though they read like one: `oil`, `1.5`, "mug blue".
fn looks_like(stretch: &Stretch<'_>, id: &Id) -> bool {
    let is_written_out = stretch.raw.eq_ignore_ascii_case(&id.id);
    if is_number(&stretch.bare) {
        let pieces = |text| str::split(text, |c: char| !c.is_alphanumeric());
        return is_number(stretch.raw) || pieces(stretch.raw).eq(pieces(&id.id)) || !is_number(&id.bare);
    }
    if stretch.raw.contains(|c: char| c.is_ascii_digit()) {
        return true;
    }
    let has_joint = |text: &str| text.contains(|c: char| !c.is_alphanumeric() && !c.is_whitespace());
    let has_digit = id.id.contains(|c: char| c.is_ascii_digit());
    has_joint(stretch.raw) && (has_digit || is_written_out)
        || (stretch.raw == id.id && !id.id.contains(char::is_lowercase) && !id.id.contains(' '))
}

// What may stand between two pieces of an id.
fn is_joint(gap: &str) -> bool {
    gap.chars().count() <= MAX_GAP
        && gap.chars().all(|c| is_dash(c) || matches!(c, ' ' | '\u{a0}' | '_' | '.' | '/' | '+'))
}

fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    push_bare(text, &mut bare);
    bare
}

fn push_bare(text: &str, out: &mut String) {
    out.extend(text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase));
}

fn normal(bare: &str) -> String {
    let alike = |c| match c {
        'O' => '0',
        'I' | 'L' => '1',
        _ => c,
    };
    bare.chars().map(alike).collect()
}

fn mixed_up(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).filter(|(a, b)| a != b).count()
}
