//! What `check` tells of examples that are not broken, and what `eval` tells of things that are named.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::ops::frontdesk;
use crate::support::Folder;

#[tokio::test(flavor = "multi_thread")]
async fn the_starter_shop_needs_no_advice() {
    let folder = Folder::new();
    let made = frontdesk(folder.path(), &["init", "my-shop", "--json"]).await;
    assert_eq!(made.code, Some(0), "{}", made.errors);
    let shop = folder.path().join("my-shop");
    let checked = frontdesk(&shop, &["check", "--strict"]).await;
    assert_eq!((checked.code, checked.out.trim()), (Some(0), "0 errors, 0 warnings"));

    // The same question in two intents.
    let file = shop.join("intents/goodbye.yaml");
    let text = fs::read_to_string(&file).expect("a file");
    let wrong =
        text.replacen("  en: |\n", "  en: |\n    - where can i find my order please\n    - wheres my order\n", 1);
    fs::write(&file, &wrong).expect("written");
    let fast = frontdesk(&shop, &["check", "--fast", "--json"]).await;
    assert_eq!(fast.json()["warnings"], json!(0), "{}", fast.out);
    let checked = frontdesk(&shop, &["check", "--json"]).await;
    let report = checked.json();
    assert_eq!((checked.code, &report["errors"]), (Some(0), &json!(0)), "a warning stops nothing");
    // The two lines may set the model at odds with other lines, too.
    let faults = report["faults"].as_array().expect("faults");
    let told = faults.iter().find(|fault| {
        let names = fault["problem"].as_str().is_some_and(|problem| problem.contains("`track_order`"));
        names && fault["file"] == "intents/goodbye.yaml"
    });
    assert_eq!(told.map(|fault| &fault["severity"]), Some(&json!("warning")), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_test_lines_name_is_scored() {
    let folder = Folder::new();
    let line = |text: &str, entity: &str, start: usize, value: &str| {
        let end = start + value.chars().count();
        let marked = json!([{ "entity": entity, "start": start, "end": end, "value": value }]);
        json!({ "text": text, "intent": "close", "entities": marked }).to_string() + "\n"
    };
    let write = |name: &str, lines: &str| fs::write(folder.path().join(name), lines).expect("written");
    let kind = |kind: &str| line(&format!("close my {kind} account"), "account_type", 9, kind);
    write("train.jsonl", &["gold", "silver", "basic"].map(kind).concat());
    write("test.jsonl", &(kind("bronze") + "{\"text\": \"hello\", \"intent\": null}\n"));
    let learned = ["eval", "--sparse", "--train", "train.jsonl", "--test", "test.jsonl", "--json"];
    let report = frontdesk(folder.path(), &learned).await.json();
    let all = |report: &Value| ["entity_precision", "entity_recall", "entity_f1"].map(|name| report[name].clone());
    assert_eq!(all(&report), [1.0, 1.0, 1.0].map(Value::from), "{report}");
    assert_eq!(report["entities_by_type"]["account_type"]["labelled"], 1);

    write(
        "shop.jsonl",
        &(line("grüße, where is #10042", "order_number", 16, "#10042") + &line("it is 10043", "email", 6, "10043")),
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = folder.path().join("shop.jsonl");
    let told = frontdesk(root, &["eval", "--sparse", "--test", file.to_str().expect("a path")]).await;
    assert!(told.out.contains("entity_f1") && told.out.contains("labelled"), "{}", told.out);
    let row = told.out.lines().find(|line| line.starts_with("order_number")).expect("a row");
    assert!(row.ends_with(" 1") && row.contains("1.000"), "{row}");

    write("plain.jsonl", "{\"text\": \"close it\", \"intent\": \"close\"}\n");
    let plain = ["eval", "--sparse", "--train", "train.jsonl", "--test", "plain.jsonl", "--json"];
    assert!(frontdesk(folder.path(), &plain).await.json().get("entity_f1").is_none());
}
