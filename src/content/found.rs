//! Whether the articles are found: each of their questions is a test of the search.

use super::collect::Faults;
use crate::knowledge::{Article, Status};
use crate::retrieval::{FITS, Hit, Index, Search};

/// Questions of an article that are told one by one; more say the same.
const TOLD: usize = 5;

/// Asks `index` every question of `articles`, and every title, as of the day `today`: each has to find its own article first,
/// surely enough to be answered. `progress` is told of articles done.
pub(super) fn check(articles: &[Article], index: &Index, today: &str, progress: &dyn Fn(usize), faults: &mut Faults) {
    for (done, article) in articles.iter().enumerate() {
        if article.status == Status::Published && !article.is_expired(today) {
            check_one(article, index, faults);
        }
        progress(done + 1);
    }
}

fn check_one(article: &Article, index: &Index, faults: &mut Faults) {
    let asked: Vec<&String> = article.questions.iter().chain([&article.title]).collect();
    let found: Vec<Option<Hit>> = asked.iter().map(|text| first(index, text, article)).collect();
    let is_own = |hit: &Option<Hit>| hit.as_ref().is_some_and(|hit| hit.article == article.id && hit.fit >= FITS);
    if !found.iter().any(is_own) {
        let cure = "write `questions` in the words shoppers use, and answer them below";
        faults.error(&article.source, article.place("questions"), "this article is never found", cure);
        return;
    }
    let questions = asked.iter().zip(&found).take(article.questions.len()).enumerate();
    for (at, (question, hit)) in questions.filter(|(_, (_, hit))| !is_own(hit)).take(TOLD) {
        let place = article.place(&format!("questions.{at}"));
        let (problem, cure) = match hit {
            Some(hit) if hit.article == article.id => (
                format!("\"{question}\" finds this article, but not surely enough to be answered"),
                "use words that stand in the article, too".to_owned(),
            ),
            Some(hit) => (
                format!("\"{question}\" finds `{}` first", hit.article),
                format!("reword it, or move it to `{}` if that answers it", hit.article),
            ),
            None => (format!("\"{question}\" finds nothing"), "use words that stand in the article, too".to_owned()),
        };
        faults.error(&article.source, place, problem, cure);
    }
}

fn first(index: &Index, text: &str, article: &Article) -> Option<Hit> {
    let search = Search { audience: article.audience, ..Search::public(text, &article.locale, 1) };
    index.find(&search).into_iter().next()
}
