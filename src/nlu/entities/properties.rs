//! What holds for every text and every catalogue.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::tests::{TODAY, rule, shop};
use super::{Builtin, EntityKind, EntityRule, Extractor, LabelledEntity, NamedProduct};
use crate::domain::Entity;

// The pieces entities are made of, so that chance meets them.
const PIECES: &str = "10042|order|#|MUG-1042-BLU|mug 1O42|ann@example.com|@|at|dot|com|+49|0171|1234567|(0)|39,90|€|$|\
    EUR|.|,|-|/|18|11|2026|Nov|gestern|vor|2|Wochen|last|Tuesday|PLZ|80331|Munich|SW1A|1AA|\
    1Z999AA10123456784|00340433836442636597|RR|sky|blue|ä|ß|'|T|th|of|www.|https://|١٢|😀|İ|\n|\
    \u{a0}|\u{301}|4111 1111 1111 1111|4111111111111111|last week|next|Friday|im|Oktober|10115|Berlin|size|M|XL|42|\
    blaues|hell|sky mug|mugs|harbour|1OO42|１００４２|–|dpd|01015026003653C|JJD1410302937991|••••|week before last|UK";

fn pieces() -> impl Strategy<Value = String> {
    let known = prop::sample::select(PIECES.split('|').collect::<Vec<_>>());
    let piece = prop_oneof![8 => known.prop_map(str::to_owned), 1 => ".{0,3}"];
    (prop::collection::vec((piece, prop::sample::select(vec![" ", "", " ", "-"])), 0..24))
        .prop_map(|pieces| pieces.into_iter().map(|(piece, gap)| piece + gap).collect())
}

fn holds(text: &str) {
    let shop = shop();
    let found = shop.extract(text, TODAY);
    let (length, mut last) = (text.chars().count(), 0);
    for entity in &found {
        assert!(entity.start >= last && entity.start < entity.end && entity.end <= length, "{entity:?} in {text:?}");
        assert!(!entity.value.trim().is_empty() && !entity.reason.is_empty(), "{entity:?} in {text:?}");
        last = entity.end;
    }
    assert_eq!(found, shop.extract(text, TODAY));
    let redacted = super::redact_cards(text);
    assert_eq!((redacted.chars().count(), super::redact_cards(&redacted)), (length, redacted.clone()), "{text:?}");
    assert!(found.iter().all(|entity| entity.choices.len() != 1), "{found:?} in {text:?}");
    for card in found.iter().filter(|entity| entity.entity == "payment_card") {
        assert!(card.value.chars().filter(char::is_ascii_digit).count() == 4, "{card:?} in {text:?}");
    }
    for entity in [
        "order_number",
        "sku",
        "email",
        "phone",
        "money",
        "date",
        "postcode",
        "tracking_number",
        "colour",
        "url",
        "payment_card",
        "size",
        "tint",
        "product",
    ] {
        if let Some(found) = shop.find(entity, text, TODAY) {
            assert!(found.entity == entity && found.start < found.end && found.end <= length, "{found:?} in {text:?}");
        }
    }
}

// Products and what is learned from marks: rules that read more than a word at once.
static NAMES: LazyLock<Extractor> = LazyLock::new(|| {
    let product = |id: &str, title: &str, colour: &str| NamedProduct {
        id: id.to_owned(),
        title: title.to_owned(),
        colour: colour.to_owned(),
        ..NamedProduct::default()
    };
    let products =
        vec![product("A", "Sky mug, blue", "blue"), product("B", "Sky mug, red", "red"), product("C", "Ä", "")];
    let shop = Extractor::new(&[
        EntityRule { fuzzy: 1, ..rule("product", EntityKind::Products(products)) },
        rule("tint", EntityKind::Builtin(Builtin::Colour)),
        rule("thing", EntityKind::Examples),
    ])
    .expect("rules");
    let mark = |start: usize, end: usize| LabelledEntity { entity: "thing".to_owned(), start, end, value: None };
    shop.learn(&[
        ("order #10042", vec![mark(6, 12)]),
        ("the gold ä ß", vec![mark(4, 8)]),
        ("a", vec![mark(3, 9)]),
        ("", vec![]),
    ]);
    shop
});

fn is_a_place(found: &[Entity], text: &str) {
    let length = text.chars().count();
    for entity in found {
        assert!(entity.start < entity.end && entity.end <= length, "{entity:?} in {text:?}");
        assert!(!entity.value.trim().is_empty() && entity.choices.len() != 1, "{entity:?} in {text:?}");
        assert!(entity.choices.iter().all(|id| ["A", "B", "C"].contains(&id.as_str())), "{entity:?}: invented");
    }
}

// Ids as shops make them: letters, three digits or more, sometimes a tail.
fn ids() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[A-Z]{2,4}-[2-9][0-9]{2,4}(-[A-Z]{2,3})?", 1..60)
        .prop_map(|ids| ids.into_iter().collect())
}

fn normal(id: &str) -> String {
    let alike = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    id.chars().filter(|c| c.is_alphanumeric()).map(alike).collect()
}

// The slow way: the ids a text of this normal form may mean.
fn meant(ids: &[String], written: &str) -> Vec<String> {
    let written = normal(written);
    let at = |distance: usize| {
        let near = |id: &&String| strsim::osa_distance(&normal(id), &written) == distance;
        ids.iter().filter(near).cloned().collect::<Vec<_>>()
    };
    let same = at(0);
    if same.is_empty() { at(1) } else { same }
}

fn read(extractor: &Extractor, written: &str) -> Vec<String> {
    extractor.extract(&format!("this one: {written}, please"), TODAY).into_iter().map(|found| found.value).collect()
}

fn catalog(ids: &[String]) -> Extractor {
    let rule = EntityRule { fuzzy: 1, ..rule("sku", EntityKind::Catalog(ids.to_vec())) };
    Extractor::new(&[rule]).expect("rules")
}

// One mistake in a text: a character gone, or another in its place.
fn mistyped(id: &str, at: usize, other: Option<char>) -> String {
    let at = at % id.len();
    let letters = id.chars().enumerate();
    letters.filter_map(|(index, c)| if index == at { other } else { Some(c) }).collect()
}

proptest! {
    #[test]
    fn spans_are_in_order_and_never_overlap(text in pieces()) {
        holds(&text);
    }

    #[test]
    fn no_text_is_too_strange(text in any::<String>()) {
        holds(&text);
    }

    #[test]
    fn names_and_what_is_learned_have_a_place_in_the_text(text in pieces(), strange in any::<String>()) {
        is_a_place(&NAMES.extract(&text, TODAY), &text);
        is_a_place(&NAMES.extract(&strange, TODAY), &strange);
    }

    #[test]
    fn an_id_is_found_however_it_is_written(ids in ids()) {
        let shop = catalog(&ids);
        for id in &ids {
            for written in [id.to_lowercase(), id.replace('-', ""), id.replace('-', " "), id.replace('-', "_")] {
                if meant(&ids, &written) == [id.clone()] {
                    prop_assert_eq!(read(&shop, &written), vec![id.clone()], "{} among {:?}", written, ids);
                }
            }
            for (from, to) in [("0", "O"), ("O", "0"), ("1", "I"), ("I", "1"), ("L", "1"), ("1", "l")] {
                let written = id.replacen(from, to, 1);
                if meant(&ids, &written) == [id.clone()] {
                    prop_assert_eq!(read(&shop, &written), vec![id.clone()], "{} among {:?}", written, ids);
                }
            }
        }
    }

    #[test]
    fn an_id_with_one_mistake_is_found_if_it_can_be_no_other(
        ids in ids(), at in 0_usize..20, other in prop::option::of("[A-Z0-9]"), which in any::<prop::sample::Index>(),
    ) {
        let id = which.get(&ids);
        let written = mistyped(id, at, other.and_then(|other| other.chars().next()));
        let looks_like_one = normal(&written).len() >= 5 && normal(id).len() >= 5 && !written.starts_with('-');
        let found = read(&catalog(&ids), &written);
        match meant(&ids, &written).as_slice() {
            [only] if looks_like_one => prop_assert_eq!(found, vec![only.clone()], "{} among {:?}", written, ids),
            // Where several may be meant none is guessed; a whole id inside what was written is still one.
            _ => prop_assert!(found.iter().all(|found| written.contains(found.as_str()) || meant(&ids, &written).contains(found))),
        }
    }

    #[test]
    fn plain_words_are_never_ids(ids in ids(), words in "[a-z]{1,9}( [a-z]{1,9}){0,9}") {
        prop_assert_eq!(read(&catalog(&ids), &words), Vec::<String>::new());
    }
}

#[test]
fn walls_of_text_are_read_to_the_end() {
    for piece in [
        "1",
        "1 ",
        "12345 ",
        "a1",
        "ab12 ",
        "@",
        "a@",
        "a@a.",
        "1.",
        "1,",
        "+1",
        "(",
        "MUG-1042-BLU ",
        "MUG-1042-BLX ",
        "vor 2 ",
        "at dot ",
    ] {
        holds(&piece.repeat(8_000 / piece.len()));
    }
}
