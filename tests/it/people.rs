//! People: logging in, what nobody may do, links, roles, the audit log, the command line.

use std::process::{Output, Stdio};
use std::time::Duration;

use frontdesk::domain::{Clock, Right, Role, may};
use frontdesk::store::people::Actor;
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tokio_util::task::TaskTracker;

use crate::browser::{Browser, PASSWORD, hire};
use crate::support::{PATIENCE, Plan, Server};

#[tokio::test(flavor = "multi_thread")]
async fn logging_in_and_out() {
    let server = Server::start().await;
    let ann = hire(&server, "ann", Role::Admin).await;
    let mut browser = Browser::new(&server);
    assert_eq!(browser.get("/api/me").await.status, 401);
    let reply = browser.post("/api/login", &json!({ "email": " ANN@example.com ", "password": PASSWORD })).await;
    assert_eq!((reply.status, &reply.body["user"]["id"]), (200, &json!(ann.id)));
    let cookie = reply.header("set-cookie").expect("a cookie");
    let (pair, attributes) = cookie.split_once("; ").expect("attributes");
    assert_eq!(attributes, "Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
    assert_eq!(pair.strip_prefix("frontdesk=").expect("plain http on this machine").len(), 43, "256 bits");
    let me = browser.get("/api/me").await;
    assert_eq!((me.status, &me.body), (200, &reply.body));
    assert_eq!(me.header("cache-control"), Some("no-store"));
    let mut stolen = browser.clone();
    let out = browser.post("/api/logout", &json!({})).await;
    assert_eq!((out.status, out.header("set-cookie").expect("a cookie").contains("Max-Age=0")), (200, true));
    assert_eq!(stolen.get("/api/me").await.status, 401, "the login is over, not only forgotten by the browser");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_login_says_nothing_more() {
    let server = Server::start().await;
    hire(&server, "ann", Role::Admin).await;
    let gone = hire(&server, "gone", Role::Agent).await;
    let people = server.desk.store().people();
    people.revoke(&gone.id, &Actor::CommandLine, server.clock.now()).await.expect("revoked");
    let mut answers = Vec::new();
    for (name, password) in [("ann", "wrong horse battery"), ("nobody", PASSWORD), ("gone", PASSWORD), ("a b", "")] {
        answers.push(Browser::new(&server).logs_in(name, password).await);
    }
    for answer in &answers {
        assert_eq!((answer.status, answer.words()), (401, "email or password is wrong"));
        assert_eq!((&answer.body, answer.header("set-cookie")), (&answers[0].body, None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_guesses_five_times_in_twenty_seconds() {
    let server = Server::start().await;
    hire(&server, "ann", Role::Admin).await;
    let guesses = (0..30).map(|n| {
        let mut browser = Browser::new(&server);
        TaskTracker::new().spawn(async move { browser.logs_in(&format!("ann{}", n % 3), "wrong horse battery").await })
    });
    let mut refused = Vec::new();
    for guess in guesses.collect::<Vec<_>>() {
        let reply = guess.await.expect("a reply");
        assert!(matches!(reply.status, 401 | 429), "{reply:?}");
        refused.extend(Some(reply).filter(|reply| reply.status == 429));
    }
    assert_eq!(refused.len(), 25, "thirty at once, five of them heard");
    assert_eq!(refused[0].words(), "too many tries for your network; wait 20 s and try again");
    assert_eq!(refused[0].header("retry-after"), Some("20"));
    server.clock.advance(Duration::from_millis(19_999));
    assert_eq!(Browser::new(&server).logs_in("ann", PASSWORD).await.status, 429, "the right password waits, too");
    server.clock.advance(Duration::from_millis(1));
    for _ in 0..8 {
        assert_eq!(Browser::new(&server).logs_in("ann", PASSWORD).await.status, 200, "whoever is right is not counted");
    }
}

// A server behind a proxy with TLS, and a browser of each network.
async fn behind_a_proxy() -> (Server, impl Fn(usize) -> Browser) {
    let mut plan = Plan::new();
    plan.config.server.public_url = "https://desk.example".into();
    plan.config.server.trusted_proxies = vec!["127.0.0.1".parse().expect("an address")];
    let server = plan.start().await;
    let first = Browser::new(&server)
        .with("host", "desk.example")
        .with("origin", "https://desk.example")
        .with("x-forwarded-proto", "https");
    let from = move |n: usize| first.with("x-forwarded-for", &format!("203.0.113.{n}"));
    (server, from)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_guessed_at_twenty_times_in_five_minutes() {
    let (server, from) = behind_a_proxy().await;
    let ann = hire(&server, "ann", Role::Admin).await;
    hire(&server, "bob", Role::Agent).await;
    for n in 0..20 {
        assert_eq!(from(n).logs_in("ann", "wrong horse battery").await.status, 401, "{n}");
    }
    let reply = from(100).logs_in("ann", PASSWORD).await;
    assert_eq!((reply.status, reply.words()), (429, "too many tries for this account; wait 300 s and try again"));
    assert_eq!(from(100).logs_in("bob", PASSWORD).await.status, 200);
    for n in 0..21 {
        let expected = if n < 20 { 401 } else { 429 };
        assert_eq!(from(n).logs_in("nobody", "x").await.status, expected, "one who is not there looks the same");
    }
    server.clock.advance(Duration::from_secs(300));
    let reply = from(1).logs_in("ann", PASSWORD).await;
    let cookie = reply.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("__Host-frontdesk="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure"), "{cookie}");
    let rows = server.desk.store().people().audit(None, 200).await.expect("rows");
    let refused = rows.iter().filter(|row| row.what == "login_refused");
    assert_eq!(refused.filter(|row| row.about == ann.id.as_str()).count(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_goes_over_no_line_that_others_read() {
    let (server, from) = behind_a_proxy().await;
    hire(&server, "ann", Role::Admin).await;
    let plain = Browser::new(&server);
    for mut browser in [
        from(1).with("x-forwarded-proto", "http"),
        from(1).with("x-forwarded-proto", ""),
        plain.with("host", "desk.example"),
        plain.with("origin", "https://desk.example"),
    ] {
        let reply = browser.logs_in("ann", PASSWORD).await;
        assert_eq!((reply.status, reply.header("set-cookie")), (403, None));
        assert!(reply.words().starts_with("logging in needs https, because"), "{}", reply.words());
    }
    let mut browser = from(1);
    assert_eq!(browser.logs_in("ann", PASSWORD).await.status, 200);
    assert_eq!(browser.get("/api/me").await.status, 200);
    assert_eq!(browser.with("x-forwarded-proto", "http").get("/api/me").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_never_one_that_was_there_before() {
    let server = Server::start().await;
    hire(&server, "ann", Role::Admin).await;
    let planted = "frontdesk=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let mut browser = Browser::new(&server);
    browser.cookie = Some(planted.to_owned());
    assert_eq!(browser.logs_in("ann", PASSWORD).await.status, 200);
    assert_ne!(browser.cookie.as_deref(), Some(planted));
    let mut planter = Browser::new(&server);
    planter.cookie = Some(planted.to_owned());
    assert_eq!(planter.get("/api/me").await.status, 401);
    let mut before = browser.clone();
    assert_eq!(browser.logs_in("ann", PASSWORD).await.status, 200);
    assert_ne!((&browser.cookie, &browser.csrf), (&before.cookie, &before.csrf));
    assert_eq!(before.get("/api/me").await.status, 401, "the browser's login before is over");
    assert_eq!(browser.get("/api/me").await.status, 200);
}

// Every route that changes something, and what it takes to be heard there.
fn changes(id: &str) -> Vec<(Option<Right>, String, Value)> {
    let invited = json!({ "email": "new@example.com", "name": "New", "role": "viewer" });
    vec![
        (Some(Right::Invite), "/api/people/invite".into(), invited),
        (Some(Right::ChangeRole), format!("/api/people/{id}/role"), json!({ "role": "viewer" })),
        (Some(Right::ChangeTeams), format!("/api/people/{id}/teams"), json!({ "teams": ["care"] })),
        (Some(Right::ResetPassword), format!("/api/people/{id}/reset"), json!({})),
        (Some(Right::Revoke), format!("/api/people/{id}/revoke"), json!({})),
        (Some(Right::Watch), "/api/content/try".into(), json!({ "text": "hello" })),
        (None, "/api/logout".into(), json!({})),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_page_changes_anything() {
    let server = Server::start().await;
    let (_, ann) = Browser::of(&server, "ann", Role::Admin).await;
    let (_, other) = Browser::of(&server, "other", Role::Admin).await;
    let bob = hire(&server, "bob", Role::Agent).await;
    let rows = async || server.desk.store().people().audit(None, 200).await.expect("rows").len();
    let before = rows().await;
    let forged = |csrf: Option<&str>| Browser { csrf: csrf.map(str::to_owned), ..ann.clone() };
    let foreign = ["", "null", "https://evil.example", "http://127.0.0.1:1", "https://shop.example"];
    for (_, path, body) in changes(bob.id.as_str()) {
        for mut browser in [forged(None), forged(Some("")), forged(Some("x")), forged(other.csrf.as_deref())] {
            let reply = browser.post(&path, &body).await;
            assert_eq!(reply.status, 403, "{path} {:?}", browser.csrf);
            assert!(reply.words().contains("x-csrf-token"), "{}", reply.words());
        }
        for origin in foreign {
            let reply = ann.with("origin", origin).post(&path, &body).await;
            assert_eq!((reply.status, reply.words().contains("own page")), (403, true), "{path} {origin}");
        }
    }
    for (path, body) in [
        ("/api/login", json!({ "email": "ann@example.com", "password": PASSWORD })),
        ("/api/links/look", json!({ "token": "x" })),
        ("/api/links/redeem", json!({ "token": "x", "password": PASSWORD })),
    ] {
        for origin in foreign {
            let reply = Browser::new(&server).with("origin", origin).post(path, &body).await;
            assert_eq!(reply.status, 403, "{path} {origin}");
        }
        // What a form of any page can send without asking.
        for kind in ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let reply = Browser::new(&server).with("content-type", kind).post(path, &body).await;
            assert_eq!(reply.status, 400, "{path} {kind}");
        }
    }
    assert_eq!(rows().await, before, "nothing was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_table_holds_on_every_route() {
    let server = Server::start().await;
    hire(&server, "keeper", Role::Admin).await;
    let reads = [
        (Right::Watch, "/api/conversations"),
        (Right::Watch, "/api/content"),
        (Right::Watch, "/api/content/intents/greet"),
        (Right::Watch, "/api/content/articles/wash-linen"),
        (Right::Watch, "/api/canned"),
        (Right::Watch, "/api/reports/now"),
        (Right::People, "/api/people"),
        (Right::Audit, "/api/audit?limit=2"),
        (Right::Reports, "/api/reports/outcomes"),
        (Right::Reports, "/api/reports/outcomes?outcome=open"),
    ];
    let mut checked = Vec::new();
    for role in Role::ALL {
        let (_, browser) = Browser::of(&server, role.name(), role).await;
        for (right, path) in reads {
            let reply = browser.clone().get(path).await;
            assert_eq!(reply.status, if may(role, right) { 200 } else { 403 }, "{role:?} {path}");
            assert_eq!(Browser::new(&server).get(path).await.status, 401);
            checked.push((role, right));
        }
        for number in 0..changes("").len() - 1 {
            let subject = hire(&server, &format!("{}-{number}", role.name()), Role::Agent).await;
            let (right, path, mut body) = changes(subject.id.as_str()).swap_remove(number);
            let right = right.expect("a right");
            if right == Right::Invite {
                body["email"] = json!(format!("new-{}@example.com", role.name()));
            }
            let reply = browser.clone().post(&path, &body).await;
            assert_eq!(reply.status, if may(role, right) { 200 } else { 403 }, "{role:?} {path} {reply:?}");
            assert_eq!(Browser::new(&server).post(&path, &body).await.status, 401, "{path}");
            checked.push((role, right));
        }
        assert_eq!(browser.clone().get("/api/me").await.status, 200, "whoever is logged in may ask who they are");
        assert_eq!(browser.clone().post("/api/logout", &json!({})).await.status, 200);
    }
    // Every change but logging out, which asks for no right.
    assert_eq!(checked.len(), Role::ALL.len() * (reads.len() + changes("").len() - 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_admin_comes_by_a_link_and_others_by_theirs() {
    let server = Server::start().await;
    let people = server.desk.store().people().clone();
    let link = people.first_admin(server.clock.now()).await.expect("the store").expect("a link");
    let mut ann = Browser::new(&server);
    let looked = ann.post("/api/links/look", &json!({ "token": link.token })).await;
    assert_eq!(looked.body, json!({ "kind": "first_admin", "role": "admin", "user": null }));
    let with = |email: &str, name: &str, password: &str| json!({ "token": link.token, "email": email, "name": name, "password": password });
    for (body, words) in [
        (with("ann", "Ann", PASSWORD), "the email needs an @"),
        (with("ann@example.com", " ", PASSWORD), "the name is empty"),
        (with("ann@example.com", "Ann", "too short"), "the password is shorter than 10 characters"),
        (with("ann@example.com", "Ann", "ANN@example.com"), "the password is the email"),
    ] {
        let reply = ann.post("/api/links/redeem", &body).await;
        assert_eq!((reply.status, reply.words()), (400, words));
    }
    let good = with("Ann@example.com", "Ann", PASSWORD);
    let reply = ann.post("/api/links/redeem", &good).await;
    assert_eq!((reply.status, &reply.body["user"]["role"]), (200, &json!("admin")), "a slip does not use the link up");
    assert_eq!(ann.get("/api/me").await.status, 200, "and one is logged in");
    assert_eq!(Browser::new(&server).post("/api/links/redeem", &good).await.status, 410);
    let invited = json!({ "email": "bob@example.com", "name": "Bob", "role": "agent", "teams": ["care"] });
    let reply = ann.post("/api/people/invite", &invited).await;
    let path = reply.body["link"]["path"].as_str().expect("a link");
    let token = path.strip_prefix("/console#link=").expect("in the fragment, which no server sees").to_owned();
    assert_eq!(ann.post("/api/people/invite", &invited).await.body["error"]["code"], "taken");
    let mut bob = Browser::new(&server);
    assert_eq!(bob.logs_in("bob", PASSWORD).await.status, 401, "no password yet");
    server.clock.advance(Duration::from_secs(3 * 24 * 3600));
    let set = |token: &str| json!({ "token": token, "password": "another horse battery" });
    assert_eq!(bob.post("/api/links/redeem", &set(&token)).await.body["error"]["code"], "link_over", "three days");
    ann.logs_in("ann", PASSWORD).await;
    let id = reply.body["user"]["id"].as_str().expect("an id");
    let again = ann.post(&format!("/api/people/{id}/reset"), &json!({})).await;
    let path = again.body["link"]["path"].as_str().expect("a link").to_owned();
    let token = path.strip_prefix("/console#link=").expect("a token");
    let (body, mut one, mut two) = (set(token), Browser::new(&server), Browser::new(&server));
    let (one, two) = tokio::join!(one.post("/api/links/redeem", &body), two.post("/api/links/redeem", &body));
    assert!(matches!((one.status, two.status), (200, 410) | (410, 200)), "one of two at once: {one:?} {two:?}");
    assert_eq!(bob.logs_in("bob", "another horse battery").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_counts_from_the_next_request_on() {
    let server = Server::start().await;
    let (ann, mut admin) = Browser::of(&server, "ann", Role::Admin).await;
    let (bob, mut agent) = Browser::of(&server, "bob", Role::Agent).await;
    assert_eq!(agent.get("/api/people").await.status, 403);
    let to = |what: &str| format!("/api/people/{}/{what}", bob.id);
    assert_eq!(admin.post(&to("role"), &json!({ "role": "admin" })).await.status, 200);
    assert_eq!(agent.get("/api/people").await.status, 200);
    assert_eq!(admin.post(&to("role"), &json!({ "role": "boss" })).await.status, 400);
    assert_eq!(admin.post(&to("teams"), &json!({ "teams": ["sales", "care"] })).await.status, 200);
    assert_eq!(agent.get("/api/me").await.body["user"]["teams"], json!(["care", "sales"]));
    let mut elsewhere = Browser::new(&server);
    assert_eq!(elsewhere.logs_in("bob", PASSWORD).await.status, 200);
    let link = admin.post(&to("reset"), &json!({})).await.body["link"]["path"].as_str().expect("a link").to_owned();
    assert_eq!(elsewhere.get("/api/me").await.status, 200, "nothing is lost by asking for a link");
    let token = link.strip_prefix("/console#link=").expect("a token");
    let set = json!({ "token": token, "password": "another horse battery" });
    assert_eq!(agent.post("/api/links/redeem", &set).await.status, 200);
    assert_eq!(elsewhere.get("/api/me").await.status, 401, "a new password ends the logins of the old one");
    assert_eq!(agent.get("/api/me").await.status, 200);
    assert_eq!(admin.post(&to("revoke"), &json!({})).await.status, 200);
    assert_eq!(agent.get("/api/me").await.status, 401);
    assert_eq!(admin.post(&to("revoke"), &json!({})).await.status, 404);
    for (what, body) in [("revoke", json!({})), ("role", json!({ "role": "lead" }))] {
        let reply = admin.post(&format!("/api/people/{}/{what}", ann.id), &body).await;
        assert_eq!((reply.status, &reply.body["error"]["code"]), (409, &json!("last_admin")));
    }
    let listed = admin.get("/api/people").await;
    let states: Vec<&Value> = listed.body["people"].as_array().expect("people").iter().map(|p| &p["state"]).collect();
    assert_eq!(states, ["active", "revoked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_ends_after_half_a_day_of_silence_and_after_a_week() {
    let server = Server::start().await;
    let (_, mut ann) = Browser::of(&server, "ann", Role::Admin).await;
    let hours = |hours: u64| Duration::from_secs(3600 * hours);
    for _ in 0..15 {
        server.clock.advance(hours(11));
        assert_eq!(ann.get("/api/me").await.status, 200);
    }
    server.clock.advance(hours(3));
    assert_eq!(ann.get("/api/me").await.status, 401, "a week, whatever one does");
    ann.logs_in("ann", PASSWORD).await;
    server.clock.advance(hours(12));
    assert_eq!(ann.get("/api/me").await.status, 401, "half a day without a sign");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_says_who_did_what_and_keeps_it() {
    let server = Server::start().await;
    let (ann, mut admin) = Browser::of(&server, "ann", Role::Admin).await;
    let bob = hire(&server, "bob", Role::Agent).await;
    admin.post(&format!("/api/people/{}/role", bob.id), &json!({ "role": "lead" })).await;
    Browser::new(&server).logs_in("bob", "wrong horse battery").await;
    let link = admin.post(&format!("/api/people/{}/reset", bob.id), &json!({})).await;
    let all = admin.get("/api/audit").await;
    let rows = all.body["rows"].as_array().expect("rows").clone();
    let what: Vec<&str> = rows.iter().filter_map(|row| row["what"].as_str()).collect();
    assert_eq!(what, ["link_made", "login_refused", "role_changed", "user_added", "logged_in", "user_added"]);
    assert_eq!(rows[2]["who"], json!({ "id": ann.id, "name": "ann" }));
    assert_eq!(rows[2]["about"], json!({ "id": bob.id, "name": "bob" }));
    assert_eq!(
        (&rows[2]["detail"], &rows[2]["at"]),
        (&json!({ "from": "agent", "to": "lead" }), &json!("2026-11-22T13:49:47.000Z"))
    );
    let page = admin.get(&format!("/api/audit?before={}&limit=1", rows[2]["no"])).await;
    assert_eq!(page.body["rows"], json!([rows[3]]));
    assert_eq!(admin.get("/api/audit?limit=all").await.status, 400);
    let token = link.body["link"]["path"].as_str().and_then(|path| path.split('=').nth(1)).expect("a token");
    let cookie = admin.cookie.as_deref().and_then(|cookie| cookie.split('=').nth(1)).expect("a cookie");
    // Neither in the log of changes nor anywhere in the files: a copy of the folder lets nobody in.
    let plan = server.stop().await;
    let file = plan.config.folders.data.join("frontdesk.db");
    let mut bytes = std::fs::read(&file).expect("the database");
    bytes.extend(std::fs::read(file.with_extension("db-wal")).unwrap_or_default());
    for secret in [token, cookie, PASSWORD, "wrong horse battery"] {
        assert!(!all.body.to_string().contains(secret));
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
    let mut database = SqliteConnectOptions::new().filename(&file).connect().await.expect("the database");
    for attempt in ["UPDATE audit SET what = 'nothing'", "DELETE FROM audit WHERE no = 1"] {
        assert!(sqlx::query(attempt).execute(&mut database).await.is_err(), "{attempt}");
    }
}

async fn frontdesk(args: &[&str], input: &str) -> Output {
    use tokio::io::AsyncWriteExt as _;
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).await.expect("written");
    tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("in time").expect("an output")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_works_beside_a_running_server() {
    // The command's time is the machine's, so the server's is, too.
    let server = Plan { clock: Clock::system(), ..Plan::new() }.start().await;
    let data = server.config.folders.data.to_str().expect("a path").to_owned();
    let user = async |args: &[&str], input: &str| frontdesk(&[&["user", "--data", &data], args].concat(), input).await;
    let add = ["add", "--email", "ann@example.com", "--name", "Ann", "--role", "admin", "--team", "care"];
    let added = user(&[&add[..], &["--password-stdin", "--json"]].concat(), &format!("{PASSWORD}\n")).await;
    let said: Value = serde_json::from_slice(&added.stdout).expect("JSON");
    assert_eq!((added.status.code(), &said["user"]["teams"]), (Some(0), &json!(["care"])));
    let mut ann = Browser::new(&server);
    assert_eq!(ann.logs_in("ann", PASSWORD).await.status, 200, "at once, without a restart");
    let again = user(&add, "").await;
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("somebody has this email already"));
    let bob = user(&["add", "--email", "bob@example.com", "--name", "Bob", "--role", "agent", "--json"], "").await;
    let said: Value = serde_json::from_slice(&bob.stdout).expect("JSON");
    let token = said["link"]["path"].as_str().and_then(|path| path.strip_prefix("/console#link=")).expect("a token");
    let mut bob = Browser::new(&server);
    assert_eq!(bob.post("/api/links/redeem", &json!({ "token": token, "password": PASSWORD })).await.status, 200);
    let mut changes = server.desk.store().people().changed();
    changes.mark_unchanged();
    assert_eq!(user(&["revoke", "--email", "bob@example.com"], "").await.status.code(), Some(0));
    tokio::time::timeout(PATIENCE, changes.changed()).await.expect("the server hears of it").expect("open");
    assert_eq!(bob.get("/api/me").await.status, 401);
    let last = user(&["revoke", "--email", "ann@example.com"], "").await;
    assert!(String::from_utf8_lossy(&last.stderr).contains("this is the last admin"));
    let listed = String::from_utf8(user(&["list"], "").await.stdout).expect("text");
    assert_eq!(listed, "admin   ann@example.com  Ann  care\nagent   bob@example.com  Bob    revoked\n");
    // And without one.
    let plan = server.stop().await;
    let lead = user(&["role", "--email", "ann@example.com", "--role", "lead"], "").await;
    assert_eq!(lead.status.code(), Some(2), "still the last admin");
    let reset = user(&["reset", "--email", "ann@example.com"], "").await;
    assert!(String::from_utf8_lossy(&reset.stdout).contains("/console#link="));
    drop(plan);
    let nowhere = user(&["list"], "").await;
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("there is no log in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_is_told_no_secret() {
    use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
    let plan = Plan::new();
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&plan.config.folders.data);
    command.arg("--intents").arg(&plan.config.folders.intents);
    command.arg("--knowledge-base").arg(&plan.config.folders.knowledge_base);
    command
        .env("FRONTDESK__SERVER__DRAIN_SECONDS", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().expect("the program starts");
    let mut out = BufReader::new(child.stdout.take().expect("an output"));
    let mut said = String::new();
    for _ in 0..2 {
        let read = tokio::time::timeout(PATIENCE, out.read_line(&mut said)).await;
        assert!(read.expect("in time").expect("a line") > 0);
    }
    assert!(said.starts_with("listening on http://127.0.0.1:"), "{said}");
    // Its own child, by its own id.
    let id = child.id().expect("it runs").to_string();
    let killed = tokio::process::Command::new("kill").arg(id).status().await.expect("kill");
    assert!(killed.success());
    tokio::time::timeout(PATIENCE, out.read_to_string(&mut said)).await.expect("in time").expect("the rest");
    let rest = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("in time").expect("an end");
    let all = format!("{said}{}", String::from_utf8_lossy(&rest.stderr));
    assert!(!all.contains("link") && !all.contains("/console"), "{all}");
}
