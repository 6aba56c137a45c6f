use std::sync::{Arc, Mutex};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio_util::task::TaskTracker;

use super::*;
use crate::domain::Timestamp;

type Frames = Arc<Mutex<Vec<Message>>>;

// A socket made of channels: what is put into `incoming` arrives, what is sent lands in `sent`.
fn link(
    incoming: Vec<Result<Message, &'static str>>,
    clock: Clock,
) -> (Link<impl Stream<Item = Result<Message, &'static str>> + Sink<Message, Error = &'static str> + Unpin>, Frames) {
    let sent = Frames::default();
    let kept = Arc::clone(&sent);
    let out = futures_util::sink::unfold((), move |(), message| {
        kept.lock().expect("a lock").push(message);
        std::future::ready(Ok(()))
    });
    let both = Both { input: futures_util::stream::iter(incoming), output: Box::pin(out) };
    (Link::new(both, Meter::default(), clock), sent)
}

struct Both<I, O> {
    input: I,
    output: std::pin::Pin<Box<O>>,
}

impl<I: Stream + Unpin, O> Stream for Both<I, O> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.input.poll_next_unpin(cx)
    }
}

impl<I: Unpin, O: Sink<Message>> Sink<Message> for Both<I, O> {
    type Error = O::Error;

    fn poll_ready(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), O::Error>> {
        self.output.poll_ready_unpin(cx)
    }

    fn start_send(mut self: std::pin::Pin<&mut Self>, item: Message) -> Result<(), O::Error> {
        self.output.start_send_unpin(item)
    }

    fn poll_flush(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), O::Error>> {
        self.output.poll_flush_unpin(cx)
    }

    fn poll_close(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), O::Error>> {
        self.output.poll_close_unpin(cx)
    }
}

#[tokio::test]
async fn what_comes_in_is_told_apart() {
    let check = async |message: Result<Message, &'static str>, expected: Option<u16>| {
        let (mut link, _) = link(vec![message], Clock::system());
        match (link.receive().await, expected) {
            (Incoming::Broken(bye), Some(code)) => assert_eq!(bye.code, code),
            (Incoming::Text(_) | Incoming::Alive | Incoming::Gone, None) => {}
            (other, expected) => panic!("{other:?} instead of {expected:?}"),
        }
    };
    check(Ok(Message::Text("{}".into())), None).await;
    check(Ok(Message::Ping(Vec::new().into())), None).await;
    check(Ok(Message::Close(None)), None).await;
    check(Ok(Message::Binary(vec![1].into())), Some(4500)).await;
    check(Ok(Message::Text("x".repeat(FRAME_LIMIT + 1).into())), Some(4500)).await;
    check(Err("too large"), Some(4500)).await;
}

#[tokio::test]
async fn frames_go_out_in_order_and_the_end_is_said() {
    let (mut link, sent) = link(Vec::new(), Clock::system());
    link.send(&1).await.expect("sent");
    link.send_text("2".into()).await.expect("sent");
    link.flush().await.expect("flushed");
    link.close(&Bye::retry(1012, "the server restarts"), &"bye").await;
    let sent = sent.lock().expect("a lock").clone();
    assert_eq!(&sent[..3], [Message::Text("1".into()), Message::Text("2".into()), Message::Text("\"bye\"".into())]);
    assert!(matches!(&sent[3], Message::Close(Some(frame)) if frame.code == 1012 && frame.reason.len() <= 123));
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_given_up_after_ten_seconds() {
    let clock = Clock::by_hand(Timestamp(0));
    let stuck = futures_util::sink::unfold((), |(), _: Message| std::future::pending::<Result<(), &'static str>>());
    let both = Both { input: futures_util::stream::empty::<Result<Message, &'static str>>(), output: Box::pin(stuck) };
    let mut link = Link::new(both, Meter::default(), clock.clone());
    let writing = TaskTracker::new().spawn(async move {
        link.send(&1).await?;
        link.flush().await
    });
    // The writer may begin to wait at any moment, so the clock goes on until it has had its time.
    while !writing.is_finished() {
        clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    assert_eq!(writing.await.expect("no panic"), Err(Lost::Stuck));
    assert!(clock.now() >= Timestamp(10_000));
}
