//! One article of the knowledge base: front matter and passages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fault::{Fault, Place, Trouble};
use super::markdown;
use super::slug::slug;
use super::tree::{Kind, Node};
use super::yaml::Format;

/// An article a bot may answer from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Article {
    /// Its name for ever: the file may move, citations stay. The same in every language.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Its language, as `en` or `de-AT`.
    pub locale: String,
    /// What it is about, as `REFUND`.
    pub category: Option<String>,
    /// The answer in a sentence or two.
    pub answer: Option<String>,
    /// Words shoppers use for it.
    pub questions: Vec<String>,
    /// Numbers and days other articles must not contradict.
    pub facts: BTreeMap<String, String>,
    /// Who may read it.
    pub audience: Audience,
    /// Whether it is in use.
    pub status: Status,
    /// The last day on which it holds, as `2027-01-31`.
    pub valid_until: Option<String>,
    /// When somebody should read it again.
    pub review_by: Option<String>,
    /// Its page in the shop.
    pub url: Option<String>,
    /// Its text.
    pub passages: Vec<Passage>,
    /// Its file.
    pub source: String,
    /// Where the keys of the front matter stand; entries of lists and blocks as `facts.refund_days`.
    #[serde(skip)]
    pub places: BTreeMap<String, Place>,
}

/// A stretch of an article that can be cited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// Its name in the article.
    pub anchor: String,
    /// Its heading; empty for what stands before the first one.
    pub heading: String,
    /// Its words, without Markdown marks.
    pub text: String,
}

/// Who may read an article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody.
    #[default]
    Public,
    /// Shoppers the shop knows.
    SignedIn,
    /// The people at the desk.
    Agents,
}

/// Whether an article is in use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being written.
    Draft,
    /// In use.
    #[default]
    Published,
    /// No longer in use.
    Archived,
}

/// The head of an article's file, between the two lines `---`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrontMatter {
    /// The article's name for ever, the same in every language. Without it: the name of the file.
    pub id: Option<String>,
    /// The heading. Without it: the first heading of the text.
    pub title: Option<String>,
    /// The language. Without it: the name of the folder.
    pub locale: Option<String>,
    /// What it is about, as `REFUND`.
    pub category: Option<String>,
    /// The answer in a sentence or two: what the assistant says.
    pub answer: Option<String>,
    /// Words shoppers use; each must find this article first.
    #[serde(default)]
    pub questions: Vec<String>,
    /// Numbers and days: two articles that differ fail the check.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    /// Who may read it.
    pub audience: Option<Audience>,
    /// Whether it is in use.
    pub status: Option<Status>,
    /// The last day on which it holds, as `2027-01-31`.
    pub valid_until: Option<String>,
    /// When somebody should read it again.
    pub review_by: Option<String>,
    /// Its page in the shop.
    pub url: Option<String>,
}

static FORMAT: LazyLock<Format<FrontMatter>> = LazyLock::new(Format::new);

/// The JSON Schema of an article's front matter.
#[must_use]
pub fn front_matter_schema() -> Value {
    FORMAT.schema().clone()
}

impl Article {
    /// Where `key` of the front matter stands, or the beginning of the file.
    #[must_use]
    pub fn place(&self, key: &str) -> Place {
        self.places.get(key).copied().unwrap_or(Place::START)
    }

    /// Whether the assistant may answer everybody from it on the day `today`, as `2026-11-22`.
    #[must_use]
    pub fn is_live(&self, today: &str) -> bool {
        self.status == Status::Published && self.audience == Audience::Public && !self.is_expired(today)
    }

    /// Whether its last day is over. Days written as `2026-11-22` sort like text.
    #[must_use]
    pub fn is_expired(&self, today: &str) -> bool {
        self.valid_until.as_deref().is_some_and(|last| last < today)
    }
}

/// Reads the article in the file `path` (as `knowledge-base/en/returns.md`), whose text is `source`.
///
/// # Errors
/// All faults of the file.
pub fn parse(path: &str, source: &str) -> Result<Article, Vec<Fault>> {
    read(path, source).map_err(|troubles| troubles.into_iter().map(|trouble| trouble.error(path)).collect())
}

fn read(path: &str, source: &str) -> Result<Article, Vec<Trouble>> {
    // Editors on Windows begin a file with an invisible mark.
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let (head, body) = split(source).map_err(|trouble| vec![trouble])?;
    let (front, node) = match head {
        Some(head) if !head.trim().is_empty() => FORMAT.read(head, 1).map(|(front, node)| (front, Some(node)))?,
        _ => (FrontMatter::default(), None),
    };
    let troubles = node.as_ref().map(|node| check(&front, node)).unwrap_or_default();
    if !troubles.is_empty() {
        return Err(troubles);
    }
    assemble(path, front, body, node.as_ref()).map_err(|trouble| vec![trouble])
}

// The front matter without its two lines, and the text below it.
fn split(source: &str) -> Result<(Option<&str>, &str), Trouble> {
    let is_mark = |line: &str| line.trim_end() == "---";
    let mut lines = source.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| is_mark(line)) else {
        return without_head(source).map(|body| (None, body));
    };
    let rest = &source[first.len()..];
    let mut length = 0;
    for line in lines {
        if is_mark(line) {
            return Ok((Some(&rest[..length]), &rest[length + line.len()..]));
        }
        length += line.len();
    }
    let problem = "the block of settings that begins here has no end";
    Err(Trouble::new(Place::START, problem, "write a line `---` below its last setting"))
}

// A text that begins without settings. Where settings stand further down, everybody would read them and what they keep back.
fn without_head(source: &str) -> Result<&str, Trouble> {
    let keys = FORMAT.schema().get("properties").and_then(Value::as_object);
    let is_setting = |line: &str| {
        line.split_once(':').is_some_and(|(key, _)| keys.is_some_and(|keys| keys.contains_key(key.trim())))
    };
    let is_fence = |line: &str| line.len() >= 2 && line.chars().all(|c| matches!(c, '-' | '–' | '—' | '+' | '='));
    let lines = source.lines().map(str::trim).zip(1..).filter(|(line, _)| !line.is_empty());
    let mut before = None;
    for (line, at) in lines {
        let is_first = before.is_none();
        if is_setting(line) && (is_first || before.is_some_and(is_fence)) {
            let problem =
                "this line is a setting, but the settings do not begin where the file does: they would be read as text";
            let cure =
                "begin the file with a line `---`, nothing above it, and write another one below the last setting";
            return Err(Trouble::new(Place { line: at, column: 1 }, problem, cure));
        }
        before = Some(line);
    }
    Ok(source)
}

fn assemble(path: &str, front: FrontMatter, body: &str, node: Option<&Node>) -> Result<Article, Trouble> {
    let (folder, stem) = folder_and_stem(path);
    let id = front.id.unwrap_or_else(|| slug(stem));
    let cut = markdown::cut(body, &id);
    let Some(title) = front.title.or(cut.first_heading) else {
        let cure = "begin it with a heading, such as `# How long does a refund take?`";
        return Err(Trouble::new(Place::START, "this article has no title", cure));
    };
    let Some(locale) = front.locale.or_else(|| is_locale(folder).then(|| folder.to_owned())) else {
        let cure = "move the file into a folder such as `en`, or begin it with `locale: en` between two lines `---`";
        return Err(Trouble::new(Place::START, "the language of this article is not known", cure));
    };
    if front.answer.is_none() && cut.passages.is_empty() {
        return Err(Trouble::new(Place::START, "this article says nothing", "write its text below the title"));
    }
    Ok(Article {
        id,
        title,
        locale,
        category: front.category,
        answer: front.answer,
        questions: front.questions,
        facts: front.facts,
        audience: front.audience.unwrap_or_default(),
        status: front.status.unwrap_or_default(),
        valid_until: front.valid_until,
        review_by: front.review_by,
        url: front.url,
        passages: cut.passages,
        source: path.to_owned(),
        places: node.map(places).unwrap_or_default(),
    })
}

fn folder_and_stem(path: &str) -> (&str, &str) {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folders.rsplit('/').next().unwrap_or_default();
    (folder, file.strip_suffix(".md").unwrap_or(file))
}

/// Whether `text` looks like the name of a language: `en`, `de-AT`.
#[must_use]
pub fn is_locale(text: &str) -> bool {
    let (language, region) = text.split_once('-').map_or((text, None), |(language, region)| (language, Some(region)));
    let lower = matches!(language.len(), 2 | 3) && language.bytes().all(|b| b.is_ascii_lowercase());
    lower
        && region
            .is_none_or(|region| matches!(region.len(), 2..=4) && region.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn check(front: &FrontMatter, node: &Node) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    let place = |key: &'static str| node.place_of(&[key.into()]);
    for (key, day) in [("valid_until", &front.valid_until), ("review_by", &front.review_by)] {
        if let Some(day) = day.as_deref().filter(|day| !is_day(day)) {
            troubles.push(Trouble::new(place(key), format!("`{day}` is not a day"), "write it as `2027-01-31`"));
        }
    }
    if let Some(locale) = front.locale.as_deref().filter(|locale| !is_locale(locale)) {
        troubles.push(Trouble::new(
            place("locale"),
            format!("`{locale}` is not a language"),
            "write it as `en` or `de-AT`",
        ));
    }
    if let Some(id) = front.id.as_deref().filter(|id| slug(id) != *id) {
        let problem = format!("`{id}` cannot be an id: small letters, digits and hyphens only");
        troubles.push(Trouble::new(place("id"), problem, format!("write `{}`", slug(id))));
    }
    if let Some(url) = front.url.as_deref().filter(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
        troubles.push(Trouble::new(place("url"), format!("`{url}` is not an address"), "begin it with `https://`"));
    }
    for (key, text) in [("title", &front.title), ("answer", &front.answer)] {
        if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
            troubles.push(Trouble::new(place(key), format!("the {key} is empty"), "write it, or remove the line"));
        }
    }
    troubles
}

fn is_day(text: &str) -> bool {
    // The parser also takes other spellings; only one of them sorts like text.
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

fn places(node: &Node) -> BTreeMap<String, Place> {
    let mut places = BTreeMap::new();
    for (key, value) in node.entries() {
        places.insert(key.text.clone(), value.place);
        for (inner, value) in value.entries() {
            places.insert(format!("{}.{}", key.text, inner.text), value.place);
        }
        if let Kind::List(values) = &value.kind {
            let placed = values.iter().enumerate().map(|(at, value)| (format!("{}.{at}", key.text), value.place));
            places.extend(placed);
        }
    }
    places
}

#[cfg(test)]
#[path = "article_tests.rs"]
mod tests;
