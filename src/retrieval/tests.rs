//! Searching: what is found, what is not, and how surely.

use super::*;
use crate::knowledge::{Article, parse};

const TODAY: &str = "2026-11-22";

fn starter() -> Vec<Article> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge-base");
    let mut articles = Vec::new();
    for locale in ["en", "de"] {
        let Ok(folder) = std::fs::read_dir(format!("{root}/{locale}")) else { continue };
        for entry in folder {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("an article");
            let name = format!("knowledge-base/{locale}/{}", path.file_name().expect("a name").to_string_lossy());
            articles.push(parse(&name, &text).expect("a starter article"));
        }
    }
    articles
}

fn built(articles: &[Article]) -> Index {
    let synonyms = Synonyms::new();
    Index::build(
        Material { articles, synonyms: &synonyms, products: &[], today: TODAY, default_locale: "en" },
        None,
        None,
    )
    .expect("an index")
}

fn article(id: &str, locale: &str, text: &str) -> Article {
    parse(&format!("knowledge-base/{locale}/{id}.md"), text).expect("an article")
}

// One query a line, a tab, and the article that answers it, or nothing.
fn trial() -> Vec<(&'static str, Option<&'static str>)> {
    let lines = include_str!("trial.tsv").lines().filter_map(|line| line.split_once('\t'));
    lines.map(|(query, id)| (query, (!id.is_empty()).then_some(id))).collect()
}

#[test]
fn fits_separates_answerable_from_not() {
    let index = built(&starter());
    let (mut right, mut wrong, mut answerable, mut false_answers, mut unanswerable) = (0, 0, 0, 0, 0);
    for (query, id) in trial() {
        let best = index.search(query, "en", 1).into_iter().next().filter(|hit| hit.fit >= FITS);
        match id {
            Some(id) => {
                answerable += 1;
                right += usize::from(best.as_ref().is_some_and(|hit| hit.article == id));
                wrong += usize::from(best.is_some_and(|hit| hit.article != id));
            }
            None => {
                unanswerable += 1;
                false_answers += usize::from(best.is_some());
            }
        }
    }
    assert!(right * 10 >= answerable * 7, "{right} of {answerable}");
    assert!(wrong * 20 <= answerable, "{wrong} of {answerable}");
    assert!(false_answers * 20 <= unanswerable, "{false_answers} of {unanswerable}");
}

#[test]
fn an_article_is_found_by_its_own_questions() {
    let articles = starter();
    let index = built(&articles);
    let mut missed = Vec::new();
    for article in articles.iter().filter(|article| article.is_live(TODAY)) {
        for question in article.questions.iter().chain([&article.title]) {
            let best = index.search(question, &article.locale, 1).into_iter().next();
            if best.as_ref().is_none_or(|best| best.article != article.id || best.fit < FITS) {
                missed.push((question, best.map(|best| (best.article, best.fit))));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn only_what_everybody_may_read_is_found() {
    let head = |rest: &str| format!("---\n{rest}\n---\n# Secret gadgets\nGadgets are blue.");
    let articles = [
        article("a", "en", &head("status: draft")),
        article("b", "en", &head("audience: agents")),
        article("c", "en", &head("valid_until: 2026-11-21")),
        article("d", "en", &head("valid_until: 2026-11-22")),
    ];
    let index = built(&articles);
    let found: Vec<_> = index.search("gadgets", "en", 10).into_iter().map(|hit| hit.article).collect();
    assert_eq!(found, ["d"]);
}

#[test]
fn the_passage_that_fits_is_cited() {
    let text = "# Care\nGeneral words.\n## Washing wool\nCold water.\n## Drying linen\nIn the shade.";
    let index = built(&[article("care", "en", text)]);
    let hit = index.search("how should I dry linen", "en", 1).remove(0);
    assert_eq!((hit.anchor.as_str(), hit.passage_text.as_str()), ("drying-linen", "In the shade."));
    assert_eq!(hit.answer, "In the shade.");
}

#[test]
fn the_default_language_helps_out() {
    let articles = [
        article("a", "de", "# Rücksendung\nDas Etikett liegt bei."),
        article("b", "en", "# Packstation\nChoose Packstation at checkout."),
        article("a", "en", "# Returns\nThe label is in the box."),
    ];
    let index = built(&articles);
    let first = |query: &str, locale: &str| {
        index.search(query, locale, 5).into_iter().next().map(|hit| (hit.article, hit.locale))
    };
    assert_eq!(first("Rücksendeetikett", "de-AT"), Some(("a".into(), "de".into())));
    assert_eq!(first("ruecksendung", "de"), Some(("a".into(), "de".into())));
    assert_eq!(first("Packstation", "de"), Some(("b".into(), "en".into())));
    assert_eq!(first("label", "fr"), Some(("a".into(), "en".into())));
}

#[test]
fn any_text_can_be_asked_for() {
    let index = built(&starter());
    let long = "refund parcel ".repeat(600);
    let many: String = (0..3000).map(|n| format!("w{n}x ")).collect();
    let texts = [
        "",
        " ",
        "\"",
        "AND OR NOT",
        "title:(x",
        "+-*/?[]{}^~\\",
        "👍🏽🏳️‍🌈",
        "\u{0}\u{202e}",
        "a'; DROP TABLE",
        long.as_str(),
        many.as_str(),
        "送料はいくらですか",
    ];
    for text in texts {
        for locale in ["en", "de", "xx", "", "-"] {
            let hits = index.search(text, locale, 3);
            assert!(hits.iter().all(|hit| (0.0..=1.0).contains(&hit.fit)), "{text}");
        }
    }
    assert!(index.search("refund", "en", 0).is_empty());
    assert!(built(&[]).search("refund", "en", 3).is_empty());
}

#[test]
fn a_search_tells_its_reasons() {
    let index = built(&[article("a", "en", "# Returns\nThe label is in the box.")]);
    let explained =
        serde_json::to_value(index.explain(&Search::public("where is my package label", "en", 3))).expect("JSON");
    assert_eq!(explained["terms"][0]["term"], "packag");
    assert_eq!(explained["terms"][0]["counts"][0], "box");
    assert_eq!(explained["hits"][0]["matched"][0], "label");
}

#[test]
fn faq_is_evaluated() {
    let faq = |id: &str, question: &str, answer: &str| Faq {
        id: id.into(),
        question: question.into(),
        answer: answer.into(),
    };
    let docs = [faq("1", "How do I pay?", "By card."), faq("2", "Where is my parcel?", "Look at the tracking page.")];
    let index = Index::of_faq(&docs, "en").expect("an index");
    let query = |query: &str, id: &str| Query { query: query.into(), id: Some(id.into()) };
    let queries =
        [query("paying by card", "1"), query("tracking a package", "2"), query("card", "2"), query("moon", "1")];
    let found = evaluate(&index, &queries, "en", &|| ());
    assert_eq!((found.hit1, found.hit3, found.mrr10, found.queries), (0.5, 0.5, 0.5, 4));
    assert_eq!(evaluate(&index, &[], "en", &|| ()).queries, 0);
}

proptest::proptest! {
    #[test]
    fn no_query_makes_a_search_panic(query in "\\PC{0,200}", locale in "[a-z]{0,3}") {
        let index = built(&[article("a", "en", "# Returns\nThe label is in the box.")]);
        proptest::prop_assert!(index.search(&query, &locale, 3).iter().all(|hit| (0.0..=1.0).contains(&hit.fit)));
    }
}
