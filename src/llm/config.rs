//! The section `[llm]` of the settings.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::outbound::{self, Secret, Target};

/// Calls at once at most. Each may hold an answer of 64 KiB, and no desk has so many turns.
const MOST_AT_ONCE: usize = 256;

/// Which model writes, and how much it may cost.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the API is, such as `https://api.example/v1`. Empty: nothing is written, articles answer in their own words.
    pub url: String,
    /// The model's name, as the API knows it.
    pub model: String,
    /// The key of the API. Empty where none is asked for.
    pub key: Secret,
    /// Answers that are written at the same time; who comes when all are taken gets the article's own words.
    pub at_once: usize,
    /// Tokens one conversation may use in a day; 0 lifts the limit.
    pub tokens_per_conversation: u64,
    /// Tokens one visitor may use in a day; 0 lifts the limit.
    pub tokens_per_visitor_day: u64,
    /// Tokens all together may use in a day; 0 lifts the limit.
    pub tokens_per_day: u64,
    /// What a million tokens of what is sent cost, in any currency; 0 when nobody knows.
    pub price_per_million_prompt: f64,
    /// What a million tokens of what is written cost.
    pub price_per_million_completion: f64,
}

impl Config {
    /// No model.
    #[must_use]
    pub fn off() -> Self {
        Self {
            url: String::new(),
            model: String::new(),
            key: Secret::default(),
            at_once: 8,
            tokens_per_conversation: 0,
            tokens_per_visitor_day: 0,
            tokens_per_day: 0,
            price_per_million_prompt: 0.0,
            price_per_million_completion: 0.0,
        }
    }

    /// Whether a model writes.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.url.trim().is_empty()
    }

    /// What is wrong with this section. No fault tells more of the URL than its host: it may hold a key.
    #[must_use]
    pub fn check(&self, outbound: &outbound::Config) -> Vec<String> {
        let mut faults = Vec::new();
        if self.at_once == 0 || self.at_once > MOST_AT_ONCE {
            faults.push(format!("llm.at_once: between 1 and {MOST_AT_ONCE}"));
        }
        let prices = [
            ("price_per_million_prompt", self.price_per_million_prompt),
            ("price_per_million_completion", self.price_per_million_completion),
        ];
        let wrong = prices.into_iter().filter(|(_, price)| !price.is_finite() || *price < 0.0);
        faults.extend(wrong.map(|(name, _)| format!("llm.{name}: 0 or more")));
        if self.is_on() {
            faults.extend(self.check_url(outbound));
            if self.model.trim().is_empty() {
                faults.push("llm.model: the name of a model, as the API at llm.url knows it".into());
            }
            if !self.key.reveal().chars().all(|c| c.is_ascii_graphic()) {
                faults.push("llm.key: a key has no spaces, and none but ASCII characters".into());
            }
        }
        faults
    }

    fn check_url(&self, outbound: &outbound::Config) -> Option<String> {
        let Ok(target) = self.target() else {
            return Some("llm.url: an address such as \"https://api.example/v1\"".into());
        };
        let host = target.host();
        // Whoever names a host of their own network knows who listens there.
        let is_open = !target.is_encrypted() && !self.private_hosts(outbound).contains(host);
        is_open.then(|| {
            format!(
                "llm.url: the key and what shoppers ask would travel readable: write it with https://, or name {host} in \
                 outbound.private_hosts if it is in your own network"
            )
        })
    }

    /// The hosts that may be called although they lie in a private network: those named there, and the API's own if its address
    /// can be nothing else. The settings are the operator's, so that it stands in them is the permission.
    pub(super) fn private_hosts(&self, outbound: &outbound::Config) -> BTreeSet<String> {
        let own = self.target().ok().filter(Target::is_of_own_network).map(|target| target.host().to_owned());
        outbound.private_hosts.iter().cloned().chain(own).collect()
    }

    /// What is called.
    pub(super) fn target(&self) -> Result<Target, outbound::Failure> {
        let base = self.url.trim().trim_end_matches('/').trim_end_matches("/chat/completions");
        // The failure must not repeat the URL.
        Target::parse(&format!("{base}/chat/completions")).map_err(|_| outbound::Failure::BadUrl("llm.url".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> Config {
        Config { url: url.into(), model: "small".into(), key: String::from("sk-hush").into(), ..Config::off() }
    }

    #[test]
    fn the_address_is_completed() {
        let check = |url: &str, expected: &str| {
            assert_eq!(config(url).target().expect("a target").as_str(), expected);
        };
        check("https://api.example/v1", "https://api.example/v1/chat/completions");
        check(" https://api.example/v1/ ", "https://api.example/v1/chat/completions");
        check("https://api.example/v1/chat/completions", "https://api.example/v1/chat/completions");
    }

    #[test]
    fn faults_are_told_in_words_and_without_secrets() {
        let check = |config: Config, private: &[&str], expected: &[&str]| {
            let private_hosts = private.iter().map(|host| (*host).to_owned()).collect();
            let faults = config.check(&outbound::Config { private_hosts });
            assert_eq!(faults.len(), expected.len(), "{faults:?}");
            for (fault, expected) in faults.iter().zip(expected) {
                assert!(fault.contains(expected) && !fault.contains("hush"), "{fault}");
            }
        };
        check(Config::off(), &[], &[]);
        check(config("https://api.example/v1?key=hush"), &[], &[]);
        check(config("http://api.example/v1?key=hush"), &[], &["https://"]);
        check(config("http://127.0.0.1:8081/v1"), &[], &[]);
        check(config("http://localhost:8081/v1"), &[], &[]);
        check(config("http://ollama:11434/v1"), &[], &[]);
        check(config("http://models.internal/v1"), &[], &[]);
        check(config("http://8.8.8.8/v1"), &[], &["https://"]);
        check(config("http://models.example/v1"), &["models.example"], &[]);
        check(config("hush"), &[], &["llm.url"]);
        let key = String::from("sk hush").into();
        let all = Config { at_once: 0, price_per_million_prompt: -1.0, model: " ".into(), key, ..config("ftp://hush") };
        check(all, &[], &["at_once", "price_per_million_prompt", "llm.url", "llm.model", "llm.key"]);
    }

    #[test]
    fn a_host_of_ones_own_network_is_called_because_it_is_named() {
        let check = |url: &str, expected: &[&str]| {
            let hosts = config(url).private_hosts(&outbound::Config { private_hosts: vec!["orders".into()] });
            assert_eq!(hosts.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{url}");
        };
        check("http://10.0.0.7:8000/v1", &["10.0.0.7", "orders"]);
        check("http://[::1]:8000/v1", &["[::1]", "orders"]);
        // A public name that leads into a private network is what an attack looks like.
        check("https://api.example/v1", &["orders"]);
        check("", &["orders"]);
    }

    #[test]
    fn the_key_is_not_printed() {
        let printed = format!("{:?}", config("https://api.example/v1"));
        assert!(!printed.contains("hush"), "{printed}");
    }
}
