//! P5: whoever reads nothing, says nothing, never finishes or sends too much costs little and delays nobody.

mod raw;

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::server::{Scratch, Server, now};
use super::web::local_client;
use super::wire::{events, grouped, is, waiting_visitor};
use crate::cli::client::{Client, Door};
use crate::cli::shop::Folders;
use crate::socket::FRAME_LIMIT;

/// Sockets that are never read: so many that what each of them costs shows in the memory of the process.
const NEVER_READING: usize = 16;

/// Messages said to them, and characters of each: more than the kernel buffers for any of them.
const SAID: u64 = 1_500;
const CHARACTERS: usize = 7_500;

/// Memory a hostile socket may cost, in KiB.
const MAY_COST: u64 = 1024;

/// Memory of the process that comes and goes by itself: caches of the database, pages of the allocator, in KiB.
const NOISE: u64 = 8 * 1024;

/// Sockets that send 56 MiB in fragments at the same time.
const FLOODERS: usize = 4;

/// A round trip of somebody else meanwhile; 1 in 100 may take longer. On a machine with two cores that also runs the
/// hostile clients.
const STILL_QUICK: Duration = Duration::from_millis(250);

/// When what never finishes its head has to be gone: the server's 10 seconds and some for a busy machine.
const HEAD_GONE: Duration = Duration::from_secs(13);

/// When what never says hello has to be gone: the server's 5 seconds, its 2 for the close, and some.
const HELLO_GONE: Duration = Duration::from_secs(9);

/// When what never reads has to be gone: 10 seconds without progress, its 2 for the close, and some.
const READER_GONE: Duration = Duration::from_secs(15);

/// When a silent shopper has to be gone.
const SILENT_GONE: Duration = Duration::from_secs(50);

pub(super) async fn run(shop: &Folders, long: bool) -> anyhow::Result<String> {
    let scratch = Scratch::new()?;
    let server = Server::frontdesk(shop, &scratch).await?;
    let mut probe = Probe::enter(&server.address).await?;
    let quiet = probe.warm_up(&server.address).await?;
    let before = server.memory();
    let stop = CancellationToken::new();
    let (attacked, peak, times) = tokio::join!(
        attack(&server.address, long, stop.clone()),
        peak(&server, stop.clone()),
        probe.until(stop.clone()),
    );
    let (mut attacked, times) = (attacked?, times?);
    let (slow, worst) = (percentile(&times, 99), times.iter().max().copied().unwrap_or_default());
    // On a machine that is busy otherwise, everything is slow: then what counts is that it did not become worse.
    attacked.bound(slow < STILL_QUICK.max(quiet * 2), || {
        format!("1 of 100 round trips of others took longer than {slow:?}")
    });
    let grown = peak.zip(before).map(|(peak, before)| peak.saturating_sub(before));
    let sockets = NEVER_READING + FLOODERS;
    let limit = MAY_COST * sockets as u64 + NOISE;
    attacked.bound(grown.is_none_or(|grown| grown <= limit), || format!("memory grew by more than {limit} KiB"));
    let grown = grown.map_or("memory not told by this system".into(), |kib| format!("memory +{:.1} MiB", mib(kib)));
    let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
    let others = format!("others' round trips p99 {} ms (before {}), worst {}", ms(slow), ms(quiet), ms(worst));
    let figures = format!("{}; {grown}; {others}", attacked.figures);
    if attacked.faults.is_empty() { Ok(figures) } else { bail!("{} ({figures})", attacked.faults.join("; ")) }
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

// What the attacks came to, and which bounds did not hold: one that fell does not hide the others.
struct Attacked {
    figures: String,
    faults: Vec<String>,
}

impl Attacked {
    fn bound(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(otherwise());
        }
    }
}

// All at once.
async fn attack(address: &str, long: bool, stop: CancellationToken) -> anyhow::Result<Attacked> {
    // Whatever ends first, or fails: the measuring ends with it.
    let _stop = stop.drop_guard();
    let mut heads = JoinSet::new();
    heads.spawn(raw::half_head(address.to_owned(), "GET / HTTP/1.1\r\nHost: x\r\n", false));
    heads.spawn(raw::half_head(address.to_owned(), "GET /v1/ws HTTP/1.1\r\nHost: x\r\nX-Slow: ", true));
    heads.spawn(raw::half_head(address.to_owned(), "", false));
    let mut floods = JoinSet::new();
    for _ in 0..FLOODERS {
        floods.spawn(raw::fragments(address.to_owned()));
    }
    let (heads, floods, hello, stuck, big, silent) = tokio::join!(
        longest(heads),
        longest(floods),
        raw::no_hello(address),
        never_reading(address, long),
        big_frames(address),
        silent(address, long),
    );
    let (head, taken, hello, (said, gone)) = (heads?, floods?, hello?, stuck?);
    big?;
    silent?;
    let silence = if long { ", silence after 45 s" } else { "" };
    let figures = format!(
        "{NEVER_READING} sockets that are never read, {said} MiB said to each, gone after {:.1} s, half heads after {:.1} s, \
         no hello after {:.1} s{silence}, 56 MiB in fragments cut off after {} KiB, 64 KiB + 1 refused with 4500",
        gone.as_secs_f64(),
        head.as_secs_f64(),
        hello.as_secs_f64(),
        grouped(taken),
    );
    let mut attacked = Attacked { figures, faults: Vec::new() };
    attacked.bound(head < HEAD_GONE, || format!("half a head stayed open for {head:.1?}"));
    attacked.bound(hello < HELLO_GONE, || format!("a socket without hello stayed open for {hello:.1?}"));
    attacked.bound(gone < READER_GONE, || format!("a socket that is never read stayed open for {gone:.1?}"));
    Ok(attacked)
}

async fn longest<T: Ord + Send + 'static>(mut tasks: JoinSet<anyhow::Result<T>>) -> anyhow::Result<T> {
    let mut longest = None;
    while let Some(result) = tasks.join_next().await {
        longest = longest.max(Some(result??));
    }
    longest.context("nothing was tried")
}

// Sockets of one conversation that are never read, while much is said in it. The MiB said and the time until the server
// gave the last of them up.
async fn never_reading(address: &str, long: bool) -> anyhow::Result<(u64, Duration)> {
    let (mut writer, token, last) = waiting_visitor(address).await?;
    let mut deaf = Vec::new();
    for _ in 0..NEVER_READING {
        deaf.push(raw::Deaf::enter(address, &token).await?);
    }
    say_much(&mut writer, last, SAID).await?;
    let said = SAID * CHARACTERS as u64 / (1 << 20);
    drop(writer);
    let start = now();
    // The probe stays, and who is silent for 45 seconds.
    wait_for_sockets(address, if long { 2.0 } else { 1.0 }).await?;
    let gone = start.elapsed();
    for deaf in deaf {
        deaf.check_prefix(last + SAID).await?;
    }
    Ok((said, gone))
}

async fn say_much(writer: &mut Client, last: u64, count: u64) -> anyhow::Result<()> {
    let text = "x".repeat(CHARACTERS);
    for number in 0..count {
        writer.say(&format!("m{number}"), &text).await?;
        // One at a time: what is measured is the readers, not the disk.
        events(writer, last + number, 1).await?;
    }
    Ok(())
}

// Waits until no more sockets are open than those that behave.
async fn wait_for_sockets(address: &str, left: f64) -> anyhow::Result<()> {
    let client = local_client()?;
    let url = format!("http://{address}/metrics");
    for _ in 0..300 {
        let body = client.get(&url).await?.body;
        let text = String::from_utf8_lossy(&body).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix("frontdesk_sockets "));
        let open: f64 = line.context("no metric frontdesk_sockets")?.trim().parse()?;
        if open <= left {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("sockets that nobody reads are still open after 30 s")
}

// A frame of the largest size is taken, one byte more is not.
async fn big_frames(address: &str) -> anyhow::Result<()> {
    let fill = |size: usize| {
        let frame = r#"{"type":"typing","on":false,"x":""}"#;
        frame.replace(r#""x":"""#, &format!(r#""x":"{}""#, "x".repeat(size - frame.len())))
    };
    let mut client = Client::enter(&Door::to(address)).await?;
    client.send(&Value::from_iter([("type", "typing")])).await?;
    ensure!(is(&client.next().await?, "error"), "a frame without its fields was taken");
    let frame: Value = serde_json::from_str(&fill(FRAME_LIMIT))?;
    client.send(&frame).await?;
    client.say_and_wait("after", "still there").await.context("after a frame of 64 KiB")?;
    let frame: Value = serde_json::from_str(&fill(FRAME_LIMIT + 1))?;
    client.send(&frame).await?;
    let bye = client.until(|frame| is(frame, "bye")).await.context("after a frame of 64 KiB + 1")?;
    ensure!(bye["code"] == 4500 && bye["retry"] == false, "64 KiB + 1 was answered with {bye}");
    let Err(end) = client.next().await else { bail!("the socket is open after its bye") };
    ensure!(format!("{end}").contains("4500"), "after the bye the socket {end}");
    Ok(())
}

// Somebody who greets and then is not there any more, as after a cut cable: no pong, no close.
async fn silent(address: &str, long: bool) -> anyhow::Result<()> {
    if !long {
        return Ok(());
    }
    let token = Client::enter(&Door::to(address)).await?.token().to_owned();
    let deaf = raw::Deaf::enter(address, &token).await?;
    let start = now();
    let bye =
        tokio::time::timeout(SILENT_GONE, deaf.last_frame()).await.context("a silent shopper is not given up")??;
    ensure!(bye["code"] == 4408, "a silent shopper was given up with {bye}");
    ensure!(start.elapsed() > Duration::from_secs(44), "a silent shopper was given up after {:?}", start.elapsed());
    Ok(())
}

// The largest memory of the server until `stop`, looked at 20 times a second.
async fn peak(server: &Server, stop: CancellationToken) -> Option<u64> {
    let mut peak = server.memory();
    while !stop.is_cancelled() {
        peak = peak.max(server.memory());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    peak
}

// Somebody who only wants to be answered.
struct Probe {
    client: Client,
    said: u64,
}

impl Probe {
    async fn enter(address: &str) -> anyhow::Result<Self> {
        let (client, _, _) = waiting_visitor(address).await?;
        Ok(Self { client, said: 0 })
    }

    async fn round_trip(&mut self) -> anyhow::Result<Duration> {
        self.said += 1;
        let start = now();
        self.client
            .say_and_wait(&format!("p{}", self.said), "are you there")
            .await
            .context("the round trips of others")?;
        Ok(start.elapsed())
    }

    // Fills the caches that are filled once, and measures round trips beside a writer whom nobody hostile reads.
    async fn warm_up(&mut self, address: &str) -> anyhow::Result<Duration> {
        let (mut writer, _, last) = waiting_visitor(address).await?;
        let stop = CancellationToken::new();
        let writing = async {
            let _stop = stop.clone().drop_guard();
            say_much(&mut writer, last, SAID / 2).await
        };
        let (written, times) = tokio::join!(writing, self.until(stop.clone()));
        written?;
        Ok(percentile(&times?, 99))
    }

    async fn until(&mut self, stop: CancellationToken) -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::new();
        while !stop.is_cancelled() {
            times.push(self.round_trip().await?);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(times)
    }
}

fn percentile(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    let index = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(index).copied().unwrap_or_default()
}
