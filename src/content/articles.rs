//! All articles: read, and checked against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::check_reply::missing;
use super::collect::Faults;
use super::settings::Locales;
use super::source::SourceFile;
use crate::knowledge::{self, Article, Place, Status, write_instead};

/// Reads all `files`; a broken one is a fault and left out.
pub(super) fn read(files: &[SourceFile], faults: &mut Faults) -> Vec<Article> {
    let mut articles = Vec::new();
    for file in files {
        match knowledge::parse(&file.name, &file.text) {
            Ok(article) => articles.push(article),
            Err(found) => found.into_iter().for_each(|fault| faults.push(fault)),
        }
    }
    articles
}

/// Checks the articles together.
pub(super) fn check(articles: &[Article], locales: Option<&Locales>, today: &str, faults: &mut Faults) {
    check_ids(articles, faults);
    check_facts(articles, faults);
    check_days(articles, today, faults);
    if let Some(locales) = locales {
        check_locales(articles, locales, faults);
    }
}

fn check_ids(articles: &[Article], faults: &mut Faults) {
    let mut seen: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for article in articles {
        if let Some(other) = seen.insert((&article.id, &article.locale), &article.source) {
            let problem = format!("the article `{}` is in {other} already", article.id);
            faults.error(
                &article.source,
                article.place("id"),
                problem,
                "give it another id, or put both into one file",
            );
        }
    }
}

fn check_facts(articles: &[Article], faults: &mut Faults) {
    let mut seen: BTreeMap<&str, (&str, &Article)> = BTreeMap::new();
    for article in articles.iter().filter(|article| article.status == Status::Published) {
        for (fact, value) in &article.facts {
            match seen.get(fact.as_str()) {
                Some((other_value, other)) if *other_value != value => {
                    let place = format!("facts.{fact}");
                    let line = other.place(&place).line;
                    let problem = format!("`{fact}` is {value} here and {other_value} in {}:{line}", other.source);
                    faults.error(&article.source, article.place(&place), problem, "write what is true in both");
                }
                Some(_) => {}
                None => drop(seen.insert(fact, (value, article))),
            }
        }
    }
}

fn check_days(articles: &[Article], today: &str, faults: &mut Faults) {
    for article in articles.iter().filter(|article| article.status == Status::Published) {
        if article.is_expired(today) {
            let day = article.valid_until.as_deref().unwrap_or_default();
            let problem = format!("this article held until {day} and is no longer used");
            faults.warning(
                &article.source,
                article.place("valid_until"),
                problem,
                "write a later day, or `status: archived`",
            );
        } else if let Some(day) = article.review_by.as_deref().filter(|day| *day < today) {
            let problem = format!("this article was to be read again by {day}");
            faults.warning(&article.source, article.place("review_by"), problem, "read it, then write a later day");
        }
    }
}

fn check_locales(articles: &[Article], locales: &Locales, faults: &mut Faults) {
    let mut written: BTreeMap<&str, (Vec<&str>, &Article)> = BTreeMap::new();
    for article in articles.iter().filter(|article| article.status == Status::Published) {
        if !locales.knows(&article.locale) {
            let all: BTreeSet<_> = locales.all().collect();
            let cure = write_instead(&article.locale, all.iter().copied());
            let cure = format!("{cure}, or add `{}` to `locales: others` in `_settings.yaml`", article.locale);
            let problem = format!("the language `{}` is not one of the shop's", article.locale);
            faults.error(&article.source, article.place("locale"), problem, cure);
        }
        written.entry(&article.id).or_insert_with(|| (Vec::new(), article)).0.push(&article.locale);
    }
    for (id, (written, first)) in written {
        for locale in missing(locales, &written) {
            let cure = format!("write it in the folder `{locale}`, with `id: {id}`");
            faults.warning(&first.source, Place::START, format!("this article is missing in `{locale}`"), cure);
        }
    }
}
