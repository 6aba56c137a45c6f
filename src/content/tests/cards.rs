//! Cards in a row, one for each product: what is told of mistakes in them, and what becomes of them.

use serde_json::{Value, json};

use super::*;

const ACTIONS: &str = "schema: 1\nactions:\n  find_product: { kind: catalog, file: shop/catalog.csv }\n";

const CATALOG: &str = "id,title,price,availability\nMUG-010,Blue mug,14.90 EUR,in_stock\n";

const PRODUCTS: &str = "schema: 1
intent: find_product
examples:
  en: |
    - do you have mugs
    - show me your vases
    - which lamps do you sell
    - is the mug there
    - what throws have you got
  de: |
    - habt ihr becher
    - zeig mir eure vasen
    - welche lampen habt ihr
    - ist der becher da
    - was für decken gibt es
form:
  slots:
    - { slot: product, from: text, ask: ask_product }
do: find_product
outcomes:
  found: product_found
  several: product_several
  not_found: product_found
  error: product_found
responses:
  ask_product: [ { text: Which?, counts_as: question } ]
  product_found: [ { text: \"Of {{ product }}.\", counts_as: answer } ]
  product_several:
    - text: { en: \"Which {{ product }}?\", de: \"Welche {{ product }}?\" }
      cards:
        for: products
        title: \"{{ product.title }}\"
        text: { en: \"{{ product.price | money }} in {{ shop }}\", de: \"{{ product.price | money }} bei {{ shop }}\" }
        image: \"{{ product.image_link }}\"
        buttons: [ { title: { en: View, de: Zeigen }, url: \"{{ product.link }}\" } ]
      counts_as: question
";

const FILE: &str = "intents/find_product.yaml";

fn shop(products: &str) -> ShopFiles {
    let files = ShopFiles::new();
    for (path, text) in [("intents/_actions.yaml", ACTIONS), ("intents/shop/catalog.csv", CATALOG), (FILE, products)] {
        files.write(path, text);
    }
    files
}

fn reply(locale: &str, products: &Value) -> Reply {
    let vars = [("product".to_owned(), json!("mugs")), ("products".to_owned(), products.clone())].into();
    shop(PRODUCTS).snapshot().reply_with("product_several", locale, &vars, 0).expect("a reply")
}

#[test]
fn each_product_is_a_card_and_one_alone_is_the_card() {
    let product =
        |title: &str| json!({ "title": title, "price": "14.90 EUR", "link": "/p/1", "image_link": "/img/1.svg" });
    let two = reply("de", &json!([product("Blue mug"), product("<b>Sand</b> {{ shop }}")]));
    assert_eq!((two.text.as_str(), &two.card, two.cards.len()), ("Welche mugs?", &None, 2));
    let first = &two.cards[0];
    assert_eq!(
        (first.title.as_str(), first.text.as_deref(), first.image.as_deref()),
        ("Blue mug", Some("14,90 € bei Harbour & Pine"), Some("/img/1.svg"))
    );
    assert_eq!((first.buttons[0].title.as_str(), first.buttons[0].url.as_str()), ("Zeigen", "/p/1"));
    assert_eq!(two.cards[1].title, "<b>Sand</b> {{ shop }}", "what a feed says is never a template");
    let one = reply("en", &json!([product("Blue mug")]));
    assert_eq!((one.card.map(|card| card.title), one.cards.len()), (Some("Blue mug".into()), 0));
    assert_eq!(reply("en", &json!(vec![product("Blue mug"); 7])).cards.len(), 5);
    assert_eq!(reply("en", &json!("no list")).cards.len(), 0);
}

#[test]
fn what_a_product_lacks_is_left_out() {
    let products = json!([
        { "title": "Bare" }, { "price": "1 EUR" }, "no product", { "title": " " },
        { "title": "Bad", "link": "javascript:alert(1)", "image_link": "data:x" },
    ]);
    let found = reply("en", &products).cards;
    let told: Vec<_> = found.iter().map(|card| (card.title.as_str(), &card.image, card.buttons.len())).collect();
    assert_eq!(told, [("Bare", &None, 0), ("Bad", &None, 0)]);
    let long = json!({ "title": "x".repeat(5_000) });
    assert_eq!(reply("en", &json!([long, long, long, long])).cards.len(), 2, "a frame has room for no more");
}

#[test]
fn cards_that_cannot_be_made_are_told() {
    let check = |from: &str, to: &str, expected: &str| {
        assert!(PRODUCTS.contains(from), "{from}");
        let told: Vec<_> = shop(&PRODUCTS.replacen(from, to, 1)).check().1.iter().map(ToString::to_string).collect();
        assert_eq!(told, [format!("{FILE}:{expected}")], "{to}");
    };
    assert_eq!(shop(PRODUCTS).check().1, []);
    check(
        "{{ product.title }}",
        "{{ product.titel }}",
        "32:20: error: there is no name `product.titel` to fill in; write `product.title`",
    );
    check(
        "{{ product.image_link }}",
        "{{ product.picture }}",
        "34:20: error: there is no name `product.picture` to fill in; write `product.price`",
    );
    check("        title: \"{{ product.title }}\"\n", "", "31:9: error: the key `title` is missing; add `title: …`");
    check("        for: products\n", "", "31:9: error: the key `for` is missing; add `for: products`");
    check("for: products", "for: product", "31:14: error: `product` is not known here; write `products`");
}

#[test]
fn a_row_needs_a_list_that_is_found() {
    let files = ShopFiles::new();
    let greet = GREET.replacen(
        "counts_as: smalltalk",
        "cards: { for: products, title: \"{{ product.title }}\" }\n      counts_as: smalltalk",
        1,
    );
    files.write("intents/greet.yaml", &greet);
    let told: Vec<_> = files.check().1.iter().map(ToString::to_string).collect();
    let expected = "intents/greet.yaml:20:21: error: no list `products` is found here; name an action of the kind `catalog` \
                    with `do`, or write one `card`";
    assert_eq!(told, [expected]);
}
