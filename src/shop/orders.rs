//! Orders out of a CSV file.

use std::collections::{BTreeMap, HashMap};

use csv::StringRecord;

use super::config::Reveal;
use super::proof::{Claim, Side};
use super::table::{MOST_FAULTS, Table};
use super::{ActionResult, Call};
use crate::knowledge::{Trouble, write_instead};

/// Every order of a file, found by its number.
#[derive(Debug)]
pub struct Orders {
    table: Table,
    by_number: HashMap<String, usize>,
    // Compared with when there is no order of a number, so that there is always a record to compare with.
    nobody: StringRecord,
}

const NUMBER: &str = "order_number";
const EMAIL: &str = "email";
const POSTCODE: &str = "postcode";

/// The form in which two ways to write an order number are the same: `#de-10042` and `DE 10042`.
#[must_use]
pub fn order_key(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

impl Orders {
    /// Reads a file with the columns `order_number`, `email`, `postcode` and any others.
    ///
    /// # Errors
    /// All faults, with their lines.
    pub fn read_csv(text: &str) -> Result<Self, Vec<Trouble>> {
        let table = Table::read(text, &[NUMBER, EMAIL, POSTCODE])?;
        let mut by_number: HashMap<String, usize> = HashMap::with_capacity(table.rows.len());
        let mut found = Vec::new();
        for (at, row) in table.rows.iter().enumerate() {
            let number = table.value(row, NUMBER);
            let key = order_key(number);
            if key.is_empty() {
                found.push((at, String::from("the order has no number"), String::from("write one, or remove the row")));
            } else if let Some(first) = by_number.get(&key) {
                let problem = format!("the order {number} stands here a second time");
                let cure = format!("keep one of them; the first is in line {}", table.line(text, *first));
                found.push((at, problem, cure));
            } else {
                by_number.insert(key, at);
            }
            if table.value(row, EMAIL).is_empty() && table.value(row, POSTCODE).is_empty() {
                let problem = format!("the order {number} has neither e-mail address nor postcode");
                found.push((at, problem, String::from("write one of them: nobody could prove that it is theirs")));
            }
            if found.len() >= MOST_FAULTS {
                break;
            }
        }
        if !found.is_empty() {
            return Err(table.troubles(text, found));
        }
        let nobody = StringRecord::from(vec!["nobody@example.invalid"; table.columns().count()]);
        Ok(Self { table, by_number, nobody })
    }

    /// The names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> + Clone {
        self.table.columns()
    }

    /// How many orders there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_number.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_number.is_empty()
    }

    /// Fields of `reveal` that the file does not have: what to write instead, by field.
    #[must_use]
    pub fn unknown_fields(&self, reveal: &Reveal) -> Vec<(String, String)> {
        let unknown = reveal.allow_fields.iter().filter(|field| !self.columns().any(|column| column == *field));
        unknown.map(|field| (field.clone(), write_instead(field, self.columns()))).collect()
    }

    /// What may be seen of the order `number` once its owner was proven: fields of `reveal`, in the order of the file. For
    /// people at the desk, in a conversation in which the proof was given.
    #[must_use]
    pub fn shown(&self, number: &str, reveal: &Reveal) -> Option<Vec<(String, String)>> {
        let row = self.table.rows.get(*self.by_number.get(&order_key(number))?)?;
        let allowed = self.table.values(row).filter(|(name, _)| reveal.allow_fields.iter().any(|field| field == name));
        Some(allowed.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    // A missing order takes the same way as one that is there: it is compared with nobody's.
    pub(super) fn look_up(&self, call: &Call, reveal: &Reveal) -> ActionResult {
        let Some(number) = call.input.get(NUMBER) else { return ActionResult::error() };
        let found = self.by_number.get(&order_key(number)).and_then(|at| self.table.rows.get(*at));
        let row = found.unwrap_or(&self.nobody);
        let record = Side::new(self.table.value(row, EMAIL), self.table.value(row, POSTCODE));
        let claim = Claim::of(&call.input, call.verified_email.as_deref());
        let proven = claim.proves(&reveal.only_if, &record);
        match (found, proven.enough) {
            (None, _) => ActionResult::new("not_found", BTreeMap::new()),
            (Some(_), false) => ActionResult::new("mismatch", BTreeMap::new()),
            (Some(row), true) => {
                let values = self.table.values(row).filter(|(name, _)| proven.lets_out(reveal, name));
                let data = values.map(|(name, value)| (name.to_owned(), value.into()));
                ActionResult::new("found", data.collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::shop::Proof;

    const FILE: &str = "order_number,email,postcode,status,carrier
10042,ann@example.com,10115,shipped,DHL
010043,bob@example.com,SW1A 1AA,packed,
DE-10044,,80331,delivered,UPS
";

    fn call(number: &str, email: &str, postcode: &str) -> Call {
        let input = [("order_number", number), ("email", email), ("postcode", postcode)];
        Call {
            action: "lookup_order".into(),
            conversation: "c".into(),
            idempotency_key: "k".into(),
            input: input.map(|(slot, value)| (slot.to_owned(), value.to_owned())).into(),
            verified_email: None,
            at_most: Duration::from_secs(4),
        }
    }

    fn reveal(only_if: &[Proof], fields: &[&str]) -> Reveal {
        Reveal {
            only_if: only_if.iter().copied().collect(),
            allow_fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        }
    }

    #[test]
    fn an_order_is_shown_to_whom_it_belongs() {
        let orders = Orders::read_csv(FILE).expect("orders");
        let by_email = reveal(&[Proof::EmailMatches], &["order_number", "status", "email", "postcode"]);
        let found = orders.look_up(&call("#10042", " ANN@example.com", ""), &by_email);
        assert_eq!(found.outcome, "found");
        let shown: Vec<_> = found.data.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        assert_eq!(shown, [("email", "ann@example.com"), ("order_number", "10042"), ("status", "shipped")]);
        let check = |number: &str, email: &str, postcode: &str, expected: &str| {
            let result = orders.look_up(&call(number, email, postcode), &by_email);
            assert_eq!(result.outcome, expected, "{number} {email} {postcode}");
            assert_eq!(result.data.is_empty(), expected != "found");
        };
        check("010043", "bob@example.com", "", "found");
        check("10043", "bob@example.com", "", "not_found");
        check("10042", "bob@example.com", "10115", "mismatch");
        check("10042", "", "", "mismatch");
        check("de 10044", "", "80331", "mismatch");
        check("99999", "nobody@example.invalid", "nobody@example.invalid", "not_found");
        check("", "nobody@example.invalid", "", "not_found");
        let verified = Call { verified_email: Some("ann@example.com".into()), ..call("10042", "", "") };
        assert_eq!(orders.look_up(&verified, &by_email).outcome, "found");
        let other = Call { verified_email: Some("ann@example.com".into()), ..call("010043", "", "") };
        assert_eq!(orders.look_up(&other, &by_email).outcome, "mismatch");
        let by_postcode = reveal(&[Proof::PostcodeMatches], &["status", "email"]);
        let found = orders.look_up(&call("010043", "", "sw1a1aa"), &by_postcode);
        assert_eq!(found.data.keys().collect::<Vec<_>>(), ["status"]);
        let unasked = Call { input: BTreeMap::new(), ..call("", "", "") };
        assert_eq!(orders.look_up(&unasked, &by_postcode), ActionResult::error());
    }

    #[test]
    fn ten_thousand_guesses_disclose_nothing_and_look_alike() {
        let rows = (0..5_000).map(|n| format!("{},p{n}@example.com,{:05},shipped,DHL\n", 10_000 + n * 2, n));
        let file = format!("order_number,email,postcode,status,carrier\n{}", rows.collect::<String>());
        let orders = Orders::read_csv(&file).expect("orders");
        let both = reveal(&[Proof::EmailMatches, Proof::PostcodeMatches], &["status", "carrier", "email", "postcode"]);
        let mut outcomes = BTreeMap::new();
        for guess in 0..10_000 {
            // Every second number exists; the proof is that of another order.
            let other = call(&(10_000 + guess).to_string(), &format!("p{}@example.com", guess / 2 + 1), "99999");
            let result = orders.look_up(&other, &both);
            assert!(result.data.is_empty(), "{guess}");
            *outcomes.entry(result.outcome).or_insert(0) += 1;
        }
        assert_eq!(outcomes, [("mismatch".to_owned(), 5_000), ("not_found".to_owned(), 5_000)].into());
    }

    #[test]
    fn faults_have_their_lines_and_cures() {
        let text = "order_number,email,postcode,status\n\
             10042,ann@example.com,10115,shipped\n\
             #10042,ann@example.com,10115,shipped\n\
             ,bob@example.com,10115,packed\n\
             10045,,,packed\n";
        let troubles = Orders::read_csv(text).expect_err("faults");
        let told: Vec<_> = troubles.iter().map(|trouble| (trouble.place.line, trouble.problem.as_str())).collect();
        assert_eq!(
            told,
            [
                (3, "the order #10042 stands here a second time"),
                (4, "the order has no number"),
                (5, "the order 10045 has neither e-mail address nor postcode"),
            ]
        );
        assert_eq!(troubles[0].cure, "keep one of them; the first is in line 2");
        let orders = Orders::read_csv(FILE).expect("orders");
        let unknown = orders.unknown_fields(&reveal(&[], &["status", "carier"]));
        assert_eq!(unknown, [("carier".to_owned(), "write `carrier`".to_owned())]);
    }

    #[test]
    fn a_hundred_thousand_orders_are_read() {
        let rows = (0..crate::shop::MOST_ROWS).map(|n| format!("{n},p{n}@example.com,10115,shipped\n"));
        let file = format!("order_number,email,postcode,status\n{}", rows.collect::<String>());
        assert_eq!(Orders::read_csv(&file).expect("orders").len(), crate::shop::MOST_ROWS);
    }
}
