//! A Rasa project and a table become shops that check, learn and answer.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::ops::{Ended, frontdesk};
use crate::support::Folder;

fn json_of(ended: &Ended) -> Value {
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {} {}", ended.out, ended.errors))
}

fn project() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rasa").display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rasa_project_becomes_a_shop() {
    let (folder, bot) = (Folder::new(), project());
    let dry = frontdesk(folder.path(), &["import", "--from", "rasa", &bot, "--into", "shop", "--dry-run"]).await;
    assert_eq!((dry.code, folder.path().join("shop").exists()), (Some(0), false), "{}", dry.errors);
    assert!(dry.out.contains("would be written:\n  intents/_settings.yaml\n"), "{}", dry.out);
    assert!(dry.out.contains("domain.yml:75: what the button `Broken` sends is not understood"), "{}", dry.out);
    let made = frontdesk(folder.path(), &["import", "--from", "rasa", &bot, "--into", "shop", "--json"]).await;
    let told = json_of(&made);
    assert_eq!((made.code, &told["check"]["errors"]), (Some(0), &json!(0)), "{}", made.out);
    let shop = folder.path().join("shop");
    let checked = frontdesk(&shop, &["check", "--fast", "--json"]).await;
    assert_eq!((checked.code, &json_of(&checked)["errors"]), (Some(0), &json!(0)), "{}", checked.out);
    let measured = json_of(&frontdesk(&shop, &["eval", "--json"]).await);
    assert_eq!(measured["lines"], told["counts"]["examples"]);
    let read = frontdesk(&shop, &["understand", "where is my order 10042", "--json"]).await;
    assert!(read.out.contains("track_order") && read.out.contains("order_number"), "{} {}", read.out, read.errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_over_or_by_halves() {
    let (folder, bot) = (Folder::new(), project());
    folder.write("shop/intents/greet.yaml", "mine");
    folder.write("shop/intents/_settings.yaml", "schema: 1\n");
    let import = ["import", "--from", "rasa", &bot, "--into", "shop"];
    let refused = frontdesk(folder.path(), &import).await;
    assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{}", refused.errors);
    assert!(refused.errors.contains("nothing was written") && refused.errors.contains("  intents/greet.yaml"));
    let files = || fs::read_dir(folder.path().join("shop/intents")).expect("a folder").count();
    assert_eq!(files(), 2);
    folder.write("broken/nlu.yml", "nlu:\n- intent: a\n  examples: |\n    no dash\n");
    let broken = ["import", "--from", "rasa", &bot, "broken", "--into", "shop", "--force"];
    let refused = frontdesk(folder.path(), &broken).await;
    let line =
        "broken/nlu.yml:4:5: error: this line is no example; begin it with `- `\n1 errors; nothing was written\n";
    assert_eq!((refused.code, refused.out.as_str(), files()), (Some(1), line, 2));
    let forced = frontdesk(folder.path(), &[&import[..], &["--force"]].concat()).await;
    assert_eq!(forced.code, Some(0), "{}{}", forced.out, forced.errors);
    let read = |name: &str| fs::read_to_string(folder.path().join("shop/intents").join(name)).expect("a file");
    assert!(read("greet.yaml").contains("intent: greet") && read("_settings.yaml") == "schema: 1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_becomes_a_shop_and_others_are_told_how() {
    let folder = Folder::new();
    folder.write("lines.csv", "text,intent\nwhere is it,track\nmy parcel,track\nhi,greet\n\"hey, you\",greet\n");
    let made = frontdesk(folder.path(), &["import", "--from", "csv", "lines.csv", "--into", "shop"]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.errors);
    assert!(made.out.contains("the shop has 0 errors"), "{}", made.out);
    let other = frontdesk(folder.path(), &["import", "--from", "dialogflow", "lines.csv", "--into", "x"]).await;
    assert_eq!(other.code, Some(2));
    assert!(other.errors.contains("write `--from rasa` or `--from csv`"), "{}", other.errors);
}
