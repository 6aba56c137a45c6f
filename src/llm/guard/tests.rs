use proptest::prelude::*;

use super::*;

const CASES: &str = include_str!("cases.tsv");

fn source(text: &str) -> Source {
    let (title, text) = text.split_once(" || ").unwrap_or(("", text));
    Source { name: "article#part".into(), title: title.into(), text: text.into(), url: None }
}

fn judged(source_text: &str, said: &str) -> Result<(), String> {
    Guard::new(&[source(source_text)], &BTreeMap::new()).judge(said, &[0], &[], "")
}

#[test]
fn the_table_holds() {
    let (mut passing, mut failing, mut wrong) = (0, 0, Vec::new());
    for line in CASES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [expected, source, said] = fields.as_slice() else { panic!("three fields: {line}") };
        let said = said.replace(r"\u{200b}", "\u{200b}");
        let judged = judged(source, &said);
        match *expected {
            "passes" => passing += 1,
            "fails" => failing += 1,
            other => panic!("{other}"),
        }
        if judged.is_ok() != (*expected == "passes") {
            wrong.push(format!("{line}\n    {judged:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(passing >= 50 && failing >= 50, "{passing} pass, {failing} fail");
}

#[test]
fn what_is_cited_counts_and_what_is_not_does_not() {
    let sources = [source("Delivery takes 3 days."), source("Returns take 5 days.")];
    let record: BTreeMap<String, String> = [
        ("eta", "2026-11-24"),
        ("total", "59.80"),
        ("currency", "EUR"),
        ("order_number", "10443"),
        ("shipping", "free"),
        ("status", "shipped"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let guard = Guard::new(&sources, &record);
    let check = |said: &str, cited: &[usize], expected: bool| {
        assert_eq!(guard.judge(said, cited, &[], "").is_ok(), expected, "{said} {cited:?}");
    };
    check("It takes 5 days.", &[1], true);
    check("It takes 5 days.", &[0], false);
    check("It takes 5 days.", &[0, 1], true);
    check("It takes 5 days.", &[7], false);
    check("Order 10443 comes on 24 November.", &[0], true);
    check("You paid 59.80 €.", &[0], true);
    check("You paid $59.80.", &[0], false);
    check("You paid 10443 €.", &[0], false);
    check("The shipping is free.", &[0], true);
}

#[test]
fn what_is_the_shoppers_own_may_be_named_and_promises_nothing() {
    let guard = Guard::new(&[source("We write to you.")], &BTreeMap::new());
    let check = |said: &str, own: &[&str], expected: bool| {
        assert_eq!(guard.judge(said, &[0], own, "").is_ok(), expected, "{said}");
    };
    check("We write to ann@example.com.", &["ann@example.com"], true);
    check("We write to ann@example.com.", &[], false);
    check("Order 10443 is yours.", &["10443"], true);
    check("You get 10443 €.", &["10443"], false);
    check("Hello 50 % off.", &["50 % off"], false);
    check("Hello free returns.", &["free returns"], false);
    check("Hello 30 days.", &["30 days"], false);
}

#[test]
fn a_sentence_goes_on_about_the_one_before() {
    let guard = Guard::new(&[source("Returns are free.")], &BTreeMap::new());
    assert!(guard.judge("It is free of charge.", &[0], &[], "You can return the mug.").is_ok());
    assert!(guard.judge("It is free of charge.", &[0], &[], "We deliver the mug.").is_err());
    assert!(guard.judge("It is free of charge.", &[0], &[], "").is_err());
}

#[test]
fn why_repeats_nothing_personal() {
    let check = |said: &str, expected: &str| assert_eq!(judged("Nothing.", said), Err(expected.to_owned()), "{said}");
    check("Call +49 171 1234567.", "a long number stands in no source");
    check("Write to ann@example.com.", "a link stands in no source");
    check("It is 1234567.", "a long number stands in no source");
    check("It costs 5 €.", "5 EUR stands in no source");
    check("Returns are free.", "`free` stands in no source like this");
}

// Title, answer and text of one of the starter shop's articles.
fn article(locale: &str, name: &str) -> Option<[String; 3]> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge-base").join(locale).join(name);
    let text = std::fs::read_to_string(path).ok()?;
    let (head, text) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    let field = |name: &str| {
        let value = head.lines().find_map(|line| line.strip_prefix(name))?;
        Some(value.trim().trim_matches('"').to_owned())
    };
    Some([field("title:")?, field("answer:")?, text.to_owned()])
}

// Each article's answer in one language, judged by the article in the other: nothing in it is wrong, so it should pass. What
// still fails are claims whose subject the languages put into different clauses.
#[test]
fn translations_of_the_starters_articles_pass() {
    let (mut sentences, mut failed) = (0, Vec::new());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge-base/en");
    for file in std::fs::read_dir(folder).expect("articles").flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let (Some(english), Some(german)) = (article("en", &name), article("de", &name)) else { continue };
        for ([title, answer, text], [_, said, _]) in [(&english, &german), (&german, &english)] {
            let source = Source { title: title.clone(), text: format!("{answer}\n{text}"), ..source("") };
            let (guard, mut before) = (Guard::new(&[source], &BTreeMap::new()), String::new());
            for sentence in crate::llm::sentences::all(said) {
                sentences += 1;
                let judged = guard.judge(&sentence, &[0], &[], &before);
                failed.extend(judged.err().map(|why| format!("{name}: {sentence} ({why})")));
                before.push_str(&sentence);
            }
        }
    }
    assert!(
        sentences >= 150 && failed.len() * 20 <= sentences,
        "{} of {sentences}:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

/// A value of a kind, and the ways it is written in.
fn styles(kind: usize, number: u32) -> Vec<String> {
    let word = ["two", "three", "four", "five", "six", "seven", "eight", "nine"][number as usize - 2];
    let german = ["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"][number as usize - 2];
    let wide = char::from_u32(0xff10 + number).expect("a digit");
    let arabic = char::from_u32(0x660 + number).expect("a digit");
    match kind {
        0 => ["€{n}", "{n} €", "{n} EUR", "{n},00 €", "{n}.00 euros", "{w} euros", "{g} Euro", "{f} €", "{a} €"],
        1 => ["{n}%", "{n} %", "{n} percent", "{n} Prozent", "{n},0 %", "{w} per cent", "{g} Prozent", "{f}％", "{a}٪"],
        2 => [
            "{n} weeks",
            "{n} Wochen",
            "{w} weeks",
            "{g} Wochen",
            "{d} days",
            "{d} Tage",
            "{f} Wochen",
            "{a} weeks",
            "{h} hours",
        ],
        3 => [
            "{n} working days",
            "{n} Werktage",
            "{w} business days",
            "{g} Arbeitstage",
            "{n}\u{a0}working days",
            "{n} Arbeitstagen",
            "{f} Werktage",
            "{a} working days",
            "{n} business-days",
        ],
        4 => [
            "{n}.11.2026",
            "2026-11-0{n}",
            "{n} November 2026",
            "November {n}, 2026",
            "{n}. November 2026",
            "{n}th of Nov. 2026",
            "0{n}.11.2026",
            "{f}.11.2026",
            "{a}. November 2026",
        ],
        _ => ["{n}", "{n} mugs", "{w} mugs", "{g} Becher", "no. {n}", "{f} mugs", "{a} mugs", "{n},0 kg", "0{n}"],
    }
    .iter()
    .map(|style| {
        style
            .replace("{n}", &number.to_string())
            .replace("{w}", word)
            .replace("{g}", german)
            .replace("{f}", &wide.to_string())
            .replace("{a}", &arabic.to_string())
            .replace("{d}", &(7 * number).to_string())
            .replace("{h}", &(168 * number).to_string())
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    // Whatever is said in whatever spelling: it passes when the source holds that value of that kind, and only then.
    #[test]
    fn a_value_passes_when_it_stands_in_the_source_and_only_then(
        known in proptest::collection::vec((0usize..6, 2u32..10, 0usize..9), 0..5),
        said in (0usize..6, 2u32..10, 0usize..9),
    ) {
        let write = |(kind, number, style): (usize, u32, usize)| styles(kind, number)[style].clone();
        let source: String = known.iter().map(|value| format!("This line has {} in it.\n", write(*value))).collect();
        let sentence = format!("Here we say {} and stop.", write(said));
        let holds = known.iter().any(|(kind, number, _)| (*kind, *number) == (said.0, said.1));
        prop_assert_eq!(judged(&source, &sentence).is_ok(), holds, "{} | {}", source, sentence);
    }

    #[test]
    fn no_text_panics(source in any::<String>(), said in any::<String>()) {
        let _ = judged(&source, &said);
    }

    #[test]
    fn no_text_like_ours_panics(
        source in r"[0-9a-zäß€$%.,'/:;()\[\]@ \n-]{0,80}",
        said in r"([0-9]{1,4}|€|%|days|free|nicht|kostenlos|und|half|twenty|code|[.,'/:;-]| ){0,24}",
    ) {
        let _ = judged(&source, &said);
        let _ = judged(&said, &source);
        // What a source says may be said, unless it is written to deceive or takes a condition or a subject from elsewhere.
        let facts = facts(&said, None);
        let known: BTreeSet<Fact> = facts.iter().cloned().collect();
        prop_assert!(facts.iter().all(|fact| known.iter().any(|known| known.supports(fact))));
    }
}
