//! The settings, the shop's files, and what the machine allows.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Args, Finding, apart};
use crate::config::Config;
use crate::content::check_folder;

const SETTINGS: &str = "settings";
const CONTENT: &str = "shop's files";
const FILES: &str = "open files";

/// What `init` calls the file of settings.
const USUAL_FILE: &str = "frontdesk.toml";

/// Descriptors beside those of sockets: the database's, the index's, the watched folders', and room for a deploy's.
const BESIDE_SOCKETS: u64 = 200;

/// The settings as `serve` would take them, and what is wrong with them. Where they cannot be used, the rest is looked at
/// under the defaults.
pub(super) fn settings(args: &Args) -> (Config, Vec<Finding>) {
    let (mut config, mut findings) = match Config::load(args.config.as_deref()) {
        Ok(config) => {
            let from = args.config.as_ref().map_or_else(|| "the defaults".into(), |file| file.display().to_string());
            let mut findings = weigh(&config);
            if args.config.is_none() && Path::new(USUAL_FILE).exists() {
                let found = format!("{USUAL_FILE} lies here and is not used");
                findings.push(Finding::warning(SETTINGS, found, format!("name it: --config {USUAL_FILE}")));
            }
            if findings.is_empty() {
                findings.push(Finding::ok(SETTINGS, from));
            }
            (config, findings)
        }
        Err(error) => {
            let cure = "change the value that is named, in the file or in the environment; `frontdesk init` writes a file \
                        with all names";
            (defaults(), vec![Finding::problem(SETTINGS, format!("{error:#}"), cure)])
        }
    };
    let given = [
        (&args.data, &mut config.folders.data),
        (&args.intents, &mut config.folders.intents),
        (&args.knowledge_base, &mut config.folders.knowledge_base),
    ];
    for (given, folder) in given {
        if let Some(given) = given {
            folder.clone_from(given);
        }
    }
    findings.sort_by_key(|finding| finding.level == super::Level::Ok);
    (config, findings)
}

#[expect(clippy::expect_used, reason = "a test holds that the embedded defaults have no faults")]
fn defaults() -> Config {
    Config::defaults().expect("the defaults")
}

// Values that are valid, and together mostly a mistake.
fn weigh(config: &Config) -> Vec<Finding> {
    let server = &config.server;
    let mut findings = Vec::new();
    if !server.listen.ip().is_loopback() && server.public_url.is_empty() && server.origins.is_empty() {
        let found = format!("{} can be reached from elsewhere, and no page elsewhere may connect", server.listen);
        let cure = "set server.public_url to the address shoppers see";
        findings.push(Finding::warning(SETTINGS, found, cure));
    }
    if server.public_url.starts_with("https:") && server.trusted_proxies.is_empty() {
        let found = "server.public_url is https, so a proxy is in front, and server.trusted_proxies names none";
        let cure = "name the proxy's address: until then all shoppers count as one network, under one network's limits";
        findings.push(Finding::warning(SETTINGS, found, cure));
    }
    findings
}

pub(super) async fn content(intents: PathBuf, knowledge_base: PathBuf, today: String) -> Finding {
    let slow = "the files are many: run `frontdesk check`, which takes its time";
    apart(CONTENT, slow, move || {
        let (_, faults) = check_folder(&intents, &knowledge_base, &today);
        let errors = faults.iter().filter(|fault| fault.is_error()).count();
        let warnings = faults.len() - errors;
        let found = format!("{errors} errors, {warnings} warnings");
        let cure = "run `frontdesk check`: it names each with line and cure";
        match (errors, warnings) {
            (0, 0) => Finding::ok(CONTENT, found),
            (0, _) => Finding::warning(CONTENT, found, cure),
            _ => Finding::problem(CONTENT, format!("{found}; the server serves the last good files"), cure),
        }
    })
    .await
}

/// Whether there are descriptors for so many connections: of the running server where it can be told, and else of what a
/// server started from here would get.
pub(super) fn open_files(connections: usize, server: Option<u32>) -> Finding {
    let running = server.and_then(|pid| fs::read_to_string(format!("/proc/{pid}/limits")).ok());
    // A server raises its own limit to the hard one when it starts.
    let own = || rlimit::getrlimit(rlimit::Resource::NOFILE).ok().map(|(_, hard)| hard);
    let limit = running.as_deref().and_then(soft_limit).or_else(own);
    judge_files(connections, limit)
}

fn judge_files(connections: usize, limit: Option<u64>) -> Finding {
    let needed = (connections as u64).saturating_add(BESIDE_SOCKETS);
    let Some(limit) = limit else {
        return Finding::warning(FILES, "the limit is not told", format!("see to it that {needed} may be open"));
    };
    let found = format!("{limit} may be open, {needed} are needed for limits.connections = {connections}");
    if limit >= needed {
        return Finding::ok(FILES, found);
    }
    let cure = format!(
        "raise the limit (LimitNOFILE={needed} in a systemd unit, --ulimit nofile={needed} with Docker), or lower \
         limits.connections"
    );
    Finding::warning(FILES, found, cure)
}

// `Max open files            1024                 524288               files`
fn soft_limit(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(u64::MAX),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn limits_are_read_and_judged() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units
Max open files            1024                 524288               files
Max locked memory         8388608              8388608              bytes";
        assert_eq!(soft_limit(limits), Some(1024));
        assert_eq!(
            soft_limit("Max open files            unlimited            unlimited            files"),
            Some(u64::MAX)
        );
        assert_eq!(soft_limit(""), None);
        let check = |limit, expected| assert_eq!(judge_files(20_000, limit).level, expected, "{limit:?}");
        check(Some(20_200), Level::Ok);
        check(Some(1024), Level::Warning);
        check(None, Level::Warning);
    }

    #[test]
    fn settings_that_are_mostly_mistakes_are_named() {
        let check = |listen: &str, public: &str, proxies: &[&str], expected: usize| {
            let mut config = defaults();
            config.server.listen = listen.parse().expect("an address");
            config.server.public_url = public.to_owned();
            config.server.trusted_proxies = proxies.iter().map(|ip| ip.parse().expect("an address")).collect();
            assert_eq!(weigh(&config).len(), expected, "{listen} {public}");
        };
        check("127.0.0.1:8080", "", &[], 0);
        check("0.0.0.0:8080", "", &[], 1);
        check("0.0.0.0:8080", "http://desk.example", &[], 0);
        check("127.0.0.1:8080", "https://desk.example", &[], 1);
        check("127.0.0.1:8080", "https://desk.example", &["127.0.0.1"], 0);
    }
}
