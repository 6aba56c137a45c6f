//! An order form over real sockets: asked, interrupted, corrected, looked up, given up.

use serde_json::Value;

use crate::support::{Plan, Server, Shopper};

const ENTITIES: &str = "schema: 1
entities:
  order_number: { kind: regex, pattern: '#?\\b(\\d{5})\\b', normalize: [digits], context_words: [order] }
  email: { kind: builtin, builtin: email, pii: true }
";

const ACTIONS: &str = "schema: 1
actions:
  lookup_order:
    kind: file
    file: shop/orders.csv
    allow_fields: [order_number, status, eta, carrier, tracking_url]
";

const ORDERS: &str = "order_number,email,postcode,status,eta,carrier,tracking_url
10042,ann@example.com,10115,shipped,2026-11-24,DHL,https://track.example/1
10043,bob@example.com,20095,packed,2026-11-25,DHL,
";

const TRACK: &str = "schema: 1
intent: track_order
title: Where is my order?
category: ORDER
examples:
  en: |
    - where is my order
    - wheres my stuff
    - track my parcel
    - track order [#10042](order_number)
    - has order [10042](order_number) shipped yet
    - my parcel has not arrived
    - order status please
form:
  slots:
    - { slot: order_number, from: order_number, ask: ask_number, retries: 1 }
    - { slot: email, from: email, ask: ask_email, retries: 1 }
do: lookup_order
outcomes:
  found: order_found
  not_found: not_matched
  mismatch: not_matched
  error: { say: down, then: handoff }
responses:
  ask_number: [ { text: What is your order number?, counts_as: question } ]
  ask_email: [ { text: And your email address?, counts_as: question } ]
  order_found:
    - text: \"Order {{ order_number }} comes with {{ carrier }} on {{ eta | date }}.\"
      card: { title: \"Order {{ order_number }}\", buttons: [ { title: Track, url: \"{{ tracking_url }}\" } ] }
      counts_as: answer
  not_matched: [ { text: There is no such order with that address., counts_as: refusal } ]
  down: [ { text: Our orders cannot be reached., counts_as: handoff_offer } ]
";

async fn server() -> Server {
    let mut plan = Plan::new();
    // The clock stands still here; that answers come with the beat is the look-ups' own test.
    plan.config.orders.answer_after_ms = 0;
    for (name, text) in [
        ("intents/_entities.yaml", ENTITIES),
        ("intents/_actions.yaml", ACTIONS),
        ("intents/shop/orders.csv", ORDERS),
        ("intents/track_order.yaml", TRACK),
    ] {
        plan.folder.write(name, text);
    }
    plan.start().await
}

async fn goes(shopper: &mut Shopper, says: &str, hears: &str) -> Value {
    shopper.says(says).await;
    let heard = shopper.hears("").await;
    let text = heard["event"]["body"]["text"].as_str().unwrap_or_default().to_owned();
    assert_eq!(text, hears, "{says}");
    heard["event"]["body"].clone()
}

const NUMBER: &str = "What is your order number?";
const EMAIL: &str = "And your email address?";
const NONE: &str = "There is no such order with that address.";

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_found_by_number_and_address_with_a_question_in_between() {
    let server = server().await;
    let mut shopper = server.shopper().await;
    goes(&mut shopper, "wheres my stuff", NUMBER).await;
    let both = format!("Wash linen at 40 degrees and dry it on the line.\n\n{NUMBER}");
    let body = goes(&mut shopper, "can linen go into the dryer?", &both).await;
    assert_eq!(body["citations"][0]["article"], "wash-linen");
    goes(&mut shopper, "hello", &format!("Hello! How can I help?\n\n{NUMBER}")).await;
    goes(&mut shopper, "10042", EMAIL).await;
    let body = goes(&mut shopper, "Ann@Example.com", "Order 10042 comes with DHL on 24 November.").await;
    assert_eq!(body["card"]["buttons"][0]["url"], "https://track.example/1");
    assert_eq!(server.log_of(&shopper).await.len(), 10, "one reply to each");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_number_and_wrong_address_have_the_same_words_and_a_correction_helps() {
    let server = server().await;
    let mut shopper = server.shopper().await;
    goes(&mut shopper, "where is order #10042", EMAIL).await;
    let wrong = goes(&mut shopper, "bob@example.com", NONE).await;
    let none = goes(&mut shopper, "no, 99999", NONE).await;
    assert_eq!(wrong, none, "not a byte tells which of the two it was");
    goes(&mut shopper, "sorry 10043", "Order 10043 comes with DHL on 25 November.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_left_by_a_word_by_a_person_and_by_giving_up() {
    let server = server().await;
    let mut shopper = server.shopper().await;
    goes(&mut shopper, "wheres my stuff", NUMBER).await;
    shopper.says("never mind").await;
    shopper.hears("leave it there").await;
    goes(&mut shopper, "when are you open", "We are open around the clock.").await;
    goes(&mut shopper, "wheres my stuff", NUMBER).await;
    shopper.says("abc").await;
    shopper.hears(NUMBER).await;
    shopper.says("abc").await;
    shopper.sees_phase("waiting").await;
    let mut other = server.shopper().await;
    goes(&mut other, "wheres my stuff", NUMBER).await;
    other.says("i want to talk to a person").await;
    other.sees_phase("waiting").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_goes_on_after_a_restart() {
    let server = server().await;
    let mut shopper = server.shopper().await;
    goes(&mut shopper, "where is order #10042", EMAIL).await;
    let token = shopper.client.token().to_owned();
    drop(shopper);
    let server = server.stop().await.start().await;
    let mut back = Shopper::enter(frontdesk::cli::client::Door::to(&server.address).with_token(&token)).await;
    back.says("ann@example.com").await;
    back.hears("comes with DHL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_saved_into_the_file_is_found_without_a_restart() {
    let server = server().await;
    let mover = server.keep_moving();
    let mut generation = server.desk.library().subscribe();
    server.folder.write("intents/shop/orders.csv", &format!("{ORDERS}10044,eve@example.com,,packed,2026-11-26,UPS,\n"));
    generation.changed().await.expect("the library");
    mover.abort();
    let mut shopper = server.shopper().await;
    goes(&mut shopper, "where is order #10044", EMAIL).await;
    goes(&mut shopper, "eve@example.com", "Order 10044 comes with UPS on 26 November.").await;
}
