//! The files an admin writes, as types: what each key means stands here, and the JSON Schemas come from here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::form_files::{FixturesFile, FormFile, OutcomeSayFile};
use super::words::{Ordered, Words};
use crate::domain::CountsAs;
use crate::shop::Product;

/// The version of a file's format: 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Version;

impl JsonSchema for Version {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "The version of the file format.", "type": "integer", "const": 1 })
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;

        impl Visitor<'_> for One {
            type Value = Version;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`1`")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Version, E> {
                if number == 1 {
                    Ok(Version)
                } else {
                    Err(E::invalid_value(serde::de::Unexpected::Unsigned(number), &self))
                }
            }
        }

        deserializer.deserialize_u64(One)
    }
}

/// `intents/NAME.yaml`: how shoppers ask for one thing, and what the assistant says to it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IntentFile {
    /// The version of the file format: 1.
    #[expect(dead_code, reason = "there is one version: that it stands there is all that counts")]
    pub schema: Version,
    /// The intent's name: the same as the file's.
    pub intent: String,
    /// What a shopper reads where the assistant asks which of several things was meant.
    pub title: Option<Words>,
    /// What it is about, as `ORDER`.
    pub category: Option<String>,
    /// What shoppers write when they mean this, by locale: lines that begin with `- `.
    pub examples: BTreeMap<String, Lines>,
    /// Near misses: what sounds alike and means something else.
    #[serde(default)]
    pub not_examples: BTreeMap<String, Lines>,
    /// How sure the assistant has to be; what is missing is taken from `_settings.yaml`.
    #[serde(default)]
    pub thresholds: ThresholdsFile,
    /// What has to be known first.
    pub form: Option<FormFile>,
    /// What to do: `handoff` asks for a person, any other word is an action of `_actions.yaml`.
    #[serde(rename = "do")]
    pub act: Option<String>,
    /// What to say after the action, by its outcome.
    #[serde(default)]
    pub outcomes: Ordered<OutcomeSayFile>,
    /// What the assistant says, by key; the first that is no question and no outcome's is the answer.
    #[serde(default)]
    pub responses: Ordered<Vec<VariantFile>>,
    /// Conversations that must go like this.
    #[serde(default)]
    pub tests: Vec<CaseFile>,
}

/// Examples: a block of lines that begin with `- `, or a list.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Lines {
    /// A block: `|`, and below it lines that begin with `- `.
    Block(String),
    /// A list.
    List(Vec<String>),
}

/// How sure the assistant has to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ThresholdsFile {
    /// From this probability on it answers.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub answer: Option<f32>,
    /// From this probability on it offers a choice.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confirm: Option<f32>,
    /// The lead over the second-best guess that an answer needs.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub margin: Option<f32>,
    /// From here on a message counts as being about one of the intents at all.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub in_scope: Option<f32>,
}

/// One way to say a reply.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantFile {
    /// When to say it, as `shop == "X"`; without it any time.
    pub when: Option<String>,
    /// The words, by locale; `{{ shop }}`, `{{ assistant }}`, slots and what a look-up found are filled in.
    pub text: Words,
    /// Buttons under it.
    #[serde(default)]
    pub quick_replies: Vec<QuickReplyFile>,
    /// A card beside it.
    pub card: Option<CardFile>,
    /// A row of cards beside it, one for each thing that was found; at most five.
    pub cards: Option<CardsFile>,
    /// What it is worth in the reports. A greeting is never an answer.
    pub counts_as: CountsAs,
}

/// A button.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QuickReplyFile {
    /// Its words.
    pub title: Words,
    /// What pressing it means, as `/contact_human_agent`.
    pub send: Option<String>,
    /// Or the page it opens.
    pub url: Option<String>,
}

/// A card.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CardFile {
    /// Its heading.
    pub title: Words,
    /// Its text.
    pub text: Option<Words>,
    /// The address of its picture.
    pub image: Option<Words>,
    /// Links.
    #[serde(default)]
    pub buttons: Vec<CardButtonFile>,
}

impl CardFile {
    pub(super) fn parts(&self) -> CardParts<'_> {
        CardParts { title: &self.title, text: self.text.as_ref(), image: self.image.as_ref(), buttons: &self.buttons }
    }
}

/// Cards, one for each entry of a list.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CardsFile {
    /// The list: `products`, which a look-up in a catalogue finds. Texts name a field of the entry as `{{ product.title }}`.
    #[serde(rename = "for")]
    pub of: ListFile,
    /// The heading of each.
    pub title: Words,
    /// The text of each.
    pub text: Option<Words>,
    /// The address of the picture of each.
    pub image: Option<Words>,
    /// Links on each.
    #[serde(default)]
    pub buttons: Vec<CardButtonFile>,
}

impl CardsFile {
    pub(super) fn parts(&self) -> CardParts<'_> {
        CardParts { title: &self.title, text: self.text.as_ref(), image: self.image.as_ref(), buttons: &self.buttons }
    }
}

/// What a card and each of a row of cards are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct CardParts<'f> {
    pub(super) title: &'f Words,
    pub(super) text: Option<&'f Words>,
    pub(super) image: Option<&'f Words>,
    pub(super) buttons: &'f [CardButtonFile],
}

/// A list that look-ups find.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ListFile {
    /// The products of a catalogue that fit a question.
    Products,
}

impl ListFile {
    /// The list's name, as it is written.
    #[must_use]
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Products => "products",
        }
    }

    /// The name of an entry of it in texts.
    #[must_use]
    pub(super) fn entry(self) -> &'static str {
        match self {
            Self::Products => "product",
        }
    }

    /// The fields of an entry.
    pub(super) fn fields(self) -> impl Iterator<Item = &'static str> {
        match self {
            Self::Products => Product::field_names(),
        }
    }
}

/// A link on a card.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CardButtonFile {
    /// Its words.
    pub title: Words,
    /// Where it leads.
    pub url: Words,
}

/// A conversation that must go like this.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseFile {
    /// Its name.
    pub test_case: String,
    /// The language of the shopper's page.
    pub locale: Option<String>,
    /// What look-ups find in it, without network.
    #[serde(default)]
    pub fixtures: FixturesFile,
    /// What happens, in order: one key a step.
    pub steps: Vec<StepFile>,
}

/// A step of a conversation: exactly one of these.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StepFile {
    /// The shopper says this.
    pub user: Option<String>,
    /// The assistant says exactly this.
    pub bot: Option<String>,
    /// The assistant's reply has this key.
    pub utter: Option<String>,
    /// This intent is read.
    pub intent: Option<String>,
    /// This article is cited.
    pub cites: Option<String>,
    /// The reply's words match this pattern, or those of one of its cards: title and text, a line each.
    pub bot_matches: Option<String>,
    /// The conversation waits for a person, or does not.
    pub handoff: Option<bool>,
    /// What the episode counts as so far.
    pub episode_outcome: Option<OutcomeFile>,
    /// These slots have these values.
    pub slot_was_set: Option<SlotsFile>,
    /// These slots have none.
    pub slot_was_not_set: Option<NamesFile>,
}

/// What an episode counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OutcomeFile {
    /// It still runs.
    Open,
    /// A person took it, or is waited for.
    HandedOver,
    /// Nothing answered it.
    Abandoned,
    /// The shopper said that it was answered.
    AnsweredConfirmed,
    /// It was answered and the shopper said nothing more.
    AnsweredAssumed,
    /// Small talk.
    NotARequest,
}

impl OutcomeFile {
    /// Its name, as it is written.
    #[must_use]
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::HandedOver => "handed_over",
            Self::Abandoned => "abandoned",
            Self::AnsweredConfirmed => "answered_confirmed",
            Self::AnsweredAssumed => "answered_assumed",
            Self::NotARequest => "not_a_request",
        }
    }
}

/// Slots with values.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum SlotsFile {
    /// All at once.
    Map(BTreeMap<String, String>),
    /// One by one, as Rasa writes them.
    List(Vec<BTreeMap<String, String>>),
}

/// Names of slots.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum NamesFile {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// `intents/_replies.yaml`: what the desk itself says.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RepliesFile {
    /// The version of the file format: 1.
    #[expect(dead_code, reason = "there is one version: that it stands there is all that counts")]
    pub schema: Version,
    /// The replies. What is missing is taken from the program's own.
    #[serde(default)]
    pub replies: DeskReplies,
}

macro_rules! desk_replies {
    ($($(#[$doc:meta])* $key:ident)*) => {
        /// The replies of the desk, by key.
        #[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct DeskReplies {
            $($(#[$doc])* pub $key: Vec<VariantFile>,)*
        }

        impl DeskReplies {
            /// Keys and variants; an empty list for a key that is missing.
            pub(super) fn into_entries(self) -> impl Iterator<Item = (&'static str, Vec<VariantFile>)> {
                [$((stringify!($key), self.$key)),*].into_iter()
            }

            /// All keys.
            #[must_use]
            pub(super) fn keys() -> &'static [&'static str] {
                &[$(stringify!($key)),*]
            }
        }
    };
}

desk_replies! {
    /// The first thing every shopper reads: that they talk to an assistant.
    disclosure
    /// Not understood: please put it differently.
    rephrase
    /// Above the buttons when several things may be meant.
    choices
    /// Above the button when one thing may be meant.
    choice_of_one
    /// The last of those buttons.
    none_of_these
    /// The button that asks for a person.
    talk_to_a_person
    /// Nothing was found: a person is offered.
    offer_human
    /// An article answers: `{{ answer }}` is what it says.
    article_answer
    /// The button under an answer that says it helped.
    that_helped
    /// The button under an answer that says it did not.
    get_more_help
    /// After "that helped".
    glad_it_helped
    /// After "I need more help".
    more_help
    /// The shopper asked for a person and waits.
    waiting_for_person
    /// A waiting shopper goes on with the assistant.
    back_with_bot
    /// Something broke while the assistant was answering.
    turn_failed
    /// Two articles fit: above their titles.
    offer_two
    /// An answer to a form's question was none: before the question comes again.
    slot_not_understood
    /// The shopper would skip what a form needs: before the question comes again.
    form_skipped_not_possible
    /// The shopper does not want to go on with a form.
    form_cancelled
    /// Too many look-ups failed: a person goes on.
    lookup_limited
    /// A person is called and nobody is there: `{{ reply_by }}` is when an answer is promised.
    nobody_there
    /// The shopper left an address: `{{ reply_by }}` is when an answer is promised.
    contact_saved
    /// The place in the queue, `{{ place }}`, and the wait, `{{ wait }}`.
    queue_position
    /// A person is there: `{{ agent }}`.
    agent_joined
    /// The person is gone, and the shopper waits again.
    agent_left
    /// A person gave the conversation back to the assistant.
    handed_back
    /// A person has settled the matter.
    resolved
}
