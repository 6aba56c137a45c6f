//! What a message costs, part by part: `cargo bench`. Figures are printed as times, but only their ratios in one run mean
//! something: machines are shared and noisy.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::expect_used, reason = "a bench that cannot go on has failed")]

use std::path::Path;
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use frontdesk::content::{self, Encodings, Snapshot, check_folder};
use frontdesk::domain::{Body, Command, Conversation, Event, Timestamp, decide};
use frontdesk::nlu::{Encoder, EntityKind, EntityRule, Extractor, NamedProduct, Nlu};

fn main() {
    let lessons = SHOP.lessons();
    let lines = lessons.intents.iter().map(|intent| intent.examples.len()).sum::<usize>();
    println!("n-grams of the starter shop, {lines} lines: {} KB of weights", SHOP.nlu().sparse_bytes() / 1024);
    divan::main();
}

static SHOP: LazyLock<Snapshot> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (loaded, faults) = check_folder(&root.join("intents"), &root.join("knowledge-base"), "2026-11-22");
    Snapshot::build(loaded.unwrap_or_else(|| panic!("{faults:?}")), None, None, None).expect("an index")
});

const QUESTION: &str = "hi, could you tell me when my parcel will be here please";

#[divan::bench]
fn understand_a_line(bencher: Bencher) {
    let nlu = SHOP.nlu();
    bencher.bench(|| nlu.understand(black_box(QUESTION)));
}

/// Ids as shops make them: two letters, five digits, a colour.
fn made_up_ids(count: usize) -> Vec<String> {
    let letter = |n: usize| char::from(b"ABCDEFGHJKMNPQRSTUVWXYZ"[n % 23]);
    let colours = ["BLU", "RED", "GRN", "GRY"];
    (0..count).map(|n| format!("{}{}-{n:05}-{}", letter(n), letter(n / 23), colours[n % 4])).collect()
}

fn extractor(kind: EntityKind) -> Extractor {
    let (normalize, context_words) = (vec![], vec![]);
    let rule = EntityRule { name: "sku".to_owned(), kind, normalize, context_words, fuzzy: 1, pii: false };
    Extractor::new(&[rule]).expect("a rule")
}

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

/// One message against 100,000 ids: as written, in small letters without dashes, with letters for digits, mistyped.
#[divan::bench(args = ["BK-41999-GRY", "bk41999gry", "BK–4l999–GRY", "BK-4199-GRY", "no number at all"])]
fn find_one_of_100_000_skus(bencher: Bencher, written: &str) {
    static SKUS: LazyLock<Extractor> = LazyLock::new(|| extractor(EntityKind::Catalog(made_up_ids(100_000))));
    let text = format!("hi, is the {written} still in stock? i ordered one last week (order 10042) and it came broken");
    bencher.bench(|| SKUS.extract(black_box(&text), TODAY));
}

#[divan::bench(sample_count = 5)]
fn make_100_000_skus_ready(bencher: Bencher) {
    let ids = made_up_ids(100_000);
    bencher.with_inputs(|| ids.clone()).bench_values(|ids| extractor(EntityKind::Catalog(ids)));
}

/// One message against 100,000 titles.
#[divan::bench]
fn find_a_product_by_its_name(bencher: Bencher) {
    let titles = ["mug", "bowl", "throw", "lamp", "rug", "dress", "shirt", "towel"];
    let colours = ["blue", "red", "green", "grey"];
    let product = |(n, id): (usize, String)| NamedProduct {
        id,
        title: format!("Model{} wool {}, {}", n / 32, titles[n / 4 % 8], colours[n % 4]),
        colour: colours[n % 4].to_owned(),
        size: String::new(),
        group: (n / 4).to_string(),
    };
    let products = made_up_ids(100_000).into_iter().enumerate().map(product).collect();
    let extractor = extractor(EntityKind::Products(products));
    bencher
        .bench_local(|| extractor.extract(black_box("hi, is the model77 wool lamp in green still in stock?"), TODAY));
}

// Both tiers; its examples are encoded before the first sample.
static DEEP: LazyLock<Snapshot> = LazyLock::new(|| {
    let encodings = Encodings::new(content::Config::embedded(), None);
    SHOP.deepened(&encodings, &|| false, &mut |_, _| ()).expect("the second tier")
});

static ENCODER: LazyLock<Encoder> = LazyLock::new(|| Encoder::embedded("en").expect("the encoder"));

#[divan::bench]
fn understand_a_line_with_both_tiers(bencher: Bencher) {
    let nlu = DEEP.nlu();
    // As many words as `QUESTION`, and nothing the n-grams are sure of.
    let question = "so nothing has turned up at our door so far, what now";
    assert!(nlu.encoder_for(&nlu.view(question), None).is_some(), "the encoder is asked");
    bencher.bench(|| nlu.understand(black_box(question)));
}

#[divan::bench]
fn encode_a_line(bencher: Bencher) {
    LazyLock::force(&ENCODER);
    bencher.bench(|| ENCODER.encode(black_box(QUESTION)));
}

#[divan::bench(sample_count = 5)]
fn load_the_encoder(bencher: Bencher) {
    bencher.bench(|| Encoder::embedded("en"));
}

#[divan::bench(sample_count = 3)]
fn train_both_tiers_of_the_starter_shop(bencher: Bencher) {
    let encodings = Encodings::new(content::Config::embedded(), None);
    encodings.prepare(|encoder| SHOP.lessons().texts(encoder), &|| false, &mut |_, _| ());
    bencher.bench(|| encodings.with(|encoding| SHOP.lessons().train(encoding)));
}

#[divan::bench(sample_count = 20)]
fn train_the_starter_shop(bencher: Bencher) {
    let examples = &SHOP.lessons().intents;
    bencher.bench(|| Nlu::train(black_box(examples)));
}

#[divan::bench]
fn search_the_starter_shop(bencher: Bencher) {
    let index = SHOP.index();
    bencher.bench(|| index.search(black_box("how do i get the wine stain out of linen"), "en", 3));
}

#[divan::bench]
fn decide_and_fold_a_message(bencher: Bencher) {
    let command =
        Command::Say { client_id: Some("c1".into()), body: Body::text(QUESTION), locale: None, consent: None };
    bencher.with_inputs(Conversation::default).bench_refs(|state| {
        let decision = decide(state, &command, Timestamp(1), std::time::Duration::MAX).expect("a decision");
        for kind in decision.events {
            state.apply(&Event { seq: state.head + 1, at: Timestamp(1), kind });
        }
    });
}
