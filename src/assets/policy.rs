//! What a page of ours may do: run and show its own files, and talk to its own server.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The headers that keep everything else out.
#[derive(Debug)]
pub(super) struct Policy {
    own: HeaderValue,
    /// Of the chat's frame, which the shop's pages may show.
    pub(super) framed: HeaderValue,
}

impl Policy {
    pub(super) fn new(framed_by: &[String], images: &[String]) -> Self {
        let policy = |ancestors: &[String]| {
            let (ancestors, images) = (sources(ancestors), sources(images));
            let text = format!(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'{images}; font-src 'self'; \
                 connect-src 'self'; frame-src 'self'; frame-ancestors 'self'{ancestors}; base-uri 'none'; \
                 form-action 'self'"
            );
            // Origins were checked when the settings were read; nothing but visible ASCII is left.
            HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
        };
        Self { own: policy(&[]), framed: policy(framed_by) }
    }

    pub(super) fn protect(&self, head: &mut HeaderMap) {
        head.insert(header::CONTENT_SECURITY_POLICY, self.own.clone());
        let lines = [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "same-origin"),
            (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        ];
        for (name, value) in lines {
            head.insert(name, HeaderValue::from_static(value));
        }
    }
}

fn sources(origins: &[String]) -> String {
    let plain = |origin: &&String| origin.chars().all(|c| c.is_ascii_graphic() && !matches!(c, ';' | ',' | '\''));
    origins.iter().filter(plain).map(|origin| format!(" {}", origin.trim_end_matches('/'))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &HeaderValue) -> &str {
        value.to_str().expect("ASCII")
    }

    #[test]
    fn only_the_chats_frame_is_shown_on_the_shops_pages() {
        let policy = Policy::new(&["https://shop.example/".into()], &["https://cdn.example".into()]);
        assert!(text(&policy.framed).contains("frame-ancestors 'self' https://shop.example;"));
        assert!(text(&policy.own).contains("frame-ancestors 'self';"));
        for policy in [&policy.framed, &policy.own] {
            assert!(text(policy).contains("img-src 'self' https://cdn.example;"));
            assert!(!text(policy).contains("unsafe"));
        }
    }

    #[test]
    fn an_origin_cannot_add_to_the_policy() {
        let policy =
            Policy::new(&["https://a.example; script-src *".into(), "x\ny".into()], &["*' 'unsafe-eval".into()]);
        assert!(text(&policy.framed).contains("frame-ancestors 'self';"));
        assert!(!text(&policy.framed).contains('*'));
    }
}
