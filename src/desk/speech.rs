//! What was decided, in words: replies of the shop's files as messages.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::turn::{Reading, Written};
use crate::content::{Reply, Snapshot};
use crate::dialogue::{Move, name, times};
use crate::domain::{Body, Citation, CountsAs, DialogueState, QuickReply};
use crate::knowledge::Audience;
use crate::retrieval::{Hit, Search, unsaid};

/// Articles among which one is looked for by its title: others may be called nearly the same.
const NAMESAKES: usize = 10;

/// What a message is made of.
pub(super) struct Speech<'t> {
    pub(super) snapshot: &'t Snapshot,
    pub(super) state: &'t DialogueState,
    pub(super) hits: &'t [Hit],
    pub(super) vars: &'t BTreeMap<String, Value>,
    /// Who listens, and on which day: an article that is not for them any more is not said again.
    pub(super) audience: Audience,
    pub(super) today: &'t str,
    /// What a language model wrote, if it did.
    pub(super) written: Option<&'t Written>,
}

impl Speech<'_> {
    /// The message for `step`; what it is goes into `reading`.
    pub(super) fn say(&self, step: &Move, reading: &mut Reading) -> Body {
        let body = self.part(step, self.pick(step), reading);
        match (step, body.counts_as) {
            (Move::Reply { .. } | Move::Article { .. } | Move::Written { .. }, Some(CountsAs::Answer)) => {
                self.with_verdict(body, reading)
            }
            _ => body,
        }
    }

    // The count of this reply in a row picks the variant, so that a repetition sounds different.
    fn pick(&self, step: &Move) -> u64 {
        let said = name(step).map_or(0, |name| times(self.state, &name));
        u64::from(said.saturating_sub(1))
    }

    fn part(&self, step: &Move, pick: u64, reading: &mut Reading) -> Body {
        match step {
            // These lead to something else; saying nothing would be a defect, so a person is offered.
            Move::Search(_) | Move::SearchPart(..) | Move::Act { .. } | Move::Write(..) => {
                self.reply("offer_human", "nothing was decided", pick, reading)
            }
            Move::Reply { key, because } | Move::Ask { key, because, .. } | Move::HandOver { key, because, .. } => {
                self.reply(key, because, pick, reading)
            }
            Move::Article { article } => self.article(article, reading),
            Move::Written { article } => self.written(article, reading),
            Move::Choices { articles, intents } => self.choices(articles, intents, reading),
            Move::Then(first, second) => {
                let first = self.part(first, pick, reading);
                reading.before.push(std::mem::take(&mut reading.reply));
                joined(first, self.part(second, pick, reading))
            }
        }
    }

    fn reply(&self, key: &str, because: &str, pick: u64, reading: &mut Reading) -> Body {
        key.clone_into(&mut reading.reply);
        because.clone_into(&mut reading.because);
        body(key, self.snapshot.reply_with(key, &reading.locale, self.vars, pick))
    }

    fn article(&self, article: &str, reading: &mut Reading) -> Body {
        let hit = self.hits.iter().find(|hit| hit.article == article).cloned();
        let Some(hit) = hit.or_else(|| self.once_more(article, &reading.locale)) else {
            return self.reply("offer_human", "what was found is gone", 0, reading);
        };
        "article_answer".clone_into(&mut reading.reply);
        reading.because = format!("the article {article} fits");
        let body = body_of(self.snapshot, "article_answer", &reading.locale, &[("answer", &hit.answer)], 0);
        Body { citations: vec![citation(hit)], ..body }
    }

    // What a language model wrote, with every passage it cited; where the guard stopped it, the article's own words complete it.
    fn written(&self, article: &str, reading: &mut Reading) -> Body {
        let Some(Written { text, cited, is_cut }) = self.written else { return self.article(article, reading) };
        let first = self.hits.iter().find(|hit| hit.article == article);
        let text = match first.filter(|_| *is_cut) {
            Some(hit) => format!("{text}\n\n{}", unsaid(&hit.answer, text)).trim_end().to_owned(),
            None => text.clone(),
        };
        "article_written".clone_into(&mut reading.reply);
        reading.because = format!("a language model wrote it from the article {article}");
        let body = body_of(self.snapshot, "article_answer", &reading.locale, &[("answer", &text)], 0);
        let hits = cited.iter().filter_map(|at| self.hits.get(*at));
        Body { citations: hits.cloned().map(citation).collect(), ..body }
    }

    // An article that is to be said again was found in an earlier turn: its own title finds it.
    fn once_more(&self, article: &str, locale: &str) -> Option<Hit> {
        let mut known = self.snapshot.articles().iter().filter(|known| known.id == article);
        let same = known.clone().find(|known| known.locale == locale);
        let title = &same.or_else(|| known.next())?.title;
        let (audience, today) = (self.audience, Some(self.today));
        let search = Search { audience, today, ..Search::public(title, locale, NAMESAKES) };
        self.snapshot.find_about(&search).1.into_iter().find(|hit| hit.article == article)
    }

    // "That helped" and "Get more help" under every answer that brings no buttons of its own.
    fn with_verdict(&self, mut body: Body, reading: &Reading) -> Body {
        if body.quick_replies.is_empty() {
            let button = |key: &str, send: &str| button(self.snapshot.text(key, &reading.locale), send);
            body.quick_replies = vec![button("that_helped", "/helped"), button("get_more_help", "/more_help")];
        }
        body
    }

    fn choices(&self, articles: &[String], intents: &[String], reading: &mut Reading) -> Body {
        let key = if articles.len() + intents.len() == 1 { "choice_of_one" } else { "choices" };
        key.clone_into(&mut reading.reply);
        let all: Vec<&str> = articles.iter().chain(intents).map(String::as_str).collect();
        reading.because = format!("unsure between {}", all.join(", "));
        let locale = &reading.locale;
        let mut body = body_of(self.snapshot, key, locale, &[], 0);
        let found = articles.iter().filter_map(|id| self.hits.iter().find(|hit| hit.article == *id));
        let titles = found.map(|hit| button(hit.title.clone(), &format!("/article{}", json!({ "id": hit.article }))));
        let intended = intents.iter().map(|name| button(self.snapshot.title(name, locale), &format!("/{name}")));
        body.quick_replies = titles.chain(intended).collect();
        if !intents.iter().any(|name| name == "contact_human_agent") {
            let person = self.snapshot.text("talk_to_a_person", locale);
            body.quick_replies.push(button(person, "/contact_human_agent"));
        }
        body
    }
}

// Two parts as one message. The last word counts: whoever leaves after a question was left with a question.
fn joined(first: Body, second: Body) -> Body {
    Body {
        text: format!("{}\n\n{}", first.text, second.text),
        card: first.card.or(second.card),
        cards: if first.cards.is_empty() { second.cards } else { first.cards },
        citations: first.citations.into_iter().chain(second.citations).collect(),
        ..second
    }
}

fn citation(hit: Hit) -> Citation {
    Citation { article: hit.article, title: hit.title, anchor: hit.anchor, url: hit.url }
}

fn button(title: String, send: &str) -> QuickReply {
    QuickReply { title, url: None, send: Some(send.to_owned()) }
}

/// A reply of the shop's files as a message body.
pub(super) fn body_of(snapshot: &Snapshot, key: &str, locale: &str, vars: &[(&str, &str)], pick: u64) -> Body {
    body(key, snapshot.reply(key, locale, vars, pick))
}

fn body(key: &str, reply: Option<Reply>) -> Body {
    let Some(reply) = reply else {
        // `check` finds a missing reply; should one slip through, the shopper still reads a sentence.
        tracing::error!(key, "a reply is missing in the shop's files");
        return Body { reply: Some(key.to_owned()), ..Body::text("…") };
    };
    Body {
        text: reply.text,
        quick_replies: reply.quick_replies,
        card: reply.card,
        cards: reply.cards,
        reply: Some(reply.key),
        counts_as: reply.counts_as,
        ..Body::default()
    }
}
