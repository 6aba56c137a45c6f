//! The answer to one request of a shopper, on its way to the socket.

use crate::domain::Answered;
use crate::store::StoreError;

/// An answer to one request.
pub(super) struct Answer {
    /// The request's `id`.
    pub(super) re: String,
    /// The request's `client_id`.
    pub(super) client_id: String,
    /// The number of the say on its socket, whose order with later says is kept; none for an act.
    pub(super) say: Option<u64>,
    /// Whether everything that was said is to follow.
    pub(super) export: bool,
    /// What became of it.
    pub(super) result: Result<Answered, StoreError>,
}
