//! CSV files of the shop, with every fault at its line.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use crate::knowledge::{Place, Trouble, nearest};

/// Rows of one file. More belong into a database that a webhook asks.
pub const MOST_ROWS: usize = 100_000;
/// Bytes of one value: what is shown in a message. More is a forgotten quotation mark.
pub(super) const LONGEST_VALUE: usize = 2 * 1024;
/// Columns of one file; exports of shop systems have up to about 50.
const MOST_COLUMNS: usize = 100;
/// Faults told of one file. Whoever has so many made one mistake, not a hundred.
pub(super) const MOST_FAULTS: usize = 100;

/// A file as columns and rows. Every row has as many values as there are columns.
#[derive(Debug)]
pub(super) struct Table {
    columns: BTreeMap<String, usize>,
    pub(super) rows: Vec<StringRecord>,
    // Where the rows begin, in bytes, for faults that are found later.
    starts: Vec<u64>,
}

impl Table {
    /// Reads a file; `needed` are the columns it must have.
    ///
    /// # Errors
    /// All faults, in the order of their lines.
    pub(super) fn read(text: &str, needed: &[&str]) -> Result<Self, Vec<Trouble>> {
        let text = without_mark(text);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(text))
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        let head = records.next().and_then(Result::ok).unwrap_or_default();
        let columns = columns(&head, needed)?;
        let mut table = Self { columns, rows: Vec::new(), starts: Vec::new() };
        let mut troubles = Vec::new();
        for record in records.flatten() {
            let start = record.position().map_or(0, csv::Position::byte);
            if let Some((problem, cure)) = unfit(&record, head.len()) {
                troubles.push((start, problem, cure));
            } else if table.rows.len() == MOST_ROWS {
                let cure = "keep the newest orders here, or let a webhook answer";
                troubles.push((start, format!("there are more than {MOST_ROWS} rows"), cure.to_owned()));
                break;
            } else {
                table.rows.push(record);
                table.starts.push(start);
            }
            if troubles.len() >= MOST_FAULTS {
                break;
            }
        }
        if troubles.is_empty() { Ok(table) } else { Err(in_lines(text, troubles)) }
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> + Clone {
        self.columns.keys().map(String::as_str)
    }

    /// A value of a row; a column that is not there is empty.
    pub(super) fn value<'r>(&self, row: &'r StringRecord, column: &str) -> &'r str {
        self.columns.get(column).and_then(|at| row.get(*at)).unwrap_or_default().trim()
    }

    /// Names and values of a row.
    pub(super) fn values<'t>(&'t self, row: &'t StringRecord) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.columns.iter().map(|(name, at)| (name.as_str(), row.get(*at).unwrap_or_default().trim()))
    }

    /// Faults found in rows, at their lines. `text` is what the table was read from.
    pub(super) fn troubles(&self, text: &str, found: Vec<(usize, String, String)>) -> Vec<Trouble> {
        let start = |row: usize| self.starts.get(row).copied().unwrap_or_default();
        in_lines(
            without_mark(text),
            found.into_iter().map(|(row, problem, cure)| (start(row), problem, cure)).collect(),
        )
    }

    /// The line a row stands in.
    pub(super) fn line(&self, text: &str, row: usize) -> u32 {
        line_of(without_mark(text), self.starts.get(row).copied().unwrap_or_default())
    }
}

// Spreadsheets put a byte order mark before everything.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

// Spreadsheets of many countries write semicolons, product feeds tabs: the first line says which.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: char| head.matches(mark).count();
    // Of equally frequent marks the last one counts, so a comma beats the others.
    *[b'\t', b';', b','].iter().max_by_key(|mark| count(char::from(**mark))).unwrap_or(&b',')
}

fn columns(head: &StringRecord, needed: &[&str]) -> Result<BTreeMap<String, usize>, Vec<Trouble>> {
    let mut columns = BTreeMap::new();
    let mut troubles = Vec::new();
    let mut trouble = |problem: String, cure: String| troubles.push(Trouble::new(Place::START, problem, cure));
    if head.len() > MOST_COLUMNS {
        trouble(format!("there are {} columns", head.len()), format!("keep at most {MOST_COLUMNS}"));
    }
    for (at, name) in head.iter().take(MOST_COLUMNS).enumerate() {
        // "Order number" and "order_number" are one name; it is written the second way everywhere else.
        let name = name.trim().to_lowercase().replace([' ', '-'], "_");
        if !name.is_empty() && columns.insert(name.clone(), at).is_some() {
            trouble(format!("the column `{name}` stands here a second time"), String::from("keep one of them"));
        }
    }
    for name in needed.iter().filter(|name| !columns.contains_key(**name)) {
        let others = columns.keys().map(String::as_str).filter(|other| !needed.contains(other));
        let cure = match nearest(name, others) {
            Some(other) => format!("rename `{other}` to `{name}`"),
            None => format!("write `{name}` into the first line"),
        };
        trouble(format!("the column `{name}` is missing"), cure);
    }
    if troubles.is_empty() { Ok(columns) } else { Err(troubles) }
}

fn unfit(record: &StringRecord, columns: usize) -> Option<(String, String)> {
    if record.iter().any(|value| value.len() > LONGEST_VALUE) {
        let problem = format!("a value has more than {LONGEST_VALUE} bytes");
        return Some((problem, String::from("close the quotation mark, or shorten the value")));
    }
    if record.len() != columns {
        let problem = format!("{} values stand where there are {columns} columns", record.len());
        let cure = "put values that contain the separator into quotation marks";
        return Some((problem, cure.to_owned()));
    }
    None
}

fn in_lines(text: &str, mut found: Vec<(u64, String, String)>) -> Vec<Trouble> {
    found.sort_by_key(|(start, ..)| *start);
    let place = |start| Place { line: line_of(text, start), column: 1 };
    found.into_iter().map(|(start, problem, cure)| Trouble::new(place(start), problem, cure)).collect()
}

// The reader's own count is off by one behind empty lines and `\r\n`: it notes where the row before has ended.
fn line_of(text: &str, start: u64) -> u32 {
    let start = usize::try_from(start).unwrap_or(0).min(text.len());
    let (before, from) = text.as_bytes().split_at(start);
    let skipped = from.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let lines = before.iter().chain(skipped).filter(|byte| **byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_write_is_read() {
        for text in [
            "order_number,email\n1,a\n2,b\n",
            "\u{feff}Order Number;E-Mail;email\r\n1;;a\r\n2;;b\r\n",
            "order-number\temail\n\n1\ta\n\n2\tb",
            "\"order_number\",email\n1,\"a\"\n2, b ",
        ] {
            let table = Table::read(text, &["order_number", "email"]).expect("a table");
            let rows: Vec<_> =
                table.rows.iter().map(|row| (table.value(row, "order_number"), table.value(row, "email"))).collect();
            assert_eq!(rows, [("1", "a"), ("2", "b")], "{text}");
        }
    }

    #[test]
    fn faults_have_their_lines() {
        let check = |text: &str, expected: &[(u32, &str)]| {
            let troubles = Table::read(text, &["order_number", "email"]).expect_err("faults");
            let told: Vec<_> = troubles.iter().map(|t| (t.place.line, t.problem.as_str())).collect();
            assert_eq!(told, expected, "{text:?}");
        };
        check("", &[(1, "the column `order_number` is missing"), (1, "the column `email` is missing")]);
        check("order_number,emial\n", &[(1, "the column `email` is missing")]);
        check("order_number,email,email\n", &[(1, "the column `email` stands here a second time")]);
        let short = "1 values stand where there are 2 columns";
        check("order_number,email\n1,a\n2\n3,c\n4\n", &[(3, short), (5, short)]);
        check("order_number,email\r\n\r\n1,a\r\n\r\n2\r\n", &[(5, short)]);
        check("order_number,email\n\"1\n1\",a\n2\n", &[(4, short)]);
        let open = format!("order_number,email\n1,\"a\n{}", "2,b\n".repeat(1000));
        check(&open, &[(2, "a value has more than 2048 bytes")]);
    }

    #[test]
    fn a_hundred_faults_are_enough_and_too_many_rows_are_one() {
        let noise = format!("order_number,email\n{}", "x\n".repeat(1000));
        assert_eq!(Table::read(&noise, &[]).expect_err("faults").len(), MOST_FAULTS);
        let long = format!("order_number,email\n{}", "1,a\n".repeat(MOST_ROWS + 5));
        let troubles = Table::read(&long, &[]).expect_err("a fault");
        assert_eq!(troubles.len(), 1);
        assert_eq!(troubles[0].place.line as usize, MOST_ROWS + 2);
    }
}
