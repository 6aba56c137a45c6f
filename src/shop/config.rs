//! One action of `intents/_actions.yaml`: where an answer comes from, what proves that the asker may have it, and what of it
//! may leave.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Deserialize;

pub use crate::outbound::Secret;
use crate::outbound::Target;

/// The longest a webhook may be waited for: a turn has five seconds for everything.
pub const LONGEST_WAIT: Duration = Duration::from_millis(4_000);
/// How long a webhook is waited for where the file does not say.
const USUAL_WAIT: Duration = Duration::from_millis(3_000);
/// Fields that may leave at most. A reply text shows a handful.
const MOST_FIELDS: usize = 64;
/// What Standard Webhooks asks of a key, in bytes. Below it a signature that somebody sees can be guessed back to its key.
const GOOD_SECRET: usize = 24;

/// Kinds of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Orders in a CSV file beside the intents.
    File,
    /// The shop's own system, asked over HTTPS.
    Webhook,
    /// Products in a CSV file beside the intents.
    Catalog,
    /// Not in this version.
    Shopify,
    /// Not in this version.
    Woocommerce,
}

/// What proves that an order is the asker's. A signed-in shopper whose e-mail address is the order's needs no other proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The e-mail address given is the order's; capitals do not matter.
    EmailMatches,
    /// The postcode given is the order's; spaces and capitals do not matter.
    PostcodeMatches,
}

/// One action, as its author wrote it. Which keys belong to it depends on `kind`; [`ActionFile::source`] says so.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionFile {
    /// Where the answer comes from.
    pub kind: SourceKind,
    /// `file` and `catalog`: the CSV file, below the folder of the intents, such as `shop/orders.csv`.
    #[serde(default)]
    pub file: Option<String>,
    /// `webhook`: the address that is asked, with `https://`.
    #[serde(default)]
    pub url: Option<String>,
    /// `webhook`: the key requests are signed with, best as `${NAME}` from the environment.
    #[serde(default)]
    pub secret: Option<Secret>,
    /// `webhook`: how long an answer is waited for, in milliseconds; 3000 where it is not given.
    #[serde(default)]
    #[schemars(range(min = 100, max = 4000))]
    pub timeout_ms: Option<u64>,
    /// `file` and `webhook`: any one of these proves that the order is the asker's; `email_matches` where it is not given.
    /// An empty list is for webhooks whose answers are nobody's own.
    #[serde(default)]
    pub reveal_only_if: Option<Vec<Proof>>,
    /// `file` and `webhook`: the fields that may leave; every other one stays.
    #[serde(default)]
    pub allow_fields: Vec<String>,
}

/// A checked action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Orders in a file.
    File {
        /// Its path below the folder of the intents.
        file: String,
        /// Who may see what.
        reveal: Reveal,
    },
    /// The shop's own system.
    Webhook(Endpoint),
    /// Products in a file.
    Catalog {
        /// Its path below the folder of the intents.
        file: String,
    },
}

/// Who may see what of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reveal {
    /// Any one of these is proof enough. Empty: nothing has to be proven.
    pub only_if: BTreeSet<Proof>,
    /// The fields that leave.
    pub allow_fields: BTreeSet<String>,
}

/// A webhook that can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub(super) target: Target,
    pub(super) key: Key,
    pub(super) timeout: Duration,
    /// Who may see what.
    pub reveal: Reveal,
}

/// The bytes requests are signed with.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key(pub(super) Vec<u8>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// What an author should change about an action, at which of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The key it is about; it may be missing in the file.
    pub key: &'static str,
    /// What is wrong.
    pub problem: String,
    /// What to write instead.
    pub cure: String,
    /// Whether the action cannot be used like this; else it is only a warning.
    pub stops: bool,
}

fn stop(key: &'static str, problem: impl Into<String>, cure: impl Into<String>) -> Remark {
    Remark { key, problem: problem.into(), cure: cure.into(), stops: true }
}

impl Source {
    /// The outcomes a look-up can have, for a source that has a fixed set. A webhook may answer further ones.
    #[must_use]
    pub fn outcomes(&self) -> &'static [&'static str] {
        match self {
            Self::File { .. } | Self::Webhook(_) => &["found", "not_found", "mismatch", "limited", "error"],
            Self::Catalog { .. } => &["found", "several", "not_found", "error"],
        }
    }

    /// Whether it may answer outcomes that [`Source::outcomes`] does not name.
    #[must_use]
    pub fn is_open_ended(&self) -> bool {
        matches!(self, Self::Webhook(_))
    }
}

impl ActionFile {
    /// The action as it is carried out. `${NAME}` has to be replaced before: what stands here is taken as it is.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn source(&self) -> Result<Source, Vec<Remark>> {
        let mut remarks = self.misplaced();
        let source = match self.kind {
            SourceKind::File => {
                // Both are read before either may stop it, so that all faults are told at once.
                let (file, reveal) = (self.path(&mut remarks), self.reveal(&mut remarks));
                file.zip(reveal).map(|(file, reveal)| Source::File { file, reveal })
            }
            SourceKind::Catalog => self.path(&mut remarks).map(|file| Source::Catalog { file }),
            SourceKind::Webhook => self.endpoint(&mut remarks).map(Source::Webhook),
            SourceKind::Shopify | SourceKind::Woocommerce => {
                let cure =
                    "write `kind: webhook` and let a small program of yours ask the shop system, or `kind: file`";
                remarks.push(stop("kind", "this kind of source is not in this version", cure));
                None
            }
        };
        source.filter(|_| remarks.is_empty()).ok_or(remarks)
    }

    /// What works and should yet be changed.
    #[must_use]
    pub fn warnings(&self) -> Vec<Remark> {
        let short = self.secret.as_ref().filter(|_| self.kind == SourceKind::Webhook);
        let short = short.and_then(|secret| key_of(secret.reveal().trim()).ok()).filter(|key| key.len() < GOOD_SECRET);
        let warning = short.map(|key| Remark {
            key: "secret",
            problem: format!("the secret has {} bytes, which can be guessed", key.len()),
            cure: String::from("write `whsec_` and what `openssl rand -base64 32` prints"),
            stops: false,
        });
        warning.into_iter().collect()
    }

    // Keys that belong to another kind: they would be passed over in silence.
    fn misplaced(&self) -> Vec<Remark> {
        use SourceKind::{Catalog, File, Webhook};
        let given: [(&str, bool, &[SourceKind]); 6] = [
            ("file", self.file.is_some(), &[File, Catalog]),
            ("url", self.url.is_some(), &[Webhook]),
            ("secret", self.secret.is_some(), &[Webhook]),
            ("timeout_ms", self.timeout_ms.is_some(), &[Webhook]),
            ("reveal_only_if", self.reveal_only_if.is_some(), &[File, Webhook]),
            ("allow_fields", !self.allow_fields.is_empty(), &[File, Webhook]),
        ];
        let known = matches!(self.kind, File | Webhook | Catalog);
        let wrong = given.into_iter().filter(|(_, is_given, kinds)| known && *is_given && !kinds.contains(&self.kind));
        wrong.map(|(key, ..)| stop(key, format!("`{key}` does not belong to this kind"), "remove it")).collect()
    }

    fn path(&self, remarks: &mut Vec<Remark>) -> Option<String> {
        let cure = "write a path below the folder of the intents, such as `shop/orders.csv`";
        let Some(file) = self.file.as_deref().map(str::trim).filter(|file| !file.is_empty()) else {
            remarks.push(stop("file", "the key `file` is missing", cure));
            return None;
        };
        let leaves = file.contains('\\') || file.split('/').any(|part| matches!(part, "" | "." | ".."));
        if leaves {
            remarks.push(stop("file", format!("`{file}` does not lie below the folder of the intents"), cure));
            return None;
        }
        Some(file.to_owned())
    }

    fn reveal(&self, remarks: &mut Vec<Remark>) -> Option<Reveal> {
        let before = remarks.len();
        let only_if: BTreeSet<Proof> = match &self.reveal_only_if {
            Some(proofs) => proofs.iter().copied().collect(),
            None => [Proof::EmailMatches].into(),
        };
        if only_if.is_empty() && self.kind == SourceKind::File {
            let cure = "write `reveal_only_if: [email_matches]`";
            remarks.push(stop("reveal_only_if", "orders would be shown to anybody who guesses a number", cure));
        }
        if self.allow_fields.len() > MOST_FIELDS {
            let problem = format!("{} fields are more than {MOST_FIELDS}", self.allow_fields.len());
            remarks.push(stop("allow_fields", problem, "keep those that replies show"));
        }
        for field in self.allow_fields.iter().filter(|field| !is_field_name(field)) {
            let cure = "write it with small letters, digits and `_`, as `shipped_on`";
            remarks.push(stop("allow_fields", format!("`{field}` is not the name of a field"), cure));
        }
        let allow_fields = self.allow_fields.iter().cloned().collect();
        (remarks.len() == before).then_some(Reveal { only_if, allow_fields })
    }

    fn endpoint(&self, remarks: &mut Vec<Remark>) -> Option<Endpoint> {
        let target = self.target().map_err(|remark| remarks.push(remark)).ok();
        let key = self.key().map_err(|remark| remarks.push(remark)).ok();
        let timeout = self.timeout_ms.map_or(USUAL_WAIT, Duration::from_millis);
        if timeout.is_zero() || timeout > LONGEST_WAIT {
            let cure = "write a whole number from 100 to 4000";
            remarks.push(stop("timeout_ms", "a shopper cannot wait like this", cure));
        }
        let reveal = self.reveal(remarks);
        Some(Endpoint { target: target?, key: key?, timeout, reveal: reveal? })
    }

    fn target(&self) -> Result<Target, Remark> {
        let cure = "write an address such as `https://shop.example/frontdesk`";
        let Some(url) = self.url.as_deref().map(str::trim).filter(|url| !url.is_empty()) else {
            return Err(stop("url", "the key `url` is missing", cure));
        };
        let target = Target::parse(url).map_err(|_| stop("url", "this is not an address that can be called", cure))?;
        // On the machine itself nobody listens in, and a certificate for it is hard to have.
        if target.is_encrypted() || target.is_loopback() {
            Ok(target)
        } else {
            Err(stop("url", "orders would travel readable to everybody on the way", "write it with `https://`"))
        }
    }

    fn key(&self) -> Result<Key, Remark> {
        let cure = "write `secret: ${SHOP_SECRET}` and start frontdesk with that variable set";
        let secret = self.secret.as_ref().map(|secret| secret.reveal().trim()).filter(|secret| !secret.is_empty());
        let Some(secret) = secret else {
            return Err(stop("secret", "there is no secret: requests could not be signed", cure));
        };
        key_of(secret).map(Key)
    }
}

// Standard Webhooks writes keys in base64 behind a prefix; any other text is its own key.
fn key_of(secret: &str) -> Result<Vec<u8>, Remark> {
    let Some(coded) = secret.strip_prefix("whsec_") else { return Ok(secret.as_bytes().to_vec()) };
    let cure = "write `whsec_` and what `openssl rand -base64 32` prints";
    match STANDARD.decode(coded) {
        Ok(key) if !key.is_empty() => Ok(key),
        _ => Err(stop("secret", "what stands behind `whsec_` is not base64", cure)),
    }
}

pub(super) fn is_field_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(json: serde_json::Value) -> ActionFile {
        serde_json::from_value(json).expect("an action")
    }

    fn problems(json: serde_json::Value) -> Vec<(&'static str, String)> {
        let remarks = action(json).source().expect_err("faults");
        remarks.into_iter().map(|remark| (remark.key, remark.problem)).collect()
    }

    #[test]
    fn each_kind_takes_its_own_keys() {
        let file = action(serde_json::json!({
            "kind": "file", "file": "shop/orders.csv", "allow_fields": ["status", "eta"],
        }));
        let Ok(Source::File { file, reveal }) = file.source() else { panic!("not taken") };
        assert_eq!(file, "shop/orders.csv");
        assert_eq!(reveal.only_if, [Proof::EmailMatches].into());
        assert_eq!(reveal.allow_fields.len(), 2);

        let catalog = action(serde_json::json!({ "kind": "catalog", "file": "shop/catalog.csv" }));
        assert_eq!(catalog.source(), Ok(Source::Catalog { file: "shop/catalog.csv".into() }));

        let hook = action(serde_json::json!({
            "kind": "webhook", "url": "https://shop.example/orders", "secret": "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0",
            "reveal_only_if": ["postcode_matches", "email_matches"],
        }));
        let Ok(Source::Webhook(endpoint)) = hook.source() else { panic!("not taken") };
        assert_eq!(endpoint.timeout, Duration::from_secs(3));
        assert_eq!(endpoint.key.0, b"123456789012345678901234");
        assert_eq!(endpoint.reveal.only_if.len(), 2);
        assert!(hook.warnings().is_empty());
    }

    #[test]
    fn nothing_is_ever_sent_unsigned_or_readable() {
        let hook = |url: &str, secret: &str| serde_json::json!({ "kind": "webhook", "url": url, "secret": secret });
        let check = |url: &str, secret: &str, key: &str| {
            let told = problems(hook(url, secret));
            assert!(told.iter().any(|(at, _)| *at == key), "{url} {secret}: {told:?}");
        };
        check("https://shop.example", "", "secret");
        check("https://shop.example", "  ", "secret");
        check("https://shop.example", "whsec_", "secret");
        check("https://shop.example", "whsec_???", "secret");
        check("http://shop.example", "0123456789", "url");
        check("http://127.0.0.1.shop.example", "0123456789", "url");
        check("ftp://shop.example", "0123456789", "url");
        check("", "0123456789", "url");
        assert!(action(hook("http://127.0.0.1:9000/orders", "0123456789")).source().is_ok());
        assert_eq!(action(hook("https://shop.example", "0123456789")).warnings().len(), 1);
        let keys = problems(serde_json::json!({ "kind": "webhook" }));
        assert_eq!(keys.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["url", "secret"]);
    }

    #[test]
    fn faults_are_told_all_at_once() {
        let told = problems(serde_json::json!({
            "kind": "file", "file": "../orders.csv", "secret": "x", "reveal_only_if": [], "allow_fields": ["Email"],
        }));
        let keys: Vec<_> = told.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys, ["secret", "file", "reveal_only_if", "allow_fields"]);
        assert_eq!(problems(serde_json::json!({ "kind": "shopify" })).len(), 1);
        for bad in ["/etc/passwd", "shop//x", "a\\b", "", "shop/../../x"] {
            assert_eq!(problems(serde_json::json!({ "kind": "catalog", "file": bad }))[0].0, "file", "{bad}");
        }
        assert!(serde_json::from_value::<ActionFile>(serde_json::json!({ "kind": "file", "files": "x" })).is_err());
    }

    #[test]
    fn secrets_are_not_printed() {
        let json = serde_json::json!({ "kind": "webhook", "url": "https://a.example", "secret": "very-secret" });
        let action = action(json);
        let printed = format!("{action:?} {:?}", action.source());
        assert!(!printed.contains("very-secret"), "{printed}");
    }
}
