//! What an API streams, as events: server-sent events with one JSON text each, as OpenAI writes them.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// How many tokens a call took, as the API counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) struct Usage {
    #[serde(default)]
    pub(super) prompt_tokens: u64,
    #[serde(default)]
    pub(super) completion_tokens: u64,
}

/// Something that happened in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// More text.
    Content(String),
    /// The model has stopped; whether by itself, or because it may write no more.
    Stopped {
        is_whole: bool,
    },
    Usage(Usage),
    /// Nothing more comes.
    Done,
}

/// What came cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Babble;

// Calls of tools and functions are not among the fields: acting is not the model's.
#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<Usage>,
    #[serde(default)]
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    index: u32,
    #[serde(default)]
    delta: Option<Delta>,
    #[serde(default)]
    message: Option<Delta>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
}

/// Bytes on their way to becoming events. They are bounded by whoever hands them in.
#[derive(Debug, Default)]
pub(super) struct Events {
    bytes: Vec<u8>,
    data: String,
}

impl Events {
    /// The events that more bytes complete.
    ///
    /// # Errors
    /// [`Babble`] at the first event that is none.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<Event>, Babble> {
        let mut events = Vec::new();
        self.bytes.extend_from_slice(bytes);
        let mut from = 0;
        while let Some(length) = self.bytes[from..].iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&self.bytes[from..from + length]).into_owned();
            from += length + 1;
            self.line(line.trim_end_matches('\r'), &mut events)?;
        }
        self.bytes.drain(..from);
        Ok(events)
    }

    /// The events of what is left when nothing more comes. Not every server writes the last empty line.
    ///
    /// # Errors
    /// [`Babble`].
    pub(super) fn rest(&mut self) -> Result<Vec<Event>, Babble> {
        let mut events = Vec::new();
        let line = std::mem::take(&mut self.bytes);
        self.line(String::from_utf8_lossy(&line).trim_end_matches('\r'), &mut events)?;
        self.line("", &mut events)?;
        Ok(events)
    }

    // https://html.spec.whatwg.org/multipage/server-sent-events.html: lines of data until an empty one; all else is comment.
    fn line(&mut self, line: &str, events: &mut Vec<Event>) -> Result<(), Babble> {
        if let Some(data) = line.strip_prefix("data:") {
            if !self.data.is_empty() {
                self.data.push('\n');
            }
            self.data.push_str(data.strip_prefix(' ').unwrap_or(data));
        } else if line.is_empty() && !self.data.is_empty() {
            let data = std::mem::take(&mut self.data);
            if data.trim() == "[DONE]" {
                events.push(Event::Done);
            } else {
                events.extend(read(data.as_bytes())?);
            }
        }
        Ok(())
    }
}

/// Reasons to stop that mean the answer is whole, as servers name them. With any other it was cut: by a limit, a filter.
const WHOLE: [&str; 6] = ["stop", "eos", "eos_token", "stop_sequence", "end_turn", "complete"];

/// The events of one JSON text: a piece of a stream, or a whole answer.
///
/// # Errors
/// [`Babble`] when it is neither, or tells of an error.
pub(super) fn read(json: &[u8]) -> Result<Vec<Event>, Babble> {
    // A list would be taken for an object's fields in their order.
    let json = Some(json.trim_ascii()).filter(|json| json.starts_with(b"{")).ok_or(Babble)?;
    let chunk: Chunk = serde_json::from_slice(json).map_err(|_| Babble)?;
    if chunk.error.is_some() || (chunk.choices.is_none() && chunk.usage.is_none()) {
        return Err(Babble);
    }
    let mut events = Vec::new();
    for choice in chunk.choices.into_iter().flatten().filter(|choice| choice.index == 0) {
        let content = choice.delta.or(choice.message).and_then(|delta| delta.content);
        events.extend(content.filter(|content| !content.is_empty()).map(Event::Content));
        let is_whole = choice.finish_reason.map(|reason| WHOLE.contains(&reason.as_ref()));
        events.extend(is_whole.map(|is_whole| Event::Stopped { is_whole }));
    }
    events.extend(chunk.usage.map(Event::Usage));
    Ok(events)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn content(text: &str) -> Event {
        Event::Content(text.into())
    }

    #[test]
    fn a_stream_is_read_however_it_is_cut() {
        let stream = ": keep-alive\r\n\r\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\r\n\r\n\
            event: x\ndata:{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Grüße\"}},{\"index\":1,\"delta\":{\"content\":\"no\"}}]}\n\n\
            data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"refund\"}}],\"content\":null}}]}\n\n\
            data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
            data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9}}\n\ndata: [DONE]"
            .as_bytes();
        let usage = Usage { prompt_tokens: 7, completion_tokens: 2 };
        let expected = [content("Grüße"), Event::Stopped { is_whole: true }, Event::Usage(usage), Event::Done];
        for cut in 0..stream.len() {
            let mut events = Events::default();
            let mut read = events.take(&stream[..cut]).expect("events");
            read.extend(events.take(&stream[cut..]).expect("events"));
            read.extend(events.rest().expect("events"));
            assert_eq!(read, expected, "{cut}");
        }
    }

    #[test]
    fn a_whole_answer_is_read() {
        let check = |json: &str, expected: Result<&[Event], Babble>| {
            assert_eq!(read(json.as_bytes()).as_deref().map_err(|_| Babble), expected, "{json}");
        };
        let stopped = |is_whole| Event::Stopped { is_whole };
        check(
            r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"length"}]}"#,
            Ok(&[content("Hi"), stopped(false)]),
        );
        check(
            r#"{"choices":[{"delta":{"content":"Hi"},"finish_reason":"content_filter"}]}"#,
            Ok(&[content("Hi"), stopped(false)]),
        );
        check(
            r#"{"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#,
            Ok(&[content("Hi"), stopped(true)]),
        );
        check(r#"{"error":{"message":"no"}}"#, Err(Babble));
        check(r#"{"choices":[{"message":{"content":["Hi"]}}]}"#, Err(Babble));
        check("[]", Err(Babble));
        check("<html>", Err(Babble));
        check("{}", Err(Babble));
        check(r#"{"choices":[]}"#, Ok(&[]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_are_events_or_babble(bytes in any::<Vec<u8>>()) {
            let mut events = Events::default();
            let _ = events.take(&bytes);
            let _ = events.take(b"\ndata: ");
            let _ = events.take(&bytes);
            let _ = events.rest();
        }
    }
}
