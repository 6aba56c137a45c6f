//! The web files, built from `web-widget/` and embedded in the binary.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::Problem;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web-widget/dist"]
struct Files;

/// What a page of ours may do: run and show its own files, and talk to its own server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'";

/// The routes of the web files.
pub fn routes() -> Router {
    Router::new()
        .route("/", get(|headers: HeaderMap| async move { file("index.html", &headers) }))
        .route("/{*path}", get(|Path(path): Path<String>, headers: HeaderMap| async move { file(&path, &headers) }))
}

fn file(path: &str, headers: &HeaderMap) -> Response {
    // Vite's manifest is for the build, not for visitors.
    let Some(file) = Files::get(path).filter(|_| !path.starts_with('.')) else {
        return Problem::not_found().into_response();
    };
    let tag = etag(&file);
    let unchanged = headers.get(header::IF_NONE_MATCH).is_some_and(|known| *known == tag);
    let mut response =
        if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { (StatusCode::OK, file.data).into_response() };
    let head = response.headers_mut();
    head.insert(header::ETAG, tag);
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    // A built file's name holds a digest of its bytes, so it never changes; a page's name does not.
    let kept = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    protect(head);
    response
}

fn protect(head: &mut HeaderMap) {
    let lines = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in lines {
        head.insert(name, HeaderValue::from_static(value));
    }
}

fn etag(file: &EmbeddedFile) -> HeaderValue {
    let digest: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    // Hex digits in quotes are a valid header.
    HeaderValue::from_str(&format!("\"{digest}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" | "webmanifest" => "application/json",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
