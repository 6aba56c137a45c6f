//! What shoppers may read without a conversation: articles that are cited, and the catalogue.
//!
//! Both are the shop's public files. An answer is named by the state of the files it was made of, so that a browser that has
//! it asks for nothing twice.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Gateway;
use crate::content::Snapshot;
use crate::http::{Peer, Problem, is_known};
use crate::knowledge::Article;
use crate::shop::Product;

/// Products of one answer: what a demo shows. A larger shop has pages of its own.
const PRODUCTS: usize = 500;

#[derive(Deserialize)]
pub(super) struct Asked {
    locale: Option<String>,
}

/// `GET /v1/articles/{id}?locale`: an article that everybody may read, whole, with its passages.
pub(super) async fn article(
    State(gateway): State<Gateway>,
    Extension(peer): Extension<Peer>,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|error| Problem::bad_field(error.body_text()))?;
    gateway.admit_reader(&peer, &headers)?;
    let content = gateway.0.parts.desk.content();
    let today = content.today(gateway.0.parts.clock.now());
    let live = |article: &&Article| article.is_live(&today);
    let found = content.article(&id, asked.locale.as_deref(), live).ok_or_else(Problem::not_found)?;
    Ok(named(&content, &headers, || shown(found)))
}

fn shown(article: &Article) -> Value {
    let Article { id, title, locale, category, answer, url, passages, .. } = article;
    let passages: Vec<_> = passages
        .iter()
        .map(|passage| json!({ "anchor": passage.anchor, "title": passage.heading, "text": passage.text }))
        .collect();
    json!({
        "article": id, "title": title, "locale": locale, "category": category, "answer": answer, "url": url,
        "passages": passages,
    })
}

/// `GET /v1/catalog`: the products of the shop's catalogue, for pages that show them.
pub(super) async fn catalog(
    State(gateway): State<Gateway>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    gateway.admit_reader(&peer, &headers)?;
    let content = gateway.0.parts.desk.content();
    Ok(named(&content, &headers, || {
        let products: Vec<&Product> = content.products().take(PRODUCTS + 1).collect();
        let more = products.len() > PRODUCTS;
        let rows: Vec<_> = products.into_iter().take(PRODUCTS).map(product).collect();
        json!({ "shop": { "name": content.settings().shop.name }, "products": rows, "more": more })
    }))
}

fn product(product: &Product) -> Value {
    let price = product.price.split_once(' ');
    let price = price.map(|(amount, currency)| json!({ "amount": amount, "currency": currency }));
    json!({
        "sku": product.sku, "title": product.name, "description": product.description, "price": price,
        "availability": product.stock, "brand": product.brand, "color": product.color, "size": product.size,
        "group": product.group, "link": product.link, "image": product.image_link,
    })
}

// The answer, unless the asker has that of the same files.
fn named(content: &Snapshot, headers: &HeaderMap, answer: impl FnOnce() -> Value) -> Response {
    let tag = format!("W/\"{}\"", content.hash());
    // Hex digits in quotes are a valid header.
    let tag = HeaderValue::from_str(&tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
    let known = is_known(headers, &tag);
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { Json(answer()).into_response() };
    let head = response.headers_mut();
    head.insert(header::ETAG, tag);
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    head.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

impl Gateway {
    // Counted with the handshakes: whoever reads opens sockets, too, and neither may be done without end.
    fn admit_reader(&self, peer: &Peer, headers: &HeaderMap) -> Result<(), Problem> {
        let parts = &self.0.parts;
        let network = peer.network(headers, &parts.trusted_proxies);
        parts.limits.handshake(network, parts.clock.now()).map_err(|wait| Problem::rate_limited(wait.as_secs() + 1))
    }
}
