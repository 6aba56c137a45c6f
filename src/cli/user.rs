//! `frontdesk user`: the people at the desk, from the machine itself. A server may be running on the folder.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use serde_json::{Value, json};

use crate::console::password::{acceptable, hash};
use crate::domain::{Chance, Clock, Role, Timestamp, User, person};
use crate::store::People;
use crate::store::people::{Actor, Link, NewUser, Standing, State};

/// Bytes of a password that are read: more is no password.
const PASSWORD_BYTES: u64 = 4096;

const EXAMPLES: &str = "Examples:
  frontdesk user add --email ann@shop.example --name Ann --role admin
                                              prints a link by which Ann sets her password
  echo 'a long password' | frontdesk user add --email bob@shop.example --name Bob --role agent --password-stdin
  frontdesk user list
  frontdesk user role --email bob@shop.example --role lead
  frontdesk user reset --email bob@shop.example
                                              prints a link by which Bob sets a new password
  frontdesk user revoke --email bob@shop.example
                                              locks Bob out within a second";

/// Options of `user`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
    /// Folder of the log; a server may be running on it
    #[arg(long, value_name = "DIR", default_value = "data", global = true)]
    data: PathBuf,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add somebody, or bring back somebody who was revoked
    Add(Add),
    /// Show everybody
    List,
    /// Give somebody another role
    Role(ChangeRole),
    /// Make a link by which somebody sets a new password
    Reset(Who),
    /// Lock somebody out
    Revoke(Who),
}

#[derive(Debug, clap::Args)]
struct Add {
    /// The address to log in with
    #[arg(long)]
    email: String,
    /// What colleagues and shoppers see
    #[arg(long)]
    name: String,
    /// viewer, agent, lead or admin
    #[arg(long, value_parser = role)]
    role: Role,
    /// A team whose chats they are given; may be there several times
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<String>,
    /// Read the password from standard input; without it a one-time link is printed
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, clap::Args)]
struct ChangeRole {
    /// Their address
    #[arg(long)]
    email: String,
    /// viewer, agent, lead or admin
    #[arg(long, value_parser = role)]
    role: Role,
}

#[derive(Debug, clap::Args)]
struct Who {
    /// Their address
    #[arg(long)]
    email: String,
}

fn role(name: &str) -> Result<Role, String> {
    Role::parse(name).ok_or_else(|| "a role is viewer, agent, lead or admin".to_owned())
}

pub(super) async fn run(args: &Args) -> anyhow::Result<bool> {
    // Only adding somebody makes a folder: elsewhere a folder without a log is a slip of the keyboard.
    if !matches!(args.command, Command::Add(_)) && !args.data.join("frontdesk.db").exists() {
        bail!("there is no log in {}", args.data.display());
    }
    let people = People::open(&args.data, Chance::secure()).await?;
    let now = Clock::system().now();
    match &args.command {
        Command::Add(new) => add(&people, new, args.json, now).await?,
        Command::List => list(&people.all().await?, args.json)?,
        Command::Role(change) => {
            let user = find(&people, &change.email).await?;
            let user = people.set_role(&user.id, change.role, &Actor::CommandLine, now).await?;
            let words = format!("{} has the role {} now", user.email, user.role.name());
            show(args.json, &json!({ "user": user }), &words)?;
        }
        Command::Reset(who) => {
            let user = find(&people, &who.email).await?;
            let link = people.reset(&user.id, &Actor::CommandLine, now).await?;
            show_link(args.json, &user, &link)?;
        }
        Command::Revoke(who) => {
            let user = find(&people, &who.email).await?;
            people.revoke(&user.id, &Actor::CommandLine, now).await?;
            show(args.json, &json!({ "user": user }), &format!("{} is locked out", user.email))?;
        }
    }
    Ok(true)
}

async fn find(people: &People, email: &str) -> anyhow::Result<User> {
    let email = person::email(email).map_err(|wrong| anyhow!("{wrong}"))?;
    people.by_email(&email).await?.with_context(|| format!("nobody has the email {email}, or they were revoked"))
}

async fn add(people: &People, given: &Add, json: bool, now: Timestamp) -> anyhow::Result<()> {
    let new = NewUser {
        email: person::email(&given.email).map_err(|wrong| anyhow!("{wrong}"))?,
        name: person::display_name(&given.name).map_err(|wrong| anyhow!("{wrong}"))?,
        role: given.role,
        teams: person::teams(&given.teams).map_err(|wrong| anyhow!("{wrong}"))?,
        password: None,
    };
    if !given.password_stdin {
        let (user, link) = people.invite(new, &Actor::CommandLine, now).await?;
        return show_link(json, &user, &link);
    }
    let password = read_password()?;
    acceptable(&password, &new.email).map_err(|wrong| anyhow!("{wrong}"))?;
    let password = tokio::task::spawn_blocking(move || hash(&password, &Chance::secure())).await??;
    let user = people.add(NewUser { password: Some(password), ..new }, &Actor::CommandLine, now).await?;
    show(json, &json!({ "user": user }), &format!("{} may come in as {}", user.email, user.role.name()))
}

// The first line: what `echo` adds is not part of a password.
fn read_password() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().take(PASSWORD_BYTES).read_to_string(&mut text).context("cannot read the password")?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn show(json: bool, value: &Value, words: &str) -> anyhow::Result<()> {
    if json {
        say!("{}", serde_json::to_string_pretty(value)?);
    } else {
        say!("{words}");
    }
    Ok(())
}

fn show_link(json: bool, user: &User, link: &Link) -> anyhow::Result<()> {
    let until = link.expires_at.to_rfc3339();
    let words = format!(
        "{} sets a password with this link, once, until {until}; put the server's address in front of it:\n{}",
        user.email,
        link.path()
    );
    show(
        json,
        &json!({ "user": user, "link": { "kind": link.kind, "path": link.path(), "expires_at": until } }),
        &words,
    )
}

fn list(people: &[Standing], json: bool) -> anyhow::Result<()> {
    if json {
        say!("{}", serde_json::to_string_pretty(&json!({ "people": people }))?);
        return Ok(());
    }
    for Standing { user, state, .. } in people {
        let state = match state {
            State::Active => "",
            State::Invited => "  no password yet",
            State::Revoked => "  revoked",
        };
        say!("{:7} {}  {}  {}{state}", user.role.name(), user.email, user.name, user.teams.join(", "));
    }
    Ok(())
}
