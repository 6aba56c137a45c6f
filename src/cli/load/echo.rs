//! The bare echo server: axum's WebSocket with the gateway's buffers and limits, and nothing behind it.

use std::io::Write as _;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

use crate::gateway::PROTOCOL;
use crate::socket::FRAME_LIMIT;

pub(super) async fn serve() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    drop(rlimit::increase_nofile_limit(u64::MAX));
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{address}")?;
    out.flush()?;
    // As the gateway does; without it small frames wait for one another.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, Router::new().route("/v1/ws", get(upgrade))).await?)
}

async fn upgrade(upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(2048)
        .write_buffer_size(4096)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(FRAME_LIMIT)
        .max_frame_size(FRAME_LIMIT)
        .on_upgrade(echo)
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if let Message::Text(_) = message
            && socket.send(message).await.is_err()
        {
            return;
        }
    }
}
