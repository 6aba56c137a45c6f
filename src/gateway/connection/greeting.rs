//! The first frames: who is it, and what does the client have of the log already.

use std::time::Duration;

use super::{End, Socket};
use crate::desk::Subscription;
use crate::domain::{Conversation, ConversationId, Phase, Refused, Seq, VisitorId};
use crate::gateway::protocol::{
    Assistant, ClientFrame, Code, Heartbeat, Hello, Limits, Passing, People, Refusal, Resume, ServerFrame, Welcome,
};
use crate::gateway::{Gateway, HEART, IN_FLIGHT, token};
use crate::socket::{Bye, Incoming};
use crate::store::StoreError;
use crate::wire::parse;

/// The time a client has for its first frame.
const HELLO_TIME: Duration = Duration::from_secs(5);

/// Bytes of the first frame.
const HELLO_BYTES: usize = 4 * 1024;

/// Events sent after a `hello` at most; a client further behind fetches.
const RESUME_LIMIT: u64 = 1_000;

/// What a greeting leads to.
pub(super) struct Greeted {
    pub(super) visitor: VisitorId,
    pub(super) conversation: ConversationId,
    pub(super) locale: Option<String>,
    pub(super) subscription: Subscription,
    pub(super) epoch: String,
    pub(super) erasures: u32,
    pub(super) cursor: Seq,
    pub(super) head: Seq,
}

/// Waits for `hello` and answers it.
pub(super) async fn greet(gateway: &Gateway, link: &mut Socket) -> Result<Greeted, End> {
    let clock = &gateway.0.parts.clock;
    let drain = &gateway.0.parts.drain;
    let hello = tokio::select! {
        hello = hello(link) => hello?,
        () = clock.sleep(HELLO_TIME) => return Err(End::Bye(Bye::retry(4408, "no hello came within 5 seconds"))),
        () = drain.cancelled() => return Err(End::Bye(Bye::retry(1012, "the server restarts"))),
    };
    // The longest registered language tags have 35 characters; what is longer is no locale.
    let hello = Hello { locale: hello.locale.filter(|locale| locale.len() <= 35), ..hello };
    let (token, visitor) = identify(gateway, hello.token.as_deref()).await?;
    welcome(gateway, link, hello, token, visitor).await
}

async fn hello(link: &mut Socket) -> Result<Hello, End> {
    loop {
        let text = match link.receive().await {
            Incoming::Text(text) => text,
            Incoming::Alive => continue,
            Incoming::Broken(bye) => return Err(End::Bye(bye)),
            Incoming::Gone => return Err(End::Gone),
        };
        let refusal = if text.len() > HELLO_BYTES {
            let message = "a hello has at most 4 KiB".to_owned();
            Refusal { re: None, code: Code::TooLarge, message, retry: false, after_ms: None }
        } else {
            match parse(&text) {
                Ok(ClientFrame::Hello(hello)) => return Ok(hello),
                Ok(_) => return Err(End::Bye(Bye::stop(4500, "the first frame is hello"))),
                Err(refusal) => refusal,
            }
        };
        link.send(&ServerFrame::Error(refusal)).await?;
        return Err(End::Bye(Bye::stop(4500, "the first frame is hello")));
    }
}

async fn identify(gateway: &Gateway, given: Option<&str>) -> Result<(String, VisitorId), End> {
    let parts = &gateway.0.parts;
    let secret = parts.desk.store().secret();
    let Some(token) = given else {
        let token = token::make(secret, &parts.chance);
        // What was just made is ours.
        let visitor = token::check(secret, &token).ok_or_else(|| End::Bye(Bye::retry(1013, "no token can be made")))?;
        return Ok((token, visitor));
    };
    let forget = || End::Bye(Bye::retry(4400, "this token is not from here; forget it"));
    let visitor = token::check(secret, token).ok_or_else(forget)?;
    match parts.desk.store().revoked(&visitor).await.map_err(|_| unreadable())?.as_deref() {
        None => Ok((token.to_owned(), visitor)),
        Some("erased") => Err(End::Bye(Bye::stop(4506, "this conversation was erased"))),
        Some(_) => Err(End::Bye(Bye::stop(4504, "this token was revoked"))),
    }
}

fn unreadable() -> End {
    End::Bye(Bye::retry(1013, "the log cannot be read at the moment"))
}

async fn welcome(
    gateway: &Gateway,
    link: &mut Socket,
    hello: Hello,
    token: String,
    visitor: VisitorId,
) -> Result<Greeted, End> {
    let desk = &gateway.0.parts.desk;
    let conversation = ConversationId::of(&visitor);
    // Followed before the state is read, so that nothing falls between the two.
    let subscription = desk.follow(&conversation);
    let state = desk.conversation(&conversation).await.map_err(|_| unreadable())?;
    let there = state.is_some();
    let Conversation { head, erasures, phase, .. } = state.unwrap_or_default();
    let epoch = desk.store().epoch(erasures);
    let place = place(gateway, &conversation, hello.resume.as_ref(), &epoch, head).await?;
    let resumed = hello.resume.is_some() && place.is_ok();
    let known = there.then(|| conversation.to_string());
    let frame = first_frame(gateway, hello.locale.as_deref(), token, &visitor, known, &epoch, head, resumed);
    link.send(&frame).await?;
    let cursor = match place {
        Ok(cursor) => cursor,
        Err(why) => {
            link.send(&ServerFrame::Reset { epoch: epoch.clone(), head, why: why.to_owned() }).await?;
            head
        }
    };
    // After the reset, which follows the welcome at once.
    if let Some(place) = desk.place(&conversation).filter(|_| phase == Phase::Waiting) {
        let queue = Passing::Queue { place: place.place, wait_seconds: place.wait_seconds };
        link.send(&ServerFrame::Passing(queue)).await?;
    }
    Ok(Greeted { visitor, conversation, locale: hello.locale, subscription, epoch, erasures, cursor, head })
}

// Where to go on sending, or why the client has to begin anew.
async fn place(
    gateway: &Gateway,
    conversation: &ConversationId,
    resume: Option<&Resume>,
    epoch: &str,
    head: Seq,
) -> Result<Result<Seq, &'static str>, End> {
    let seq = resume.map_or(0, |resume| resume.seq);
    if let Some(resume) = resume {
        if resume.epoch.as_str() != Some(epoch) {
            return Ok(Err("the log is of another epoch"));
        }
        if seq > head {
            return Ok(Err("the log does not reach as far"));
        }
        if seq > 0 && !is_at(gateway, conversation, seq, &resume.at).await? {
            return Ok(Err("the log has another event at this number"));
        }
    }
    Ok(if head - seq > RESUME_LIMIT { Err("more than 1000 events were missed") } else { Ok(seq) })
}

async fn is_at(
    gateway: &Gateway,
    conversation: &ConversationId,
    seq: Seq,
    at: &serde_json::Value,
) -> Result<bool, End> {
    let event = gateway.0.parts.desk.event(conversation, seq).await;
    match event {
        Ok(event) => Ok(event.is_some_and(|event| at.as_str() == Some(&event.at.to_rfc3339()))),
        Err(StoreError::Refused(Refused::NotFound)) => Ok(false),
        Err(_) => Err(unreadable()),
    }
}

#[expect(clippy::too_many_arguments, reason = "each is one field of the one frame made here")]
fn first_frame(
    gateway: &Gateway,
    locale: Option<&str>,
    token: String,
    visitor: &VisitorId,
    conversation: Option<String>,
    epoch: &str,
    head: Seq,
    resumed: bool,
) -> ServerFrame {
    let content = gateway.0.parts.desk.content();
    let locale = content.locale(locale);
    let assistant =
        Assistant { name: content.settings().assistant.name.clone(), disclosure: content.text("disclosure", &locale) };
    let people = gateway.0.parts.desk.people();
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    ServerFrame::Welcome(Box::new(Welcome {
        token,
        visitor: visitor.to_string(),
        conversation,
        epoch: epoch.to_owned(),
        head,
        resumed,
        assistant,
        limits: Limits { text: gateway.0.parts.limits.config.text, in_flight: IN_FLIGHT },
        heartbeat: Heartbeat { ping_ms: millis(HEART.ping_every), dead_ms: millis(HEART.dead_after) },
        people: People {
            open: people.open,
            wait_seconds: people.wait_seconds,
            reply_by: people.reply_by.map(crate::domain::Timestamp::to_rfc3339),
        },
    }))
}
