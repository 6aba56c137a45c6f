//! The settings: embedded defaults, then a file, then the environment. One section a module, each owned and checked by it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use config::{Environment, File, FileFormat};
use serde::Deserialize;

use crate::{content, desk, http, llm, outbound, store, telemetry};

/// All settings with their defaults and what they mean.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// The settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the server listens, and whom it believes.
    pub server: http::Config,
    /// Where its files are.
    pub folders: Folders,
    /// How texts are understood.
    pub understanding: content::Config,
    /// How fast one may ask.
    pub limits: http::LimitsConfig,
    /// The log.
    pub store: store::Config,
    /// The desk.
    pub desk: desk::Config,
    /// Looking up orders.
    pub orders: desk::OrdersConfig,
    /// How long what shoppers say is kept.
    pub privacy: desk::PrivacyConfig,
    /// The language model that writes.
    pub llm: llm::Config,
    /// Calls to the outside.
    pub outbound: outbound::Config,
    /// What is logged.
    pub log: telemetry::Config,
}

/// Where the server's files are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folders {
    /// The log.
    pub data: PathBuf,
    /// The intents.
    pub intents: PathBuf,
    /// The articles.
    pub knowledge_base: PathBuf,
}

impl Config {
    /// Reads the settings: defaults, then `file`, then the environment.
    ///
    /// # Errors
    /// All faults at once, in words.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        Self::read(file, Environment::with_prefix("FRONTDESK"))
    }

    /// The settings without file and environment.
    ///
    /// # Errors
    /// When the embedded defaults are at fault, which a test excludes.
    pub fn defaults() -> anyhow::Result<Self> {
        Self::read(None, Environment::with_prefix("FRONTDESK").source(Some(std::collections::HashMap::new())))
    }

    fn read(file: Option<&Path>, environment: Environment) -> anyhow::Result<Self> {
        let mut builder = config::Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(path) = file {
            builder = builder.add_source(File::from(path).format(FileFormat::Toml));
        }
        let environment = environment
            .separator("__")
            .prefix_separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("server.origins")
            .with_list_parse_key("server.images")
            .with_list_parse_key("server.trusted_proxies")
            .with_list_parse_key("outbound.private_hosts");
        let read = builder.add_source(environment).build().context("the settings cannot be read")?;
        let config: Self = read.try_deserialize().context("the settings cannot be used")?;
        let faults = config.check();
        if !faults.is_empty() {
            bail!("the settings have faults:\n  {}", faults.join("\n  "));
        }
        Ok(config)
    }

    /// What is wrong with the settings.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let mut faults = self.limits.check();
        faults.extend(self.understanding.check());
        faults.extend(self.desk.check());
        if self.llm.is_on() && self.llm.at_once >= self.desk.turns_at_once {
            faults.push("llm.at_once: less than desk.turns_at_once, so that slow answers hold up nobody else's".into());
        }
        faults.extend(self.orders.check());
        faults.extend(self.llm.check(&self.outbound));
        faults.extend(self.log.check());
        faults.extend(self.server.check());
        if self.store.batch == 0 || self.store.batch > 4096 {
            faults.push("store.batch: between 1 and 4096".into());
        }
        if self.store.readers == 0 {
            faults.push("store.readers: at least 1".into());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn with(variables: &[(&str, &str)]) -> anyhow::Result<Config> {
        let source: HashMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::read(None, Environment::with_prefix("FRONTDESK").source(Some(source)))
    }

    #[test]
    fn the_defaults_have_no_faults() {
        let config = with(&[]).expect("settings");
        assert_eq!(config.limits.visitor_burst, 10);
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn the_environment_changes_single_values() {
        let config = with(&[
            ("FRONTDESK__LIMITS__TEXT", "4000"),
            ("FRONTDESK__SERVER__ORIGINS", "https://a.example,https://b.example"),
            ("FRONTDESK__LOG__JSON", "true"),
            ("FRONTDESK__ORDERS__FAILURES_PER_NETWORK_HOUR", "0"),
            ("FRONTDESK__OUTBOUND__PRIVATE_HOSTS", "127.0.0.1,orders.internal"),
        ])
        .expect("settings");
        assert_eq!(config.limits.text, 4000);
        assert_eq!(config.server.origins.len(), 2);
        assert!(config.log.json);
        assert_eq!(config.orders.failures_per_network_hour, 0);
        assert_eq!(config.outbound.private_hosts, ["127.0.0.1", "orders.internal"]);
    }

    #[test]
    fn what_is_not_there_or_senseless_stops_the_start() {
        let check = |name: &str, value: &str, expected: &str| {
            let error = format!("{:#}", with(&[(name, value)]).expect_err("a fault"));
            assert!(error.contains(expected), "{error}");
        };
        check("FRONTDESK__LIMITS__TEXTS", "1", "texts");
        check("FRONTDESK__LIMITS__TEXT", "0", "limits.text");
        check("FRONTDESK__LIMITS__TEXT", "many", "text");
        check("FRONTDESK__SERVER__DRAIN_SECONDS", "60", "drain_seconds");
        check("FRONTDESK__SERVER__ORIGINS", "shop.example", "server.origins");
        check("FRONTDESK__SERVER__IMAGES", "https://cdn.example; script-src *", "server.images");
        check("FRONTDESK__SERVER__WEB_FILES", "/no/such/folder", "web_files");
        check("FRONTDESK__ORDERS__ANSWER_AFTER_MS", "9000", "answer_after_ms");
        check("FRONTDESK__LLM__AT_ONCE", "0", "llm.at_once");
        check("FRONTDESK__LLM__URL", "api.example", "llm.url");
    }

    #[test]
    fn the_key_of_the_model_is_a_text_and_is_not_printed() {
        for key in ["sk-5e77", "57770000"] {
            let config = with(&[("FRONTDESK__LLM__KEY", key)]).expect("settings");
            assert_eq!(config.llm.key.reveal(), key);
            assert!(!format!("{config:?}").contains(key));
        }
    }
}
