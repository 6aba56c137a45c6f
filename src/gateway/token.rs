//! A visitor's token: a version, 256 random bits, and the server's MAC over both, so that it is checked without a row.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::domain::{Chance, VisitorId, hex_digest};

const VERSION: &str = "v1";

/// A new token.
pub(super) fn make(secret: &[u8], chance: &Chance) -> String {
    let bits = BASE64.encode(chance.bytes::<32>());
    let mac = BASE64.encode(mac(secret, &bits).finalize().into_bytes());
    format!("{VERSION}.{bits}.{mac}")
}

/// The visitor a token stands for, or `None` when the server did not make it.
pub(super) fn check(secret: &[u8], token: &str) -> Option<VisitorId> {
    let (version, rest) = token.split_once('.')?;
    let (bits, given) = rest.split_once('.')?;
    let given = BASE64.decode(given).ok()?;
    // `verify_slice` takes the same time whatever differs.
    (version == VERSION && mac(secret, bits).verify_slice(&given).is_ok())
        .then(|| VisitorId::from(hex_digest(&[b"visitor", bits.as_bytes()])))
}

fn mac(secret: &[u8], bits: &str) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of any length");
    mac.update(VERSION.as_bytes());
    mac.update(bits.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_tokens_pass() {
        let token = make(b"secret", &Chance::seeded(1));
        let visitor = check(b"secret", &token);
        assert!(visitor.is_some());
        assert_eq!(check(b"secret", &token), visitor, "the same token is the same visitor");
        assert_eq!(check(b"other", &token), None);
        let mut forged = token.clone();
        forged.replace_range(5..6, if &token[5..6] == "A" { "B" } else { "A" });
        for bad in ["", "v1", "v1..", "v2.a.b", &forged, &token[..token.len() - 1]] {
            assert_eq!(check(b"secret", bad), None, "{bad}");
        }
    }
}
