//! People over a real database in a folder of its own.

use serde_json::json;

use super::*;
use crate::store::people::LinkKind::{Invite, Reset};

const NOW: Timestamp = Timestamp(1_795_355_387_000);
const CLI: Actor = Actor::CommandLine;

struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("frontdesk-people-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn people(name: &str) -> (Folder, People) {
    let folder = Folder::new(name);
    let people = People::open(&folder.0, Chance::secure()).await.expect("people");
    (folder, people)
}

fn someone(name: &str, role: Role) -> NewUser {
    let email = format!("{name}@example.com");
    NewUser { email, name: name.into(), role, teams: Vec::new(), password: Some(format!("phc of {name}")) }
}

fn after(duration: Duration) -> Timestamp {
    NOW.plus(duration)
}

#[tokio::test]
async fn an_address_belongs_to_one_person() {
    let (_folder, people) = people("address").await;
    let ann = people.add(someone("ann", Role::Admin), &CLI, NOW).await.expect("ann");
    let bob = people.add(someone("bob", Role::Agent), &CLI, NOW).await.expect("bob");
    assert_ne!(ann.id, bob.id);
    assert_eq!(people.add(someone("bob", Role::Lead), &CLI, NOW).await, Err(PeopleError::Taken));
    people.revoke(&bob.id, &CLI, NOW).await.expect("revoked");
    assert_eq!(people.user(&bob.id).await, Ok(None));
    let back = people.add(someone("bob", Role::Lead), &CLI, NOW).await.expect("back");
    assert_eq!((back.id, back.role), (bob.id, Role::Lead), "the log's old ids name the same person");
}

#[tokio::test]
async fn the_last_admin_stays() {
    let (_folder, people) = people("last").await;
    assert_eq!(people.has_admin().await, Ok(false));
    let ann = people.add(someone("ann", Role::Admin), &CLI, NOW).await.expect("ann");
    // Invited, and so nobody who could let anybody in.
    let (bob, _) = people.invite(someone("bob", Role::Admin), &CLI, NOW).await.expect("bob");
    assert_eq!(people.revoke(&ann.id, &CLI, NOW).await, Err(PeopleError::LastAdmin));
    assert_eq!(people.set_role(&ann.id, Role::Lead, &CLI, NOW).await, Err(PeopleError::LastAdmin));
    assert!(people.set_role(&ann.id, Role::Admin, &CLI, NOW).await.is_ok());
    let cid = people.add(someone("cid", Role::Admin), &CLI, NOW).await.expect("cid");
    people.set_role(&ann.id, Role::Lead, &CLI, NOW).await.expect("another admin is there");
    assert_eq!(people.revoke(&cid.id, &CLI, NOW).await, Err(PeopleError::LastAdmin));
    people.revoke(&bob.id, &CLI, NOW).await.expect("one who cannot come in may go");
    assert_eq!(people.has_admin().await, Ok(true));
}

#[tokio::test]
async fn a_login_ends_with_time_and_with_its_person() {
    let (_folder, people) = people("login").await;
    people.add(someone("ann", Role::Admin), &CLI, NOW).await.expect("ann");
    let bob = people.add(someone("bob", Role::Agent), &CLI, NOW).await.expect("bob");
    let log_in = async || people.log_in(&bob.id, "phc of bob", None, NOW).await.expect("the store").expect("a login");
    let made = log_in().await;
    let login = people.login(&made.secret, NOW).await.expect("the store").expect("a login");
    assert_eq!((&login.user, &login.csrf), (&bob, &made.csrf));
    assert!(people.login("made up", NOW).await.expect("the store").is_none());
    assert!(people.login(&made.secret, after(IDLE)).await.expect("the store").is_none(), "idle for too long");
    people.touch(&login.id, after(IDLE / 2)).await.expect("seen");
    assert_eq!(people.still(&login.id, after(IDLE)).await, Ok(Some(bob.clone())));
    for n in 1..40 {
        people.touch(&login.id, after(IDLE / 2 * n)).await.expect("seen");
    }
    assert_eq!(people.still(&login.id, after(WHOLE)).await, Ok(None), "seven days at most");
    let other = log_in().await;
    let other = people.login(&other.secret, NOW).await.expect("the store").expect("a login");
    people.log_out(&other.id, NOW).await.expect("out");
    assert_eq!(people.still(&other.id, NOW).await, Ok(None));
    let mut changes = people.changed();
    changes.mark_unchanged();
    people.revoke(&bob.id, &CLI, NOW).await.expect("revoked");
    assert!(changes.has_changed().expect("open"));
    assert_eq!(people.still(&login.id, NOW).await, Ok(None), "a revoked person is out at once");
    assert!(people.log_in(&bob.id, "phc of bob", None, NOW).await.expect("the store").is_none());
}

#[tokio::test]
async fn a_login_takes_the_password_that_was_checked() {
    let (_folder, people) = people("checked").await;
    let ann = people.add(someone("ann", Role::Admin), &CLI, NOW).await.expect("ann");
    let link = people.reset(&ann.id, &CLI, NOW).await.expect("a link");
    let setting = Setting { password: "another phc".into(), first_admin: None };
    people.redeem(&link.token, setting, NOW).await.expect("set");
    let late = people.log_in(&ann.id, "phc of ann", None, NOW).await.expect("the store");
    assert!(late.is_none(), "the password was changed while the old one was being checked");
    assert!(people.log_in(&ann.id, "another phc", None, NOW).await.expect("the store").is_some());
}

#[tokio::test]
async fn one_person_has_few_logins() {
    let (_folder, people) = people("few").await;
    let ann = people.add(someone("ann", Role::Admin), &CLI, NOW).await.expect("ann");
    let mut made = Vec::new();
    for n in 0..25 {
        let at = after(Duration::from_secs(n));
        made.push(people.log_in(&ann.id, "phc of ann", None, at).await.expect("the store").expect("a login"));
    }
    let mut alive = Vec::new();
    for login in &made {
        alive.push(people.login(&login.secret, after(Duration::from_secs(30))).await.expect("the store").is_some());
    }
    assert_eq!(alive, [vec![false; 5], vec![true; 20]].concat(), "the oldest go");
}

#[tokio::test]
async fn a_link_lets_in_once_and_not_for_ever() {
    let (_folder, people) = people("links").await;
    let set = |password: &str| Setting { password: password.into(), first_admin: None };
    people.add(someone("ann", Role::Admin), &CLI, NOW).await.expect("ann");
    let (bob, link) = people.invite(someone("bob", Role::Agent), &CLI, NOW).await.expect("bob");
    assert_eq!((link.kind, link.expires_at), (Invite, after(INVITE_FOR)));
    let offered = people.look(&link.token, NOW).await.expect("an invitation");
    assert_eq!((offered.user.as_ref(), offered.role), (Some(&bob), Role::Agent));
    assert_eq!(people.redeem(&link.token, set("x"), after(INVITE_FOR)).await, Err(PeopleError::LinkOver));
    assert_eq!(people.redeem(&link.token, set("x"), NOW).await, Ok(bob.clone()));
    assert_eq!(people.redeem(&link.token, set("y"), NOW).await, Err(PeopleError::LinkOver), "used");
    assert_eq!(people.look(&link.token, NOW).await, Err(PeopleError::LinkOver));
    let login = people.log_in(&bob.id, "x", None, NOW).await.expect("the store").expect("a login");
    let lost = people.reset(&bob.id, &CLI, NOW).await.expect("a link");
    let link = people.reset(&bob.id, &CLI, NOW).await.expect("a link");
    assert_eq!((link.kind, link.expires_at), (Reset, after(RESET_FOR)));
    assert_eq!(people.redeem(&lost.token, set("y"), NOW).await, Err(PeopleError::LinkOver), "the newer one counts");
    people.redeem(&link.token, set("y"), NOW).await.expect("set");
    assert!(people.login(&login.secret, NOW).await.expect("the store").is_none(), "another password ends the logins");
    let link = people.reset(&bob.id, &CLI, NOW).await.expect("a link");
    people.revoke(&bob.id, &CLI, NOW).await.expect("revoked");
    assert_eq!(people.redeem(&link.token, set("z"), NOW).await, Err(PeopleError::LinkOver), "revoked");
}

#[tokio::test]
async fn there_is_one_first_admin() {
    let (_folder, people) = people("first").await;
    let lost = people.first_admin(NOW).await.expect("the store").expect("a link");
    let link = people.first_admin(NOW).await.expect("the store").expect("a link");
    let setting = |name: &str| Setting {
        password: format!("phc of {name}"),
        first_admin: Some((format!("{name}@example.com"), name.to_owned())),
    };
    assert_eq!(people.redeem(&lost.token, setting("eve"), NOW).await, Err(PeopleError::LinkOver));
    let hour = after(FIRST_ADMIN_FOR);
    assert_eq!(people.redeem(&link.token, setting("eve"), hour).await, Err(PeopleError::LinkOver));
    let none = Setting { password: "x".into(), first_admin: None };
    assert_eq!(people.redeem(&link.token, none, NOW).await, Err(PeopleError::LinkOver));
    let ann = people.redeem(&link.token, setting("ann"), NOW).await.expect("ann");
    assert_eq!(ann.role, Role::Admin);
    assert!(people.first_admin(NOW).await.expect("the store").is_none());
}

#[tokio::test]
async fn a_first_admins_link_is_over_when_an_admin_came_another_way() {
    let (_folder, people) = people("other-way").await;
    let link = people.first_admin(NOW).await.expect("the store").expect("a link");
    people.add(someone("ann", Role::Admin), &CLI, NOW).await.expect("ann");
    assert_eq!(people.look(&link.token, NOW).await, Err(PeopleError::LinkOver));
}

#[tokio::test]
async fn what_was_done_stands_and_stays() {
    let (_folder, people) = people("audit").await;
    let ann = people.add(someone("ann", Role::Admin), &CLI, NOW).await.expect("ann");
    let by = Actor::User(ann.id.clone());
    let (bob, link) = people.invite(someone("bob", Role::Agent), &by, NOW).await.expect("bob");
    people.set_role(&bob.id, Role::Lead, &by, NOW).await.expect("a role");
    people.note(&by, "shopper_erased", "c0ffee", json!({ "events": 3 }), NOW).await.expect("noted");
    let rows = people.audit(None, 10).await.expect("rows");
    let what: Vec<&str> = rows.iter().map(|row| row.what.as_str()).collect();
    assert_eq!(what, ["shopper_erased", "role_changed", "link_made", "user_added", "user_added"]);
    assert_eq!((rows[1].who_name.as_deref(), rows[1].about_name.as_deref()), (Some("ann"), Some("bob")));
    assert_eq!(rows[1].detail, json!({ "from": "agent", "to": "lead" }));
    assert_eq!(rows[4].who, "command line");
    let older = people.audit(Some(rows[1].no), 1).await.expect("rows");
    assert_eq!(older, rows[2..3]);
    let text = format!("{rows:?}");
    assert!(!text.contains(&link.token) && !text.contains("phc of") && !text.contains('@'), "{text}");
    for attempt in [
        "UPDATE audit SET who = 'nobody' WHERE no = 1",
        "DELETE FROM audit",
        "REPLACE INTO audit VALUES (1, 0, 'x', 'x', 'x', 'null')",
    ] {
        let error = sqlx::query(attempt).execute(&people.0.pool).await.expect_err("refused").to_string();
        assert!(error.contains("only ever appended to"), "{attempt}: {error}");
    }
    assert_eq!(people.audit(None, 10).await.expect("rows"), rows);
}

#[tokio::test]
async fn another_process_is_heard() {
    let (folder, people) = people("heard").await;
    let other = People::open(&folder.0, Chance::secure()).await.expect("people");
    let (stop, mut changes) = (CancellationToken::new(), people.changed());
    let watching = tokio_util::task::TaskTracker::new().spawn(people.clone().watch(stop.clone()));
    let ann = other.add(someone("ann", Role::Admin), &CLI, NOW).await.expect("ann");
    tokio::time::timeout(Duration::from_secs(20), changes.changed()).await.expect("in time").expect("open");
    assert_eq!(people.user(&ann.id).await, Ok(Some(ann)));
    stop.cancel();
    watching.await.expect("it ends");
}
