//! A person at the desk, and what their address, name and teams may look like.

use serde::Serialize;

use super::{AgentId, Role};

/// Somebody who may work at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Who, for ever: the log holds ids, names are for showing.
    pub id: AgentId,
    /// The address they log in with, in small letters.
    pub email: String,
    /// What colleagues and shoppers see.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whose chats they are given, in order and each once.
    pub teams: Vec<String>,
}

/// Teams one person may be in: more is a mistake.
const TEAMS: usize = 20;

/// An address to log in with, in the form it is compared in.
///
/// # Errors
/// What is wrong with it.
pub fn email(text: &str) -> Result<String, &'static str> {
    let folded = text.trim().to_lowercase();
    let Some((local, host)) = folded.split_once('@') else { return Err("the email needs an @") };
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '@' || hides(c);
    if local.is_empty() || host.is_empty() || folded.chars().filter(|c| *c == '@').count() > 1 {
        return Err("the email needs one @ with something on both sides");
    }
    if local.chars().any(odd) || host.chars().any(odd) {
        return Err("the email holds characters that no address has");
    }
    // RFC 5321, 4.5.3.1.3: a path has 256 octets, the brackets included.
    if folded.len() > 254 { Err("the email is longer than 254 bytes") } else { Ok(folded) }
}

/// A name to show.
///
/// # Errors
/// What is wrong with it.
pub fn display_name(text: &str) -> Result<String, &'static str> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err("the name is empty"),
        61.. => Err("the name is longer than 60 characters"),
        _ if name.chars().any(|c| c.is_control() || hides(c)) => Err("the name holds characters that cannot be seen"),
        _ => Ok(name),
    }
}

/// The teams somebody is in, in order and each once.
///
/// # Errors
/// What is wrong with them.
pub fn teams<S: AsRef<str>>(given: &[S]) -> Result<Vec<String>, &'static str> {
    let mut teams: Vec<String> = given.iter().map(|team| team.as_ref().trim().to_owned()).collect();
    teams.sort_unstable();
    teams.dedup();
    if teams.len() > TEAMS {
        return Err("nobody is in more than 20 teams");
    }
    let wrong = |team: &String| {
        team.is_empty() || team.chars().count() > 40 || team.chars().any(|c| c.is_control() || hides(c))
    };
    if teams.iter().any(wrong) { Err("a team has a name of 1 to 40 characters that can be seen") } else { Ok(teams) }
}

// Marks that change how the text around them is shown, and nothing else: they would let one name look like another.
fn hides(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_folded_and_checked() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(email(text).ok().as_deref(), expected, "{text:?}");
        check(" Ann@Example.COM ", Some("ann@example.com"));
        check("JÖRG@müller.example", Some("jörg@müller.example"));
        for bad in ["", "ann", "@", "ann@", "@example.com", "a@b@c", "a b@c", "a@b\u{202E}c", "a@b\nc"] {
            check(bad, None);
        }
        check(&format!("a@{}", "b".repeat(253)), None);
    }

    #[test]
    fn names_are_seen_as_they_are() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(display_name(text).ok().as_deref(), expected, "{text:?}");
        };
        check("  Ann   Lee ", Some("Ann Lee"));
        check("山田太郎", Some("山田太郎"));
        check("", None);
        check(" \t", None);
        check("Ann\u{202E}nimdA", None);
        check(&"a".repeat(60), Some(&"a".repeat(60)));
        check(&"a".repeat(61), None);
    }

    #[test]
    fn teams_stand_once_and_in_order() {
        assert_eq!(teams(&["sales", " care", "sales"]), Ok(vec!["care".to_owned(), "sales".to_owned()]));
        assert_eq!(teams::<&str>(&[]), Ok(vec![]));
        assert!(teams(&[""]).is_err());
        assert!(teams(&["a".repeat(41)]).is_err());
        assert!(teams(&(0..21).map(|n| n.to_string()).collect::<Vec<_>>()).is_err());
    }
}
