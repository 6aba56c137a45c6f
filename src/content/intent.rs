//! One intent: its file, read and checked.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::case::{self, TestCase};
use super::check_reply::{self, File, Known};
use super::collect::Faults;
use super::examples::{self, ParsedExample};
use super::files::{IntentFile, Lines, ThresholdsFile, VariantFile};
use super::form_files::HANDOFF;
use super::forms::{self, Work};
use super::source::SourceFile;
use super::words::{Ordered, Words};
use crate::dialogue::{ActRule, FormRule};
use crate::knowledge::{Format, Node, Step, write_instead};

/// Fewer examples of an intent in a language teach the assistant hardly anything.
const FEW: usize = 5;

pub(super) static FORMAT: LazyLock<Format<IntentFile>> = LazyLock::new(Format::new);

/// What shoppers want, and what is said to it.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Its name.
    pub name: String,
    /// Its file.
    pub file: String,
    /// What a shopper reads where several things may be meant.
    pub title: Option<Words>,
    /// What it is about.
    pub category: Option<String>,
    /// Its own thresholds.
    pub thresholds: ThresholdsFile,
    /// Whether it asks for a person.
    pub hands_over: bool,
    /// What shoppers write.
    pub examples: Vec<ParsedExample>,
    /// What means something else.
    pub not_examples: Vec<ParsedExample>,
    /// The keys of its replies.
    pub replies: Vec<String>,
    /// The key of what is said once nothing is left to ask or look up.
    pub reply: String,
    /// What has to be known first.
    pub form: Option<FormRule>,
    /// What is looked up then.
    pub act: Option<ActRule>,
}

/// An intent's file, read.
pub(super) struct Read<'a> {
    pub(super) source: &'a SourceFile,
    pub(super) node: Node,
    pub(super) intent: Intent,
    pub(super) responses: Ordered<Vec<VariantFile>>,
    pub(super) tests: Vec<TestCase>,
    /// The names its texts may use.
    pub(super) names: Vec<String>,
}

/// Reads and checks `source` on its own; nothing if it is broken so that nothing can be said about the rest.
pub(super) fn read<'a>(source: &'a SourceFile, known: &Known<'_>, faults: &mut Faults) -> Option<Read<'a>> {
    let (file, node) = match FORMAT.read(&source.text, 0) {
        Ok(read) => read,
        Err(troubles) => {
            faults.errors(&source.name, troubles);
            return None;
        }
    };
    let bare = File { name: &source.name, source: &source.text, node: &node, names: None };
    let Work { form, act, reply, names } = forms::work(&bare, &file, known, faults);
    let here = File { names: names.as_deref(), ..bare };
    check_name(&here, source.stem(), &file.intent, faults);
    check_thresholds(&here, &file.thresholds, faults);
    if let Some(title) = &file.title {
        check_reply::check_words(&here, &["title".into()], title, None, known, faults);
    }
    for (key, variants) in file.responses.iter() {
        check_reply::check(&here, &["responses".into(), key.into()], key, variants, known, faults);
    }
    if file.responses.0.is_empty() {
        let problem = "this intent has nothing to say";
        faults.error(
            &source.name,
            here.place(&["responses".into()]),
            problem,
            "add `responses:` with a reply below it",
        );
    }
    let examples = lines(&here, "examples", &file.examples, known, faults);
    let not_examples = lines(&here, "not_examples", &file.not_examples, known, faults);
    check_examples(&here, &file, &examples, known, faults);
    let tests = case::read(&source.name, &file.tests, &node, faults);
    if let Some(lookups) = known.lookups {
        case::check_fixtures(&here, &file.tests, lookups, faults);
    }
    let intent = Intent {
        name: file.intent,
        file: source.name.clone(),
        title: file.title,
        category: file.category,
        thresholds: file.thresholds,
        hands_over: file.act.as_deref() == Some(HANDOFF),
        examples,
        not_examples,
        replies: file.responses.0.iter().map(|(key, _)| key.clone()).collect(),
        reply,
        form,
        act,
    };
    Some(Read { source, node, intent, responses: file.responses, tests, names: names.unwrap_or_default() })
}

fn check_name(file: &File<'_>, stem: &str, intent: &str, faults: &mut Faults) {
    let place = file.place(&["intent".into()]);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if intent.is_empty() || !intent.chars().all(plain) {
        let problem = format!("`{intent}` cannot be a name");
        faults.error(file.name, place, problem, "write it in small letters, digits and `_`, such as `track_order`");
    } else if intent != stem {
        let problem = format!("the intent is called `{intent}`, its file `{stem}.yaml`");
        faults.error(file.name, place, problem, format!("write `{stem}`, or rename the file to `{intent}.yaml`"));
    }
}

fn check_thresholds(file: &File<'_>, thresholds: &ThresholdsFile, faults: &mut Faults) {
    if let (Some(answer), Some(confirm)) = (thresholds.answer, thresholds.confirm)
        && confirm > answer
    {
        let place = file.place(&["thresholds".into(), "confirm".into()]);
        faults.error(
            file.name,
            place,
            "`confirm` is larger than `answer`",
            "write a value that is not larger than `answer`",
        );
    }
}

fn lines(
    file: &File<'_>,
    key: &str,
    by_locale: &BTreeMap<String, Lines>,
    known: &Known<'_>,
    faults: &mut Faults,
) -> Vec<ParsedExample> {
    if let Some(locales) = known.locales {
        check_reply::check_locales(file, &[key.into()], by_locale.keys().map(String::as_str), locales, faults);
    }
    let mut all = Vec::new();
    for (locale, lines) in by_locale {
        let path: [Step<'_>; 2] = [key.into(), locale.as_str().into()];
        let (examples, troubles) = examples::parse(locale, lines, file.node, &path, file.source);
        faults.errors(file.name, troubles);
        check_marks(file, &examples, known, faults);
        all.extend(examples);
    }
    all
}

// A mark of something that is picked out nowhere is a slip, but it harms nothing.
fn check_marks(file: &File<'_>, examples: &[ParsedExample], known: &Known<'_>, faults: &mut Faults) {
    let Some(entities) = known.entities.filter(|entities| entities.is_there) else { return };
    for example in examples {
        for marked in &example.entities {
            if let Some(cure) = cure_for(&marked.entity, entities.names.keys().map(String::as_str)) {
                let problem = format!("there is no entity `{}`", marked.entity);
                faults.warning(file.name, example.place, problem, cure);
            }
        }
    }
}

fn check_examples(
    file: &File<'_>,
    intent: &IntentFile,
    examples: &[ParsedExample],
    known: &Known<'_>,
    faults: &mut Faults,
) {
    let place = file.place(&["examples".into()]);
    if examples.is_empty() {
        faults.error(
            file.name,
            place,
            "there are no examples",
            "write what shoppers say, each on a line that begins with `- `",
        );
        return;
    }
    for locale in known.locales.into_iter().flat_map(|locales| locales.all()) {
        let count = examples
            .iter()
            .filter(|example| example.locale == locale || example.locale.starts_with(&format!("{locale}-")))
            .count();
        if count < FEW {
            let place = file.place(&["examples".into(), locale.into()]);
            let problem = match count {
                0 => format!("there are no examples in `{locale}`"),
                1 => format!("there is only 1 example in `{locale}`"),
                _ => format!("there are only {count} examples in `{locale}`"),
            };
            faults.warning(file.name, place, problem, "write at least 5; 20 are better");
        }
    }
    for (locale, lines) in &intent.examples {
        if matches!(lines, Lines::Block(text) if text.trim().is_empty()) {
            let place = file.place(&["examples".into(), locale.as_str().into()]);
            faults.error(
                file.name,
                place,
                format!("the examples in `{locale}` are empty"),
                "write some, or remove the key",
            );
        }
    }
}

/// Checks what several files say: an example, a reply or an intent that is there twice.
pub(super) fn check_together(intents: &[Read<'_>], faults: &mut Faults) {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut replies: BTreeMap<&str, (&str, u32)> = BTreeMap::new();
    for read in intents {
        let file = &read.source.name;
        if let Some(other) = names.insert(&read.intent.name, file) {
            let place = read.node.place_of(&["intent".into()]);
            let problem = format!("the intent `{}` is in {other} already", read.intent.name);
            faults.error(file, place, problem, "give it another name, or put both into one file");
        }
        for key in &read.intent.replies {
            let place = read.node.key_place(&["responses".into()], key);
            if super::files::DeskReplies::keys().contains(&key.as_str()) {
                let cure = "give it another name; the desk's own replies are in `_replies.yaml`";
                faults.error(file, place, format!("the desk itself has a reply `{key}`"), cure);
            } else if let Some((other, line)) = replies.insert(key, (file, place.line)) {
                let problem = format!("the reply `{key}` is in {other}:{line} already");
                faults.error(file, place, problem, "give one of them another name");
            }
        }
    }
    check_twice(intents, faults);
}

fn check_twice(intents: &[Read<'_>], faults: &mut Faults) {
    let mut seen: BTreeMap<String, (&str, &str, u32)> = BTreeMap::new();
    for read in intents {
        let file = &read.source.name;
        for example in &read.intent.examples {
            let here = (read.intent.name.as_str(), file.as_str(), example.place.line);
            let normal = examples::normal(&example.text);
            // An example of nothing but signs, such as "?", is compared as it is.
            let normal = if normal.is_empty() { example.text.clone() } else { normal };
            match seen.get(&normal) {
                Some((intent, other, line)) if *intent != read.intent.name => {
                    let problem = format!("this example is in the intent `{intent}` too ({other}:{line})");
                    faults.error(
                        file,
                        example.place,
                        problem,
                        "keep it where it belongs, or make it tell the two apart",
                    );
                }
                // The same words in two languages are no mistake, but they teach once.
                Some((_, _, line)) => {
                    let problem = format!("this example is here a second time; the first is in line {line}");
                    faults.warning(file, example.place, problem, "remove it");
                }
                None => drop(seen.insert(normal, here)),
            }
        }
        for near_miss in &read.intent.not_examples {
            if let Some((intent, _, line)) =
                seen.get(&examples::normal(&near_miss.text)).filter(|(name, _, _)| *name == read.intent.name)
            {
                let problem = format!("this is an example of `{intent}` in line {line} and a near miss here");
                faults.error(file, near_miss.place, problem, "remove one of the two");
            }
        }
    }
}

/// The cure for a name that is not among `known`; nothing for one that is.
pub(super) fn cure_for<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    let is_known = known.clone().into_iter().any(|other| other == name);
    (!is_known).then(|| write_instead(name, known))
}
