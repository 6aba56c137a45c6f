//! `${NAME}` in `_settings.yaml` and `_actions.yaml`: secrets and addresses that differ from machine to machine stay out of Git.

use crate::knowledge::{Kind, Node, Place, Trouble};

/// Gives a variable of the environment.
pub(super) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The variables of the process.
pub(super) fn of_process(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Puts the variables that the texts of `node` name in their place; `${NAME:-other words}` has words for one that is not set.
pub(super) fn fill_in(node: &mut Node, variables: Variables<'_>, troubles: &mut Vec<Trouble>) {
    let place = node.place;
    match &mut node.kind {
        Kind::Empty => {}
        Kind::Text(text) => {
            if text.contains("${") {
                *text = filled(text, variables, place, troubles);
            }
        }
        Kind::List(list) => list.iter_mut().for_each(|node| fill_in(node, variables, troubles)),
        Kind::Map(entries) => entries.iter_mut().for_each(|(_, node)| fill_in(node, variables, troubles)),
    }
}

fn filled(text: &str, variables: Variables<'_>, place: Place, troubles: &mut Vec<Trouble>) -> String {
    let (mut result, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        result.push_str(before);
        let Some((inside, behind)) = after.split_once('}') else {
            troubles.push(Trouble::new(place, "a `${` is not closed", "write `${NAME}`"));
            return result;
        };
        rest = behind;
        let (name, otherwise) = inside.split_once(":-").map_or((inside, None), |(name, words)| (name, Some(words)));
        match value(name, otherwise, variables) {
            Ok(value) => result.push_str(&value),
            Err((problem, cure)) => troubles.push(Trouble::new(place, problem, cure)),
        }
    }
    result.push_str(rest);
    result
}

// The value itself is never told: it may be a secret.
fn value(name: &str, otherwise: Option<&str>, variables: Variables<'_>) -> Result<String, (String, String)> {
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || !name.chars().all(fits) {
        let problem = format!("`{name}` cannot be the name of a variable");
        return Err((problem, "write it in capitals, digits and `_`, as `${SHOP_SECRET}`".to_owned()));
    }
    let set = variables(name).filter(|value| !value.is_empty());
    set.or_else(|| otherwise.map(str::to_owned)).ok_or_else(|| {
        let cure = format!("start frontdesk with `{name}` set, or write `${{{name}:-…}}`");
        (format!("the variable `{name}` is not set"), cure)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_put_in_and_missing_ones_told() {
        let variables = |name: &str| match name {
            "SHOP" => Some("Pine: \"best\"".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        let check = |text: &str, expected: &str, problems: &[&str]| {
            let mut node = Node { place: Place::START, kind: Kind::Text(text.to_owned()) };
            let mut troubles = Vec::new();
            fill_in(&mut node, &variables, &mut troubles);
            assert_eq!(node.text(), Some(expected), "{text}");
            assert_eq!(troubles.iter().map(|t| t.problem.as_str()).collect::<Vec<_>>(), problems, "{text}");
        };
        check("by ${SHOP}!", "by Pine: \"best\"!", &[]);
        check("${NOBODY:-x}${EMPTY:-y}", "xy", &[]);
        check("${NOBODY}", "", &["the variable `NOBODY` is not set"]);
        check("${nobody}", "", &["`nobody` cannot be the name of a variable"]);
        check("a ${SHOP", "a ", &["a `${` is not closed"]);
        check("$SHOP {x}", "$SHOP {x}", &[]);
    }
}
