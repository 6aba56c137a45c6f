//! Faults that tests inject: a commit held back, a disk that refuses, a commit that reports failure though it is on disk.

use std::sync::Arc;

use tokio::sync::watch;

/// What happens at the next commits. Without a test's hand nothing ever does.
#[derive(Debug, Clone)]
pub struct Faults(Arc<watch::Sender<Mode>>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    None,
    Hold,
    Refuse,
    RefuseOnce,
    LieAfterCommit,
}

/// A fault as the database would report it.
#[derive(Debug, thiserror::Error)]
#[error("injected fault: the disk refused")]
pub(super) struct Injected;

impl Faults {
    /// No faults.
    #[must_use]
    pub fn none() -> Self {
        Self(Arc::new(watch::Sender::new(Mode::None)))
    }

    /// Commits wait until [`Faults::clear`].
    pub fn hold(&self) {
        self.0.send_replace(Mode::Hold);
    }

    /// Commits and the attempts to open anew fail until [`Faults::clear`].
    pub fn refuse(&self) {
        self.0.send_replace(Mode::Refuse);
    }

    /// The next commit fails, and the attempt to open anew succeeds.
    pub fn refuse_once(&self) {
        self.0.send_replace(Mode::RefuseOnce);
    }

    /// The next commit is stored and reported as failed: what a failed fsync can look like.
    pub fn lie_after_commit(&self) {
        self.0.send_replace(Mode::LieAfterCommit);
    }

    /// All is well again.
    pub fn clear(&self) {
        self.0.send_replace(Mode::None);
    }

    pub(super) async fn before_commit(&self) -> Result<(), Injected> {
        let mut mode = self.0.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        drop(mode.wait_for(|mode| *mode != Mode::Hold).await);
        if self.used_up(Mode::RefuseOnce) || *self.0.borrow() == Mode::Refuse { Err(Injected) } else { Ok(()) }
    }

    pub(super) fn after_commit(&self) -> Result<(), Injected> {
        if self.used_up(Mode::LieAfterCommit) { Err(Injected) } else { Ok(()) }
    }

    // Whether a fault that strikes once was set; it is not any more.
    fn used_up(&self, fault: Mode) -> bool {
        self.0.send_if_modified(|mode| {
            let set = *mode == fault;
            if set {
                *mode = Mode::None;
            }
            set
        })
    }
}
