//! Texts with names to fill in: minijinja, with names nobody knows refused before a shopper can meet them.

use std::collections::BTreeMap;

use minijinja::value::Value;
use minijinja::{Environment, ErrorKind, State, UndefinedBehavior};

use super::formats;
use crate::knowledge::{Place, Trouble, write_instead};

/// Names any text may use.
const NAMES: [&str; 2] = ["assistant", "shop"];

/// Names that only one of the desk's own replies has.
const OWN: [(&str, &[&str]); 6] = [
    ("article_answer", &["answer"]),
    ("nobody_there", &["reply_by"]),
    ("contact_saved", &["reply_by"]),
    ("queue_position", &["place", "wait"]),
    ("agent_joined", &["agent"]),
    ("agent_left", &["agent"]),
];

/// The name under which the language is known to filters; no text can name it.
const LOCALE: &str = " locale";

/// The name whose value is a list.
const PRODUCTS: &str = "products";

/// What texts are filled in with.
pub(super) type Vars = BTreeMap<String, Value>;

/// The names that the texts of the reply `key` may use, beside those of its intent.
pub(super) fn names(key: &str) -> Vec<&'static str> {
    let own = OWN.iter().filter(|(reply, _)| *reply == key).flat_map(|(_, names)| names.iter().copied());
    NAMES.into_iter().chain(own).collect()
}

/// Fills templates in.
#[derive(Debug)]
pub(super) struct Templates(Environment<'static>);

impl Templates {
    pub(super) fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // Replies are plain text: what a browser shows is escaped where it is shown.
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment
            .add_filter("date", |state: &State<'_, '_>, text: String| formats::day_of_text(&text, &locale(state)));
        environment
            .add_filter("money", |state: &State<'_, '_>, text: String| formats::money_of_text(&text, &locale(state)));
        Self(environment)
    }

    /// `text` with `vars` filled in as `locale` writes them; nothing if that cannot be done.
    pub(super) fn fill(&self, text: &str, locale: &str, vars: &Vars) -> Option<String> {
        // Most texts have nothing to fill in.
        if !text.contains('{') {
            return Some(text.to_owned());
        }
        let mut vars = vars.clone();
        vars.insert(LOCALE.to_owned(), locale.into());
        self.0.render_str(text, vars).ok()
    }

    /// Whether `when` holds; not if it cannot be told.
    pub(super) fn holds(&self, when: &str, vars: &Vars) -> bool {
        let expression = self.0.compile_expression(when);
        expression.and_then(|expression| expression.eval(vars)).is_ok_and(|value| value.is_true())
    }

    /// What is wrong with the template `text`, which stands at `place` in `source` and may use `known`.
    pub(super) fn check(&self, text: &str, known: &[&str], source: &str, place: Place) -> Option<Trouble> {
        let template = match self.0.template_from_str(text) {
            Ok(template) => template,
            Err(error) => return Some(in_words(&error, place)),
        };
        // Of a name with a dot, the whole is known or what stands before the dot.
        let has = |name: &str| known.contains(&name);
        let unknown = |name: &String| !has(name) && !name.split_once('.').is_some_and(|(name, _)| has(name));
        // In the order of the alphabet, so that the same file is always told the same.
        if let Some(name) = template.undeclared_variables(true).into_iter().filter(unknown).min() {
            return Some(unknown_name(&name, known, source, place));
        }
        template.render(sample(known)).err().map(|error| in_words(&error, place))
    }

    /// What is wrong with the condition `when`.
    pub(super) fn check_when(&self, when: &str, known: &[&str], source: &str, place: Place) -> Option<Trouble> {
        let expression = match self.0.compile_expression(when) {
            Ok(expression) => expression,
            Err(error) => return Some(in_words(&error, place)),
        };
        let unknown = |name: &String| !known.contains(&name.as_str());
        let name = expression.undeclared_variables(false).into_iter().filter(unknown).min()?;
        Some(unknown_name(&name, known, source, place))
    }
}

fn locale(state: &State<'_, '_>) -> String {
    state.lookup(LOCALE).map(|locale| locale.to_string()).unwrap_or_default()
}

/// What stands for a name that has no value: nothing, or an empty list.
pub(super) fn nothing(name: &str) -> Value {
    if name == PRODUCTS { Value::from(Vec::<Value>::new()) } else { Value::from("") }
}

// A value for every name, to see whether a text can be filled in. `product.title` is a field of `product`.
fn sample(known: &[&str]) -> Vars {
    let (fields, plain): (Vec<&str>, Vec<&str>) = known.iter().partition(|name| name.contains('.'));
    let mut sample: Vars = plain.iter().map(|name| ((*name).to_owned(), "x".into())).collect();
    if plain.contains(&PRODUCTS) {
        let one: Vars = sample.iter().filter(|(name, _)| *name != PRODUCTS).map(own).collect();
        sample.insert(PRODUCTS.to_owned(), Value::from(vec![Value::from_serialize(&one)]));
    }
    let mut things: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (thing, field) in fields.iter().filter_map(|name| name.split_once('.')) {
        things.entry(thing).or_default().insert(field, "x");
    }
    sample.extend(things.into_iter().map(|(thing, fields)| (thing.to_owned(), Value::from_serialize(&fields))));
    sample
}

fn own((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

fn unknown_name(name: &str, known: &[&str], source: &str, place: Place) -> Trouble {
    let place = find(name, source, place).unwrap_or(place);
    if let Some((reply, _)) = OWN.iter().find(|(_, names)| names.contains(&name)) {
        let problem = format!("the name `{name}` is known in the reply `{reply}` only");
        return Trouble::new(place, problem, "write the words themselves here");
    }
    Trouble::new(place, format!("there is no name `{name}` to fill in"), write_instead(name, known.iter().copied()))
}

// Where the word `name` stands in `source`, at or soon after `place`.
fn find(name: &str, source: &str, place: Place) -> Option<Place> {
    // A text of a reply is a few lines long; further down the same word is something else.
    const LINES: usize = 40;
    let first = usize::try_from(place.line).ok()?.checked_sub(1)?;
    source.lines().enumerate().skip(first).take(LINES).find_map(|(index, line)| {
        let from = if index == first { usize::try_from(place.column).ok()?.saturating_sub(1) } else { 0 };
        let from = line.char_indices().nth(from).map_or(line.len(), |(at, _)| at);
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let at = line[from..].match_indices(name).map(|(at, _)| from + at).find(|at| {
            let (before, after) = (&line[..*at], &line[at + name.len()..]);
            !before.ends_with(is_word) && !after.starts_with(is_word) && (before.contains('{') || index == first)
        })?;
        let column = line[..at].chars().count() + 1;
        Some(Place { line: u32::try_from(index + 1).ok()?, column: u32::try_from(column).ok()? })
    })
}

fn in_words(error: &minijinja::Error, place: Place) -> Trouble {
    let detail = error.detail().unwrap_or_default();
    let name = detail.split_whitespace().nth(1).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownFilter => {
            Trouble::new(place, format!("there is no filter `{name}`"), "write a filter such as `upper`, or remove it")
        }
        ErrorKind::UnknownFunction | ErrorKind::UnknownTest | ErrorKind::UnknownMethod => {
            Trouble::new(place, "the text calls something that is not there", "write `{{ name }}` with a known name")
        }
        ErrorKind::SyntaxError => Trouble::new(
            place,
            "what stands between `{{` and `}}` cannot be read",
            "write `{{ name }}`, and close every `{{` with `}}` and every `{%` with `%}`",
        ),
        _ => Trouble::new(place, "this text cannot be filled in", "write `{{ name }}` with a known name"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_are_filled_in() {
        let templates = Templates::new();
        let pairs =
            [("shop", "Harbour & <Pine>"), ("answer", "{{ shop }}"), ("eta", "2026-11-18"), ("price", "9.5 EUR")];
        let vars: Vars = pairs.map(|(name, value)| (name.to_owned(), value.into())).into();
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(templates.fill(text, "de-AT", &vars).as_deref(), expected, "{text}");
        };
        check("am {{ eta | date }} für {{ price | money }}", Some("am 18. November für 9,50 €"));
        check("plain }} text", Some("plain }} text"));
        check("by {{ shop }}", Some("by Harbour & <Pine>"));
        check("{{ answer }}", Some("{{ shop }}"));
        check("{{ nobody }}", None);
        check("{% if shop == 'X' %}a{% else %}b{% endif %}", Some("b"));
        assert!(templates.holds("shop != 'X'", &vars) && !templates.holds("nobody", &vars));
    }

    #[test]
    fn what_cannot_be_filled_in_is_told() {
        let templates = Templates::new();
        let check = |text: &str, line: u32, column: u32, problem: &str, cure: &str| {
            let source = format!("a: 1\ntext: \"{text}\"\n");
            let found = templates.check(text, &names("greet"), &source, Place { line: 2, column: 7 }).expect(text);
            assert_eq!(
                (found.place, found.problem.as_str(), found.cure.as_str()),
                (Place { line, column }, problem, cure),
                "{text}"
            );
        };
        check("Hi, {{ shopp }}", 2, 15, "there is no name `shopp` to fill in", "write `shop`");
        check(
            "{{ order_number }}",
            2,
            11,
            "there is no name `order_number` to fill in",
            "write one of `assistant`, `shop`",
        );
        check(
            "{{ answer }}",
            2,
            11,
            "the name `answer` is known in the reply `article_answer` only",
            "write the words themselves here",
        );
        check("{{ shop | datee }}", 2, 7, "there is no filter `datee`", "write a filter such as `upper`, or remove it");
        check(
            "{{ shop",
            2,
            7,
            "what stands between `{{` and `}}` cannot be read",
            "write `{{ name }}`, and close every `{{` with `}}` and every `{%` with `%}`",
        );
        assert_eq!(templates.check("{{ answer }}", &names("article_answer"), "", Place::START), None);
        let list = "{% for product in products %}{{ product.title }}{% endfor %}";
        assert_eq!(templates.check(list, &["products", "title"], "", Place::START), None);
    }
}
