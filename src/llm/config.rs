//! The section `[llm]` of the settings.

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
        let is_named = outbound.private_hosts.iter().any(|name| name == host);
        let is_private = target.is_loopback() || target.address().is_some_and(outbound::is_private);
        if is_private && !is_named {
            return Some(format!("llm.url: {host} is in a private network: name it in outbound.private_hosts, too"));
        }
        // Whoever names a host of their own network knows who listens there.
        let is_open = !target.is_encrypted() && !is_named;
        is_open.then(|| "llm.url: the key and what shoppers ask would travel readable: write it with https://".into())
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
        check(config("http://127.0.0.1:8081/v1"), &[], &["private_hosts"]);
        check(config("http://localhost:8081/v1"), &["localhost"], &[]);
        check(config("http://models.internal/v1"), &["models.internal"], &[]);
        check(config("hush"), &[], &["llm.url"]);
        let key = String::from("sk hush").into();
        let all = Config { at_once: 0, price_per_million_prompt: -1.0, model: " ".into(), key, ..config("ftp://hush") };
        check(all, &[], &["at_once", "price_per_million_prompt", "llm.url", "llm.model", "llm.key"]);
    }

    #[test]
    fn the_key_is_not_printed() {
        let printed = format!("{:?}", config("https://api.example/v1"));
        assert!(!printed.contains("hush"), "{printed}");
    }
}
