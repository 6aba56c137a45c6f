//! What the pages ask for: the pages themselves, articles and products, the live files, and what stands beside a chat.

use frontdesk::domain::Role;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::support::{Plan, Server, in_time};

async fn json_of(server: &Server, path: &str) -> (u16, Value) {
    let (status, body) = server.get(path).await;
    (status, serde_json::from_str(&body).unwrap_or_default())
}

async fn admin(server: &Server) -> Browser {
    Browser::of(server, "ann", Role::Admin).await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_has_its_address_and_its_policy() {
    let mut plan = Plan::new();
    plan.config.server.origins = vec!["https://shop.example".into()];
    plan.config.server.images = vec!["https://cdn.shop.example".into()];
    let server = plan.start().await;
    let mut visitor = Browser::new(&server);
    for (path, framed) in
        [("/", false), ("/p/harbour-mug", false), ("/cart", false), ("/console/c/x", false), ("/widget", true)]
    {
        let page = visitor.get(path).await;
        let policy = page.header("content-security-policy").expect("a policy").to_owned();
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(policy.contains("frame-ancestors 'self' https://shop.example;"), framed, "{path} {policy}");
        assert!(policy.contains("img-src 'self' https://cdn.shop.example;") && !policy.contains("unsafe"), "{policy}");
    }
    let loader = visitor.get("/frontdesk.js").await;
    assert_eq!((loader.status, loader.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    for path in ["/widget.html", "/console.html", "/index.html", "/.vite/manifest.json", "/p/a/b"] {
        assert_eq!(visitor.get(path).await.status, 404, "{path}");
    }
    let lost = visitor.with("accept", "text/html,*/*;q=0.8").get("/old/link").await;
    assert_eq!((lost.status, lost.header("content-type")), (404, Some("text/html; charset=utf-8")), "a page says so");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_demo_the_first_page_is_the_console() {
    let mut plan = Plan::new();
    plan.config.server.demo = false;
    let server = plan.start().await;
    let mut visitor = Browser::new(&server);
    let first = visitor.get("/").await;
    assert_eq!((first.status, first.header("location")), (307, Some("/console")));
    assert_eq!(visitor.get("/cart").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_read_by_everybody_who_may() {
    let plan = Plan::starter_shop();
    let article = |id: &str, head: &str| format!("---\nid: {id}\ntitle: T\nlocale: en\n{head}---\n## H\nWords.\n");
    plan.folder.write("knowledge-base/en/internal.md", &article("internal", "audience: agents\n"));
    plan.folder.write("knowledge-base/en/drafted.md", &article("drafted", "status: draft\n"));
    plan.folder.write("knowledge-base/en/over.md", &article("over", "valid_until: 2026-01-31\n"));
    let server = plan.start().await;
    let (status, german) = json_of(&server, "/v1/articles/returns-refund-time?locale=de-AT").await;
    assert_eq!((status, &german["locale"]), (200, &json!("de")));
    let passage = &german["passages"][0];
    assert!(passage["text"].as_str().is_some_and(|text| text.contains("5 Werktagen")), "{passage}");
    assert!(passage["anchor"].is_string() && passage["title"].is_string());
    assert_eq!(json_of(&server, "/v1/articles/returns-refund-time?locale=fr").await.1["locale"], "en");
    for id in ["internal", "drafted", "over", "no-such-thing", "..%2F..%2Fsecret"] {
        assert_eq!(server.get(&format!("/v1/articles/{id}")).await.0, 404, "{id}");
    }
    let mut agent = Browser::of(&server, "bob", Role::Agent).await.1;
    for (id, field, value) in
        [("internal", "audience", "agents"), ("drafted", "status", "draft"), ("over", "valid_until", "2026-01-31")]
    {
        assert_eq!(agent.get(&format!("/api/content/articles/{id}")).await.body[field], value, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_read_once_for_each_state_of_the_files() {
    let server = Plan::starter_shop().start().await;
    let mut visitor = Browser::new(&server);
    let first = visitor.get("/v1/catalog").await;
    let products = first.body["products"].as_array().expect("products");
    assert_eq!((products.len(), &first.body["more"]), (60, &json!(false)));
    let mug = products.iter().find(|product| product["sku"] == "HP-6073-BLU").expect("the mug");
    assert_eq!(
        (&mug["title"], &mug["price"]),
        (&json!("Harbour mug, blue"), &json!({ "amount": "14.00", "currency": "EUR" }))
    );
    let tag = first.header("etag").expect("a tag").to_owned();
    assert_eq!(visitor.with("if-none-match", &tag).get("/v1/catalog").await.status, 304);
    assert_eq!(visitor.with("if-none-match", "W/\"0\"").get("/v1/catalog").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_has_a_limit() {
    let mut plan = Plan::new();
    plan.config.limits.handshakes_per_10s = 3;
    let server = plan.start().await;
    let mut visitor = Browser::new(&server);
    for _ in 0..3 {
        assert_eq!(visitor.get("/v1/catalog").await.status, 200);
    }
    let refused = visitor.get("/v1/catalog").await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").is_some() && refused.words().contains("too many"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_files_are_shown_with_what_is_wrong_with_the_last_save() {
    let server = Plan::starter_shop().start().await;
    let mut ann = admin(&server).await;
    let live = ann.get("/api/content").await.body;
    assert_eq!((&live["stale"], &live["faults"]), (&json!(false), &json!([])));
    let intents = live["intents"].as_array().expect("intents");
    let track = intents.iter().find(|intent| intent["name"] == "track_order").expect("the intent");
    assert_eq!((&track["form"], &track["action"]), (&json!(true), &json!("lookup_order")));
    assert!(track["examples"]["en"].as_u64() > Some(20) && track["examples"]["de"].as_u64() > Some(20), "{track}");
    let whole = ann.get("/api/content/intents/track_order").await.body;
    assert_eq!(whole["slots"][0]["slot"], "order_number");
    assert_eq!(whole["outcomes"]["mismatch"], whole["outcomes"]["not_found"], "one text for both");
    let replies = whole["replies"].as_array().expect("replies");
    assert!(replies.iter().any(|reply| reply["name"] == "order_found" && reply["variants"][0]["when"].is_string()));
    assert_eq!(ann.get("/api/content/intents/nothing").await.status, 404);

    let mut saves = server.desk.library().subscribe();
    saves.mark_unchanged();
    server.folder.write(
        "intents/_canned.yaml",
        "schema: 1\nreplies:\n  Sorry!:\n    title: T\n    text: \"Bye, {{ agnet }}\"\n",
    );
    saves.changed().await.expect("the save is seen");
    let after = ann.get("/api/content").await.body;
    assert_eq!((&after["stale"], &after["hash"]), (&json!(true), &live["hash"]));
    let told = after["faults"].as_array().expect("faults");
    let told =
        |words: &str| told.iter().any(|fault| fault["problem"].as_str().is_some_and(|text| text.contains(words)));
    assert!(told("`Sorry!` cannot be typed after `/`") && told("no name `agnet`"), "{after:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_tried_without_a_conversation() {
    let server = Plan::starter_shop().start().await;
    let mut ann = admin(&server).await;
    let tried = ann.post("/api/content/try", &json!({ "text": "how long do refunds take?" })).await.body;
    assert!(tried["reply"]["text"].as_str().is_some_and(|text| text.contains("5 working days")), "{tried:#}");
    assert_eq!(tried["reply"]["citations"][0]["article"], "returns-refund-time");
    assert!(tried["understood"]["explanation"]["examples"].as_array().is_some_and(|examples| !examples.is_empty()));
    let found = ann.post("/api/content/try", &json!({ "text": "is the blue harbour mug in stock" })).await.body;
    assert_eq!(
        (&found["reply"]["card"]["title"], &found["not_looked_up"]),
        (&json!("Harbour mug, blue"), &Value::Null)
    );
    let order = ann.post("/api/content/try", &json!({ "text": "where is order 10042" })).await.body;
    assert_eq!(order["understood"]["entities"][0]["value"], "10042");
    assert!(order["thresholds"]["answer"].is_number() && order["article_fits"].is_number());
    for (text, words) in [(String::new(), "write something"), ("x".repeat(12_001), "at most 12000")] {
        let refused = ann.post("/api/content/try", &json!({ "text": text })).await;
        assert_eq!(refused.status, 400);
        assert!(refused.words().contains(words), "{}", refused.words());
    }
    let huge = ann.post("/api/content/try", &json!({ "text": "x".repeat(70_000) })).await;
    assert_eq!((huge.status, huge.words()), (413, "the body of the request is too large"));
    assert_eq!(ann.get("/api/conversations").await.body["rows"], json!([]), "nothing was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn canned_replies_are_said_by_whoever_asks() {
    let server = Plan::starter_shop().start().await;
    let mut ann = admin(&server).await;
    let canned = ann.get("/api/canned?locale=de").await.body;
    let hello =
        canned["replies"].as_array().and_then(|all| all.iter().find(|one| one["name"] == "hello")).expect("hello");
    assert_eq!(
        hello["text"],
        "Hallo, hier ist ann von Harbour & Pine. Ich habe gelesen, was du geschrieben hast, und sehe es mir gerade an."
    );
    assert_eq!(ann.get("/api/canned?locale=fr").await.body["locale"], "en");
    let small = Server::start().await;
    assert_eq!(admin(&small).await.get("/api/canned").await.body["replies"], json!([]), "no file, no replies");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_stands_beside_the_chat_once_its_owner_was_proven() {
    let server = Plan::starter_shop().start().await;
    let mut agent = Browser::of(&server, "bob", Role::Agent).await.1;
    let mut beside = async |conversation: &str| agent.get(&format!("/api/conversations/{conversation}")).await.body;
    for (email, shown) in [("eve@example.com", false), ("ann@example.com", true)] {
        let mut shopper = server.shopper().await;
        shopper.says("where is order 10042").await;
        let asked = shopper.hears("email").await;
        let chat = asked["event"]["message"].as_str().and_then(|message| message.split('.').next()).expect("a chat");
        shopper.says(email).await;
        in_time(&server, shopper.hears(if shown { "DHL" } else { "find an order" })).await;
        let all = beside(chat).await;
        if shown {
            let fields = all["order"]["fields"].as_array().expect("fields");
            assert_eq!(all["order"]["order_number"], "10042");
            assert!(fields.contains(&json!(["carrier", "DHL"])), "{all:#}");
            assert!(!all.to_string().contains("ann@example.com"), "what proves is not shown: {all:#}");
        } else {
            assert_eq!(all["order"], Value::Null);
        }
        assert_eq!((&all["phase"], &all["episodes"][0]["outcome"]), (&json!("bot"), &json!("open")));
        assert_eq!(all["locale"], "en");
    }
    assert_eq!(beside("00000000000000000000000000000000").await["error"]["code"], "not_found");
}
