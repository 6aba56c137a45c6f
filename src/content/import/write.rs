//! A plan as the text of files.

use std::fmt::Write as _;

use super::NewFile;
use super::plan::{Does, NewEntity, NewIntent, NewVariant, Plan};
use crate::domain::CountsAs;
use crate::nlu::{Builtin, EntityKind, Normalize};

/// All files of the shop.
pub(super) fn files(plan: &Plan) -> Vec<NewFile> {
    let new = |name: &str, text: String| NewFile { path: format!("intents/{name}.yaml"), text, keeps_old: false };
    let mut files = vec![NewFile { keeps_old: true, ..new("_settings", settings(plan)) }];
    if !plan.entities.is_empty() {
        files.push(new("_entities", entities(&plan.entities)));
    }
    if !plan.rephrase.is_empty() {
        let mut text =
            String::from("# What the desk itself says. What is not here is said in the program's own words.\n");
        text.push_str("schema: 1\n\nreplies:\n");
        reply(&mut text, "rephrase", &plan.rephrase, "", &plan.locale);
        files.push(new("_replies", text));
    }
    files.extend(plan.intents.iter().map(|each| new(&each.name, intent(each, &plan.locale))));
    files
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    let _ = writeln!(text, "{line}");
}

macro_rules! put {
    ($text:expr, $($line:tt)*) => { line($text, format_args!($($line)*)) };
}

/// A text in double quotes, which is the same in JSON and YAML but for a few signs that JSON leaves as they are.
fn quoted(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap_or_default();
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}') {
            let _ = write!(safe, "\\u{:04x}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}

// One line of a block: nothing that would end it.
fn in_a_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn settings(plan: &Plan) -> String {
    let mut text = String::from(
        "# The settings of your desk. `frontdesk init` writes a file with all of them and what they mean.\n",
    );
    put!(&mut text, "schema: 1\n\nlocales:\n  default: {}", quoted(&plan.locale));
    if !plan.others.is_empty() {
        let others: Vec<String> = plan.others.iter().map(|locale| quoted(locale)).collect();
        put!(&mut text, "  others: [{}]", others.join(", "));
    }
    if plan.idle_minutes.is_some() || plan.carry_slots {
        put!(&mut text, "\nepisode:");
    }
    if let Some(minutes) = plan.idle_minutes {
        put!(&mut text, "  idle_close_minutes: {minutes}");
    }
    if plan.carry_slots {
        put!(&mut text, "  carry_slots: true");
    }
    text
}

fn entities(entities: &[NewEntity]) -> String {
    let mut text =
        String::from("# What the assistant picks out of a message. Forms ask for these, and examples mark them.\n");
    text.push_str("schema: 1\n\nentities:\n");
    for (index, entity) in entities.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        if let Some(remark) = &entity.remark {
            put!(&mut text, "  # {}", in_a_line(remark));
        }
        put!(&mut text, "  {}:", entity.rule.name);
        match &entity.rule.kind {
            EntityKind::Regex(pattern) => put!(&mut text, "    kind: regex\n    pattern: {}", quoted(pattern)),
            EntityKind::Builtin(builtin) => {
                put!(&mut text, "    kind: builtin\n    builtin: {}", builtin_name(*builtin));
            }
            EntityKind::List(values) => {
                put!(&mut text, "    kind: list\n    values:");
                for (value, words) in values {
                    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                    put!(&mut text, "      {}: [{}]", quoted(value), words.join(", "));
                }
            }
            EntityKind::Examples => put!(&mut text, "    kind: examples"),
            // No source has one.
            EntityKind::Catalog(_) | EntityKind::Products(_) => {}
        }
        if entity.steps().contains(&Normalize::Digits) {
            put!(&mut text, "    normalize: [digits]");
        }
        if entity.rule.pii {
            put!(&mut text, "    pii: true");
        }
    }
    text
}

fn builtin_name(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::Email => "email",
        Builtin::Phone => "phone",
        Builtin::Money => "money",
        Builtin::Date => "date",
        Builtin::Postcode => "postcode",
        Builtin::TrackingNumber => "tracking_number",
        Builtin::Url => "url",
        Builtin::Number => "number",
        Builtin::PaymentCard => "payment_card",
        Builtin::Colour => "colour",
        Builtin::Size => "size",
    }
}

fn intent(intent: &NewIntent, locale: &str) -> String {
    let mut text = String::new();
    put!(&mut text, "schema: 1\nintent: {}", intent.name);
    put!(&mut text, "title: {{ {locale}: {} }}\n\nexamples:", quoted(&intent.title()));
    for (locale, lines) in &intent.examples {
        put!(&mut text, "  {locale}: |");
        for example in lines {
            put!(&mut text, "    - {}", in_a_line(&example.text));
        }
    }
    text.push('\n');
    if !intent.form.is_empty() {
        put!(&mut text, "form:\n  slots:");
        for slot in &intent.form {
            put!(&mut text, "    - {{ slot: {}, from: {}, ask: {} }}", slot.slot, slot.from, slot.ask);
        }
        put!(&mut text, "  interruptible: true\n  on_give_up: handoff");
    }
    if intent.hands_over {
        put!(&mut text, "do: handoff");
    }
    if !intent.form.is_empty() || intent.hands_over {
        text.push('\n');
    }
    put!(&mut text, "responses:");
    for (key, variants) in &intent.replies {
        reply(&mut text, key, variants, &intent.title(), locale);
    }
    text
}

fn reply(text: &mut String, key: &str, variants: &[NewVariant], title: &str, locale: &str) {
    put!(text, "  {key}:");
    for variant in variants {
        if let Some(remark) = &variant.remark {
            put!(text, "    # {}", in_a_line(remark));
        }
        match &variant.when {
            Some(when) => put!(text, "    - when: {}\n      text:", quoted(when)),
            None => put!(text, "    - text:"),
        }
        put!(text, "        {locale}: {}", quoted(&variant.text));
        if !variant.buttons.is_empty() {
            put!(text, "      quick_replies:");
        }
        for button in &variant.buttons {
            let (key, target) = match &button.does {
                Does::Send(send) => ("send", send),
                Does::Open(url) => ("url", url),
            };
            let title = quoted(&button.title);
            put!(text, "        - {{ title: {{ {locale}: {title} }}, {key}: {} }}", quoted(target));
        }
        if let Some(image) = &variant.image {
            put!(text, "      card: {{ title: {{ {locale}: {} }}, image: {} }}", quoted(title), quoted(image));
        }
        put!(text, "      counts_as: {}", worth(variant.counts_as));
    }
}

fn worth(counts_as: CountsAs) -> &'static str {
    match counts_as {
        CountsAs::Answer => "answer",
        CountsAs::Question => "question",
        CountsAs::Smalltalk => "smalltalk",
        CountsAs::Refusal => "refusal",
        CountsAs::HandoffOffer => "handoff_offer",
    }
}
