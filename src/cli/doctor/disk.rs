//! The data folder and the disk under it.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Finding, apart, size};

const FOLDER: &str = "data folder";
const SPACE: &str = "free space";
const DISK: &str = "disk";

/// Below this the next hour's write-ahead log (32 MiB) and index may not fit.
const TOO_LITTLE: u64 = 100 << 20;
/// Below this there is time to act.
const LITTLE: u64 = 1 << 30;

/// Fsyncs that are timed, and the time after which enough is known.
const SYNCS: usize = 20;
const SYNC_TIME: Duration = Duration::from_secs(4);
/// No disk keeps a promise faster than this; memory that forgets does.
const TOO_FAST: Duration = Duration::from_micros(10);
/// A shopper waits for one fsync before the message counts as sent.
const TOO_SLOW: Duration = Duration::from_millis(100);

/// File systems whose locks and shared memory SQLite cannot rely on.
const NETWORK: [&str; 12] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "lustre",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.ceph",
];
const MEMORY: [&str; 2] = ["tmpfs", "ramfs"];

pub(super) async fn look(data: &Path) -> Vec<Finding> {
    let hangs = "look whether the disk answers at all, `ls` on the folder for one";
    let here = data.to_owned();
    let folder = apart(FOLDER, hangs, move || folder(&here)).await;
    let mut findings = vec![folder];
    // The disk of a folder that is not there yet is not known, and of one that cannot be written not to be timed.
    if findings[0].level != super::Level::Problem && data.is_dir() {
        let here = data.to_owned();
        findings.push(apart(SPACE, hangs, move || space(&here)).await);
        let here = data.to_owned();
        findings.push(apart(DISK, hangs, move || disk(&here)).await);
    }
    findings
}

fn folder(data: &Path) -> Finding {
    let shown = data.display();
    let metadata = match data.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let cure = "the server makes it at its first start; if the log lies elsewhere, name it with --data";
            return Finding::warning(FOLDER, format!("{shown} is not there yet"), cure);
        }
        Err(error) => {
            let cure = "run this as the user the server runs as";
            return Finding::problem(FOLDER, format!("{shown} cannot be looked at ({error})"), cure);
        }
    };
    if !metadata.is_dir() {
        return Finding::problem(FOLDER, format!("{shown} is not a folder"), "name the folder of the log with --data");
    }
    let (owner, rights) = (metadata.uid(), metadata.mode() & 0o7777);
    if rights & 0o077 != 0 {
        let found =
            format!("{shown} has rights {rights:04o}: others may read every conversation and the key of the tokens");
        return Finding::problem(FOLDER, found, format!("chmod 700 {shown}"));
    }
    match Probe::make(data).and_then(|probe| probe.file.metadata()) {
        Err(error) => {
            let cure = format!("run the server and this as the folder's owner, user {owner}");
            Finding::problem(FOLDER, format!("{shown} cannot be written ({error})"), cure)
        }
        Ok(probe) if probe.uid() != owner => {
            let found = format!("{shown} belongs to user {owner}, and this runs as user {}", probe.uid());
            let cure = format!("run the server and all commands on the folder as user {owner}");
            Finding::warning(FOLDER, found, cure)
        }
        Ok(_) => Finding::ok(FOLDER, format!("{shown}, rights {rights:04o}, can be written")),
    }
}

fn space(data: &Path) -> Finding {
    let free = match rustix::fs::statvfs(data) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => {
            return Finding::warning(SPACE, format!("is not told ({error})"), "look at it by hand, with `df`");
        }
    };
    let found = format!("{} are free", size(free));
    let cure = "make room: on a full disk no message is stored";
    match free {
        ..TOO_LITTLE => Finding::problem(SPACE, found, cure),
        TOO_LITTLE..LITTLE => Finding::warning(SPACE, found, cure),
        _ => Finding::ok(SPACE, found),
    }
}

fn disk(data: &Path) -> Finding {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let kind = data.canonicalize().ok().and_then(|data| file_system(&mounts, &data));
    let times = match time_syncs(data) {
        Ok(times) => times,
        Err(error) => {
            let cure = "look at the disk and the kernel's log: what is stored on it may not stay";
            return Finding::problem(DISK, format!("it does not keep what it is given ({error})"), cure);
        }
    };
    judge(kind.as_deref(), &times)
}

// `times` in order, the shortest first.
fn judge(kind: Option<&str>, times: &[Duration]) -> Finding {
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    let slowest = times.last().copied().unwrap_or_default();
    let name = kind.map_or_else(String::new, |kind| format!("{kind}, "));
    let found = format!("{name}{} fsyncs, median {}, slowest {}", times.len(), shown(middle), shown(slowest));
    match kind {
        Some(kind) if NETWORK.contains(&kind) => {
            Finding::problem(DISK, found, "put the log on a disk of this machine: over a network SQLite may damage it")
        }
        Some(kind) if MEMORY.contains(&kind) => Finding::warning(
            DISK,
            found,
            "put the log on a disk: this is memory, and empty after a restart of the machine",
        ),
        _ if middle < TOO_FAST => {
            let cure = "ask who runs the disk whether it keeps what it acknowledges when the power fails";
            Finding::warning(DISK, format!("{found}: faster than a disk can be"), cure)
        }
        _ if middle > TOO_SLOW => Finding::warning(
            DISK,
            found,
            "use a faster disk: each message waits for one fsync before it counts as sent",
        ),
        _ => Finding::ok(DISK, found),
    }
}

fn shown(time: Duration) -> String {
    let micros = time.as_micros();
    format!("{}.{} ms", micros / 1000, micros % 1000 / 100)
}

#[expect(clippy::disallowed_methods, reason = "measures; time cannot be passed in to a disk")]
fn time_syncs(data: &Path) -> std::io::Result<Vec<Duration>> {
    let mut probe = Probe::make(data)?;
    let began = Instant::now();
    let mut times = Vec::with_capacity(SYNCS);
    while times.len() < SYNCS && began.elapsed() < SYNC_TIME {
        let before = Instant::now();
        probe.file.write_all(&[7; 4096])?;
        probe.file.sync_all()?;
        times.push(before.elapsed());
    }
    times.sort_unstable();
    Ok(times)
}

/// The type of the file system that `path` lies on, from `/proc/self/mountinfo`: of the mounts whose folder it is in, the
/// deepest, and of those at one folder the last, which hides the others.
fn file_system(mounts: &str, path: &Path) -> Option<String> {
    let parsed = mounts.lines().filter_map(|line| {
        let (mount, rest) = line.split_once(" - ")?;
        let folder = mount.split(' ').nth(4)?.replace("\\040", " ");
        Some((folder, rest.split(' ').next()?))
    });
    let holding = parsed.filter(|(folder, _)| path.starts_with(folder));
    holding.max_by_key(|(folder, _)| folder.len()).map(|(_, kind)| kind.to_owned())
}

// A file in the folder that is gone with this.
struct Probe {
    path: PathBuf,
    file: File,
}

impl Probe {
    fn make(data: &Path) -> std::io::Result<Self> {
        let path = data.join(format!("doctor-{}", std::process::id()));
        let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        Ok(Self { path, file })
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        // On a disk that refuses even this, 80 KiB stay; the finding says what is wrong with it.
        drop(fs::remove_file(&self.path));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn the_deepest_mount_counts() {
        let mounts = "21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 21 0:26 / /srv rw - nfs4 host:/srv rw
31 30 0:27 / /srv/my\\040data rw - xfs /dev/vdb rw
32 21 0:28 / /srvother rw master:2 - tmpfs tmpfs rw
33 32 0:29 / /srvother rw - btrfs /dev/vdc rw";
        let check = |path: &str, expected: &str| {
            assert_eq!(file_system(mounts, Path::new(path)).as_deref(), Some(expected), "{path}");
        };
        check("/var/lib", "ext4");
        check("/srv/desk", "nfs4");
        check("/srv/my data/log", "xfs");
        check("/srvother/x", "btrfs");
        assert_eq!(file_system("", Path::new("/")), None);
    }

    #[test]
    fn disks_are_judged() {
        let check = |kind, micros: u64, expected| {
            let times = [Duration::from_micros(micros); 20];
            assert_eq!(judge(kind, &times).level, expected, "{kind:?} {micros}");
        };
        check(Some("ext4"), 800, Level::Ok);
        check(None, 800, Level::Ok);
        check(Some("ext4"), 2, Level::Warning);
        check(Some("ext4"), 250_000, Level::Warning);
        check(Some("tmpfs"), 800, Level::Warning);
        check(Some("nfs4"), 800, Level::Problem);
        assert!(judge(Some("xfs"), &[Duration::from_micros(1250)]).found.contains("xfs, 1 fsyncs, median 1.2 ms"));
    }
}
