//! How a value is written once it is found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One step on the way from what was written to the normal form. Zeros in front stay, whatever the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Normalize {
    /// Digits only, as 0 to 9 whatever the script.
    Digits,
    /// Upper case.
    Upper,
    /// Lower case.
    Lower,
    /// No spaces at either end.
    Trim,
    /// No spaces at all.
    NoSpaces,
    /// No dashes of any kind.
    NoDashes,
}

/// `value` after all `steps`, in their order.
pub(super) fn apply(steps: &[Normalize], value: String) -> String {
    steps.iter().fold(value, |value, step| match step {
        Normalize::Digits => value.chars().filter_map(digit).collect(),
        Normalize::Upper => value.to_uppercase(),
        Normalize::Lower => value.to_lowercase(),
        Normalize::Trim => value.trim().to_owned(),
        Normalize::NoSpaces => value.chars().filter(|c| !c.is_whitespace()).collect(),
        Normalize::NoDashes => value.chars().filter(|c| !is_dash(*c)).collect(),
    })
}

/// A hyphen, minus or dash, as keyboards and word processors write them.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

// The scripts whose keyboards shoppers have: ASCII, Arabic, Persian, full width.
pub(super) fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        _ => return None,
    };
    char::from_digit(u32::from(c) - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_taken_in_order() {
        let check = |steps: &[Normalize], value: &str, expected: &str| {
            assert_eq!(apply(steps, value.to_owned()), expected, "{steps:?} of {value}");
        };
        check(&[], " #0042 ", " #0042 ");
        check(&[Normalize::Digits], "# 00-42", "0042");
        check(&[Normalize::Digits], "١٠٠٤٢ ۱ １", "1004211");
        check(&[Normalize::Trim, Normalize::Upper], " fd-7\n", "FD-7");
        check(&[Normalize::NoSpaces, Normalize::NoDashes], "fd – 7-8", "fd78");
        check(&[Normalize::Lower], "ÄB", "äb");
        check(&[Normalize::Digits], "none", "");
    }
}
