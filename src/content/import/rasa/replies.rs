//! Responses as replies: their texts, what is filled in, their buttons and pictures.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::super::names::{plain, title};
use super::super::plan::{Does, NewButton, NewVariant};
use super::super::{At, Notes};
use super::project::{Button, Project, Response, Variant};
use crate::content::check_reply::OWN_WORDS;
use crate::content::examples;
use crate::domain::CountsAs;
use crate::shop::is_page;

static SLOT: LazyLock<Regex> = LazyLock::new(|| match Regex::new(r"\{\{?([A-Za-z_][A-Za-z0-9_-]*)\}\}?") {
    Ok(slot) => slot,
    Err(error) => unreachable!("the pattern is a constant that a test compiles: {error}"),
});

/// Names of intents that are small talk: a greeting is never an answer.
const SMALLTALK: [&str; 15] = [
    "greet",
    "greeting",
    "hello",
    "hi",
    "goodbye",
    "bye",
    "thank",
    "thanks",
    "thankyou",
    "chitchat",
    "smalltalk",
    "affirm",
    "deny",
    "mood",
    "bot",
];

/// Makes replies of responses.
pub(super) struct Replies<'a> {
    project: &'a Project,
    // Our names of intents, by Rasa's.
    intents: &'a BTreeMap<String, String>,
    // Intents by their examples, as compared.
    by_example: BTreeMap<String, &'a str>,
    said: BTreeSet<&'a str>,
}

/// What a reply is for.
pub(super) struct For<'a> {
    /// The intent, as Rasa names it.
    pub(super) intent: &'a str,
    /// Slots that are known by then, as Rasa names them.
    pub(super) slots: &'a [String],
    pub(super) counts_as: Option<CountsAs>,
}

impl<'a> Replies<'a> {
    pub(super) fn new(project: &'a Project, intents: &'a BTreeMap<String, String>) -> Self {
        let lines = project.intents.iter().flat_map(|intent| intent.lines.iter().map(move |(_, line)| (intent, line)));
        let by_example = lines.map(|(intent, line)| (examples::normal(&line.plain), intent.name.as_str())).collect();
        Self { project, intents, by_example, said: BTreeSet::new() }
    }

    /// The response `name`.
    pub(super) fn find(&self, name: &str) -> Option<&'a Response> {
        self.project.responses.iter().find(|response| response.name == name)
    }

    /// Responses that were said nowhere.
    pub(super) fn unsaid(&self) -> impl Iterator<Item = &'a Response> {
        self.project.responses.iter().filter(|response| !self.said.contains(response.name.as_str()))
    }

    /// The responses `names`, said one after the other, as one reply; nothing where there are no words.
    pub(super) fn say(&mut self, names: &[&str], at: &At, who: &For<'_>, notes: &mut Notes) -> Vec<NewVariant> {
        let mut lists = Vec::new();
        for name in names {
            let Some(response) = self.find(name) else {
                notes.left_out(at, format!("there is no response `{name}`"), "write its words in the intent's file");
                continue;
            };
            self.said.insert(&response.name);
            let list = self.variants(response, who, notes);
            if list.is_empty() {
                notes.left_out(
                    &response.at,
                    format!("the response `{name}` has no words"),
                    "write some in the intent's file",
                );
            } else {
                lists.push(list);
            }
        }
        let most = lists.iter().map(Vec::len).max().unwrap_or_default();
        let mut variants: Vec<NewVariant> = (0..most)
            .filter_map(|index| lists.iter().map(|list| list[index % list.len()].clone()).reduce(joined))
            .collect();
        for variant in &mut variants {
            variant.counts_as = who.counts_as.unwrap_or_else(|| worth(who.intent, variant));
        }
        // The first whose condition holds is said, so those without one come last.
        variants.sort_by_key(|variant| variant.when.is_none());
        variants
    }

    fn variants(&self, response: &Response, who: &For<'_>, notes: &mut Notes) -> Vec<NewVariant> {
        let known = |variant: &&Variant| {
            variant.conditions.iter().all(|condition| {
                condition.as_ref().is_some_and(|(slot, _)| who.slots.iter().any(|known| known == slot))
            })
        };
        let is_plain = |variant: &&Variant| variant.channel.is_none() && variant.conditions.is_empty();
        let has_plain = response.variants.iter().any(|variant| is_plain(&variant));
        let mut variants = Vec::new();
        for variant in &response.variants {
            let mut is_bare = false;
            if let Some(channel) = &variant.channel {
                let problem = format!("a text of `{}` is for the channel `{channel}` only", response.name);
                notes.left_out(&variant.at, problem, "nothing is to be done if the others will do");
                is_bare = true;
            }
            if !known(&variant) {
                let problem = format!("the condition of a text of `{}` is not carried over", response.name);
                notes.left_out(&variant.at, problem, "write `when:` on a slot of the intent's form");
                is_bare = true;
            }
            // Without what it hangs on it is said only where nothing else would be.
            if is_bare && (has_plain || !variants.is_empty()) {
                continue;
            }
            variants.extend(self.variant(response, variant, !is_bare && has_plain, who, notes));
        }
        variants
    }

    fn variant(
        &self,
        response: &Response,
        variant: &Variant,
        keeps_conditions: bool,
        who: &For<'_>,
        notes: &mut Notes,
    ) -> Option<NewVariant> {
        let text = match (&variant.text, &variant.image, variant.buttons.as_slice()) {
            (Some(text), _, _) => text.clone(),
            (None, None, []) => return None,
            _ => {
                let problem = format!("a picture or buttons of `{}` have no words above them", response.name);
                notes.left_out(&variant.at, problem, "write some in place of its name");
                title(&plain(response.name.trim_start_matches("utter_"), "reply"))
            }
        };
        let (text, unknown) = fill(&text, who.slots);
        let mut new = NewVariant::new(text, CountsAs::Answer);
        if !unknown.is_empty() {
            let names = unknown.join("`, `");
            let problem = format!("nothing fills in `{names}` in a text of `{}`", response.name);
            notes.left_out(&variant.at, problem, "write it without, or let a form of the intent ask for it");
            new.remark = Some(format!("nothing fills in {}", unknown.join(", ")));
        }
        if keeps_conditions && !variant.conditions.is_empty() {
            let conditions = variant.conditions.iter().flatten();
            let all: Vec<String> = conditions.map(|(slot, value)| holds(slot, value)).collect();
            new.when = Some(all.join(" and "));
        }
        new.buttons = variant.buttons.iter().filter_map(|button| self.button(button, notes)).collect();
        if let Some((url, at)) = &variant.image {
            if is_page(url) {
                new.image = Some(url.clone());
            } else {
                notes.left_out(at, format!("`{url}` is not the address of a picture"), "begin it with `https://`");
            }
        }
        Some(new)
    }

    fn button(&self, button: &Button, notes: &mut Notes) -> Option<NewButton> {
        let title = button.title.clone();
        let payload = button.payload.trim();
        if payload.starts_with("https://") || payload.starts_with("http://") {
            return Some(NewButton { title, does: Does::Open(payload.to_owned()) });
        }
        let sent = match payload.strip_prefix('/') {
            Some(command) => self.command(command),
            // What a shopper might have typed means what it means as an example.
            None => self.by_example.get(&examples::normal(payload)).and_then(|intent| self.send(intent, "")),
        };
        if sent.is_none() {
            let problem = format!("what the button `{title}` sends is not understood: `{payload}`");
            notes.left_out(&button.at, problem, "write `send: /` and the name of an intent");
        }
        Some(NewButton { title, does: Does::Send(sent?) })
    }

    fn command(&self, command: &str) -> Option<String> {
        let (name, json) = command.split_at(command.find('{').unwrap_or(command.len()));
        if json.is_empty() {
            return self.send(name.trim(), "");
        }
        let entities: BTreeMap<String, Value> = serde_json::from_str(json).ok()?;
        let texts: BTreeMap<String, String> = entities
            .into_iter()
            .map(|(entity, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (plain(&entity, "thing"), text)
            })
            .collect();
        self.send(name.trim(), &serde_json::to_string(&texts).ok()?)
    }

    fn send(&self, intent: &str, json: &str) -> Option<String> {
        let own = OWN_WORDS.into_iter().find(|word| *word == intent);
        let name = self.intents.get(intent).map(String::as_str).or(own)?;
        Some(format!("/{name}{json}"))
    }
}

// `slot == "value"`; what Rasa keeps as a truth value is a word here.
fn holds(slot: &str, value: &str) -> String {
    format!("{} == {}", slot_name(slot), serde_json::to_string(value).unwrap_or_default())
}

/// A slot's name in our files, which texts may use.
pub(super) fn slot_name(slot: &str) -> String {
    /// The longest name of a slot.
    const NAME: usize = 40;
    let name = plain(slot, "slot");
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("slot_{name}") } else { name };
    name.chars().take(NAME).collect()
}

fn joined(first: NewVariant, second: NewVariant) -> NewVariant {
    NewVariant {
        when: first.when.or(second.when),
        text: format!("{}\n\n{}", first.text, second.text),
        buttons: first.buttons.into_iter().chain(second.buttons).collect(),
        image: first.image.or(second.image),
        remark: first.remark.or(second.remark),
        ..second
    }
}

/// `text` with `{slot}` as our files write it, and the names of those that nothing fills in.
fn fill(text: &str, slots: &[String]) -> (String, Vec<String>) {
    let (mut filled, mut unknown, mut last) = (String::new(), Vec::new(), 0);
    for found in SLOT.captures_iter(text) {
        let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else { continue };
        filled.push_str(&literal(&text[last..whole.start()]));
        last = whole.end();
        if slots.iter().any(|slot| slot == name.as_str()) {
            filled.push_str(&format!("{{{{ {} }}}}", slot_name(name.as_str())));
        } else {
            filled.push_str(&format!("[{}]", name.as_str()));
            unknown.push(name.as_str().to_owned());
        }
    }
    filled.push_str(&literal(&text[last..]));
    (filled, unknown)
}

// Signs that our texts would take for a place to fill in.
fn literal(text: &str) -> String {
    let is_sign = ["{{", "{%", "{#"].iter().any(|sign| text.contains(sign)) || text.ends_with('{');
    if is_sign { format!("{{% raw %}}{text}{{% endraw %}}") } else { text.to_owned() }
}

fn worth(intent: &str, variant: &NewVariant) -> CountsAs {
    let name = plain(intent, "");
    let sentences = variant.text.split(['.', '!', '\n']).filter(|part| !part.trim().is_empty()).count();
    let asks = variant.text.trim_end().ends_with('?');
    if name.split('_').any(|word| SMALLTALK.contains(&word)) {
        CountsAs::Smalltalk
    } else if name.contains("out_of_scope") || name.contains("fallback") {
        CountsAs::Refusal
    } else if asks && (sentences == 1 || !variant.buttons.is_empty()) {
        CountsAs::Question
    } else {
        CountsAs::Answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_in_where_they_are_known() {
        let slots = ["Order-No".to_owned(), "2nd".to_owned()];
        let check = |text: &str, expected: &str, unknown: &[&str]| {
            let (filled, missing) = fill(text, &slots);
            assert_eq!(filled, expected, "{text}");
            assert_eq!(missing, unknown, "{text}");
        };
        check("Order {Order-No}!", "Order {{ order_no }}!", &[]);
        check("Hi {name}, {Order-No}", "Hi [name], {{ order_no }}", &["name"]);
        check("50 % {off} {{x}}", "50 % [off] [x]", &["off", "x"]);
        check("a {% b {Order-No}", "{% raw %}a {% b {% endraw %}{{ order_no }}", &[]);
        check("a { b } c", "a { b } c", &[]);
        assert_eq!(slot_name("2nd"), "slot_2nd");
    }

    #[test]
    fn replies_are_worth_what_they_say() {
        let check = |intent: &str, text: &str, expected: CountsAs| {
            assert_eq!(worth(intent, &NewVariant::new(text, CountsAs::Answer)), expected, "{intent}: {text}");
        };
        check("greet", "Hello! How can I help?", CountsAs::Smalltalk);
        check("shipping", "It takes 3 days. Anything else?", CountsAs::Answer);
        check("shipping", "Where to?", CountsAs::Question);
        check("out_of_scope", "No idea.", CountsAs::Refusal);
    }
}
