//! The shop's own system, asked over HTTPS: one signed question, one answer within the time, and anything else is an error.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::Sha256;

use super::config::{Endpoint, Key, LONGEST_WAIT, Reveal, is_field_name};
use super::proof::{Claim, Side};
use super::table::LONGEST_VALUE;
use super::{ActionResult, Call, Proof};
use crate::domain::{Clock, Timestamp};
use crate::outbound::{self, Breakers, Client, Failure, Policy};

/// Bytes of an answer. An order has a few hundred.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Asks the shop's system. One for the whole process, so that a source's failures are remembered over changes of the files.
/// Cheap to clone.
#[derive(Clone)]
pub struct Caller(Arc<Inner>);

struct Inner {
    client: Client,
    clock: Clock,
    breakers: Breakers,
}

#[derive(Serialize)]
struct Question<'c> {
    action: &'c str,
    conversation: &'c str,
    idempotency_key: &'c str,
    input: &'c BTreeMap<String, String>,
    visitor: Visitor,
}

#[derive(Serialize)]
struct Visitor {
    verified: bool,
}

#[derive(Deserialize)]
struct Reply {
    outcome: String,
    #[serde(default)]
    data: Option<Map<String, Value>>,
}

impl Caller {
    /// A caller that keeps to what the settings allow.
    ///
    /// # Errors
    /// [`Failure::NoClient`] when TLS cannot be set up.
    pub fn new(config: &outbound::Config, clock: Clock) -> Result<Self, Failure> {
        let private_hosts = config.private_hosts.iter().cloned().collect();
        let client = Client::new(Policy { private_hosts, timeout: LONGEST_WAIT, body_limit: LONGEST_ANSWER })?;
        Ok(Self(Arc::new(Inner { client, clock, breakers: Breakers::default() })))
    }

    pub(super) async fn ask(&self, endpoint: &Endpoint, call: &Call) -> ActionResult {
        let Inner { clock, breakers, .. } = &*self.0;
        let source = endpoint.target.as_str();
        if !breakers.lets_through(source, clock.now()) {
            return ActionResult::error();
        }
        match self.exchange(endpoint, call).await {
            Ok(result) => {
                breakers.worked(source);
                result
            }
            Err(why) => {
                breakers.failed(source, clock.now());
                tracing::warn!(action = call.action, why, "the shop's system gave no answer that can be used");
                ActionResult::error()
            }
        }
    }

    async fn exchange(&self, endpoint: &Endpoint, call: &Call) -> Result<ActionResult, String> {
        let key = header_safe(&call.idempotency_key);
        let question = Question {
            action: &call.action,
            conversation: &call.conversation,
            idempotency_key: &key,
            input: &call.input,
            visitor: Visitor { verified: call.verified_email.is_some() },
        };
        let body = serde_json::to_vec(&question).map_err(|error| error.to_string())?;
        let headers = signed(&endpoint.key, &key, self.0.clock.now(), &body);
        let at_most = endpoint.timeout.min(call.at_most).max(Duration::from_millis(1));
        let answer = self.0.client.post_json(&endpoint.target, &headers, body, at_most).await;
        let answer = answer.map_err(|failure| failure.to_string())?;
        if answer.status != 200 {
            return Err(format!("it answered with status {}", answer.status));
        }
        let claim = Claim::of(&call.input, call.verified_email.as_deref());
        judge(&answer.body, &endpoint.reveal, &claim).map_err(str::to_owned)
    }
}

// The id becomes a header, and a full stop in it would make what is signed ambiguous.
fn header_safe(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' }).collect()
}

/// The headers of Standard Webhooks (<https://www.standardwebhooks.com>): HMAC-SHA256 over `id.seconds.body`.
fn signed(key: &Key, id: &str, now: Timestamp, body: &[u8]) -> [(&'static str, String); 3] {
    let seconds = now.0.div_euclid(1000).to_string();
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("a key of any length");
    for part in [id.as_bytes(), b".", seconds.as_bytes(), b".", body] {
        mac.update(part);
    }
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    [("webhook-id", id.to_owned()), ("webhook-timestamp", seconds), ("webhook-signature", signature)]
}

// What an answer comes to. Where a proof is asked for, nothing counts before the order's own record has been compared: not
// even the outcome's name, which may say where the order is.
fn judge(body: &[u8], reveal: &Reveal, claim: &Claim) -> Result<ActionResult, &'static str> {
    let reply: Reply = serde_json::from_slice(body).map_err(|_| "it did not answer {outcome, data}")?;
    if !is_field_name(&reply.outcome) || reply.outcome == "limited" {
        return Err("it answered an outcome that is not a name");
    }
    if matches!(reply.outcome.as_str(), "not_found" | "mismatch" | "error") {
        return Ok(ActionResult::new(reply.outcome, BTreeMap::new()));
    }
    let data = reply.data.unwrap_or_default();
    let proven = claim.proves(&reveal.only_if, &record(&data, reveal)?);
    if !proven.enough {
        return Ok(ActionResult::new("mismatch", BTreeMap::new()));
    }
    let shown = data.iter().filter(|(name, _)| proven.lets_out(reveal, name));
    let texts = shown.map(|(name, value)| Ok((name.clone(), Value::String(text_of(value)?))));
    Ok(ActionResult::new(reply.outcome, texts.collect::<Result<_, &'static str>>()?))
}

// The order's own e-mail address and postcode, of which one that is asked for has to be there.
fn record(data: &Map<String, Value>, reveal: &Reveal) -> Result<Side, &'static str> {
    let text = |field: &str| data.get(field).map(text_of).transpose();
    let (email, postcode) = (text("email")?, text("postcode")?);
    let usable = reveal.only_if.iter().any(|proof| match proof {
        Proof::EmailMatches => email.is_some(),
        Proof::PostcodeMatches => postcode.is_some(),
    });
    if !usable && !reveal.only_if.is_empty() {
        return Err("its data do not hold what the shopper's proof is compared with");
    }
    Ok(Side::new(&email.unwrap_or_default(), &postcode.unwrap_or_default()))
}

fn text_of(value: &Value) -> Result<String, &'static str> {
    let text = match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => return Err("a field that is used is a list or an object"),
    };
    if text.len() > LONGEST_VALUE { Err("a field that is used is too long") } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn reveal(only_if: &[Proof], fields: &[&str]) -> Reveal {
        let allow_fields = fields.iter().map(|field| (*field).to_owned()).collect();
        Reveal { only_if: only_if.iter().copied().collect(), allow_fields }
    }

    fn judged(body: &Value, reveal: &Reveal, email: &str) -> Result<ActionResult, &'static str> {
        let claim = Claim::of(&[("email".to_owned(), email.to_owned())].into(), None);
        judge(body.to_string().as_bytes(), reveal, &claim)
    }

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // The example of the specification.
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let body = br#"{"test": 2432232314}"#;
        let headers = signed(&Key(key), "msg_p5jXN8AQM9LWM0D4loKWxJek", Timestamp(1_614_265_330_999), body);
        assert_eq!(headers[1].1, "1614265330");
        assert_eq!(headers[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(header_safe("a.12.0\n"), "a-12-0-");
    }

    #[test]
    fn only_what_is_allowed_and_proven_leaves() {
        let asks = reveal(&[Proof::EmailMatches], &["status", "email", "postcode", "weight"]);
        let body = json!({ "outcome": "shipped", "data": {
            "email": "Ann@example.com", "postcode": "10115", "status": "on its way", "weight": 2.5, "notes": { "vip": true },
        } });
        let proven = judged(&body, &asks, "ann@example.com").expect("a result");
        assert_eq!(proven.outcome, "shipped");
        let shown = [("email", "Ann@example.com"), ("status", "on its way"), ("weight", "2.5")];
        assert_eq!(proven.data, shown.map(|(name, value)| (name.to_owned(), value.into())).into());
        let other = judged(&body, &asks, "bob@example.com").expect("a result");
        assert_eq!(other, ActionResult::new("mismatch", BTreeMap::new()));
        let free = reveal(&[], &["status", "email"]);
        assert_eq!(judged(&body, &free, "").expect("a result").data.keys().collect::<Vec<_>>(), ["status"]);
    }

    #[test]
    fn an_order_that_hides_is_like_none() {
        let asks = reveal(&[Proof::EmailMatches], &["status"]);
        let check = |body: Value, expected: Result<&str, &str>| {
            let result = judged(&body, &asks, "ann@example.com");
            let result = result.map(|result| {
                assert!(result.data.is_empty());
                result.outcome
            });
            assert_eq!(result.as_deref().map_err(|_| ""), expected.map_err(|_| ""), "{body}");
        };
        check(json!({ "outcome": "not_found" }), Ok("not_found"));
        check(
            json!({ "outcome": "not_found", "data": { "status": "x", "email": "ann@example.com" } }),
            Ok("not_found"),
        );
        check(json!({ "outcome": "found", "data": { "email": null, "status": "x" } }), Ok("mismatch"));
        check(json!({ "outcome": "found", "data": { "email": "", "status": "x" } }), Ok("mismatch"));
        check(json!({ "outcome": "found", "data": { "status": "x" } }), Err(""));
        check(json!({ "outcome": "found" }), Err(""));
        check(json!({ "outcome": "found", "data": { "email": ["ann@example.com"] } }), Err(""));
        check(json!({ "outcome": "found", "data": { "email": "ann@example.com", "status": ["x"] } }), Err(""));
        check(
            json!({ "outcome": "found", "data": { "email": "ann@example.com", "status": "x".repeat(3000) } }),
            Err(""),
        );
        check(json!({ "outcome": "limited" }), Err(""));
        check(json!({ "outcome": "<b>" }), Err(""));
        check(json!({ "outcome": 1 }), Err(""));
        check(json!({ "outcome": "found", "data": [] }), Err(""));
        check(json!([]), Err(""));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_unproven_ever_leaves(
            outcome in "[a-z_]{1,12}",
            email in prop_oneof![Just(Value::Null), any::<String>().prop_map(Value::from), any::<i64>().prop_map(Value::from)],
            secret in "[a-z]{12}",
            said in "[a-z]{1,8}@[a-z]{1,8}",
        ) {
            let body = json!({ "outcome": outcome, "data": { "email": email, "status": secret, "postcode": secret } });
            let asks = reveal(&[Proof::EmailMatches], &["status", "postcode", "email"]);
            if let Ok(result) = judged(&body, &asks, &said) {
                prop_assert!(result.data.is_empty());
                prop_assert!(["not_found", "mismatch", "error"].contains(&result.outcome.as_str()));
            }
        }

        #[test]
        fn any_bytes_are_a_result_or_an_error(body in any::<Vec<u8>>()) {
            let claim = Claim::of(&BTreeMap::new(), None);
            if let Ok(result) = judge(&body, &reveal(&[], &["status"]), &claim) {
                prop_assert!(is_field_name(&result.outcome));
            }
        }
    }
}
