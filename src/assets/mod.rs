//! The web files, built from `web-widget/` and embedded in the binary: the demo shop, the chat's frame and the script that
//! opens it, the console.

mod files;
mod policy;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::http::{Problem, is_known};
use files::Files;
use policy::Policy;

/// The script a shop names in its pages. Its address never changes, its bytes do.
const LOADER: &str = "src/loader/loader.ts";

/// What the web files have to know of the settings.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// A folder that is served instead of the files in the binary, for those who work on them.
    pub folder: Option<PathBuf>,
    /// The shop's pages, which may show the chat in a frame.
    pub framed_by: Vec<String>,
    /// Where the pictures of cards come from, besides this server.
    pub images: Vec<String>,
    /// Whether the demo shop is shown.
    pub demo: bool,
}

struct Pages {
    files: Files,
    policy: Policy,
    demo: bool,
}

type Shared = State<Arc<Pages>>;

/// The routes of the web files.
pub fn routes(parts: Parts) -> Router {
    let Parts { folder, framed_by, images, demo } = parts;
    let pages = Pages { files: Files::new(folder), policy: Policy::new(&framed_by, &images), demo };
    Router::new()
        .route("/", get(home))
        // The demo shop's own addresses: one page, which reads them.
        .route("/cart", get(shop))
        .route("/p/{slug}", get(shop))
        .route("/widget", get(frame))
        .route("/frontdesk.js", get(loader))
        .route("/console", get(console))
        .route("/console/{*path}", get(console))
        .route("/{*path}", get(built))
        .with_state(Arc::new(pages))
}

async fn home(State(pages): Shared, headers: HeaderMap) -> Response {
    if pages.demo { pages.page("index.html", &headers) } else { Redirect::temporary("/console").into_response() }
}

async fn shop(State(pages): Shared, headers: HeaderMap) -> Response {
    if pages.demo { pages.page("index.html", &headers) } else { Problem::not_found().into_response() }
}

async fn console(State(pages): Shared, headers: HeaderMap) -> Response {
    pages.page("console.html", &headers)
}

async fn frame(State(pages): Shared, headers: HeaderMap) -> Response {
    let mut response = pages.page("widget.html", &headers);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, pages.policy.framed.clone());
    response
}

async fn loader(State(pages): Shared, headers: HeaderMap) -> Response {
    match pages.files.entry(LOADER) {
        Some(path) => pages.file(&path, "public, max-age=300", &headers),
        None => Problem::not_found().into_response(),
    }
}

async fn built(State(pages): Shared, Path(path): Path<String>, headers: HeaderMap) -> Response {
    // Pages have addresses of their own, and Vite's manifest is for the build, not for visitors.
    let hidden = path.starts_with('.') || path.ends_with(".html");
    // A built file's name holds a digest of its bytes, so it never changes.
    let kept = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    if !hidden && pages.files.get(&path).is_some() {
        return pages.file(&path, kept, &headers);
    }
    let reads_pages = headers.get(header::ACCEPT).and_then(|kinds| kinds.to_str().ok()).unwrap_or_default();
    if pages.demo && reads_pages.contains("text/html") {
        // Whoever follows an old link of the shop's gets its page, which says that there is nothing there.
        return (StatusCode::NOT_FOUND, pages.page("index.html", &HeaderMap::new())).into_response();
    }
    Problem::not_found().into_response()
}

impl Pages {
    fn page(&self, name: &str, headers: &HeaderMap) -> Response {
        self.file(name, "no-cache", headers)
    }

    fn file(&self, path: &str, kept: &'static str, headers: &HeaderMap) -> Response {
        let Some(file) = self.files.get(path) else { return Problem::not_found().into_response() };
        let unchanged = is_known(headers, &file.tag);
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            (StatusCode::OK, file.bytes).into_response()
        };
        let head = response.headers_mut();
        head.insert(header::ETAG, file.tag);
        head.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
        head.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
        self.policy.protect(head);
        response
    }
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
