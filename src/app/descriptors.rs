//! File descriptors: each socket needs one, and the default limit of 1,024 is a server's most common surprise.

/// Raises the limit of open files to the hard limit.
pub(super) fn raise() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => tracing::debug!(limit, "open files"),
        Err(error) => tracing::warn!(%error, "the limit of open files could not be raised"),
    }
}
