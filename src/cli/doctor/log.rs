//! The database, and who uses it.

use std::path::Path;
use std::time::Duration;

use super::{Finding, apart, size, within};
use crate::domain::Timestamp;
use crate::store::{self, Holder, Inspection, SCHEMA};

const SERVER: &str = "server";
const DATABASE: &str = "database";
const PAGES: &str = "database pages";
const CLOCK: &str = "clock";

/// Clocks of machines that are kept right differ by less.
const AHEAD: Duration = Duration::from_secs(2);

/// Who uses the folder. Where that cannot be told, nobody is assumed.
pub(super) async fn server(data: &Path) -> (Finding, Holder) {
    let here = data.to_owned();
    let (send, told) = tokio::sync::oneshot::channel();
    let finding = apart(SERVER, "look whether the disk answers at all", move || {
        let holder = store::holder(&here);
        // Nobody listens any more when this took too long.
        let _ = send.send(*holder.as_ref().unwrap_or(&Holder::Nobody));
        match holder {
            Ok(Holder::Nobody) => Finding::ok(SERVER, "none is running on the folder"),
            Ok(Holder::Process(Some(pid))) => Finding::ok(SERVER, format!("running, process {pid}")),
            Ok(Holder::Process(None)) => Finding::ok(SERVER, "running"),
            Err(error) => Finding::problem(SERVER, format!("{error:#}"), "run this as the user the server runs as"),
        }
    });
    let finding = finding.await;
    let holder = told.await.unwrap_or(Holder::Nobody);
    (finding, holder)
}

pub(super) async fn database(data: &Path, now: Timestamp, holder: Holder) -> Vec<Finding> {
    let mut seen = None;
    let looking = async {
        match store::inspect(data).await {
            Ok(None) => Finding::ok(DATABASE, "there is no log yet"),
            Ok(Some(log)) => {
                let finding = judge(&log, holder);
                seen = Some(log);
                finding
            }
            Err(error) => Finding::problem(
                DATABASE,
                format!("{error:#}"),
                "if it may not be read, run this as the server's user; if it is damaged, `frontdesk restore` a backup with \
                 --force, which keeps the damaged file",
            ),
        }
    };
    let mut findings = vec![within(DATABASE, "look whether the disk answers at all", looking).await];
    let Some(log) = seen else { return findings };
    let slow = "it is large: run `frontdesk verify`, which takes its time";
    findings.push(within(PAGES, slow, pages(data)).await);
    findings.extend(log.last_event.map(|last| clock(now, last)));
    findings
}

fn judge(log: &Inspection, holder: Holder) -> Finding {
    let (bytes, journal) = (size(log.bytes), log.journal.to_uppercase());
    let found = format!(
        "schema {}, epoch {}, journal {journal}, {} conversations, {bytes}",
        log.schema, log.epoch, log.conversations
    );
    if is_older(&log.schema) && holder == Holder::Nobody {
        let cure = format!("make a backup: the server's next start brings the log up to schema {SCHEMA}, for good");
        return Finding::warning(DATABASE, found, cure);
    }
    if log.schema != SCHEMA {
        let cure = format!("this program reads schema {SCHEMA}: use the version of frontdesk that wrote the log");
        return Finding::problem(DATABASE, found, cure);
    }
    if !log.synchronous {
        let cure = "do not serve with this build: it does not wait for the disk before it acknowledges";
        return Finding::problem(DATABASE, format!("{found}, synchronous not FULL"), cure);
    }
    match (log.journal.as_str(), holder) {
        ("wal", _) => Finding::ok(DATABASE, format!("{found}, synchronous FULL")),
        // So it is after a restore.
        (_, Holder::Nobody) => Finding::ok(DATABASE, format!("{found}; the server's next start makes it WAL")),
        (_, Holder::Process(_)) => {
            Finding::problem(DATABASE, found, "restart the server; another program has changed the file under it")
        }
    }
}

fn is_older(schema: &str) -> bool {
    let number = |schema: &str| schema.parse::<u32>().ok();
    number(schema) < number(SCHEMA) && number(schema).is_some()
}

async fn pages(data: &Path) -> Finding {
    let damaged = "stop the server, keep a copy of the folder, and `frontdesk restore` the last backup with --force";
    match store::quick_check(data).await {
        Ok(faults) => match faults.first() {
            None => Finding::ok(PAGES, "whole"),
            Some(first) => Finding::problem(PAGES, format!("damaged: {first}"), damaged),
        },
        Err(error) => Finding::problem(PAGES, format!("cannot be read: {error:#}"), damaged),
    }
}

// A clock that is behind the log was wrong once: then or now.
fn clock(now: Timestamp, last: Timestamp) -> Finding {
    if last.0 <= now.plus(AHEAD).0 {
        return Finding::ok(CLOCK, format!("{}, after the last event", now.to_rfc3339()));
    }
    let found = format!("{}, and the log's last event is of {}", now.to_rfc3339(), last.to_rfc3339());
    Finding::problem(
        CLOCK,
        found,
        "set the clock, and let it be kept right (NTP); waits and reports are wrong until then",
    )
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn log() -> Inspection {
        Inspection {
            schema: SCHEMA.into(),
            epoch: "0badcafe".into(),
            journal: "wal".into(),
            synchronous: true,
            bytes: 4096,
            conversations: 3,
            last_event: None,
        }
    }

    #[test]
    fn logs_are_judged() {
        let check = |log: &Inspection, holder, expected, words: &str| {
            let finding = judge(log, holder);
            assert_eq!(finding.level, expected, "{finding:?}");
            let said = format!("{} {}", finding.found, finding.cure.unwrap_or_default());
            assert!(said.contains(words), "{said}");
        };
        let running = Holder::Process(Some(7));
        check(&log(), running, Level::Ok, "epoch 0badcafe, journal WAL, 3 conversations, 4.0 KiB, synchronous FULL");
        let other = Inspection { schema: "99".into(), ..log() };
        check(&other, Holder::Nobody, Level::Problem, "use the version of frontdesk");
        let older = Inspection { schema: "1".into(), ..log() };
        check(&older, Holder::Nobody, Level::Warning, "make a backup");
        let hasty = Inspection { synchronous: false, ..log() };
        check(&hasty, running, Level::Problem, "does not wait for the disk");
        let restored = Inspection { journal: "delete".into(), ..log() };
        check(&restored, Holder::Nobody, Level::Ok, "next start makes it WAL");
        check(&restored, running, Level::Problem, "restart the server");
    }

    #[test]
    fn a_log_from_the_future_is_a_wrong_clock() {
        let check = |last, expected| assert_eq!(clock(Timestamp(1_000_000), Timestamp(last)).level, expected, "{last}");
        check(999_000, Level::Ok);
        check(1_001_000, Level::Ok);
        check(1_060_000, Level::Problem);
    }
}
