//! The minute that convinces, over real sockets and on the starter shop as it is in the repository: from "wheres my stuff" to
//! a scoreboard that adds up.

use frontdesk::cli::client::Door;
use frontdesk::domain::Role;
use serde_json::{Value, json};

use crate::agent::Agent;
use crate::browser::Browser;
use crate::support::{Plan, Server, Shopper, in_time};

fn text(event: &Value) -> &str {
    event["event"]["body"]["text"].as_str().expect("words")
}

async fn bot(shopper: &mut Shopper) -> Value {
    shopper.frame(|frame| frame["event"]["kind"] == "said" && frame["event"]["by"]["role"] == "bot").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_minute_that_convinces() {
    let server = Plan::starter_shop().start().await;
    let ann = Agent::of(&server, "ann", Role::Agent).await;
    let mut shopper = server.shopper().await;
    let disclosure = &shopper.client.welcome["assistant"]["disclosure"];
    assert!(disclosure.as_str().is_some_and(|words| words.contains("assistant")), "{disclosure}");
    let found = an_order_is_found(&server, &mut shopper).await;
    let mut shopper = the_line_is_cut(&server, shopper, &found).await;
    let chat = found["event"]["message"].as_str().and_then(|message| message.split('.').next()).expect("a chat");
    a_person_takes_over(&server, &mut shopper, ann, chat).await;
    an_article_is_written(&server, &mut shopper).await;
    the_scoreboard_adds_up(&server).await;
}

async fn an_order_is_found(server: &Server, shopper: &mut Shopper) -> Value {
    shopper.says("wheres my stuff").await;
    shopper.hears("order number").await;
    shopper.says("10042").await;
    shopper.hears("email").await;
    // A question in the middle: answered with its source, then back to the form's question.
    shopper.says("how long do refunds take?").await;
    let between = bot(shopper).await;
    assert!(text(&between).contains("working days") && text(&between).contains("email"), "{between}");
    assert!(between["event"]["body"]["citations"][0]["article"].is_string(), "{between}");
    // The wrong address reads like a wrong number.
    shopper.says("eve@example.com").await;
    let wrong_email = in_time(server, bot(shopper)).await;
    let mut other = server.shopper().await;
    other.says("where is my order 99999").await;
    other.hears("email").await;
    other.says("ann@example.com").await;
    let wrong_number = in_time(server, bot(&mut other)).await;
    assert_eq!(wrong_email["event"]["body"], wrong_number["event"]["body"]);
    drop(other);
    shopper.says("sorry, ann@example.com").await;
    let found = in_time(server, bot(shopper)).await;
    assert!(text(&found).contains("DHL"), "{found}");
    assert!(
        found["event"]["body"]["card"]["buttons"][0]["url"].as_str().is_some_and(|url| url.starts_with("https://"))
    );
    assert!(!found.to_string().contains("postcode"), "only what may be told is told: {found}");
    found
}

async fn the_line_is_cut(server: &Server, shopper: Shopper, found: &Value) -> Shopper {
    // The line is cut, two messages are typed, the line is back: each is there once, in order.
    let (token, last) = (shopper.client.token().to_owned(), found["seq"].as_u64().expect("a number"));
    let (epoch, at) = (found["epoch"].as_str().expect("an epoch"), found["at"].as_str().expect("a time"));
    drop(shopper);
    let door = Door::to(&server.address).with_token(&token).resuming(epoch, last, at);
    let mut shopper = Shopper::enter(door).await;
    assert_eq!(shopper.client.welcome["resumed"], true);
    for (client_id, words) in [("cut-1", "thanks"), ("cut-2", "do you ship to austria"), ("cut-1", "thanks")] {
        shopper.client.say(client_id, words).await.expect("a socket");
    }
    shopper.frame(|frame| frame["type"] == "ack" && frame["duplicate"] == true).await;
    let log = server.log_of(&shopper).await;
    let own: Vec<&str> = log.iter().filter(|event| event["event"]["by"]["role"] == "shopper").map(text).collect();
    assert_eq!(own.iter().filter(|words| **words == "thanks").count(), 1);
    assert_eq!(&own[own.len() - 2..], ["thanks", "do you ship to austria"]);
    shopper
}

async fn a_person_takes_over(server: &Server, shopper: &mut Shopper, mut ann: Agent, chat: &str) {
    // A person.
    shopper.says("this is rubbish, give me a person").await;
    shopper.sees_phase("waiting").await;
    let row = ann.sees_row(server, chat, |row| row["phase"] == "waiting").await;
    assert_eq!(row["summary"].as_array().map(Vec::len), Some(2), "{row}");
    ann.watches(chat).await;
    let trace = ann.reads("trace").await;
    assert!(trace["event"]["trace"]["understanding"]["intents"].is_array(), "{trace}");
    ann.claims(chat).await;
    shopper.sees_phase("with_agent").await;
    ann.says(chat, "I am sorry about that.").await;
    shopper.hears("I am sorry").await;
    shopper.says("when are you open?").await;
    ann.vanishes().await;
    let told = in_time(server, async {
        let gone = shopper.sees_phase("waiting").await;
        (gone, shopper.hears("").await)
    });
    let (gone, told) = told.await;
    assert_eq!(gone["event"]["reason"], "agent_gone");
    assert_eq!(told["event"]["by"]["role"], "system", "the assistant has not talked over the person: {told}");
    let mut ann = ann.comes_back().await;
    let row = ann.sees_row(server, chat, |row| row["phase"] == "waiting").await;
    assert_eq!((row["place"].as_u64(), row["back"].as_bool()), (Some(1), Some(true)));
    ann.claims(chat).await;
    ann.acts(chat, json!({ "act": "resolve" })).await;
    shopper.sees_phase("closed").await;
}

async fn an_article_is_written(server: &Server, shopper: &mut Shopper) {
    // What nobody knew is written down, and known without a restart.
    shopper.says("do you repair accordions").await;
    bot(shopper).await;
    let article = "---\nid: accordions\ntitle: Do you repair accordions?\nlocale: en\ncategory: CARE\n\
                   answer: We repair accordions every Tuesday.\nquestions:\n  - do you repair accordions\n\
                   audience: public\nstatus: published\n---\n## Repairs\nWe repair accordions every Tuesday.\n";
    server.folder.write("knowledge-base/en/accordions.md", article);
    server.desk.library().reload();
    shopper.says("do you repair accordions").await;
    let known = bot(shopper).await;
    assert!(text(&known).contains("every Tuesday"), "{known}");
    assert_eq!(known["event"]["body"]["citations"][0]["article"], "accordions");
    shopper.acts(json!({ "act": "rate", "score": 5 })).await;
    shopper.acts(json!({ "act": "end" })).await;
    shopper.sees_phase("closed").await;
}

async fn the_scoreboard_adds_up(server: &Server) {
    // The scoreboard adds up, and each number has its proof.
    let (_, mut admin) = Browser::of(server, "root", Role::Admin).await;
    let report = admin.get("/api/reports/outcomes").await;
    assert_eq!(report.status, 200, "{report:?}");
    let outcomes = report.body["outcomes"].as_object().expect("outcomes");
    let sum: u64 = outcomes.values().filter_map(Value::as_u64).sum();
    assert_eq!(Some(sum), report.body["total"].as_u64(), "{}", report.body);
    assert_eq!(
        (outcomes["handed_over"].as_u64(), outcomes["answered_confirmed"].as_u64()),
        (Some(1), Some(1)),
        "{outcomes:?}"
    );
}
