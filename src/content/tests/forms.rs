//! Forms, look-ups, entities, people: what is told of mistakes in them, and what becomes of them.

use serde_json::{Value, json};

use super::*;
use crate::dialogue::{From, SkipIf};
use crate::domain::Timestamp;

const ENTITIES: &str = "schema: 1
entities:
  order_number: { kind: regex, pattern: '#?(\\d{5})', normalize: [digits], context_words: [order] }
  email: { kind: builtin, builtin: email, pii: true }
  sku: { kind: catalog, file: shop/catalog.csv, fuzzy: 1 }
  colour: { kind: list, values: { blue: [navy], red: [] } }
";

const ACTIONS: &str = "schema: 1
actions:
  lookup_order:
    kind: file
    file: shop/orders.csv
    allow_fields: [status, shipped_on, total, tracking_url]
  find_product: { kind: catalog, file: shop/catalog.csv }
";

const ORDERS: &str = "order_number,email,postcode,status,shipped_on,total,tracking_url
10042,ann@example.com,10115,shipped,2026-11-18,49.90 EUR,https://track.example/1
";

const CATALOG: &str = "id,title,price,availability\nMUG-010,Blue mug,14.90 EUR,in_stock\n";

const TRACK: &str = "schema: 1
intent: track_order
examples:
  en: |
    - where is my order
    - track order [#10042](order_number)
    - is my parcel on its way
    - order status
    - has it shipped yet
  de: |
    - wo ist meine bestellung
    - sendung verfolgen
    - ist mein paket unterwegs
    - bestellstatus
    - wurde es schon verschickt
form:
  slots:
    - { slot: order_number, from: order_number, ask: ask_number }
    - { slot: email, from: email, ask: ask_email, skip_if: visitor.verified, retries: 1 }
do: lookup_order
outcomes:
  found: order_found
  not_found: not_matched
  mismatch: not_matched
  error: { say: down, then: handoff }
responses:
  ask_number: [ { text: Number?, counts_as: question } ]
  ask_email: [ { text: Mail?, counts_as: question } ]
  order_found:
    - when: status == \"shipped\"
      text: { en: \"{{ order_number }} left on {{ shipped_on | date }}, {{ total | money }}.\", de: \"{{ order_number }} ging am {{ shipped_on | date }} raus, {{ total | money }}.\" }
      card: { title: Parcel, image: \"{{ tracking_url }}\", buttons: [ { title: Track, url: \"{{ tracking_url }}\" } ] }
      counts_as: answer
    - { text: \"{{ order_number }} is {{ status }}.\", counts_as: answer }
  not_matched: [ { text: No match., counts_as: refusal } ]
  down: [ { text: Down., counts_as: handoff_offer } ]
tests:
  - test_case: found
    fixtures: { actions: { lookup_order: [ { outcome: not_found }, { outcome: found, data: { status: shipped } } ] } }
    steps:
      - user: where is my order
";

const FILE: &str = "intents/track_order.yaml";

fn shop() -> ShopFiles {
    let files = ShopFiles::new();
    for (path, text) in [
        ("intents/_entities.yaml", ENTITIES),
        ("intents/_actions.yaml", ACTIONS),
        ("intents/shop/orders.csv", ORDERS),
        ("intents/shop/catalog.csv", CATALOG),
        (FILE, TRACK),
    ] {
        files.write(path, text);
    }
    files
}

fn told(files: &ShopFiles) -> Vec<String> {
    files.check().1.iter().map(ToString::to_string).collect()
}

// Puts `to` for `from` in a file of a good shop, and expects exactly these lines.
fn check(file: &str, text: &str, from: &str, to: &str, expected: &[&str]) {
    assert!(text.contains(from), "{from}");
    let files = shop();
    files.write(file, &text.replacen(from, to, 1));
    let told: Vec<_> =
        told(&files).into_iter().map(|line| line.split_once('/').map_or(line.clone(), |l| l.1.into())).collect();
    assert_eq!(told, expected, "{to}");
}

#[test]
fn a_good_shop_with_forms_has_no_faults() {
    let files = shop();
    assert_eq!(told(&files), Vec::<String>::new());
    let snapshot = files.snapshot();
    let rule = &snapshot.rules().intents["track_order"];
    let form = rule.form.as_ref().expect("a form");
    let [number, email] = form.slots.as_slice() else { panic!("two slots") };
    assert_eq!((&number.from, number.retries, number.pii), (&From::Entity("order_number".into()), 2, false));
    assert_eq!((email.skip_if, email.retries, email.pii), (Some(SkipIf::Verified), 1, true));
    assert!(form.interruptible && form.give_up.is_none());
    let act = rule.act.as_ref().expect("a look-up");
    assert_eq!((act.action.as_str(), act.outcomes["error"].hands_over), ("lookup_order", true));
    assert!(
        snapshot.is_personal(Some("track_order"), "email")
            && !snapshot.is_personal(Some("track_order"), "order_number")
    );
    let case = snapshot.tests().iter().find(|case| case.name == "found").expect("the test");
    assert_eq!(
        case.fixtures["lookup_order"].iter().map(|r| r.outcome.as_str()).collect::<Vec<_>>(),
        ["not_found", "found"]
    );
}

#[test]
fn texts_are_filled_in_with_what_was_found() {
    let snapshot = shop().snapshot();
    let vars = |fields: &[(&str, &str)]| fields.iter().map(|(k, v)| ((*k).to_owned(), Value::from(*v))).collect();
    let shipped = vars(&[
        ("order_number", "10042"),
        ("status", "shipped"),
        ("shipped_on", "2026-11-18"),
        ("total", "49.90 EUR"),
        ("tracking_url", "https://track.example/1"),
    ]);
    let text = |locale: &str, vars| snapshot.reply_with("order_found", locale, vars, 0).expect("a reply").text;
    assert_eq!(text("en", &shipped), "10042 left on 18 November, €49.90.");
    assert_eq!(text("de", &shipped), "10042 ging am 18. November raus, 49,90 €.");
    assert_eq!(text("en", &vars(&[("order_number", "10042")])), "10042 is .", "what is missing is empty");
    let card = |vars| snapshot.reply_with("order_found", "en", vars, 0).and_then(|reply| reply.card).expect("a card");
    assert_eq!(card(&shipped).buttons.len(), 1);
    let mut bad = shipped.clone();
    bad.insert("tracking_url".into(), json!("javascript:alert(1)"));
    assert_eq!((card(&bad).buttons.len(), card(&bad).image), (0, None), "nothing that could run");
}

#[test]
fn messages_are_read_with_the_shops_entities() {
    let snapshot = shop().snapshot();
    let now = Timestamp(1_795_355_387_050);
    let named = |text: &str, asked| {
        let entities = snapshot.understand(text, asked, None, now).entities;
        entities.into_iter().map(|entity| format!("{} {}", entity.entity, entity.value)).collect::<Vec<_>>()
    };
    assert_eq!(named("where is order #10042", None), ["order_number 10042"]);
    assert_eq!(named("10042 i think", Some("order_number")), ["order_number 10042"]);
    assert_eq!(named("Ann@Example.com", Some("order_number")), ["email ann@example.com"]);
    assert_eq!(named("the navy mug-O10", None), ["colour blue", "sku MUG-010"]);
}

// The same for the file of the form; `expected` is told of it.
fn one(from: &str, to: &str, expected: &str) {
    check(FILE, TRACK, from, to, &[&format!("track_order.yaml:{expected}")]);
}

#[test]
fn forms_that_cannot_work_are_told() {
    one(
        "from: order_number, ask",
        "from: order_numbr, ask",
        "18:35: error: there is no entity `order_numbr`; write `order_number`",
    );
    one("ask: ask_number }", "ask: ask_nubmer }", "18:54: error: there is no reply `ask_nubmer`; write `ask_number`");
    one(
        "skip_if: visitor.verified",
        "skip_if: verified",
        "19:60: error: `verified` cannot be decided; write `visitor.verified` or `not visitor.verified`",
    );
    one("retries: 1", "retries: 3", "19:87: error: 3 is too large; write a whole number from 0 to 2");
    one(
        "slot: email",
        "slot: order_number",
        "19:15: error: the slot `order_number` stands here a second time; keep one",
    );
}

#[test]
fn look_ups_that_cannot_work_are_told() {
    one("do: lookup_order", "do: lookup_ordr", "20:5: error: there is no action `lookup_ordr`; write `lookup_order`");
    one("found: order_found", "found: order_fond", "22:10: error: there is no reply `order_fond`; write `order_found`");
    one(
        "  not_found: not_matched\n",
        "  none: not_matched\n  not_found: not_matched\n",
        "23:3: error: this action has no outcome `none`; write one of `found`, `not_found`, `mismatch`, `limited`, `error`",
    );
    one(
        "  error: { say: down, then: handoff }\n",
        "",
        "21:1: error: nothing is said when the look-up ends with `error`; add `error: ` and the key of a reply to `outcomes`",
    );
    one(
        "mismatch: not_matched",
        "mismatch: down",
        "24:13: error: `not_found` and `mismatch` differ, so strangers could find out which orders there are; write `not_matched` in both",
    );
    one(
        "{{ order_number }} is {{ status }}",
        "{{ order_number }} is {{ weight }}",
        "34:41: error: there is no name `weight` to fill in; write one of `assistant`, `shop`, `email`, `order_number`, `shipped_on`, `status`, `total`, `tracking_url`",
    );
    one(
        "status == ",
        "weight == ",
        "30:13: error: there is no name `weight` to fill in; write one of `assistant`, `shop`, `email`, `order_number`, `shipped_on`, `status`, `total`, `tracking_url`",
    );
    one("lookup_order: [", "lookup_ordr: [", "39:28: error: there is no action `lookup_ordr`; write `lookup_order`");
    one(
        "data: { status: shipped }",
        "data: { weight: 3 }",
        "39:42: warning: this action never gives `weight`; write one of `shipped_on`, `status`, `total`, `tracking_url`",
    );
    one(
        "[#10042](order_number)",
        "[#10042](order)",
        "6:5: warning: there is no entity `order`; write one of `colour`, `email`, `order_number`, `sku`",
    );
    one(
        "slots:\n",
        "on_give_up: sory\n  slots:\n",
        "17:15: error: there is no reply `sory`; write one of `ask_number`, `ask_email`, `order_found`, `not_matched`, `down`, or `handoff`",
    );
}

#[test]
fn entities_and_actions_that_cannot_work_are_told() {
    let entities =
        |from: &str, to: &str, expected: &[&str]| check("intents/_entities.yaml", ENTITIES, from, to, expected);
    entities(
        "kind: regex, pattern: '#?(\\d{5})'",
        "kind: regex",
        &["_entities.yaml:3:17: error: the key `pattern` is missing; add `pattern: '#?(\\d{5})'`"],
    );
    entities(
        "builtin: email, pii",
        "builtin: emial, pii",
        &["_entities.yaml:4:36: error: `emial` is not known here; write `email`"],
    );
    entities(
        "shop/catalog.csv",
        "shop/catalogue.csv",
        &[
            "_entities.yaml:5:31: error: there is no file `shop/catalogue.csv` below the intents; write `shop/catalog.csv`",
        ],
    );
    let actions = |from: &str, to: &str, expected: &[&str]| check("intents/_actions.yaml", ACTIONS, from, to, expected);
    actions(
        "[status,",
        "[weight, status,",
        &[
            "_actions.yaml:6:19: error: the file has no column `weight`; write one of `email`, `order_number`, `postcode`, `shipped_on`, `status`, `total`, `tracking_url`",
        ],
    );
    actions(
        "shop/orders.csv",
        "${ORDERS_FILE_THAT_IS_NOT_SET}",
        &[
            "_actions.yaml:5:11: error: the variable `ORDERS_FILE_THAT_IS_NOT_SET` is not set; start frontdesk with `ORDERS_FILE_THAT_IS_NOT_SET` set, or write `${ORDERS_FILE_THAT_IS_NOT_SET:-…}`",
            "_actions.yaml:5:11: error: the key `file` is missing; write a path below the folder of the intents, such as `shop/orders.csv`",
        ],
    );
    actions("shop/orders.csv", "${ORDERS_FILE_THAT_IS_NOT_SET:-shop/orders.csv}", &[]);
    let orders = |from: &str, to: &str, expected: &[&str]| check("intents/shop/orders.csv", ORDERS, from, to, expected);
    orders("10042,", ",", &["shop/orders.csv:2:1: error: the order has no number; write one, or remove the row"]);
    // A file that two name is told once.
    let catalog = "shop/catalog.csv:2:1: error: `cheap` is not a price; write amount and currency, such as `14.90 EUR`";
    check("intents/shop/catalog.csv", CATALOG, "14.90 EUR", "cheap", &[catalog]);
}

#[test]
fn settings_about_people_are_checked() {
    let settings = |text: &str, expected: &[&str]| {
        let text = format!("{SETTINGS}{text}\n");
        check("intents/_settings.yaml", &text, "schema: 1", "schema: 1", expected);
    };
    settings("business_hours: { week: { mon: [\"09:00-18:00\"] }, holidays: [\"2026-12-25\"] }", &[]);
    settings(
        "business_hours: { week: { mon: [\"9-18\"] } }",
        &["_settings.yaml:5:33: error: `9-18` are no hours; write them as `09:00-18:00`"],
    );
    settings(
        "business_hours: { week: {}, holidays: [christmas] }",
        &["_settings.yaml:5:40: error: `christmas` is not a day; write it as `2026-12-25`"],
    );
    settings("business_hours: allways", &["_settings.yaml:5:17: error: `allways` is not known here; write `always`"]);
    let rule = |rule: &str| format!("handoff: {{ teams: [care], rules: [ {{ {rule} }} ] }}");
    settings(&rule("when: { intent: track_order, action_failed: 1 }, team: care, priority: high"), &[]);
    settings(
        &rule("when: { intent: track_ordr }"),
        &["_settings.yaml:5:54: error: there is no intent `track_ordr`; write `track_order`"],
    );
    settings(
        &rule("when: {}"),
        &[
            "_settings.yaml:5:44: error: this rule would call a person at every message; write a condition, such as `misses_in_a_row: 2`",
        ],
    );
    settings(
        &rule("when: { misses_in_a_row: 2 }, team: cares"),
        &["_settings.yaml:5:74: error: there is no team `cares`; write `care`"],
    );
    let clock = SETTINGS.replace("Harbour & Pine", "Pine, timezone: Europe/Berln");
    check(
        "intents/_settings.yaml",
        &clock,
        "schema: 1",
        "schema: 1",
        &[
            "_settings.yaml:2:31: error: `Europe/Berln` is not the name of a clock; write a name such as `Europe/Berlin`",
        ],
    );
}
