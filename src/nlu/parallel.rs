//! Independent jobs on a few threads, with results that do not show how many there were.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Runs `work` for 0 … `jobs` on at most `threads` threads; results come in the order of the jobs.
pub(crate) fn in_parallel<T: Send>(jobs: usize, threads: NonZeroUsize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = threads.get().min(jobs);
    if threads <= 1 {
        return (0..jobs).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(jobs));
    let worker = || {
        loop {
            let job = next.fetch_add(1, Ordering::Relaxed);
            if job >= jobs {
                return;
            }
            let result = work(job);
            // Nobody can panic while holding it: a push within capacity does nothing that could.
            done.lock().unwrap_or_else(PoisonError::into_inner).push((job, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(worker);
        }
        worker();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(job, _)| *job);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_come_back_in_order() {
        let check = |jobs: usize, threads: usize| {
            let squares = in_parallel(jobs, NonZeroUsize::new(threads).unwrap(), |job| job * job);
            assert_eq!(squares, (0..jobs).map(|job| job * job).collect::<Vec<_>>());
        };
        check(0, 4);
        check(1, 4);
        check(40, 1);
        check(40, 3);
    }
}
