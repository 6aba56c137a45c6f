//! One answer over the wire: sent, read as it comes, tried again once where that can help, and ended in time.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::events::{Babble, Event, Events, Usage, read};
use super::speech::{Hear, Speech, Step};
use crate::domain::{Clock, Timestamp};
use crate::outbound::{Client, Failure, Streamed, Target};

/// From the turn's start to the first sentence that passed. The shopper is promised words within 6 s and a turn ends after 5;
/// what is left is for the article's own words.
pub(super) const FIRST: Duration = Duration::from_millis(4_600);
/// From the turn's start to the moment from which only a model that goes on is waited for.
const MARK: Duration = Duration::from_millis(5_000);
/// How long it may then say nothing, so that what was said is stored within 6 s when the stream hangs. Before the mark it may
/// pause up to it: never as long as the five seconds that are promised at most.
const IDLE: Duration = Duration::from_millis(500);
/// From the turn's start to the end of everything.
pub(super) const TOTAL: Duration = Duration::from_secs(20);
/// How long the count of tokens is waited for when the text is whole.
const USAGE: Duration = Duration::from_millis(300);
/// Before another try, where the other side does not say how long.
const PAUSE: Duration = Duration::from_millis(200);
/// Tries of one answer.
const TRIES: u32 = 2;

/// How much time an answer has.
#[derive(Debug, Clone)]
pub struct Pace {
    /// When the turn began: all limits count from here.
    pub began: Timestamp,
    /// How long the first sentence may take; at most 4.6 s count.
    pub first_within: Duration,
    /// Told when what was said is to be the answer: somebody waits for its end.
    pub settle: CancellationToken,
}

impl Pace {
    /// That of a turn that began at `began` and has all the time there is.
    #[must_use]
    pub fn of(began: Timestamp) -> Self {
        Self { began, first_within: FIRST, settle: CancellationToken::new() }
    }

    fn first(&self) -> Timestamp {
        self.began.plus(FIRST.min(self.first_within))
    }
}

/// Where answers are asked for.
pub(super) struct Line {
    pub(super) client: Client,
    pub(super) target: Target,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) clock: Clock,
}

/// Why an answer ended that should have gone on.
#[derive(Debug)]
pub(super) enum Fault {
    TimedOut,
    /// No connection, or it broke; in words.
    Broken(String),
    /// A status other than 200, and when to come again.
    Refused(u16, Option<Duration>),
    Babble,
    TooLarge,
    /// It ended before it said so.
    StoppedHalfway,
}

/// What became of an answer besides its words.
#[derive(Debug, Default)]
pub(super) struct Ended {
    pub(super) fault: Option<Fault>,
    pub(super) usage: Option<Usage>,
    pub(super) tries: u32,
}

impl Fault {
    // How long to wait before another try can help; nothing when it cannot.
    fn pause(&self) -> Option<Duration> {
        match self {
            Self::Broken(_) | Self::StoppedHalfway => Some(PAUSE),
            Self::Refused(429 | 500..=599, after) => Some(after.unwrap_or(PAUSE)),
            Self::TimedOut | Self::Refused(..) | Self::Babble | Self::TooLarge => None,
        }
    }

    /// What happened, in words without anything personal.
    pub(super) fn words(&self) -> String {
        match self {
            Self::TimedOut => "no sentence came in time".into(),
            Self::Broken(why) => why.clone(),
            Self::Refused(status, _) => format!("it answered with status {status}"),
            Self::Babble => "what it answered cannot be read".into(),
            Self::TooLarge => "it answered more than is taken".into(),
            Self::StoppedHalfway => "its answer stopped halfway".into(),
        }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TimedOut => Self::TimedOut,
            Failure::TooLarge(_) => Self::TooLarge,
            failure => Self::Broken(failure.to_string()),
        }
    }
}

impl From<Babble> for Fault {
    fn from(Babble: Babble) -> Self {
        Self::Babble
    }
}

impl Line {
    /// Asks, and lets `speech` take what comes, until it has enough or the time is over.
    pub(super) async fn ask(&self, body: &[u8], pace: &Pace, speech: &mut Speech<'_>, hear: Hear<'_>) -> Ended {
        let mut ended = Ended::default();
        loop {
            ended.tries += 1;
            let mut answer = Answer { line: self, pace, speech: &mut *speech, usage: &mut ended.usage };
            let Err(fault) = answer.read(body, &mut *hear).await else { return ended };
            let now = self.clock.now();
            let pause = fault.pause().filter(|pause| now.plus(*pause) < pace.first());
            match pause.filter(|_| ended.tries < TRIES && !speech.has_spoken()) {
                Some(pause) => {
                    speech.restart();
                    self.clock.sleep(pause).await;
                }
                None => {
                    ended.fault = Some(fault);
                    return ended;
                }
            }
        }
    }

    // The work, if it is done before the clock shows `until`. The clock is looked at first: work that is always ready would
    // never let it strike.
    async fn within<T>(&self, until: Timestamp, work: impl Future<Output = T>) -> Option<T> {
        if self.clock.now() >= until {
            return None;
        }
        tokio::select! {
            biased;
            () = self.clock.sleep_until(until) => None,
            done = work => Some(done),
        }
    }
}

struct Answer<'a, 's> {
    line: &'a Line,
    pace: &'a Pace,
    speech: &'a mut Speech<'s>,
    usage: &'a mut Option<Usage>,
}

impl Answer<'_, '_> {
    async fn read(&mut self, body: &[u8], hear: Hear<'_>) -> Result<(), Fault> {
        let Line { client, target, headers, .. } = self.line;
        // The clock ends a call; this only sees to it that none outlives the answer when the clock stands still.
        let sent = client.post_json_streamed(target, headers, body.to_vec(), TOTAL);
        let first = self.pace.first();
        let streamed = self.line.within(first, sent).await.ok_or(Fault::TimedOut)??;
        if streamed.status() != 200 {
            return Err(Fault::Refused(streamed.status(), self.comes_again(&streamed)));
        }
        let kind = streamed.header("content-type").unwrap_or_default().to_lowercase();
        if kind.starts_with("application/json") {
            self.whole(streamed, hear).await
        } else {
            self.pieces(streamed, hear).await
        }
    }

    // `Retry-After`, in seconds or as a date.
    fn comes_again(&self, streamed: &Streamed) -> Option<Duration> {
        let after = streamed.header("retry-after")?.trim();
        let seconds = after.parse().ok().map(Duration::from_secs);
        seconds.or_else(|| {
            let date = jiff::fmt::rfc2822::parse(after).ok()?;
            Some(Timestamp(date.timestamp().as_millisecond()).since(self.line.clock.now()))
        })
    }

    // An API that does not stream answers with one JSON text.
    async fn whole(&mut self, mut streamed: Streamed, hear: Hear<'_>) -> Result<(), Fault> {
        let (mut body, first) = (Vec::new(), self.pace.first());
        while let Some(piece) = self.line.within(first, streamed.next()).await.ok_or(Fault::TimedOut)?? {
            body.extend_from_slice(&piece);
        }
        let mut progress = Progress::default();
        for event in read(&body)? {
            progress.see(&event, self.line.clock.now());
            self.happened(event, &mut *hear);
        }
        // One that says why it stops has been heard to its end, or to where it was cut.
        if progress.stopped.is_none() {
            self.speech.finish(hear);
        }
        Ok(())
    }

    async fn pieces(&mut self, mut streamed: Streamed, hear: Hear<'_>) -> Result<(), Fault> {
        let (mut events, mut progress) = (Events::default(), Progress::default());
        loop {
            let until = self.until(&progress);
            // What was said is an answer, so whoever wants no more of it need not wait.
            let has_spoken = self.speech.has_spoken();
            let piece = tokio::select! {
                piece = self.line.within(until, streamed.next()) => piece,
                () = self.pace.settle.cancelled(), if has_spoken => None,
            };
            let Some(piece) = piece else { return self.silence(&progress, hear) };
            let (piece, is_over) = match piece? {
                Some(piece) => (events.take(&piece)?, false),
                None => (events.rest()?, true),
            };
            for event in piece {
                progress.see(&event, self.line.clock.now());
                if self.happened(event, &mut *hear) != Step::On {
                    return Ok(());
                }
            }
            if progress.is_done || (is_over && progress.stopped.is_some()) {
                return Ok(());
            }
            if is_over {
                return Err(if progress.has_begun() { Fault::StoppedHalfway } else { Fault::Babble });
            }
        }
    }

    // What an event changes, and whether more is wanted.
    fn happened(&mut self, event: Event, hear: Hear<'_>) -> Step {
        match event {
            Event::Content(text) => self.speech.take(&text, hear),
            // What was cut off in the middle of a sentence may have lost the half that limits it.
            Event::Stopped { is_whole: false } => self.speech.settle(hear),
            Event::Stopped { is_whole: true } | Event::Done => self.speech.finish(hear),
            Event::Usage(usage) => {
                *self.usage = Some(usage);
                Step::On
            }
        }
    }

    // How long the next piece is waited for. Only content moves it on: comments and empty pieces do not.
    fn until(&self, progress: &Progress) -> Timestamp {
        if let Some(stopped) = progress.stopped {
            return stopped.plus(USAGE);
        }
        if !self.speech.has_spoken() {
            return self.pace.first();
        }
        let idle = progress.heard.map_or(self.pace.began, |heard| heard.plus(IDLE));
        idle.max(self.pace.began.plus(MARK)).min(self.pace.began.plus(TOTAL))
    }

    // The time is over. What was said is an answer; what hangs in the air may still be one.
    fn silence(&mut self, progress: &Progress, hear: Hear<'_>) -> Result<(), Fault> {
        let is_over = progress.stopped.is_some() || self.speech.settle(hear) != Step::On;
        if is_over || self.speech.has_spoken() { Ok(()) } else { Err(Fault::TimedOut) }
    }
}

#[derive(Default)]
struct Progress {
    heard: Option<Timestamp>,
    stopped: Option<Timestamp>,
    is_done: bool,
    has_events: bool,
}

impl Progress {
    fn see(&mut self, event: &Event, now: Timestamp) {
        self.has_events = true;
        match event {
            Event::Content(_) => self.heard = Some(now),
            Event::Stopped { .. } => self.stopped = self.stopped.or(Some(now)),
            Event::Done => self.is_done = true,
            Event::Usage(_) => {}
        }
    }

    fn has_begun(&self) -> bool {
        self.has_events
    }
}
