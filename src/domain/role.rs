//! Who may do what: one table of right × role. What does not stand in it is denied.

use serde::{Deserialize, Serialize};

/// What a person at the desk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks on.
    Viewer,
    /// Answers shoppers.
    Agent,
    /// Answers shoppers, moves the chats of others, reads the numbers.
    Lead,
    /// Decides who may come in, and what is kept.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Agent, Self::Lead, Self::Admin];

    /// Its name on the wire, in the store and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Lead => "lead",
            Self::Admin => "admin",
        }
    }

    /// Reads what [`Role::name`] wrote.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A frame of desk.v1 or a route of the console that not everybody may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Frame `watch`: follow a conversation. Route `GET /api/conversations`.
    Watch,
    /// Frame `unwatch`.
    Unwatch,
    /// Frame `fetch`: what was missed of a conversation's log.
    Fetch,
    /// Frame `say`.
    Say,
    /// Frame `note`: words for colleagues only.
    Note,
    /// Frame `typing`.
    Typing,
    /// Frame `read`, which the shopper sees.
    Read,
    /// Frame `presence`: being there to be given chats.
    Presence,
    /// Act `claim`.
    Claim,
    /// Act `release`.
    Release,
    /// Act `transfer` of a chat of one's own.
    Transfer,
    /// Acts `transfer` and `release` of a chat that somebody else has.
    TransferOthers,
    /// Act `to_bot`.
    ToBot,
    /// Act `resolve`.
    Resolve,
    /// Act `label`.
    Label,
    /// Act `priority`.
    Priority,
    /// Routes `/api/reports/…`.
    Reports,
    /// Route `GET /api/people`.
    People,
    /// Route `POST /api/people/invite`.
    Invite,
    /// Route `POST /api/people/{id}/role`.
    ChangeRole,
    /// Route `POST /api/people/{id}/teams`.
    ChangeTeams,
    /// Route `POST /api/people/{id}/reset`.
    ResetPassword,
    /// Route `POST /api/people/{id}/revoke`.
    Revoke,
    /// Route `GET /api/audit`.
    Audit,
    /// Route `POST /api/conversations/{id}/erase`.
    Erase,
    /// Route `GET /api/conversations/{id}/export`.
    Export,
    /// Routes that change the shop's files.
    Content,
}

const YES: bool = true;
const NO: bool = false;

/// The table. Columns stand in the order of [`Role::ALL`].
#[rustfmt::skip]
pub const RIGHTS: [(Right, [bool; 4]); 27] = [
    //                       viewer agent lead admin
    (Right::Watch,          [YES,   YES,  YES, YES]),
    (Right::Unwatch,        [YES,   YES,  YES, YES]),
    (Right::Fetch,          [YES,   YES,  YES, YES]),
    (Right::Say,            [NO,    YES,  YES, YES]),
    (Right::Note,           [NO,    YES,  YES, YES]),
    (Right::Typing,         [NO,    YES,  YES, YES]),
    (Right::Read,           [NO,    YES,  YES, YES]),
    (Right::Presence,       [NO,    YES,  YES, YES]),
    (Right::Claim,          [NO,    YES,  YES, YES]),
    (Right::Release,        [NO,    YES,  YES, YES]),
    (Right::Transfer,       [NO,    YES,  YES, YES]),
    (Right::TransferOthers, [NO,    NO,   YES, YES]),
    (Right::ToBot,          [NO,    YES,  YES, YES]),
    (Right::Resolve,        [NO,    YES,  YES, YES]),
    (Right::Label,          [NO,    YES,  YES, YES]),
    (Right::Priority,       [NO,    YES,  YES, YES]),
    (Right::Reports,        [NO,    NO,   YES, YES]),
    (Right::People,         [NO,    NO,   NO,  YES]),
    (Right::Invite,         [NO,    NO,   NO,  YES]),
    (Right::ChangeRole,     [NO,    NO,   NO,  YES]),
    (Right::ChangeTeams,    [NO,    NO,   NO,  YES]),
    (Right::ResetPassword,  [NO,    NO,   NO,  YES]),
    (Right::Revoke,         [NO,    NO,   NO,  YES]),
    (Right::Audit,          [NO,    NO,   NO,  YES]),
    (Right::Erase,          [NO,    NO,   NO,  YES]),
    (Right::Export,         [NO,    NO,   NO,  YES]),
    (Right::Content,        [NO,    NO,   NO,  YES]),
];

/// Whether `role` has `right`. A right that the table does not name is nobody's.
#[must_use]
pub fn may(role: Role, right: Right) -> bool {
    RIGHTS.iter().any(|(named, columns)| *named == right && columns.get(role as usize) == Some(&YES))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Written down a second time, in other words: a slip in the table above is a slip in one place only.
    fn expected(role: Role, right: Right) -> bool {
        use Right::*;
        let looks = matches!(right, Watch | Unwatch | Fetch);
        let works = matches!(
            right,
            Say | Note | Typing | Read | Presence | Claim | Release | Transfer | ToBot | Resolve | Label | Priority
        );
        let leads = matches!(right, TransferOthers | Reports);
        match role {
            Role::Viewer => looks,
            Role::Agent => looks || works,
            Role::Lead => looks || works || leads,
            Role::Admin => true,
        }
    }

    #[test]
    #[expect(clippy::print_stdout, reason = "the table is there to be read, too")]
    fn the_whole_table_is_as_written() {
        println!("{:16} {}", "", Role::ALL.map(|role| format!("{:7}", role.name())).concat());
        for (right, _) in RIGHTS {
            let columns = Role::ALL.map(|role| {
                assert_eq!(may(role, right), expected(role, right), "{role:?} {right:?}");
                format!("{:7}", if may(role, right) { "yes" } else { "-" })
            });
            println!("{:16} {}", format!("{right:?}"), columns.concat());
        }
    }

    #[test]
    fn each_right_stands_in_the_table_once() {
        // The last one's number is the count of the others: none is missing.
        assert_eq!(Right::Content as usize + 1, RIGHTS.len());
        for (at, (right, _)) in RIGHTS.iter().enumerate() {
            assert!(RIGHTS[at + 1..].iter().all(|(other, _)| other != right), "{right:?} stands there twice");
        }
    }

    #[test]
    fn a_higher_role_loses_nothing() {
        for (right, columns) in RIGHTS {
            assert!(columns.windows(2).all(|pair| pair[0] <= pair[1]), "{right:?}");
        }
    }

    #[test]
    fn roles_are_read_as_written() {
        assert!(Role::ALL.iter().all(|role| Role::parse(role.name()) == Some(*role)));
        assert_eq!(Role::parse("Admin"), None);
        assert_eq!(Role::parse("root"), None);
    }
}
