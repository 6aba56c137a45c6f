//! A shop on its way from another system's files to ours.

use std::collections::BTreeMap;

use super::names::{Names, title};
use super::{At, Notes, Renamed};
use crate::content::examples;
use crate::domain::CountsAs;
use crate::nlu::{EntityRule, Normalize};

/// The intent that the desk's own buttons ask for a person with.
pub(super) const PERSON: &str = "contact_human_agent";

/// What will be written.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) locale: String,
    /// Further languages.
    pub(super) others: Vec<String>,
    pub(super) intents: Vec<NewIntent>,
    pub(super) entities: Vec<NewEntity>,
    /// What is said when a message is not understood; nothing where the source does not say.
    pub(super) rephrase: Vec<NewVariant>,
    /// Minutes of silence after which a conversation is over.
    pub(super) idle_minutes: Option<u32>,
    pub(super) carry_slots: bool,
    pub(super) renamed: Vec<Renamed>,
}

/// A file of an intent.
#[derive(Debug, Default)]
pub(super) struct NewIntent {
    pub(super) name: String,
    /// By locale.
    pub(super) examples: BTreeMap<String, Vec<NewExample>>,
    pub(super) form: Vec<NewSlot>,
    pub(super) hands_over: bool,
    pub(super) replies: Vec<(String, Vec<NewVariant>)>,
}

/// A line that shoppers write.
#[derive(Debug, Clone)]
pub(super) struct NewExample {
    pub(super) at: At,
    /// With the marks of our files.
    pub(super) text: String,
    /// Without them.
    pub(super) plain: String,
}

/// A question of a form.
#[derive(Debug, Clone)]
pub(super) struct NewSlot {
    pub(super) slot: String,
    pub(super) from: String,
    pub(super) ask: String,
}

/// One way to say a reply.
#[derive(Debug, Clone)]
pub(super) struct NewVariant {
    pub(super) when: Option<String>,
    pub(super) text: String,
    pub(super) buttons: Vec<NewButton>,
    pub(super) image: Option<String>,
    pub(super) counts_as: CountsAs,
    /// What somebody should look at: a remark above it.
    pub(super) remark: Option<String>,
}

/// A button.
#[derive(Debug, Clone)]
pub(super) struct NewButton {
    pub(super) title: String,
    pub(super) does: Does,
}

/// What a button does.
#[derive(Debug, Clone)]
pub(super) enum Does {
    Send(String),
    Open(String),
}

/// An entity.
#[derive(Debug, Clone)]
pub(super) struct NewEntity {
    pub(super) rule: EntityRule,
    /// A remark above it.
    pub(super) remark: Option<String>,
}

impl NewVariant {
    pub(super) fn new(text: impl Into<String>, counts_as: CountsAs) -> Self {
        Self { when: None, text: text.into(), buttons: Vec::new(), image: None, counts_as, remark: None }
    }
}

impl NewIntent {
    /// What a shopper reads where several things may be meant.
    pub(super) fn title(&self) -> String {
        title(&self.name)
    }
}

impl NewEntity {
    pub(super) fn steps(&self) -> &[Normalize] {
        &self.rule.normalize
    }
}

impl Plan {
    /// Takes away examples that are there twice, and tells of those that are in two intents; how many were in one.
    pub(super) fn without_doubles(&mut self, notes: &mut Notes) -> usize {
        let mut seen: BTreeMap<String, (String, At)> = BTreeMap::new();
        let mut doubles = 0;
        for intent in &mut self.intents {
            let name = &intent.name;
            for lines in intent.examples.values_mut() {
                lines.retain(|line| {
                    let normal = examples::normal(&line.plain);
                    let normal = if normal.is_empty() { line.plain.clone() } else { normal };
                    match seen.get(&normal) {
                        None => {
                            seen.insert(normal, (name.clone(), line.at.clone()));
                            return true;
                        }
                        Some((other, _)) if other == name => doubles += 1,
                        Some((other, at)) => {
                            let place = format!("{}:{}", at.file, at.place.line);
                            let problem = format!("`{}` of `{name}` is in `{other}` too ({place})", line.plain);
                            notes.left_out(&line.at, problem, format!("decide which it means; now it is in `{other}`"));
                        }
                    }
                    false
                });
            }
            intent.examples.retain(|_, lines| !lines.is_empty());
        }
        self.intents.retain(|intent| !intent.examples.is_empty());
        doubles
    }

    /// Makes sure that a person can be asked for: the desk's own buttons do it with one intent.
    pub(super) fn with_person(&mut self) {
        if self.intents.iter().any(|intent| intent.name == PERSON) {
            return;
        }
        let at = At::file("frontdesk");
        let line = |text: &&str| NewExample { at: at.clone(), text: (*text).to_owned(), plain: (*text).to_owned() };
        let all = std::iter::once(&self.locale).chain(&self.others);
        let examples = all.map(|locale| (locale.clone(), asking(locale).iter().map(line).collect())).collect();
        let replies = vec![(format!("{PERSON}_reply"), vec![passed_on(&self.locale)])];
        let (name, form) = (PERSON.to_owned(), Vec::new());
        self.intents.push(NewIntent { name, examples, form, hands_over: true, replies });
    }

    /// The names of all replies that are given out.
    pub(super) fn reply_names() -> Names {
        let mut names = Names::default();
        for key in crate::content::files::DeskReplies::keys() {
            names.take(key);
        }
        names
    }
}

fn is_german(locale: &str) -> bool {
    locale == "de" || locale.starts_with("de-")
}

fn asking(locale: &str) -> &'static [&'static str] {
    if is_german(locale) {
        return &[
            "kann ich einen menschen sprechen",
            "mitarbeiter bitte",
            "ich möchte mit jemandem aus dem team reden",
            "gib mir bitte einen echten menschen",
            "verbinde mich mit dem kundendienst",
            "kein bot, ein mensch soll antworten",
        ];
    }
    &[
        "can i talk to a person",
        "human agent please",
        "i want to speak with somebody from your team",
        "get me a real person",
        "put me through to customer service",
        "no bot, let a human answer",
    ]
}

/// What is said where a person goes on.
pub(super) fn passed_on(locale: &str) -> NewVariant {
    let text = if is_german(locale) {
        "Ich gebe dich an einen Menschen aus unserem Team weiter. Die Antwort kommt direkt hier."
    } else {
        "I'm passing you on to a person from our team. They reply right here."
    };
    NewVariant::new(text, CountsAs::HandoffOffer)
}
