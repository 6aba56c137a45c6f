//! Products on cards over real sockets: asked for by words and limits, shown in a row, and gone when the shopper wants it.

use serde_json::{Value, json};

use crate::privacy::conversation;
use crate::support::{Plan, Server, Shopper};

const ACTIONS: &str = "schema: 1
actions:
  find_product: { kind: catalog, file: shop/catalog.csv }
";

const MARKUP: &str = "Wool throw <img src=x onerror=alert(1)> {{ shop }}";

const CATALOG: &str = "id,title,price,availability,color,link,image_link
T-1,\"Wool throw, blue\",89.00 EUR,in_stock,blue,/p/1,/img/1.svg
T-2,\"Wool throw, green\",49.90 EUR,out_of_stock,green,/p/2,
T-3,Wool throw <img src=x onerror=alert(1)> {{ shop }},49.90 EUR,in_stock,grey,/p/3,
L-1,Table lamp,69.00 EUR,in_stock,,,
";

const PRODUCTS: &str = "schema: 1
intent: product_availability
title: Is it in stock?
category: SHOP
examples:
  en: |
    - do you have wool throws
    - is the lamp in stock
    - throws under 50 euros
    - have you got green throws
    - which throws do you sell
    - lamps for less than 100 euros
form:
  slots:
    - { slot: product, from: text, ask: ask_product }
do: find_product
outcomes:
  found: product_found
  several: product_several
  not_found: product_not_found
  error: { say: down, then: handoff }
responses:
  ask_product: [ { text: Which product is it?, counts_as: question } ]
  product_found:
    - text: \"Here it is.\"
      card: { title: \"{{ title }}\" }
      counts_as: answer
  product_several:
    - text: Which one do you mean?
      cards:
        for: products
        title: \"{{ product.title }}\"
        text: \"{{ product.price | money }}\"
        image: \"{{ product.image_link }}\"
        buttons: [ { title: View it, url: \"{{ product.link }}\" } ]
      counts_as: question
  product_not_found: [ { text: There is no such product., counts_as: refusal } ]
  down: [ { text: I cannot look., counts_as: handoff_offer } ]
";

async fn server() -> Server {
    let plan = Plan::new();
    for (name, text) in [
        ("intents/_actions.yaml", ACTIONS),
        ("intents/shop/catalog.csv", CATALOG),
        ("intents/product_availability.yaml", PRODUCTS),
    ] {
        plan.folder.write(name, text);
    }
    plan.start().await
}

async fn heard(shopper: &mut Shopper, says: &str, hears: &str) -> Value {
    shopper.says(says).await;
    shopper.hears(hears).await["event"]["body"].clone()
}

fn titles(body: &Value) -> Vec<&str> {
    body["cards"].as_array().into_iter().flatten().filter_map(|card| card["title"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn throws_under_a_price_come_on_cards_and_their_names_stay_text() {
    let server = server().await;
    let mut shopper = server.shopper().await;
    let body = heard(&mut shopper, "do you have throws under 50 euros?", "Which one").await;
    assert_eq!(titles(&body), ["Wool throw, green", MARKUP], "{body}");
    assert_eq!(
        body["cards"][0],
        json!({ "title": "Wool throw, green", "text": "€49.90", "buttons": [{ "title": "View it", "url": "/p/2" }] })
    );
    assert!(body["card"].is_null() && body["quick_replies"].is_null(), "{body}");
    // What is said next makes it narrower; one alone is the card that it always was.
    let body = heard(&mut shopper, "the green one", "Here it is").await;
    assert_eq!((&body["card"]["title"], &body["cards"]), (&json!("Wool throw, green"), &Value::Null), "{body}");
    let mut other = server.shopper().await;
    let body = heard(&mut other, "have you got throws", "Which one").await;
    assert_eq!(body["cards"][0]["image"], "/img/1.svg");
    heard(&mut other, "throws under 20 euros", "no such product").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_exported_and_erased_with_the_rest() {
    let server = server().await;
    let mut shopper = server.shopper().await;
    heard(&mut shopper, "do you have throws under 50 euros?", "Which one").await;
    shopper.acts(json!({ "act": "export" })).await;
    let export = shopper.frame(|frame| frame["type"] == "export").await;
    assert!(export["data"].as_str().is_some_and(|data| data.contains("Wool throw, green")), "{export}");
    let conversation = conversation(&shopper);
    shopper.acts(json!({ "act": "erase" })).await;
    let left = server.desk.store().events(&conversation, 1, 100, 100).await.expect("the log");
    assert!(left.len() > 2 && !format!("{left:?}").contains("Wool throw"), "{left:?}");
}
