//! Promises that have no number: something is free, money comes back, something is sure.
//!
//! Words are not enough here: `returns are not free` holds `free`. So a claim knows whether it is denied, what it is about,
//! and whether its sentence limits it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::facts::Fact;
use super::regex;
use super::topics::{Topic, topics};

/// Kinds of claims, with the words they are made in. English and German, and `free` in the languages around.
const KINDS: [(&str, &str); 12] = [
    (
        "free",
        r"(?:free of charge|charge-free|cost-free|fee-free|postage-free|shipping-free|for free|free|complimentary|gratis|gratuit\w*|gratuito?s?|umsonst|kostenlos\w*|kostenfrei\w*|gebührenfrei\w*|gebuehrenfrei\w*|portofrei\w*|versandkostenfrei\w*|unentgeltlich\w*|frei haus|frachtfrei\w*|at no (?:extra |additional |further )?(?:cost|charge)s?|no (?:extra |additional |further |shipping |delivery |return |hidden )*(?:cost|charge|fee)s?|without (?:any )?(?:extra |additional |further )?(?:cost|charge|fee)s?|zero (?:cost|charge|fee)s?|costs? (?:you )?nothing|free-of-charge|on the house|(?:is|are) on us|waive[sd]?|keine (?:zusätzlichen |weiteren |extra )?(?:\p{L}*kosten|\p{L}*gebühr(?:en)?)|ohne (?:zusätzliche |weitere |extra )?(?:\p{L}*kosten|\p{L}*gebühr(?:en)?|aufpreis|berechnung)|kostet (?:dich |sie |euch )?nichts|geht auf uns|geschenkt|(?:not|\p{L}+n't|never)(?: be| been| get)? charged?|never (?:a |any )?(?:charge|fee|cost)s?|(?:not|\p{L}+n't|never) (?:pay|cost)(?: you)? (?:anything|a (?:thing|penny|cent|dime))|pay nothing|(?:no|zero)[ -](?:cost|fee|charge)|entf(?:ällt|allen)|kein(?:en)? (?:cent|porto)|keinerlei \p{L}*(?:kosten|gebühren)|(?:zahlst|zahlt|zahlen sie|bezahlst|berechnen)(?: wir| dir| ihnen| euch| dafür)* nichts|gratis[\p{L}-]*|für lau|fuer lau|for nothing|(?:shipping|delivery|postage|return|versand|porto|lieferung|rückversand) (?:is |are |ist |sind |always |immer )?(?:included|inklusive|inbegriffen)|(?:including|inklusive|inkl\.?|samt) (?:the |all |your |der |den |dem )?(?:shipping|delivery|postage|return|versand\w*|porto|lieferung|rückversand)|sans frais|sin coste)",
    ),
    // Not `free`: whoever pays money back gives nothing else away.
    (
        "at our cost",
        r"(?:at our (?:own )?(?:expense|cost)|we(?:'ll| will)? (?:pay|cover|bear|take over)|(?:paid|covered|borne) by us|von uns (?:übernommen|getragen|bezahlt|gezahlt)|auf unsere kosten|(?:übernehmen|tragen|zahlen|bezahlen) wir|wir (?:übernehmen|tragen|zahlen|bezahlen))",
    ),
    (
        "discount",
        r"(?:discount\w*|\p{L}*rabatt\w*|\p{L}*nachlass\w*|ermäßig\w*|% off|percent off|half off|sale price|reduced price|vergünstig\w*|cheaper|billiger|günstiger)",
    ),
    (
        "voucher",
        r"(?:voucher\w*|coupon\w*|\p{L}*gutschein\w*|store credit|shop credit|credit note|\p{L}*gutschrift\w*|\p{L}*guthaben)",
    ),
    (
        "refund",
        r"(?:refund\w*|reimburs\w*|money back|money-back|get your money|paid back|pay (?:you |it )?back|\p{L}*erstatt\w*|geld zurück|dein geld|ihr geld|zahl\w* (?:\p{L}+ ){0,5}zurück|zurückzahl\w*|rückzahl\w*)",
    ),
    ("compensation", r"(?:compensat\w*|entschädig\w*|schadens?ersatz|goodwill|kulanz\w*|make up for|wiedergutmach\w*)"),
    // Prices without a number that could be compared.
    (
        "price in other words",
        r"(?:tenners?|fivers?|bucks?|grand|zehner|fünfer|zwanziger|fünfziger|hunderter|fuffi|(?:for|zum|für den) (?:the )?(?:price|preis) (?:of|von) \w+|(?:2|two|zwei) (?:for|für) (?:1|one|eins|einen?)|bogof|buy (?:one|1|two|2)\b.{0,20}\bget|[ivxlcdm]+ (?:€|euros?|eur|us-?dollars?|dollars?|pounds?|pfund|franken|cents?|per ?cent|prozent|%))",
    ),
    (
        "gift",
        r"(?:(?:thank[- ]you|surprise|welcome|bonus|small|little|extra) (?:gift|present|treat|surprise)s?|freebies?|goodies?|bonus|(?:kleines|kleine) (?:geschenk|überraschung|aufmerksamkeit)|dankeschön|willkommensgeschenk|gratisgeschenk|obendrauf)",
    ),
    ("every other", r"(?:every|each|jede[ns]?) (?:other|2nd|second|zweite[ns]?) \w+"),
    ("twice", r"(?:twice|2 times|two times|zweimal) (?:an?|per|every|each|am|pro|im|die|in der|jede[ns]?) \w+"),
    ("guarantee", r"(?:guarante\w*|\p{L}*garant\w*)"),
    (
        "promise",
        r"(?:promis\w*|versprech\w*|versprich\w*|versproch\w*|zusicher\w*|sichern (?:\p{L}+ )?zu|assure\w*|definitely|auf jeden fall|certainly)",
    ),
];

/// How often something is to be done, by its unit: what stands behind [`OFTEN`], and words that say it alone.
const RHYTHMS: [(&str, &str, &str); 4] = [
    ("every day", r"(?:days?|mornings?|evenings?|tag|morgen|abend)", r"daily|täglich\w*"),
    ("every week", r"(?:weeks?|woche)", r"weekly|wöchentlich\w*"),
    ("every month", r"(?:months?|monat)", r"monthly|monatlich\w*"),
    ("every year", r"(?:years?|jahr)", r"yearly|annual(?:ly)?|jährlich\w*"),
];

/// What stands before the unit of a rhythm.
const OFTEN: &str = r"(?:every|each|once an?|twice an?|(?:one|two|three|1|2|3) times? an?|(?:once|twice) (?:per|every|each)|jede[ns]?|(?:ein|zwei|drei)mal (?:am|pro|im|die|in der|jede[ns]?|an jedem)) (?:other |single |2nd |second |zweite[ns]? )?";

/// Sentences that are nothing but a yes.
const ASSENTS: [&str; 4] = ["certainly", "definitely", "sure", "auf jeden fall"];

/// Words of a claim that give nothing away.
const HARMLESS: &str = r"feel free|(?:wir tragen|tragen wir) (?:das|kein|jedes) risiko|(?:you are|you're|be) free to (?:ask|contact|write|choose|use|return|send|reach|call|browse|decide|cancel|refuse|keep|exchange|order|try|change)|geschenkt (?:bekommen|erhalten|bekam)|(?:duty|risk|interest|care)-free|(?:toll|hassle|worry|stress|sugar|lead|plastic|pollutant|solvent|cruelty|acid|bpa|hands|lint|scent)[ -]free|free (?:time|space|hand|market|form|text|of (?:lead|plastic|doubt|defects?|fragrance|pollutants?))|smoke-free|set (?:it )?free";

/// What denies the claim right behind it, and what may stand between. Nothing else may: in `don't worry, free returns`
/// nothing is denied.
const DENIED: &str = r"(?:\b(?:not|never|cannot|no longer|non|nicht|nie|niemals|weder|kein(?:e[nrms]?)?)|n't)[ -](?:(?:longer|always|entirely|completely|any|a|an|the|be|been|offer|provide|give|grant|get|have|for|of|mehr|immer|ganz|komplett|grundsätzlich) )*$";

/// Words that deny somewhere in a clause. In a source this is enough to prove nothing by it.
const DENIES: &str = r"\b(?:not|never|cannot|no|none|neither|nor|without|excluded?|excluding|except\w*|nicht|nie|niemals|weder|kein\w*|ohne|ausgenommen|ausgeschlossen|außer)\b|n't\b";

/// Words that limit what a sentence says.
const LIMITS: &str = r"\b(?:if|only|when|unless|provided|from|over|above|until|members?|first|minimum|wenn|falls|nur|sofern|ab|über|bis|mitglieder|erste[nrs]?|mindest\w*|exclusively|ausschließlich|sobald|during|während)\b";

/// Words by which a clause can stand by itself.
const VERBS: &str = r"\b(?:is|are|was|were|be|takes?|costs?|can|can't|cannot|will|won't|may|must|have|has|get|gets|pay|pays|send|sends|ship|ships|deliver|delivers|offer|offers|charge|charges|arrives?|refund|return|isn't|aren't|don't|doesn't|ist|sind|war|dauert|dauern|kostet|kosten|kann|können|kannst|wird|werden|hat|haben|hast|bekommst|bekommen|zahlst|zahlen|sendest|senden|schickst|schicken|beträgt|liefern|bieten|kommt|kommen|erstatten|gilt)\b";

static CLAIMS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    let rhythms = RHYTHMS.iter().map(|(kind, unit, words)| (*kind, format!("(?:{OFTEN}{unit}|{words})")));
    let all = KINDS.iter().map(|(kind, words)| (*kind, (*words).to_owned())).chain(rhythms);
    all.map(|(kind, words)| {
        // `lead-free` and `free-standing` are not free; all else is what it is with a hyphen, too: `Stammkunden-Rabatt`.
        let edge = if kind == "free" { r"[^\p{L}\d-]" } else { r"[^\p{L}\d]" };
        (kind, regex(&format!(r"(?:^|{edge})(?P<claim>{words})(?:$|{edge})")))
    })
    .collect()
});
static IS_HARMLESS: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"\b(?:{HARMLESS})\b")));
static IS_DENIED: LazyLock<Regex> = LazyLock::new(|| regex(DENIED));
static NOT_ONLY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b(?:(?:not|nicht)(?: only| just| nur)|more often than not|if not)\b"));
static DENIAL: LazyLock<Regex> = LazyLock::new(|| regex(DENIES));
static LIMIT: LazyLock<Regex> = LazyLock::new(|| regex(LIMITS));
static VERB: LazyLock<Regex> = LazyLock::new(|| regex(VERBS));
static JOINT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"[,;:()]|\b(?:and|und|but|aber|while|während|sowie|if|wenn|falls|because|weil)\b"));

/// Who speaks: what is said is read for the most it may promise, a source for the least it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    Model,
    Source,
}

/// Something a sentence gives away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) kind: &'static str,
    pub(super) is_denied: bool,
    topics: BTreeSet<Topic>,
    // Beginnings of the words of its sentence: what claims without a topic are compared by.
    words: BTreeSet<String>,
    is_limited: bool,
    facts: Vec<Fact>,
}

/// The claims of a sentence in folded small letters whose values are `facts`. A sentence without a topic is about `about`.
pub(super) fn claims(lower: &str, facts: &[Fact], about: &BTreeSet<Topic>, speaker: Speaker) -> Vec<Claim> {
    // "Certainly!" by itself says yes to nothing in particular.
    if ASSENTS.contains(&lower.trim_matches(|c: char| !c.is_alphanumeric())) {
        return Vec::new();
    }
    let bare = IS_HARMLESS.replace_all(lower, " ");
    let bare = NOT_ONLY.replace_all(&bare, " ");
    let has_limit = LIMIT.is_match(&bare);
    let mut claims = Vec::new();
    // The topics of the clause before, as long as it says nothing that could be meant instead.
    let mut led: BTreeSet<Topic> = BTreeSet::new();
    for clause in clauses(&bare, speaker) {
        let mut topics = topics(&clause);
        if topics.is_empty() {
            topics.clone_from(if led.is_empty() { about } else { &led });
        }
        led = if has_digit(&clause) || !made(&clause).is_empty() { BTreeSet::new() } else { topics.clone() };
        // A number beside the claim is a limit, too: `free, 50 € and more`.
        let is_limited = has_limit || has_digit(&clause);
        for (kind, range) in made(&clause) {
            let (before, claim, behind) = (&clause[..range.start], &clause[range.clone()], &clause[range.end..]);
            let is_denied = match speaker {
                Speaker::Model => IS_DENIED.is_match(before),
                Speaker::Source => DENIAL.is_match(before) || DENIAL.is_match(behind),
            };
            // What a source limits, it limits in the same breath: "takes 3 days and is free from 50 €" is not limited by days.
            let facts = match speaker {
                Speaker::Model => facts.to_vec(),
                Speaker::Source => super::facts::facts(&clause, None),
            };
            let (words, topics) = (stems(&bare, claim), topics.clone());
            claims.push(Claim { kind, is_denied, topics, words, is_limited, facts });
        }
    }
    claims
}

// Where a clause makes claims, and of which kind.
fn made(clause: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut made = Vec::new();
    for (kind, pattern) in CLAIMS.iter() {
        let mut at = 0;
        while let Some(claim) = pattern.captures_at(clause, at).and_then(|found| found.name("claim")) {
            made.push((*kind, claim.range()));
            // The sign behind may be the one before the next.
            at = claim.end();
        }
    }
    made
}

impl Claim {
    /// Whether somebody who was told `self` by a source was told `said`.
    ///
    /// Of the same kind, not denied, about nothing more; and what the source limits, the saying limits, too: by a word, or by
    /// one of the values.
    pub(super) fn supports(&self, said: &Self) -> bool {
        let is_about_it = match self.kind {
            "free" | "at our cost" if said.topics.is_empty() => self.words.intersection(&said.words).next().is_some(),
            "free" | "at our cost" => said.topics.is_subset(&self.topics),
            // Where money comes back or something is sure, the source as a whole says of what.
            _ => true,
        };
        let shares = || self.facts.iter().any(|fact| said.facts.iter().any(|said| fact.supports(said)));
        // A limit that is a value has to be said; any other by some word that limits.
        let is_told = if self.facts.is_empty() { said.is_limited } else { shares() };
        let is_as_limited = self.kind != "free" || !self.is_limited || is_told;
        self.kind == said.kind && !self.is_denied && is_about_it && is_as_limited
    }
}

// The clauses of a sentence. A part that cannot stand by itself belongs to the one it leads to: `delivery and returns are
// free` is one clause, `delivery takes 3 days and returns are free` two. In a source a number or a
// claim stands by itself.
fn clauses(text: &str, speaker: Speaker) -> Vec<String> {
    let (mut parts, mut at): (Vec<&str>, usize) = (Vec::new(), 0);
    for joint in JOINT.find_iter(text) {
        parts.push(&text[at..joint.start()]);
        // The word stays with what it begins.
        at = if joint.as_str().len() == 1 { joint.end() } else { joint.start() };
    }
    parts.push(&text[at..]);
    let stands =
        |part: &str| VERB.is_match(part) || (speaker == Speaker::Source && (has_digit(part) || !made(part).is_empty()));
    let mut clauses: Vec<String> = Vec::new();
    let mut open = String::new();
    for part in parts {
        // `we repair it, free of charge`: nothing but the claim is left of it.
        if let Some(last) = clauses.last_mut().filter(|_| open.is_empty() && is_bare_claim(part)) {
            last.push_str(part);
            continue;
        }
        open.push_str(part);
        if stands(part) {
            clauses.push(std::mem::take(&mut open));
        } else {
            open.push(' ');
        }
    }
    match clauses.last_mut() {
        Some(last) => last.push_str(&open),
        None => clauses.push(open),
    }
    clauses
}

fn is_bare_claim(part: &str) -> bool {
    let made = made(part);
    let is_claim = |at: usize| made.iter().any(|(_, range)| range.contains(&at));
    let others = part.char_indices().filter(|(at, c)| c.is_alphanumeric() && !is_claim(*at)).count();
    !made.is_empty() && others == 0
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

fn stems(text: &str, claim: &str) -> BTreeSet<String> {
    let words =
        text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 4 && !claim.contains(word));
    words.map(|word| word.chars().take(5).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, speaker: Speaker) -> Vec<Claim> {
        claims(&text.to_lowercase(), &[], &BTreeSet::new(), speaker)
    }

    #[test]
    fn denial_is_seen_where_it_denies() {
        let check = |text: &str, expected: &[(&str, bool)]| {
            let read: Vec<_> = of(text, Speaker::Model).iter().map(|claim| (claim.kind, claim.is_denied)).collect();
            assert_eq!(read, expected, "{text}");
        };
        check("Returns are free", &[("free", false)]);
        check("Returns aren't free", &[("free", true)]);
        check("Returns are no longer free", &[("free", true)]);
        check("Der Versand ist leider nicht kostenlos", &[("free", true)]);
        check("Don't worry, free returns", &[("free", false)]);
        check("Not only delivery, returns are free as well", &[("free", false)]);
        check("We give no refunds", &[("refund", false)]);
        check("We do not give refunds", &[("refund", true)]);
        check("We charge no extra fees", &[("free", false)]);
        check("Feel free to ask, it is hassle-free", &[]);
        check("Wir übernehmen die Kosten", &[("at our cost", false)]);
        check("Nothing here", &[]);
    }

    #[test]
    fn a_clause_is_about_what_stands_in_it() {
        let check = |text: &str, speaker, expected: &[&str]| {
            let claims = of(text, speaker);
            let topics: Vec<&str> = claims.iter().flat_map(|claim| claim.topics.iter().copied()).collect();
            assert_eq!(topics, expected, "{text}");
        };
        check("Delivery and returns are free", Speaker::Model, &["delivery", "returns"]);
        check("Delivery takes 3 days and returns are free", Speaker::Model, &["returns"]);
        check("Delivery is free and returns too", Speaker::Model, &["delivery", "returns"]);
        check("Delivery: 4.90 €, returns: free", Speaker::Source, &["returns"]);
        check("Delivery costs 4.90 €, returns are free", Speaker::Source, &["returns"]);
        check("Delivery costs 4.90 €, batteries free", Speaker::Source, &[]);
        check("We take back lamps, bulbs and batteries free of charge", Speaker::Source, &["returns"]);
        check("For 2 years we repair what was broken, free of charge", Speaker::Source, &["repair"]);
    }
}
