//! The commands. Only here is anything printed to standard output.
#![expect(clippy::print_stderr, reason = "a command line prints its errors")]

// Prints a line. A reader that has read enough (`| head`) is no error, so a closed pipe is not one either.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

mod backup;
mod chat;
mod check;
pub mod client;
mod doctor;
mod eval;
mod import;
mod init;
mod load;
mod progress;
mod rehearse;
mod restore;
mod search;
mod selftest;
mod serve;
mod shop;
mod understand;
mod user;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A support desk for online shops: it answers shoppers from the shop's own files, and no message is ever lost.
///
/// Without a command it serves: http://127.0.0.1:8080, with everything it stores in ./data.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Args,
}

const EXAMPLES: &str = "Examples:
  frontdesk                                   serve on http://127.0.0.1:8080
  frontdesk serve --listen 0.0.0.0:80         serve everybody
  frontdesk init my-shop                      begin a shop of your own
  frontdesk import --from rasa bot --into shop   bring a Rasa project
  frontdesk check                             find what is wrong in intents/ and knowledge-base/
  frontdesk test                              run the conversation tests of the intents
  frontdesk understand \"where is my parcel\"   see what is read in a text, and why
  frontdesk search \"wash linen\"               see which article is found, and why
  frontdesk chat                              talk to a running server
  frontdesk user add --help                   let somebody work at the desk
  frontdesk doctor                            find what is wrong with an installation
  frontdesk backup log.backup                 copy the log, also while the server runs
  frontdesk selftest                          try to break the promises on this machine";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve shoppers (the default)
    Serve(serve::Args),
    /// Begin a shop: a folder with intents, articles and settings to change
    Init(init::Args),
    /// Make a shop of another system's files, such as a Rasa project
    Import(import::Args),
    /// Find all faults in the shop's files
    Check(check::Args),
    /// Run the conversation tests of the intents, without network
    Test(rehearse::Args),
    /// Show what is read in a text, and why
    Understand(understand::Args),
    /// Show which articles are found for a text, and why
    Search(search::Args),
    /// Measure understanding or retrieval on labelled lines
    Eval(eval::Args),
    /// Talk to a running server in the terminal
    Chat(chat::Args),
    /// Start private servers and try to break the promises
    Selftest(selftest::Args),
    /// Measure round trips beside a bare echo server
    Load(load::Args),
    /// Add, list, change and lock out the people at the desk
    User(user::Args),
    /// Fold every log again and compare with what is kept beside it
    Verify(verify::Args),
    /// Copy the log into one file, also while the server runs
    Backup(backup::Args),
    /// Put a backup in the place of the log
    Restore(restore::Args),
    /// Look at everything an operator asks first, and say what to do
    Doctor(doctor::Args),
}

/// Runs the command line; 0 when all is well, 1 when a check found something, 2 when the command could not run.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("frontdesk: cannot start: {error}");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("frontdesk: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<bool> {
    match cli.command {
        None => serve::run(&cli.serve).await,
        Some(Command::Serve(args)) => serve::run(&args).await,
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Test(args)) => rehearse::run(&args),
        Some(Command::Understand(args)) => understand::run(&args),
        Some(Command::Search(args)) => search::run(&args),
        Some(Command::Eval(args)) => eval::run(&args),
        Some(Command::Chat(args)) => chat::run(&args).await,
        Some(Command::Selftest(args)) => selftest::run(&args).await,
        Some(Command::Load(args)) => load::run(&args).await,
        Some(Command::User(args)) => user::run(&args).await,
        Some(Command::Verify(args)) => verify::run(&args).await,
        Some(Command::Init(args)) => init::run(&args),
        Some(Command::Import(args)) => import::run(&args),
        Some(Command::Backup(args)) => backup::run(&args).await,
        Some(Command::Restore(args)) => restore::run(&args).await,
        Some(Command::Doctor(args)) => doctor::run(&args).await,
    }
}
