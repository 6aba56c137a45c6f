//! What operators do: a shop from the binary alone, backups under load, restores, and the doctor.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use frontdesk::cli::client::Door;
use frontdesk::config::Config;
use frontdesk::domain::{Clock, Command, ConversationId, VisitorId};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use tokio_util::task::TaskTracker;

use crate::support::{Folder, Plan, Server, Shopper, eventually};

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) errors: String,
}

impl Ended {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.errors))
    }

    fn refused(&self, words: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(2), ""), "{}", self.errors);
        assert!(self.errors.contains(words), "{}", self.errors);
    }
}

/// Runs the program in `folder`, without the settings of whoever runs the tests.
pub(crate) async fn frontdesk(folder: &Path, args: &[&str]) -> Ended {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("FRONTDESK__")) {
        command.env_remove(name);
    }
    let output = command.current_dir(folder).args(args).output().await.expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Ended { code: output.status.code(), out: text(output.stdout), errors: text(output.stderr) }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a readable name")
}

/// The names of the files below a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = entry.file_name().into_string().expect("a readable name");
        if entry.path().is_dir() {
            found.extend(names(&entry.path()).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

async fn database(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(false);
    options.connect().await.expect("the database")
}

async fn change(file: &Path, statements: &[&'static str]) {
    let mut database = database(file).await;
    for statement in statements {
        sqlx::query(*statement).execute(&mut database).await.expect(statement);
    }
    sqlx::Connection::close(database).await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_shop_is_whole_clean_and_served() {
    let folder = Folder::new();
    let made = frontdesk(folder.path(), &["init", "my-shop", "--json"]).await;
    assert_eq!(made.code, Some(0), "{}", made.errors);
    let (shop, root) = (folder.path().join("my-shop"), Path::new(env!("CARGO_MANIFEST_DIR")));
    for part in ["intents", "knowledge-base"] {
        let expected: Vec<String> =
            names(&root.join(part)).into_iter().filter(|name| !name.contains("/.") && !name.ends_with('~')).collect();
        assert_eq!(names(&shop.join(part)), expected, "every file, and none besides");
        for name in expected {
            let read = |folder: &Path| fs::read(folder.join(part).join(&name)).expect("a file");
            assert_eq!(read(&shop), read(root), "{part}/{name}");
        }
    }
    let mut listed: Vec<String> = serde_json::from_value(made.json()["files"].clone()).expect("names");
    listed.sort();
    assert_eq!(listed, names(&shop));
    assert_eq!(fs::read_to_string(shop.join(".gitignore")).expect("a file").lines().last(), Some("/data/"));
    let checked = frontdesk(&shop, &["check", "--fast", "--json"]).await;
    assert_eq!((checked.code, &checked.json()["errors"]), (Some(0), &json!(0)), "{}", checked.out);

    let settings = Config::load(Some(&shop.join("frontdesk.toml"))).expect("settings");
    let defaults = Config::load(None).expect("the defaults");
    assert_eq!(format!("{settings:?}"), format!("{defaults:?}"), "the file changes nothing");
    let mut plan = Plan::new();
    plan.config.folders.intents = shop.join("intents");
    plan.config.folders.knowledge_base = shop.join("knowledge-base");
    let server = plan.start().await;
    let (status, ready) = server.get("/readyz").await;
    let ready: Value = serde_json::from_str(&ready).expect("JSON");
    assert_eq!((status, &ready["ready"]), (200, &json!(true)), "{ready}");
    let mut shopper = server.shopper().await;
    shopper.says("hello").await;
    shopper.hears("").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_never_written_over() {
    let folder = Folder::new();
    folder.write("mine/notes.txt", "mine");
    frontdesk(folder.path(), &["init", "mine"]).await.refused("mine is not empty: notes.txt is in it");
    assert_eq!(names(folder.path()), ["mine/notes.txt"]);
    frontdesk(folder.path(), &["init", "mine/notes.txt"]).await.refused("cannot make the folder mine/notes.txt");
    let made = frontdesk(folder.path(), &["init", "fresh"]).await;
    assert_eq!(made.code, Some(0));
    assert!(made.out.contains("cd fresh\n  frontdesk check"), "{}", made.out);
    let before = names(folder.path());
    frontdesk(&folder.path().join("fresh"), &["init", "."]).await.refused("is not empty");
    assert_eq!(names(folder.path()), before);
}

/// A shopper who has talked for a while.
struct Talker {
    shopper: Shopper,
    token: String,
    epoch: String,
    acked: usize,
}

/// Messages each of them says.
const SAID: usize = 300;

async fn talk(mut shopper: Shopper, begun: tokio::sync::mpsc::Sender<()>) -> Shopper {
    for n in 0..SAID {
        let ack = shopper.says(&format!("message {n}")).await;
        assert_eq!(ack["type"], "ack", "{ack}");
        if n == SAID / 10 {
            begun.send(()).await.expect("a listener");
        }
    }
    shopper
}

/// Eight shoppers talk, and in the middle of it a backup is made.
async fn talk_and_back_up(server: &Server, file: &Path) -> Vec<Talker> {
    let (begun, mut beginnings) = tokio::sync::mpsc::channel(8);
    let mut talking = Vec::new();
    for _ in 0..8 {
        let mut shopper = server.shopper().await;
        // The assistant is silent from here on: what is in the log is what was said.
        shopper.acts(json!({ "act": "human" })).await;
        talking.push(TaskTracker::new().spawn(talk(shopper, begun.clone())));
    }
    for _ in 0..talking.len() {
        beginnings.recv().await.expect("a beginning");
    }
    let data = text(&server.config.folders.data);
    let made = frontdesk(server.folder.path(), &["backup", text(file), "--data", data, "--json"]).await;
    assert_eq!(made.code, Some(0), "{}", made.errors);
    let busy = talking.iter().filter(|task| !task.is_finished()).count();
    assert!(busy > 0, "they talked on while the backup was made");
    assert_eq!(made.json()["backup"]["conversations"], 8);
    let mut talkers = Vec::new();
    for task in talking {
        let mut shopper = task.await.expect("a talker");
        shopper.says("after the backup").await;
        let (token, epoch) = (shopper.client.token().to_owned(), shopper.client.welcome["epoch"].to_string());
        // What was acknowledged before the backup began: the first tenth at least, and the request for a person.
        talkers.push(Talker { shopper, token, epoch, acked: SAID / 10 + 1 });
    }
    talkers
}

// An event without the epoch, which a restore changes.
fn bare(frame: &Value) -> Value {
    json!([frame["seq"], frame["at"], frame["event"]])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_brings_back_exactly_what_was_there() {
    let server = Server::start().await;
    let file = server.folder.path().join("desk.backup");
    let talkers = talk_and_back_up(&server, &file).await;
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let mut logs = Vec::new();
    for talker in &talkers {
        logs.push(server.log_of(&talker.shopper).await);
    }
    let (data, folder) = (server.config.folders.data.clone(), server.folder.path().to_owned());
    let restore = ["restore", text(&file), "--data", text(&data), "--force", "--json"];
    frontdesk(&folder, &restore).await.refused("a server is running on");
    let plan = server.stop().await;
    frontdesk(&folder, &restore[..4]).await.refused("there is a log in");
    let restored = frontdesk(&folder, &restore).await;
    assert_eq!(restored.code, Some(0), "{}", restored.errors);
    let aside = restored.json()["restored"]["moved_aside"].as_str().expect("a file").to_owned();
    assert!(aside.contains("frontdesk.db.before-restore-"), "{aside}");
    let server = plan.start().await;
    for (talker, log) in talkers.iter().zip(&logs) {
        come_back(&server, talker, log).await;
    }
    let verified = frontdesk(&folder, &["verify", "--data", text(&data), "--json"]).await;
    assert_eq!((verified.code, &verified.json()["fault_count"]), (Some(0), &json!(0)), "{}", verified.out);
    let plan = server.stop().await;

    // The way back is the same: what was moved aside is a log, whole.
    let old = frontdesk(plan.folder.path(), &["restore", &aside, "--data", "elsewhere", "--json"]).await;
    assert_eq!(old.code, Some(0), "{}", old.errors);
    let events: usize = logs.iter().map(Vec::len).sum();
    assert_eq!(old.json()["restored"]["backup"]["events"], json!(events));
}

// One who knows more than was restored: is told so, fetches everything anew, and goes on.
async fn come_back(server: &Server, talker: &Talker, log: &[Value]) {
    let last = log.last().expect("an event");
    let (seq, at) = (last["seq"].as_u64().expect("a number"), last["at"].as_str().expect("a time"));
    let door = Door::to(&server.address).with_token(&talker.token);
    let known = door.resuming(talker.epoch.trim_matches('"'), seq, at);
    let mut shopper = Shopper::enter(known).await;
    assert_eq!(shopper.client.welcome["resumed"], false);
    assert_eq!(shopper.client.welcome["token"], talker.token, "tokens stay valid");
    let reset = shopper.frame(|frame| frame["type"] == "reset").await;
    assert_ne!(reset["epoch"].to_string(), talker.epoch);
    let head = reset["head"].as_u64().expect("a head");
    let mut fetched: Vec<Value> = Vec::new();
    while (fetched.len() as u64) < head {
        shopper.sends(json!({ "type": "fetch", "id": "f", "from": fetched.len() + 1, "to": head })).await;
        let batch = shopper.frame(|frame| frame["type"] == "batch").await;
        fetched.extend(batch["events"].as_array().expect("events").iter().map(bare));
    }
    assert!(fetched.len() >= talker.acked && fetched.len() < log.len(), "{} of {}", fetched.len(), log.len());
    let expected: Vec<Value> = log[..fetched.len()].iter().map(bare).collect();
    assert_eq!(fetched, expected);
    // What was said after the backup is known to the client alone, which may say it again.
    let lost = last["event"]["client_id"].as_str().expect("an id");
    shopper.client.say(lost, "after the backup").await.expect("a socket");
    let ack = shopper.answer().await;
    assert_eq!((&ack["seq"], &ack["duplicate"]), (&json!(head + 1), &json!(false)), "{ack}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_was_owed_when_the_backup_was_made_is_given() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    let visitor = VisitorId::from(shopper.client.welcome["visitor"].as_str().expect("a visitor"));
    shopper.says("when are you open").await;
    shopper.hears("around the clock").await;
    drop(shopper);
    let plan = server.stop().await;
    let (folder, data) = (plan.folder.path().to_owned(), plan.config.folders.data.clone());
    let made = frontdesk(&folder, &["backup", "desk.backup", "--data", text(&data)]).await;
    assert_eq!(made.code, Some(0), "{}", made.errors);
    // As it is while another machine, which is gone for ever, works on the turn.
    let statements = [
        "UPDATE conversations SET state = json_set(state, '$.pending', json('[1]'))",
        "DELETE FROM requests WHERE seq = 2",
        "INSERT INTO turns SELECT no, 1, 'a node that is gone', 1, 9000000000000000, 0 FROM conversations",
    ];
    change(&folder.join("desk.backup"), &statements).await;
    let restored = frontdesk(&folder, &["restore", "desk.backup", "--data", text(&data), "--force"]).await;
    assert_eq!(restored.code, Some(0), "{}", restored.errors);
    let server = plan.start().await;
    let mover = server.keep_moving();
    eventually("the owed reply", || async {
        let state = server.desk.conversation(&ConversationId::of(&visitor)).await;
        state.is_ok_and(|state| state.is_some_and(|state| state.pending.is_empty()))
    })
    .await;
    mover.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_erased_after_the_backup_stays_erased() {
    let server = Server::start().await;
    let (mut gone, mut stays) = (server.shopper().await, server.shopper().await);
    for shopper in [&mut gone, &mut stays] {
        shopper.acts(json!({ "act": "human" })).await;
    }
    gone.says("canary-of-one-who-goes").await;
    stays.says("canary-of-one-who-stays").await;
    let (folder, data) = (server.folder.path().to_owned(), server.config.folders.data.clone());
    let user = async |what: &str, more: &[&str]| {
        let who = ["user", what, "--data", text(&data), "--email", "bob@shop.example"];
        let ended = frontdesk(&folder, &[&who[..], more].concat()).await;
        assert_eq!(ended.code, Some(0), "{}", ended.errors);
    };
    user("add", &["--name", "Bob", "--role", "agent"]).await;
    let made = frontdesk(&folder, &["backup", "desk.backup", "--data", text(&data)]).await;
    assert_eq!(made.code, Some(0), "{}", made.errors);
    user("revoke", &[]).await;
    let visitor = VisitorId::from(gone.client.welcome["visitor"].as_str().expect("a visitor"));
    let erased = server.desk.store().transact(ConversationId::of(&visitor), Command::Erase, None).await;
    assert!(erased.is_ok(), "{erased:?}");
    let (token, other) = (gone.client.token().to_owned(), stays.client.token().to_owned());
    let plan = server.stop().await;
    let restored = frontdesk(&folder, &["restore", "desk.backup", "--data", text(&data), "--force", "--json"]).await;
    assert_eq!(restored.json()["restored"]["erased_again"], 1, "{} {}", restored.out, restored.errors);
    let bytes = fs::read(data.join("frontdesk.db")).expect("the log");
    let holds = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    assert!(!holds(b"canary-of-one-who-goes"), "not a word is left");
    assert!(holds(b"canary-of-one-who-stays"));
    let (mut log, open) =
        (database(&data.join("frontdesk.db")).await, "SELECT COUNT(*) FROM links WHERE used_at IS NULL");
    assert_eq!(
        sqlx::query_scalar::<_, i64>(open).fetch_one(&mut log).await.expect("a count"),
        0,
        "no link lets anybody in"
    );
    let out = "SELECT COUNT(*) FROM users WHERE revoked_at IS NOT NULL";
    assert_eq!(sqlx::query_scalar::<_, i64>(out).fetch_one(&mut log).await.expect("a count"), 1, "Bob stays out");
    sqlx::Connection::close(log).await.expect("closed");
    let server = plan.start().await;
    let door = Door::to(&server.address).with_token(&token);
    assert!(frontdesk::cli::client::Client::enter(&door).await.is_err(), "the token is over");
    let mut stays = Shopper::enter(Door::to(&server.address).with_token(&other)).await;
    stays.frame(|frame| frame["event"]["body"]["text"] == "canary-of-one-who-stays").await;
    let verified = frontdesk(&folder, &["verify", "--data", text(&data)]).await;
    assert_eq!(verified.code, Some(0), "{}", verified.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_whole_or_not_there() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("hello").await;
    shopper.hears("How can I help").await;
    let (folder, data) = (server.folder.path(), text(&server.config.folders.data));
    let backup =
        async |file: &str, more: &[&str]| frontdesk(folder, &[&["backup", file, "--data", data], more].concat()).await;
    backup("no/such/folder/desk.backup", &[]).await.refused("there is no folder for");
    backup("intents", &["--force"]).await.refused("is a folder");
    backup("data/frontdesk.db", &["--force"]).await.refused("is the server's own");
    backup("data/frontdesk.db-wal", &["--force"]).await.refused("is the server's own");
    frontdesk(folder, &["backup", "desk.backup", "--data", "nowhere"]).await.refused("there is no log in nowhere");
    folder_write(folder, "desk.backup", "yesterday's");
    backup("desk.backup", &[]).await.refused("overwrite it with --force");
    assert_eq!(fs::read(folder.join("desk.backup")).expect("a file"), b"yesterday's");
    let before = names(folder);
    let made = backup("desk.backup", &["--force"]).await;
    assert_eq!(made.code, Some(0), "{}", made.errors);
    assert!(made.out.contains("1 conversations, 2 events"), "{}", made.out);
    assert_eq!(names(folder), before, "nothing else is left behind");
    let said = shopper.says("still there").await;
    assert_eq!(said["type"], "ack", "the server was not disturbed");
}

fn folder_write(folder: &Path, name: &str, words: &str) {
    fs::write(folder.join(name), words).expect("a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_whole_backup_is_not_restored() {
    let server = Server::start().await;
    for n in 0..20 {
        let mut shopper = server.shopper().await;
        shopper.acts(json!({ "act": "human" })).await;
        shopper.says(&format!("{n} ").repeat(1000)).await;
    }
    let plan = server.stop().await;
    let (folder, data) = (plan.folder.path(), text(&plan.config.folders.data));
    let made = frontdesk(folder, &["backup", "good", "--data", data]).await;
    assert_eq!(made.code, Some(0), "{}", made.errors);
    let good = fs::read(folder.join("good")).expect("a file");
    fs::write(folder.join("half"), &good[..good.len() / 2]).expect("a file");
    fs::write(folder.join("empty"), "").expect("a file");
    fs::write(folder.join("text"), "not a database at all ".repeat(500)).expect("a file");
    for (name, statement) in [
        ("schema", "UPDATE meta SET value = '99' WHERE key = 'schema'"),
        ("holes", "DELETE FROM events WHERE seq = 1 AND conversation = 7"),
        ("foreign", "DROP TABLE meta"),
    ] {
        fs::write(folder.join(name), &good).expect("a file");
        change(&folder.join(name), &[statement]).await;
    }
    fs::write(folder.join("in-use"), &good).expect("a file");
    fs::write(folder.join("in-use-wal"), "commits").expect("a file");
    let log = fs::read(plan.config.folders.data.join("frontdesk.db")).expect("the log");
    let before = names(folder);
    for (name, words) in [
        ("half", "half cannot be restored"),
        ("empty", "not a log this program can read"),
        ("text", "not a log this program can read"),
        ("schema", "the log is of schema 99"),
        ("holes", "1 conversations have more or fewer events"),
        ("foreign", "not a log this program can read"),
        ("in-use", "a database in use, not a backup"),
        ("nothing", "there is no file nothing"),
    ] {
        frontdesk(folder, &["restore", name, "--data", data, "--force"]).await.refused(words);
    }
    assert_eq!(names(folder), before, "nothing was moved, nothing is left behind");
    assert_eq!(fs::read(plan.config.folders.data.join("frontdesk.db")).expect("the log"), log);
    // A database that is too damaged to be opened is moved aside as well, and what lies beside it.
    fs::write(plan.config.folders.data.join("frontdesk.db"), "ruined ".repeat(1000)).expect("a file");
    fs::write(plan.config.folders.data.join("frontdesk.db-wal"), "commits").expect("a file");
    let restored = frontdesk(folder, &["restore", "good", "--data", data, "--force", "--json"]).await;
    assert_eq!(restored.code, Some(0), "{}", restored.errors);
    let aside = restored.json()["restored"]["moved_aside"].as_str().expect("a file").to_owned();
    assert!(fs::read(&aside).expect("a file").starts_with(b"ruined "));
    let server = plan.start().await;
    let verified = frontdesk(server.folder.path(), &["verify", "--data", text(&server.config.folders.data)]).await;
    assert!(verified.out.contains("20 conversations, 60 events, 0 faults"), "{}", verified.out);
}

/// The doctor's word on one thing.
fn level<'a>(report: &'a Value, check: &str) -> (&'a str, &'a str) {
    let checks = report["checks"].as_array().expect("checks");
    let finding =
        checks.iter().find(|finding| finding["check"] == check).unwrap_or_else(|| panic!("{check}: {report}"));
    (finding["level"].as_str().expect("a level"), finding["found"].as_str().expect("words"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_a_healthy_server_well() {
    let server = Plan { clock: Clock::system(), ..Plan::new() }.start().await;
    let mut shopper = server.shopper().await;
    shopper.says("when are you open").await;
    shopper.hears("around the clock").await;
    let url = format!("http://{}", server.address);
    let report = frontdesk(server.folder.path(), &["doctor", "--url", &url, "--json"]).await;
    let said = report.json();
    assert_eq!((report.code, &said["problems"]), (Some(0), &json!(0)), "{said}");
    for check in ["version", "data folder", "server", "database", "database pages", "clock", "/healthz", "/readyz"] {
        assert_eq!(level(&said, check).0, "ok", "{said}");
    }
    assert!(level(&said, "server").1.contains(&format!("process {}", std::process::id())), "{said}");
    assert!(level(&said, "database").1.contains("journal WAL, 1 conversations"), "{said}");
    assert!(level(&said, "database").1.ends_with("synchronous FULL"), "{said}");
    assert!(level(&said, "disk").1.contains("20 fsyncs"), "{said}");
    assert_eq!(level(&said, "socket"), ("ok", format!("opens for {url}").as_str()));
    assert_eq!(level(&said, "foreign pages"), ("ok", "are refused"));
    assert_eq!(shopper.says("still there").await["type"], "ack", "the server was not disturbed");
    let left = names(&server.config.folders.data).into_iter().filter(|name| name.starts_with("doctor-"));
    assert_eq!(left.count(), 0, "the doctor takes its things along");
    // For people the same.
    let told = frontdesk(server.folder.path(), &["doctor", "--url", &url]).await;
    assert!(told.out.lines().last().is_some_and(|line| line.ends_with("warnings, 0 problems")), "{}", told.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_what_is_wrong() {
    let folder = Folder::new();
    let nothing = frontdesk(folder.path(), &["doctor", "--json"]).await;
    assert_eq!(level(&nothing.json(), "data folder"), ("warning", "data is not there yet"));
    assert_eq!(level(&nothing.json(), "shop's files").0, "problem");
    let server = Plan { clock: Clock::system(), ..Plan::new() }.start().await;
    let mut shopper = server.shopper().await;
    shopper.says("hello").await;
    shopper.hears("How can I help").await;
    let url = format!("http://{}", server.address);
    let plan = server.stop().await;
    let (folder, data) = (plan.folder.path(), plan.config.folders.data.clone());
    let doctor = async |more: &[&str]| {
        let ended = frontdesk(folder, &[&["doctor", "--json"], more].concat()).await;
        assert_eq!(ended.code, Some(1), "{} {}", ended.out, ended.errors);
        ended.json()
    };
    let said = doctor(&["--url", &url]).await;
    assert_eq!(level(&said, "server"), ("ok", "none is running on the folder"));
    assert_eq!((level(&said, "/healthz").0, said["problems"].as_u64()), ("problem", Some(1)), "{said}");
    folder_write(folder, "wrong.toml", "[limits]\ntexts = 1\n");
    let said = doctor(&["--config", "wrong.toml"]).await;
    assert!(level(&said, "settings").1.contains("texts"), "{said}");
    assert_eq!(level(&said, "database").0, "ok", "the rest is looked at all the same");
    folder_write(folder, "intents/greet.yaml", "schema: 1\nintent: greet\nexampels: {}\n");
    change(&data.join("frontdesk.db"), &["UPDATE events SET at = 9000000000000 WHERE seq = 2"]).await;
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).expect("rights");
    let said = doctor(&[]).await;
    for check in ["data folder", "clock", "shop's files"] {
        assert_eq!(level(&said, check).0, "problem", "{said}");
    }
    change(&data.join("frontdesk.db"), &["UPDATE meta SET value = '99' WHERE key = 'schema'"]).await;
    assert!(level(&doctor(&[]).await, "database").1.contains("schema 99"));
    change(&data.join("frontdesk.db"), &["UPDATE meta SET value = '3' WHERE key = 'schema'"]).await;
    let file = data.join("frontdesk.db");
    let mut bytes = fs::read(&file).expect("the log");
    let half = bytes.len() / 2;
    bytes[half..].fill(7);
    fs::write(&file, bytes).expect("the log");
    // One of the two, depending on what is hit first.
    let said = doctor(&[]).await;
    let checks = said["checks"].as_array().expect("checks");
    let damaged = |check: &&Value| check["check"].as_str().is_some_and(|name| name.starts_with("database"));
    assert!(checks.iter().filter(damaged).any(|check| check["level"] == "problem"), "{said}");
}
