//! Products by their names: "the blue mug" is one article number, "your mugs" a choice of several.
//!
//! Each word of a title, each colour and each size leads to the products that have it; the words a shopper writes in a row
//! are looked up one after the other, and what has all of them is meant. Endings, German compounds ("Decke" for
//! "Wolldecke") and one typing mistake are forgiven. What comes out are ids of the catalogue and nothing else; words that
//! fit none, or too many to choose from, are no product.

use std::collections::{BTreeSet, HashMap};

use super::context::{Request, rank};
use super::line::{Line, fold, is_number};
use super::naming::{BETWEEN, DETERMINERS, EMPTY, SHOP_WORDS, stem};
use super::nearby::Nearby;
use super::{Found, MAX_PLACES, colour, size, words};

/// One row of the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Product {
    /// The shop's own number for it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its colour, if the shop names one.
    pub colour: String,
    /// Its size, if the shop names one.
    pub size: String,
    /// The same for products that differ in colour or size only.
    pub group: String,
}

/// Products one choice may hold. Who names more of them has named a kind of thing.
const MOST_CHOICES: usize = 50;
/// Products looked at to see what several words have in common.
const MOST_PROBES: usize = 4_096;
/// Words of a row, those between included.
const MOST_WORDS: usize = 12;
/// Words that may stand between two words of a name: "the mug in a light blue".
const MOST_BETWEEN: usize = 3;
/// Letters from which on a word may be mistyped, and from which on it may be the end of a longer one.
const TYPO: usize = 5;
const PART: usize = 4;
/// Words of the catalogue one end may belong to: more, and it says nothing.
const MOST_COMPOUNDS: usize = 24;

#[derive(Debug)]
pub(super) struct Products {
    ids: Vec<String>,
    groups: Vec<String>,
    // Of each product, the words of its title without colour and size.
    bases: Vec<Vec<u32>>,
    // Stems of titles, the products each leads to, and whether it begins or ends a title, as nouns do.
    stems: Vec<String>,
    having: Vec<Vec<u32>>,
    is_noun: Vec<bool>,
    by_stem: HashMap<String, u32>,
    // Stems written from right to left, in order: those with one end stand together.
    reversed: Vec<(String, u32)>,
    attributes: HashMap<String, Vec<u32>>,
    nearby: Option<Nearby>,
}

// What a written word leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Word(u32),
    // A word of a title, one letter off.
    Mistyped(u32),
    // The end of several words: "board".
    Part(Vec<u32>),
    Attribute(String),
}

// A row of words and the products that have them all.
struct Name {
    last: usize,
    terms: Vec<Term>,
    meant: Vec<u32>,
}

impl Products {
    pub(super) fn new(products: &[Product], is_fuzzy: bool) -> Self {
        let mut known = Self {
            ids: Vec::with_capacity(products.len()),
            groups: Vec::with_capacity(products.len()),
            bases: Vec::with_capacity(products.len()),
            stems: Vec::new(),
            having: Vec::new(),
            is_noun: Vec::new(),
            by_stem: HashMap::new(),
            reversed: Vec::new(),
            attributes: HashMap::new(),
            nearby: None,
        };
        for product in products {
            known.add(product);
        }
        known.reversed = (0_u32..).zip(&known.stems).map(|(at, stem)| (stem.chars().rev().collect(), at)).collect();
        known.reversed.sort_unstable();
        known.nearby = is_fuzzy.then(|| Nearby::new(&known.stems));
        known
    }

    fn add(&mut self, product: &Product) {
        let Ok(at) = u32::try_from(self.ids.len()) else { return };
        let (colours, sizes) = (colours(&product.colour), sizes(&product.size));
        let line = Line::new(&product.title);
        let words: Vec<&str> = (0..line.len()).map(|index| line.word(index)).collect();
        let is_attribute = |word: &str| {
            let is_size = !product.size.is_empty()
                && fold(&product.size).split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
            is_size || colour::canonical(word).is_some() || fold(&product.colour) == word
        };
        let mut named = words.iter().filter(|word| !is_attribute(word) && !EMPTY.contains(word) && !is_number(word));
        let base: BTreeSet<u32> = named.clone().filter_map(|word| self.stem(word)).collect();
        // "Fjord wool throw", "Wolldecke Fjord": the thing is the last word in English and often the first in German.
        let ends: Vec<&&str> = named.clone().next().into_iter().chain(named.next_back()).collect();
        for end in ends {
            if let Some(noun) =
                self.stem(end).and_then(|stem| usize::try_from(stem).ok()).and_then(|at| self.is_noun.get_mut(at))
            {
                *noun = true;
            }
        }
        for stem in &base {
            if let Some(having) = usize::try_from(*stem).ok().and_then(|stem| self.having.get_mut(stem)) {
                having.push(at);
            }
        }
        let titled = words.iter().filter_map(|word| colour::canonical(word)).map(|colour| format!("colour {colour}"));
        let attributes: BTreeSet<String> = colours.into_iter().chain(sizes).chain(titled).collect();
        for attribute in attributes {
            self.attributes.entry(attribute).or_default().push(at);
        }
        self.ids.push(product.id.clone());
        self.groups.push(product.group.clone());
        self.bases.push(base.into_iter().collect());
    }

    fn stem(&mut self, word: &str) -> Option<u32> {
        let next = u32::try_from(self.stems.len()).ok()?;
        let stem = stem(word);
        if let Some(known) = self.by_stem.get(&stem) {
            return Some(*known);
        }
        self.stems.push(stem.clone());
        self.having.push(Vec::new());
        self.is_noun.push(false);
        self.by_stem.insert(stem, next);
        Some(next)
    }

    pub(super) fn find(&self, request: &Request<'_>, out: &mut Vec<Found>) {
        let line = request.line;
        let mut index = 0;
        while index < line.len() && out.len() < MAX_PLACES {
            let Some((name, found)) =
                self.name(line, index).and_then(|name| Some((name.last, self.found(request, index, name)?)))
            else {
                index += 1;
                continue;
            };
            out.push(found);
            index = name + 1;
        }
    }

    // The longest row of words from one on that some product has.
    fn name(&self, line: &Line<'_>, first: usize) -> Option<Name> {
        let mut name = Name { last: first, terms: vec![self.term(line, first)?], meant: Vec::new() };
        name.meant = self.having_all(&name.terms)?;
        let (mut index, mut between) = (first + 1, 0);
        while index < line.len().min(first + MOST_WORDS) && between <= MOST_BETWEEN && goes_on(line.gap_before(index)) {
            if let Some(term) = self.term(line, index) {
                let terms: Vec<Term> = name.terms.iter().cloned().chain([term]).collect();
                match self.having_all(&terms) {
                    Some(meant) if !meant.is_empty() => {
                        name = Name { last: index, terms, meant };
                        between = 0;
                    }
                    _ => break,
                }
            } else if BETWEEN.contains(&line.word(index)) {
                between += 1;
            } else {
                break;
            }
            index += 1;
        }
        Some(name)
    }

    fn found(&self, request: &Request<'_>, first: usize, name: Name) -> Option<Found> {
        let line = request.line;
        let mut words = name.terms.iter().filter(|term| !matches!(term, Term::Attribute(_)));
        let is_plain = |term: &Term| match term {
            Term::Word(word) => self.is_noun(*word),
            _ => true,
        };
        let noun = words.next().filter(|noun| words.next().is_some() || is_plain(noun))?;
        // A word alone is easily another: "cancle" is no candle, and the basket is where things are put.
        let is_slip = matches!(noun, Term::Mistyped(_)) || SHOP_WORDS.contains(&line.word(first));
        if name.terms.len() == 1 && !request.is_asked && (is_slip || !is_introduced(line, first)) {
            return None;
        }
        let meant = self.narrowed(line, name.last, self.covered(&name.terms, name.meant));
        let ids: Vec<String> =
            meant.iter().filter_map(|at| self.ids.get(usize::try_from(*at).ok()?)).cloned().collect();
        let groups: BTreeSet<&str> =
            meant.iter().filter_map(|at| self.groups.get(usize::try_from(*at).ok()?)).map(String::as_str).collect();
        let (start, end) = (line.start(first), line.end(name.last));
        let is_one = groups.len() == 1 && !groups.contains("");
        debug_assert!(!matches!(noun, Term::Attribute(_)), "a colour alone is no product");
        let rank = if name.terms.len() > 1 { rank::FORM } else { rank::RULE };
        Some(match ids.as_slice() {
            [] => return None,
            [only] => {
                let reason = "the name of one product of the catalogue".to_owned();
                Found { start, end, value: only.clone(), rank, reason, ..Found::default() }
            }
            several if several.len() > MOST_CHOICES => return None,
            _ => {
                let what = if is_one {
                    "a product of the catalogue with several variants"
                } else {
                    "words that fit several products of the catalogue"
                };
                let value = line.text.get(start..end)?.to_owned();
                Found { start, end, value, rank, reason: what.to_owned(), choices: ids }
            }
        })
    }

    // "the cardigan, is it there in green": a colour or size behind the name, before the next one, if some variant has it.
    fn narrowed(&self, line: &Line<'_>, last: usize, meant: Vec<u32>) -> Vec<u32> {
        let mut meant = meant;
        for index in (last + 1..line.len()).take(MOST_WORDS) {
            let is_told = matches!(
                line.word_before(index, 1),
                "in" | "size" | "groesse" | "grosse" | "colour" | "color" | "farbe"
            );
            match self.term(line, index) {
                Some(Term::Attribute(attribute)) if is_told => {
                    let having = self.attributes.get(&attribute).map_or(&[][..], Vec::as_slice);
                    let both: Vec<u32> = meant.iter().copied().filter(|at| having.binary_search(at).is_ok()).collect();
                    meant = if both.is_empty() { meant } else { both };
                }
                Some(Term::Word(word)) if self.is_noun(word) => return meant,
                _ => {}
            }
        }
        meant
    }

    fn is_noun(&self, word: u32) -> bool {
        usize::try_from(word).ok().and_then(|word| self.is_noun.get(word)).copied().unwrap_or(false)
    }

    // A product whose whole title was said rather than those whose title goes on.
    fn covered(&self, terms: &[Term], meant: Vec<u32>) -> Vec<u32> {
        let is_said = |stem: &u32| {
            terms.iter().any(|term| match term {
                Term::Word(word) | Term::Mistyped(word) => word == stem,
                Term::Part(words) => words.contains(stem),
                Term::Attribute(_) => false,
            })
        };
        let whole = |at: &u32| {
            usize::try_from(*at).ok().and_then(|at| self.bases.get(at)).is_some_and(|base| base.iter().all(is_said))
        };
        let covered: Vec<u32> = meant.iter().copied().filter(whole).collect();
        if covered.is_empty() { meant } else { covered }
    }

    // What a word leads to: a colour or size some product has, a word of a title, the word mistyped, or the end of words.
    fn term(&self, line: &Line<'_>, index: usize) -> Option<Term> {
        let word = line.word(index);
        if EMPTY.contains(&word) || words::NUMBER_WORDS.contains(&word) || line.is_in_address(index) {
            return None;
        }
        if let Some(attribute) = attribute(line, index).filter(|attribute| self.attributes.contains_key(attribute)) {
            return Some(Term::Attribute(attribute));
        }
        if is_number(word) || BETWEEN.contains(&word) || word.chars().count() < 3 {
            return None;
        }
        let stem = stem(word);
        if let Some(known) = self.by_stem.get(&stem) {
            return Some(Term::Word(*known));
        }
        self.part(&stem).or_else(|| self.mistyped(&stem))
    }

    fn part(&self, stem: &str) -> Option<Term> {
        if stem.len() < PART || !stem.is_ascii() {
            return None;
        }
        let end: String = stem.chars().rev().collect();
        let from = self.reversed.partition_point(|(word, _)| *word < end);
        let ends = self.reversed.iter().skip(from).take_while(|(word, _)| word.starts_with(&end));
        let mut words: Vec<u32> = ends.take(MOST_COMPOUNDS + 1).map(|(_, at)| *at).collect();
        words.sort_unstable();
        (!words.is_empty() && words.len() <= MOST_COMPOUNDS).then_some(Term::Part(words))
    }

    fn mistyped(&self, stem: &str) -> Option<Term> {
        let nearby = self.nearby.as_ref().filter(|_| stem.len() >= TYPO && stem.chars().all(char::is_alphabetic))?;
        let at = nearby.only(stem, &self.stems)?;
        let known = self.stems.get(at)?;
        let is_same = known.chars().next() == stem.chars().next() && known.len() >= TYPO;
        is_same.then_some(Term::Mistyped(u32::try_from(at).ok()?))
    }

    // The products that have all of them, as far as one may choose from; nothing if that takes too long to find out.
    fn having_all(&self, terms: &[Term]) -> Option<Vec<u32>> {
        let mut lists: Vec<Vec<&[u32]>> = terms.iter().map(|term| self.lists(term)).collect();
        lists.sort_by_key(|lists| lists.iter().map(|list| list.len()).sum::<usize>());
        let (least, others) = lists.split_first()?;
        let mut all = BTreeSet::new();
        for at in least.iter().flat_map(|list| list.iter()).take(MOST_PROBES) {
            if others.iter().all(|lists| lists.iter().any(|list| list.binary_search(at).is_ok())) {
                all.insert(*at);
            }
            if all.len() > MOST_CHOICES {
                break;
            }
        }
        Some(all.into_iter().collect())
    }

    fn lists(&self, term: &Term) -> Vec<&[u32]> {
        let having = |word: &u32| self.having.get(usize::try_from(*word).ok()?).map(Vec::as_slice);
        match term {
            Term::Word(word) | Term::Mistyped(word) => having(word).into_iter().collect(),
            Term::Part(words) => words.iter().filter_map(having).collect(),
            Term::Attribute(attribute) => self.attributes.get(attribute).map(Vec::as_slice).into_iter().collect(),
        }
    }
}

// A name of one word has a word in front that names need, or is nearly all there is.
fn is_introduced(line: &Line<'_>, first: usize) -> bool {
    line.len() <= 2 || DETERMINERS.contains(&line.word_before(first, 1))
}

fn goes_on(gap: &str) -> bool {
    gap.chars().count() <= 2
        && gap.chars().all(|c| matches!(c, ' ' | ',' | '-' | '/' | '\u{a0}' | '"' | '\'' | '\u{201e}' | '\u{201c}'))
}

// `colour blue`, `size M`, as the catalogue has them.
fn attribute(line: &Line<'_>, index: usize) -> Option<String> {
    let word = line.word(index);
    if let Some(colour) = colour::canonical(word) {
        return Some(format!("colour {colour}"));
    }
    let said = match word {
        "small" => Some("S".to_owned()),
        "medium" => Some("M".to_owned()),
        "large" => Some("L".to_owned()),
        _ => size::canonical(word)
            .filter(|size| size.len() > 1 || line.raw(index) == size || is_size_word(line.word_before(index, 1))),
    };
    let number = || is_size_word(line.word_before(index, 1)).then(|| word.to_owned()).filter(|word| is_number(word));
    said.or_else(number).map(|size| format!("size {size}"))
}

fn is_size_word(word: &str) -> bool {
    matches!(word, "size" | "groesse" | "grosse" | "gr")
}

fn colours(column: &str) -> Vec<String> {
    let line = Line::new(column);
    (0..line.len())
        .filter_map(|index| colour::canonical(line.word(index)))
        .map(|colour| format!("colour {colour}"))
        .collect()
}

fn sizes(column: &str) -> Vec<String> {
    let line = Line::new(column);
    let one = |index: usize| {
        size::canonical(line.word(index)).or_else(|| line.is_number(index).then(|| line.word(index).to_owned()))
    };
    (0..line.len()).filter_map(one).map(|size| format!("size {size}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::TODAY;
    use super::super::{EntityKind, EntityRule, Extractor};
    use super::*;

    fn shop() -> Extractor {
        let product = |id: &str, title: &str, colour: &str, size: &str, group: &str| {
            let [id, title, colour, size, group] = [id, title, colour, size, group].map(str::to_owned);
            Product { id, title, colour, size, group }
        };
        let products = vec![
            product("MUG-B", "Harbour mug, blue", "blue", "", "MUG"),
            product("MUG-W", "Harbour mug, white", "white", "", "MUG"),
            product("MUG-R", "Winter mug, red", "red", "", ""),
            product("BWL-B", "Harbour bowl, blue", "blue", "", "BWL"),
            product("DRS-S", "Kelp linen dress, sand, S", "sand", "S", "DRS"),
            product("DRS-M", "Kelp linen dress, sand, M", "sand", "M", "DRS"),
            product("THR-B", "Fjord wool throw, blue", "blue", "", "THR"),
            product("THR-G", "Fjord wool throw, grey", "grey", "", "THR"),
            product("DE-1", "Wolldecke Fjord, blau", "blau", "", "DE"),
            product("DE-2", "Handtuch Küste, grün", "grün", "", ""),
            product("BRD", "Oak chopping board", "", "", ""),
            product("TRS", "Dune linen trousers, sand, M", "sand", "M", ""),
        ];
        let name = "product".to_owned();
        let kind = EntityKind::Products(products);
        let rule = EntityRule { name, kind, normalize: vec![], context_words: vec![], fuzzy: 1, pii: false };
        Extractor::new(&[rule]).expect("rules")
    }

    // The id, or the ids to choose from, and the words they stand in.
    fn check(text: &str, expected: &[&str], words: &str) {
        let found = shop().extract(text, TODAY);
        let ids: Vec<Vec<String>> = found
            .iter()
            .map(|found| if found.choices.is_empty() { vec![found.value.clone()] } else { found.choices.clone() })
            .collect();
        let [ids] = ids.as_slice() else { panic!("{text}: {found:?}") };
        let written: String = text.chars().skip(found[0].start).take(found[0].end - found[0].start).collect();
        assert_eq!(
            (ids.iter().map(String::as_str).collect::<Vec<_>>(), written.as_str()),
            (expected.to_vec(), words),
            "{text}"
        );
        assert!(found[0].choices.len() != 1, "never a list of one");
    }

    #[test]
    fn a_name_is_one_product_or_a_choice() {
        check("is the blue mug in stock", &["MUG-B"], "blue mug");
        check("is the mug in blue back?", &["MUG-B"], "mug in blue");
        check("do you have harbour mugs", &["MUG-B", "MUG-W"], "harbour mugs");
        check("i love your mugs", &["MUG-B", "MUG-W", "MUG-R"], "mugs");
        check("WINTER MUG???", &["MUG-R"], "WINTER MUG");
        check("the harbor mug, blue please", &["MUG-B"], "harbor mug, blue");
        check("kelp linen dress in size M", &["DRS-M"], "kelp linen dress in size M");
        check("the linen dress", &["DRS-S", "DRS-M"], "linen dress");
        check("have you got a chopping board", &["BRD"], "chopping board");
        check("linen trouser", &["TRS"], "linen trouser");
        check("the throw, is it there in grey?", &["THR-G"], "throw");
        check("do you have the dress in stock in size M", &["DRS-M"], "dress");
        check("is the throw good, i would not want it in red", &["THR-B", "THR-G"], "throw");
    }

    #[test]
    fn a_name_is_longer_than_its_colour() {
        let tint = super::super::tests::rule("tint", EntityKind::Builtin(super::super::Builtin::Colour));
        let product = Product { id: "A".into(), title: "Sky mug".into(), colour: "blue".into(), ..Product::default() };
        let named = super::super::tests::rule("product", EntityKind::Products(vec![product]));
        let found = Extractor::new(&[tint, named]).expect("rules").extract("the blue mug in red", TODAY);
        let found: Vec<_> = found.iter().map(|found| (found.entity.as_str(), found.value.as_str())).collect();
        assert_eq!(found, [("product", "A"), ("tint", "red")]);
    }

    #[test]
    fn german_endings_umlauts_and_compounds_are_read() {
        check("ist die blaue Wolldecke da", &["DE-1"], "blaue Wolldecke");
        check("habt ihr die Decke Fjord noch", &["DE-1"], "Decke Fjord");
        check("habt ihr handtücher", &["DE-2"], "handtücher");
        check("ein grünes Handtuch bitte", &["DE-2"], "grünes Handtuch");
        check("das gruene handtuch kuste", &["DE-2"], "gruene handtuch kuste");
    }

    #[test]
    fn what_fits_nothing_is_nothing() {
        for text in [
            "",
            "i will throw it away",
            "the blue one",
            "in blue, size M",
            "where is my parcel",
            "a trampoline",
            "red",
            "set up my account",
            "cancle harbuor",
            "a mugg",
        ] {
            let found = shop().extract(text, TODAY);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }
}
