//! Articles, whole and broken.

use super::*;

const WHOLE: &str = "---
id: returns-refund-time            # stable
title: How long does a refund take?
locale: en
category: REFUND
answer: Refunds reach your card within 5 working days.
questions:
  - when do I get my money back
facts: { refund_days: 05, open: 12:30, sent: no }
audience: public
status: published
valid_until: 2027-01-31
review_by: 2027-01-01
url: https://shop.example/returns#refunds
---
## Card and PayPal
We refund to the way you paid.
";

#[test]
fn a_whole_article() {
    let article = parse("knowledge-base/en/x.md", WHOLE).expect("an article");
    assert_eq!(article.id, "returns-refund-time");
    assert_eq!(article.title, "How long does a refund take?");
    assert_eq!(article.questions, ["when do I get my money back"]);
    assert_eq!(article.passages.len(), 1);
    assert_eq!(article.passages[0].anchor, "card-and-paypal");
    assert_eq!(article.place("facts.refund_days"), Place { line: 9, column: 23 });
    assert_eq!(article.url.as_deref(), Some("https://shop.example/returns#refunds"));
}

#[test]
fn facts_stay_as_written() {
    let article = parse("knowledge-base/en/x.md", WHOLE).expect("an article");
    let facts: Vec<_> = article.facts.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(facts, [("open", "12:30"), ("refund_days", "05"), ("sent", "no")]);
}

#[test]
fn an_article_is_live_to_its_last_day() {
    let article = parse("knowledge-base/en/x.md", WHOLE).expect("an article");
    assert!(article.is_live("2027-01-31"));
    assert!(!article.is_live("2027-02-01"));
    let agents = parse("knowledge-base/en/x.md", &WHOLE.replace("public", "agents")).expect("an article");
    assert!(!agents.is_live("2026-11-22"));
    let draft = parse("knowledge-base/en/x.md", &WHOLE.replace("published", "draft")).expect("an article");
    assert!(!draft.is_live("2026-11-22"));
}

#[test]
fn a_file_without_settings_is_an_article() {
    let article =
        parse("knowledge-base/de/Gruesse Karten.md", "# Grußkarten\nWir legen gern eine bei.").expect("an article");
    assert_eq!((article.id.as_str(), article.locale.as_str()), ("gruesse-karten", "de"));
    assert_eq!(article.title, "Grußkarten");
    assert_eq!(article.passages[0].anchor, "gruesse-karten");
}

#[test]
fn a_rule_between_parts_is_no_setting() {
    for body in ["# X\n\nText.\n\n---\n\nMore: text.", "# X\nstatus: words\n- id: what"] {
        assert!(parse("knowledge-base/en/x.md", body).is_ok(), "{body}");
    }
}

fn check(source: &str, expected: &[(u32, u32, &str, &str)]) {
    let faults = parse("knowledge-base/en/x.md", source).expect_err("faults");
    let found: Vec<_> = faults.iter().map(|f| (f.line, f.column, f.problem.as_str(), f.cure.as_str())).collect();
    assert_eq!(found, expected, "{source}");
    assert!(faults.iter().all(|fault| fault.file == "knowledge-base/en/x.md" && fault.is_error()));
}

#[test]
fn broken_articles_are_told_where_and_what_instead() {
    check(
        "---\nid: x\n",
        &[(1, 1, "the block of settings that begins here has no end", "write a line `---` below its last setting")],
    );
    check(
        "---\ntitel: X\nstatus: public\n---\nText.",
        &[
            (2, 1, "there is no key `titel` here", "write `title`"),
            (3, 9, "`public` is not known here", "write one of `draft`, `published`, `archived`"),
        ],
    );
    check(
        "---\ntitle: X\nvalid_until: 31.01.2027\n---\nText.",
        &[(3, 14, "`31.01.2027` is not a day", "write it as `2027-01-31`")],
    );
    check(
        "---\ntitle: Refund: how long\n---\nText.",
        &[(2, 8, "a text with `: ` in it needs quotes", "write `key: \"text: more text\"`")],
    );
    check(
        "---\ntitle: X\nquestions: what\n---\nText.",
        &[(
            3,
            12,
            "here stands text where a list (lines that begin with `- `) belongs",
            "write a list (lines that begin with `- `)",
        )],
    );
    check(
        "---\ntitle: X\nurl: shop.example\nid: My Id\n---\nText.",
        &[
            (4, 5, "`My Id` cannot be an id: small letters, digits and hyphens only", "write `my-id`"),
            (3, 6, "`shop.example` is not an address", "begin it with `https://`"),
        ],
    );
    let problem =
        "this line is a setting, but the settings do not begin where the file does: they would be read as text";
    let cure = "begin the file with a line `---`, nothing above it, and write another one below the last setting";
    check("\n---\naudience: agents\n---\n## X\nText.", &[(3, 1, problem, cure)]);
    check("----\r\nstatus: draft\r\n----\r\n## X\nText.", &[(2, 1, problem, cure)]);
    check("title: X\naudience: agents\n\n## X\nText.", &[(1, 1, problem, cure)]);
    check("A note of mine\n---\nid: x\n---\n## X\nText.", &[(3, 1, problem, cure)]);
    check(
        "Only text.",
        &[(1, 1, "this article has no title", "begin it with a heading, such as `# How long does a refund take?`")],
    );
    check("# Title\n", &[(1, 1, "this article says nothing", "write its text below the title")]);
}

#[test]
fn the_language_is_needed() {
    let faults = parse("knowledge-base/x.md", "# Title\nText.").expect_err("a fault");
    assert_eq!(faults[0].problem, "the language of this article is not known");
    assert!(is_locale("de-AT") && is_locale("en") && !is_locale("shop") && !is_locale("DE"));
}
