//! The parts of `_settings.yaml` about people: when they are there, who is called, and what holds when nobody is there.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::collect::Faults;
use super::hours::{Hours, Span};
use super::intent::cure_for;
use super::settings::Settings;
use crate::dialogue::{HandoffRule, When};
use crate::domain::Priority;
use crate::knowledge::{Node, Step};

/// When people are at the desk.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum BusinessHours {
    /// Around the clock.
    Word(Always),
    /// Hours by day.
    Week(Week),
}

/// Around the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Always {
    /// Around the clock.
    Always,
}

impl Default for BusinessHours {
    fn default() -> Self {
        Self::Word(Always::Always)
    }
}

/// Hours by day, and days without.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Week {
    /// The hours of each day; a day that is missing is closed.
    pub week: Days,
    /// Days on which nobody is there, as `2026-12-25`.
    #[serde(default)]
    pub holidays: Vec<String>,
}

/// The hours of each day, as `["09:00-12:00", "13:00-18:00"]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Days {
    /// Monday.
    pub mon: Vec<String>,
    /// Tuesday.
    pub tue: Vec<String>,
    /// Wednesday.
    pub wed: Vec<String>,
    /// Thursday.
    pub thu: Vec<String>,
    /// Friday.
    pub fri: Vec<String>,
    /// Saturday.
    pub sat: Vec<String>,
    /// Sunday.
    pub sun: Vec<String>,
}

/// Whom the assistant calls.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Handoff {
    /// The teams there are.
    pub teams: Vec<String>,
    /// When a person is called, and which; the first that holds.
    pub rules: Vec<HandoffRuleFile>,
}

/// When a person is called, and which.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoffRuleFile {
    /// All of it has to hold.
    pub when: WhenFile,
    /// The team that is called; anybody where it is missing.
    pub team: Option<String>,
    /// How urgent it is.
    #[serde(default)]
    pub priority: Priority,
}

/// What calls a person.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WhenFile {
    /// The message is about this intent.
    pub intent: Option<String>,
    /// Nothing was found for so many messages in a row.
    #[schemars(range(min = 1, max = 100))]
    pub misses_in_a_row: Option<u32>,
    /// The same would be said so many times in a row.
    #[schemars(range(min = 2, max = 100))]
    pub same_reply_in_a_row: Option<u32>,
    /// Look-ups failed so many times in a row.
    #[schemars(range(min = 1, max = 100))]
    pub action_failed: Option<u32>,
    /// The message sounds worse than this: −1 is furious, 0 is neutral.
    #[schemars(range(min = -1.0, max = 1.0))]
    pub sentiment_below: Option<f32>,
    /// A slot is known, or has a value: `order_number`, or `{ country: CH }`.
    pub slot: Option<SlotIsFile>,
}

/// What is known.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SlotIsFile {
    /// Something is.
    Known(String),
    /// It has this value.
    Is(BTreeMap<String, String>),
}

/// What holds when nobody is at the desk.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WhenNobodyIsThere {
    /// Whether the shopper is asked for an address.
    pub ask_contact: bool,
    /// Hours of a reply after the desk opens, as it is promised.
    #[schemars(range(min = 1, max = 720))]
    pub promise_hours: u32,
}

impl Settings {
    /// When people are at the desk. What cannot be read counts as closed; the check has told it.
    #[must_use]
    pub fn hours(&self) -> Hours {
        let zone = TimeZone::get(&self.shop.timezone).unwrap_or(TimeZone::UTC);
        match &self.business_hours {
            BusinessHours::Word(Always::Always) => Hours::always(zone),
            BusinessHours::Week(week) => {
                let spans = |texts: &[String]| texts.iter().filter_map(|text| Span::read(text)).collect();
                let days = week.holidays.iter().filter_map(|day| day.parse().ok()).collect();
                Hours::weekly(zone, week.week.by_day().map(|(_, texts)| spans(texts)), days)
            }
        }
    }

    /// When a person is called, and which.
    #[must_use]
    pub fn handoff_rules(&self) -> Vec<HandoffRule> {
        self.handoff.rules.iter().map(HandoffRuleFile::rule).collect()
    }
}

impl Days {
    fn by_day(&self) -> [(&'static str, &[String]); 7] {
        [
            ("mon", &self.mon),
            ("tue", &self.tue),
            ("wed", &self.wed),
            ("thu", &self.thu),
            ("fri", &self.fri),
            ("sat", &self.sat),
            ("sun", &self.sun),
        ]
        .map(|(day, spans)| (day, spans.as_slice()))
    }
}

impl HandoffRuleFile {
    fn rule(&self) -> HandoffRule {
        let WhenFile { intent, misses_in_a_row, same_reply_in_a_row, action_failed, sentiment_below, slot } =
            &self.when;
        let slots = match slot {
            None => BTreeMap::new(),
            Some(SlotIsFile::Known(name)) => [(name.clone(), None)].into(),
            Some(SlotIsFile::Is(values)) => {
                values.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect()
            }
        };
        let when = When {
            intent: intent.clone(),
            misses_in_a_row: *misses_in_a_row,
            same_reply_in_a_row: *same_reply_in_a_row,
            action_failed: *action_failed,
            sentiment_below: *sentiment_below,
            slots,
        };
        HandoffRule { when, team: self.team.clone(), priority: self.priority }
    }
}

impl WhenFile {
    fn is_empty(&self) -> bool {
        let Self { intent, misses_in_a_row, same_reply_in_a_row, action_failed, sentiment_below, slot } = self;
        let numbers = misses_in_a_row.is_some() || same_reply_in_a_row.is_some() || sentiment_below.is_some();
        !numbers && intent.is_none() && action_failed.is_none() && slot.is_none()
    }
}

/// Checks what the settings say about people.
pub(super) fn check(name: &str, settings: &Settings, node: &Node, faults: &mut Faults) {
    let zone = settings.shop.timezone.as_str();
    if TimeZone::get(zone).is_err() || zone != "UTC" && !zone.contains('/') {
        let place = node.place_of(&["shop".into(), "timezone".into()]);
        let problem = format!("`{zone}` is not the name of a clock");
        faults.error(name, place, problem, "write a name such as `Europe/Berlin`");
    }
    if let BusinessHours::Week(week) = &settings.business_hours {
        check_week(name, week, node, faults);
    }
    for (index, rule) in settings.handoff.rules.iter().enumerate() {
        let path =
            |key: &'static str| -> [Step<'static>; 4] { ["handoff".into(), "rules".into(), index.into(), key.into()] };
        if rule.when.is_empty() {
            let cure = "write a condition, such as `misses_in_a_row: 2`";
            faults.error(name, node.place_of(&path("when")), "this rule would call a person at every message", cure);
        }
        if let Some(team) = rule.team.as_deref()
            && let Some(cure) = cure_for(team, settings.handoff.teams.iter().map(String::as_str))
        {
            let cure =
                if settings.handoff.teams.is_empty() { format!("add `teams: [{team}]` above the rules") } else { cure };
            faults.error(name, node.place_of(&path("team")), format!("there is no team `{team}`"), cure);
        }
    }
}

fn check_week(name: &str, week: &Week, node: &Node, faults: &mut Faults) {
    for (day, spans) in week.week.by_day() {
        for (index, span) in spans.iter().enumerate().filter(|(_, span)| Span::read(span).is_none()) {
            let place = node.place_of(&["business_hours".into(), "week".into(), day.into(), index.into()]);
            faults.error(name, place, format!("`{span}` are no hours"), "write them as `09:00-18:00`");
        }
    }
    for (index, day) in week.holidays.iter().enumerate().filter(|(_, day)| day.parse::<Date>().is_err()) {
        let place = node.place_of(&["business_hours".into(), "holidays".into(), index.into()]);
        faults.error(name, place, format!("`{day}` is not a day"), "write it as `2026-12-25`");
    }
}

/// Checks that the intents that rules name are there.
pub(super) fn check_names<'a>(
    name: &str,
    settings: &Settings,
    node: &Node,
    intents: impl Iterator<Item = &'a str> + Clone,
    faults: &mut Faults,
) {
    for (index, rule) in settings.handoff.rules.iter().enumerate() {
        let path: [Step<'_>; 5] = ["handoff".into(), "rules".into(), index.into(), "when".into(), "intent".into()];
        let intent = rule.when.intent.as_deref();
        if let Some((intent, cure)) = intent.and_then(|intent| Some((intent, cure_for(intent, intents.clone())?))) {
            faults.error(name, node.place_of(&path), format!("there is no intent `{intent}`"), cure);
        }
    }
}
