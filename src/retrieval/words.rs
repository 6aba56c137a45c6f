//! A text's terms: lower case, stop words out, stemmed, spelling variants folded into one.

use tantivy::tokenizer::{
    Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer, TokenStream,
};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::thesaurus;

/// Longer than any word an author writes; what is longer is noise such as a pasted key.
const LONGEST_WORD: usize = 60;

/// Reads the terms of texts in one language.
#[derive(Clone)]
pub(super) struct Words {
    analyzer: TextAnalyzer,
    language: Option<Language>,
    faint: Vec<String>,
}

impl Words {
    /// For `locale`, as `de-AT`. A language without a stemmer of its own is read as it is written.
    pub(super) fn of(locale: &str) -> Self {
        let code = locale.split('-').next().unwrap_or_default();
        let language = language(code);
        let tokens = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(LONGEST_WORD))
            .filter(LowerCaser)
            .dynamic();
        let analyzer = match language {
            None => tokens.build(),
            Some(language) => {
                let stop = StopWordFilter::new(language).unwrap_or_else(|| StopWordFilter::remove([]));
                let chat = StopWordFilter::remove(thesaurus::chat_words(code).map(str::to_owned));
                tokens.filter_dynamic(stop).filter_dynamic(chat).filter_dynamic(Stemmer::new(language)).build()
            }
        };
        let mut words = Self { analyzer, language, faint: Vec::new() };
        words.faint = thesaurus::faint_words(code).flat_map(|word| words.terms(word)).collect();
        words.faint.sort_unstable();
        words
    }

    /// The terms of `text`, in its order.
    pub(super) fn terms(&self, text: &str) -> Vec<String> {
        // Soft hyphens are for printing; full-width and ligature letters are letters.
        let text: String = text.nfkc().filter(|c| *c != '\u{ad}').collect();
        let mut analyzer = self.analyzer.clone();
        let mut stream = analyzer.token_stream(&text);
        let mut terms = Vec::new();
        while let Some(token) = stream.next() {
            let term = self.fold(&token.text);
            // A lone letter is the rest of something, a lone digit can be a number of pieces.
            if term.chars().nth(1).is_some() || term.chars().all(|c| c.is_ascii_digit()) {
                terms.push(term);
            }
        }
        terms
    }

    /// The terms of `text` that are names there: written with a capital letter in the middle of a sentence. A language that
    /// writes every noun so has none.
    pub(super) fn names(&self, text: &str) -> Vec<String> {
        if matches!(self.language, None | Some(Language::German)) {
            return Vec::new();
        }
        let mut names = Vec::new();
        let mut is_inside = false;
        for word in text.split_whitespace() {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            if is_inside && bare.chars().next().is_some_and(char::is_uppercase) {
                names.extend(self.terms(bare));
            }
            is_inside = !word.ends_with(['.', '!', '?', ':']) && !bare.is_empty();
        }
        names
    }

    /// Whether `term` says little about what is asked: "order", "last week".
    pub(super) fn is_faint(&self, term: &str) -> bool {
        self.faint.binary_search_by(|faint| faint.as_str().cmp(term)).is_ok()
    }

    // One spelling for "für", "fuer" and "fur", "Café" and "cafe".
    fn fold(&self, term: &str) -> String {
        let plain: String = term
            .nfd()
            .filter(|c| !is_combining_mark(*c))
            .flat_map(|c| if c == 'ß' { ['s', 's'] } else { [c, '\0'] })
            .collect();
        let plain = plain.replace('\0', "");
        if self.language == Some(Language::German) { fold_umlauts(&plain) } else { plain }
    }
}

// Who has no umlauts on the keyboard writes "ae", "oe", "ue". Not after a vowel or q, where they are no umlauts: "neue", "Quelle".
fn fold_umlauts(term: &str) -> String {
    let mut folded = String::with_capacity(term.len());
    for c in term.chars() {
        let mut before = folded.chars().rev();
        let last = before.next();
        let one_before = before.next();
        let is_umlaut =
            c == 'e' && matches!(last, Some('a' | 'o' | 'u')) && !matches!(one_before, Some('a' | 'e' | 'o' | 'q'));
        if !is_umlaut {
            folded.push(c);
        }
    }
    folded
}

fn language(code: &str) -> Option<Language> {
    Some(match code {
        "en" => Language::English,
        "de" => Language::German,
        "fr" => Language::French,
        "es" => Language::Spanish,
        "it" => Language::Italian,
        "nl" => Language::Dutch,
        "pt" => Language::Portuguese,
        "da" => Language::Danish,
        "sv" => Language::Swedish,
        "no" | "nb" => Language::Norwegian,
        "fi" => Language::Finnish,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(locale: &str, text: &str, expected: &[&str]) {
        assert_eq!(Words::of(locale).terms(text), expected, "{text}");
    }

    #[test]
    fn terms_are_stems_without_stop_words() {
        check("en", "How do I return the parcels?", &["return", "parcel"]);
        check("de-AT", "Wie lange dauert die Rücksendung?", &["lang", "dauert", "rucksend"]);
        check("xx", "Wie lange", &["wie", "lange"]);
        check("en", "👍🏽 \"don't\" AND OR +-*~", &[]);
    }

    #[test]
    fn names_are_known_by_their_capital_letter() {
        let names = |locale: &str, text: &str| Words::of(locale).names(text);
        assert_eq!(
            names("en", "Pay with Klarna or PayPal. Cards work, too: Visa (and DHL)."),
            ["klarna", "paypal", "dhl"]
        );
        assert!(names("de", "Zahl mit Karte oder Klarna").is_empty());
    }

    #[test]
    fn spellings_are_folded() {
        check("de", "Größe Groesse größe", &["gross", "gross", "gross"]);
        check("de", "neue Quelle", &["neu", "quell"]);
        check("en", "Café cafe", &["cafe", "cafe"]);
    }
}
