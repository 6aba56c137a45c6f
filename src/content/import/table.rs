//! A table of labelled lines: the columns `text`, `intent` and `locale`.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Names, plain};
use super::plan::{NewExample, NewIntent, Plan, passed_on};
use super::{At, Notes, Renamed, Source};
use crate::knowledge::is_locale;

/// The columns, the last of which may be missing.
const COLUMNS: [&str; 3] = ["text", "intent", "locale"];

pub(super) fn plan(sources: &[Source], locale: &str, notes: &mut Notes) -> Plan {
    let mut table = Table { locale, intents: Vec::new(), at: BTreeMap::new() };
    for source in sources {
        table.read(source, notes);
    }
    table.plan(notes)
}

struct Table<'a> {
    locale: &'a str,
    intents: Vec<(String, NewIntent)>,
    // The first line of each.
    at: BTreeMap<String, At>,
}

impl Table<'_> {
    fn read(&mut self, source: &Source, notes: &mut Notes) {
        // Spreadsheets of half of Europe put semicolons between columns.
        let head = source.text.lines().next().unwrap_or_default();
        let delimiter = [b',', b';', b'\t'].into_iter().find(|sign| head.contains(char::from(*sign))).unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(source.text.as_bytes());
        let columns: Vec<String> = match reader.headers() {
            Ok(head) => head.iter().map(|name| name.trim().to_lowercase()).collect(),
            Err(_) => Vec::new(),
        };
        let column = |name: &str| columns.iter().position(|column| column == name);
        for missing in COLUMNS.into_iter().take(2).filter(|name| column(name).is_none()) {
            let cure = "begin the file with the line `text,intent` or `text,intent,locale`";
            notes.error(&At::file(&source.name), format!("there is no column `{missing}`"), cure);
        }
        let [Some(text), Some(intent)] = [column("text"), column("intent")] else { return };
        for row in reader.records() {
            match row {
                Ok(row) => {
                    let line = row.position().map_or(1, csv::Position::line);
                    let at = At::line(&source.name, usize::try_from(line).unwrap_or(usize::MAX));
                    let cell = |index: usize| row.get(index).unwrap_or_default().trim();
                    let locale = column(COLUMNS[2]).map(cell).filter(|locale| !locale.is_empty());
                    self.take(at, cell(text), cell(intent), locale.unwrap_or(self.locale), notes);
                }
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    let at = At::line(&source.name, usize::try_from(line).unwrap_or(usize::MAX));
                    notes.error(&at, "this line has another number of columns", "put texts with commas in quotes");
                }
            }
        }
    }

    fn take(&mut self, at: At, text: &str, intent: &str, locale: &str, notes: &mut Notes) {
        if text.is_empty() {
            notes.left_out(&at, "this line has no text", "write one, or remove the line");
            return;
        }
        if intent.is_empty() {
            notes.left_out(&at, format!("`{text}` has no intent"), "nothing is to be done if it is out of scope");
            return;
        }
        if !is_locale(locale) {
            notes.error(&at, format!("`{locale}` is not the name of a language"), "write it as `en` or `de-AT`");
            return;
        }
        let line = NewExample { at: at.clone(), text: text.to_owned(), plain: text.to_owned() };
        let found = self.intents.iter_mut().position(|(name, _)| name == intent);
        let index = found.unwrap_or_else(|| {
            self.at.insert(intent.to_owned(), at);
            self.intents.push((intent.to_owned(), NewIntent::default()));
            self.intents.len() - 1
        });
        self.intents[index].1.examples.entry(locale.to_owned()).or_default().push(line);
    }

    fn plan(self, notes: &mut Notes) -> Plan {
        let written = |intent: &NewIntent| intent.examples.keys().cloned().collect::<Vec<_>>();
        let locales: BTreeSet<String> = self.intents.iter().flat_map(|(_, intent)| written(intent)).collect();
        let others = locales.into_iter().filter(|locale| locale != self.locale).collect();
        let mut plan = Plan { locale: self.locale.to_owned(), others, ..Plan::default() };
        let (mut names, mut keys) = (Names::of_intents(), Plan::reply_names());
        for (from, intent) in self.intents {
            let name = names.take(&plain(&from, "intent"));
            if let Some(at) = self.at.get(&from) {
                let problem = format!("the table says nothing of what is replied to `{from}`");
                let cure =
                    format!("write it in `{name}.yaml` and take `do: handoff` away; until then a person answers");
                notes.left_out(at, problem, cure);
            }
            if name != from {
                plan.renamed.push(Renamed { from, to: name.clone() });
            }
            let replies = vec![(keys.take(&format!("{name}_reply")), vec![passed_on(self.locale)])];
            plan.intents.push(NewIntent { name, hands_over: true, replies, ..intent });
        }
        if !plan.intents.is_empty() {
            plan.with_person();
        }
        plan
    }
}
