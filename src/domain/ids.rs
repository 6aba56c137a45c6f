//! Names of things. Ids are text on the wire and in the store; their types keep them apart in the code.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The number of an event in its conversation's log: 1, 2, 3 without holes; 0 is before the first.
pub type Seq = u64;

/// The first 128 bits of the SHA-256 of `parts`, each with its length before it, as 32 hex digits.
#[must_use]
pub fn hex_digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A visitor: whoever holds one token.
    VisitorId
}
id! {
    /// A visitor's thread, for ever.
    ConversationId
}
id! {
    /// A person at the desk.
    AgentId
}

impl ConversationId {
    /// The one conversation of a visitor. It follows from the visitor, so that two tabs that speak at once for the first
    /// time mean the same one.
    #[must_use]
    pub fn of(visitor: &VisitorId) -> Self {
        Self(hex_digest(&[b"conversation", visitor.as_str().as_bytes()]).into())
    }
}

/// A message's name on the wire: its conversation and number, so that it needs no row of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageId {
    /// The conversation it stands in.
    pub conversation: ConversationId,
    /// Its number there.
    pub seq: Seq,
}

impl MessageId {
    /// Reads what [`fmt::Display`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (conversation, seq) = text.split_once('.')?;
        let seq: Seq = seq.parse().ok().filter(|seq| *seq > 0)?;
        Some(Self { conversation: conversation.into(), seq })
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.conversation, self.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_are_read_as_written() {
        let id = MessageId { conversation: "abc".into(), seq: 12 };
        assert_eq!(MessageId::parse(&id.to_string()), Some(id));
        for bad in ["", "abc", "abc.", "abc.0", "abc.-1", "abc.x"] {
            assert_eq!(MessageId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn digests_keep_parts_apart() {
        assert_ne!(hex_digest(&[b"ab", b"c"]), hex_digest(&[b"a", b"bc"]));
        assert_eq!(hex_digest(&[b"a"]).len(), 32);
    }
}
