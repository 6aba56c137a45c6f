//! What a search costs in a small and in a large shop: `cargo bench --bench search`. Medians and 99th percentiles over questions that
//! differ, without the encoder's own time, which `core` measures. Read the ratios: machines are shared and noisy.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::expect_used, reason = "a bench that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "it measures durations")]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use frontdesk::knowledge::{Article, parse};
use frontdesk::nlu::{Encoder, Vector};
use frontdesk::retrieval::{Index, Material, Search, Synonyms};

/// Passages of each article.
const PASSAGES: usize = 4;
/// Words of the language the articles are made of.
const WORDS: u64 = 20_000;
/// Questions asked.
const QUESTIONS: usize = 400;
const TODAY: &str = "2026-11-28";

fn main() {
    let encoder = Arc::new(Encoder::embedded("en").expect("an encoder"));
    for passages in [1_000, 100_000] {
        measure(passages, &encoder);
    }
}

fn measure(passages: usize, encoder: &Arc<Encoder>) {
    let folder = std::env::temp_dir().join(format!("frontdesk-bench-{}", std::process::id()));
    let mut articles: Vec<Article> = (0..passages / PASSAGES).map(article).collect();
    let (first, made) = timed(|| build(&articles, None, &folder));
    println!("{passages} passages in {} articles", articles.len());
    println!("  indexed from nothing, on disk         {made:>10.2?}");
    let (_, opened) = timed(|| build(&articles, None, &folder));
    println!("  opened from disk, checked             {opened:>10.2?}");
    articles[7] = article(1_000_000);
    let (second, changed) = timed(|| build(&articles, Some(&first), &folder));
    println!("  one article changed                   {changed:>10.2?}");
    let direction = |text: &str| Some(direction(seed_of(text), encoder.length()));
    let (deep, deepened) = timed(|| second.clone().deepened(encoder, &direction));
    println!("  with what {} texts mean          {deepened:>10.2?}", deep.texts(encoder).len());
    ask("by words", &second, None);
    ask("by words and meaning", &deep, Some(encoder.length()));
    let _ = std::fs::remove_dir_all(&folder);
}

fn build(articles: &[Article], before: Option<&Index>, folder: &Path) -> Index {
    let synonyms = Synonyms::new();
    let material = Material { articles, synonyms: &synonyms, products: &[], today: TODAY, default_locale: "en" };
    Index::build(material, before, Some(folder)).expect("an index")
}

fn ask(how: &str, index: &Index, length: Option<usize>) {
    let mut took: Vec<Duration> = (0..QUESTIONS)
        .map(|n| {
            let text = sentence(&mut Chance(900_000 + n as u64), 5 + n % 9);
            let near = length.map(|length| direction(n as u64, length));
            let search = Search::public(&text, "en", 3);
            timed(|| black_box(index.find_near(&search, near.as_deref()))).1
        })
        .collect();
    took.sort();
    let at = |share: usize| took[took.len() * share / 100];
    println!("  a question {how:<26} p50 {:>8.2?}  p99 {:>8.2?}", at(50), at(99));
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed())
}

fn article(number: usize) -> Article {
    let mut chance = Chance(number as u64);
    let mut text = format!("# {} {number}\n", sentence(&mut chance, 6));
    for _ in 0..PASSAGES {
        text += &format!("## {}\n{}\n", sentence(&mut chance, 4), sentence(&mut chance, 45));
    }
    parse(&format!("knowledge-base/en/a{number}.md"), &text).expect("an article")
}

// Words as often as in a language: few of them make up most of a text.
fn sentence(chance: &mut Chance, words: usize) -> String {
    let word = |chance: &mut Chance| {
        let share = chance.share();
        let rank = (share * share * share * WORDS as f64) as u64;
        let mut letters = Chance(rank * 7 + 3);
        let length = 4 + (rank % 6) as usize;
        (0..length).map(|_| char::from(b'a' + (letters.next() % 26) as u8)).collect::<String>()
    };
    (0..words).map(|_| word(chance)).collect::<Vec<_>>().join(" ")
}

fn seed_of(text: &str) -> u64 {
    text.bytes().fold(1_469_598_103_934_665_603, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211))
}

fn direction(seed: u64, length: usize) -> Vector {
    let mut chance = Chance(seed);
    let values: Vec<f32> = (0..length).map(|_| chance.share() as f32 - 0.5).collect();
    let norm = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.into_iter().map(|value| value / norm).collect()
}

/// Splitmix64 (Steele, Lea and Flood, 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}
