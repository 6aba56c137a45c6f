//! Whether a browser has what it asks for.

use axum::http::{HeaderMap, HeaderValue, header};

/// Whether `If-None-Match` names `tag`, compared weakly as it is meant to be (RFC 9110, 13.1.2): a proxy that compresses makes
/// a tag weak.
#[must_use]
pub fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(tag) = tag.to_str().map(strong) else { return false };
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|known| known.trim() == "*" || strong(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        let check = |known: &'static str, expected: bool| {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(known))]);
            assert_eq!(is_known(&headers, &HeaderValue::from_static("\"a1\"")), expected, "{known}");
        };
        check("\"a1\"", true);
        check("W/\"a1\"", true);
        check("\"b2\", W/\"a1\"", true);
        check("*", true);
        check("\"b2\"", false);
        check("", false);
        assert!(!is_known(&HeaderMap::new(), &HeaderValue::from_static("\"a1\"")));
    }
}
