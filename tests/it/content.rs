//! The shop's files are live: a good save changes the next answer, a broken one changes nothing.

use crate::support::{HOURS, Plan, Server, Shopper, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_file_changes_the_next_answer() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("when are you open").await;
    shopper.hears("around the clock").await;
    let mut saves = server.desk.library().subscribe();
    saves.mark_unchanged();
    server.folder.write("intents/opening_hours.yaml", &HOURS.replace("around the clock", "from nine to five"));
    saves.changed().await.expect("the save is seen");
    shopper.says("when are you open").await;
    shopper.hears("from nine to five").await;
    saves.mark_unchanged();
    server.folder.write(
        "knowledge-base/en/gift-wrap.md",
        "---\nid: gift-wrap\ntitle: Do you wrap gifts?\nlocale: en\ncategory: SHOP\nanswer: We wrap gifts for 4 euros.\n\
         questions:\n  - can you wrap it as a present\n---\n## Wrapping\nWe wrap gifts in recycled paper.\n",
    );
    saves.changed().await.expect("the save is seen");
    shopper.says("can you wrap it as a present for me").await;
    shopper.hears("We wrap gifts for 4 euros").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_saves_under_load_change_nothing() {
    let server = Server::start().await;
    let before = server.desk.content().hash().to_owned();
    let mut shopper = server.shopper().await;
    for round in 0..5 {
        server.folder.write("intents/opening_hours.yaml", &HOURS.replace("responses:", "respones:"));
        eventually("the fault", || async { !server.desk.library().faults().is_empty() }).await;
        shopper.says("do you sell gift cards").await;
        shopper.hears("").await;
        assert_eq!(server.desk.content().hash(), before, "round {round}");
        let fault = server.desk.library().faults().into_iter().find(|fault| fault.is_error()).expect("a fault");
        assert!(
            fault.file.ends_with("opening_hours.yaml") && fault.line > 1 && fault.cure.contains("responses"),
            "{fault}"
        );
        assert_eq!(server.get("/readyz").await.0, 200, "a broken file is no reason to send nobody here");
        server.folder.write("intents/opening_hours.yaml", HOURS);
        eventually("the cure", || async {
            !server.desk.library().faults().iter().any(frontdesk::knowledge::Fault::is_error)
        })
        .await;
        shopper.acts(serde_json::json!({ "act": "end" })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_at_start_serves_the_last_good_files() {
    let server = Server::start().await;
    let plan = server.stop().await;
    plan.folder.write("intents/opening_hours.yaml", "schema: 1\nintent: opening_hours\nexampels: {}\n");
    let server = plan.start().await;
    assert!(!server.desk.library().faults().is_empty());
    let mut shopper = Shopper::enter(frontdesk::cli::client::Door::to(&server.address)).await;
    shopper.says("when are you open").await;
    shopper.hears("around the clock").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_good_files_the_start_says_what_is_wrong() {
    let plan = Plan::new();
    plan.folder.write("intents/opening_hours.yaml", "schema: 1\nintent: opening_hours\nexampels: {}\n");
    let world = frontdesk::app::World::real();
    let error = frontdesk::app::App::bind(plan.config.clone(), world).await.err().expect("a refusal");
    let words = format!("{error:#}");
    assert!(words.contains("opening_hours.yaml:3:1") && words.contains("examples"), "{words}");
}
