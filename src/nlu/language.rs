//! Which of the shop's languages a short line is written in.
//!
//! Trigram statistics need a sentence or two; a chat line has four words, half of them product names. So function
//! words decide first (they are the commonest words of any line and differ between languages), then the words that
//! training examples of one locale alone have, and `whatlang`'s trigrams last.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use super::Example;
use super::text;

/// Characters read of one text: by then its language is plain, and every turn pays for them.
const MAX_CHARS: usize = 200;
/// Letters below which a line without a known word is not judged by its trigrams: four words or so.
const ENOUGH_LETTERS: usize = 12;
/// How far the best must lead: less than one word that tells.
const LEAD: f32 = 0.45;
/// How far a language the shop does not speak must lead before none of the shop's is told: two function words.
const FOREIGN_LEAD: f32 = 2.0;
/// A word only one locale's examples have tells less than a function word: it may be a loan.
const VOCABULARY_WORD: f32 = 0.5;
/// A letter that only some languages write.
const LETTER: f32 = 1.0;
/// Trigrams alone decide when `whatlang` is sure, and never against two function words.
const TRIGRAMS: f32 = 1.5;

/// The language of a text among those allowed, as it stands in `allowed`; nothing when the text does not tell (a
/// number, one word that several languages have).
///
/// An entry is a language (`de`) or a locale (`de-AT`); of several entries of one language the first is told.
#[must_use]
pub fn detect(text: &str, allowed: &[String]) -> Option<String> {
    Lexicon::default().detect(text, allowed)
}

/// The language of a locale: `de` of `de-AT` and `DE_at`.
pub(crate) fn primary(locale: &str) -> String {
    locale.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

/// The locales of examples, in the order of the alphabet.
pub(crate) fn locales<'a>(examples: impl Iterator<Item = &'a Example>) -> Vec<String> {
    let all: BTreeSet<&str> =
        examples.map(|example| example.locale.as_str()).filter(|locale| !locale.is_empty()).collect();
    all.into_iter().map(str::to_owned).collect()
}

/// Words that the examples of one language have and no others do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lexicon {
    /// The word's language; nothing when several have it.
    words: HashMap<String, Option<String>>,
}

impl Lexicon {
    pub(crate) fn of<'a>(examples: impl Iterator<Item = &'a Example>) -> Self {
        let mut words: HashMap<String, Option<String>> = HashMap::new();
        for example in examples.filter(|example| !example.locale.is_empty()) {
            let language = primary(&example.locale);
            for word in text::words(&text::normal(&example.text)) {
                let known = words.entry(word.to_owned()).or_insert_with(|| Some(language.clone()));
                if known.as_ref() != Some(&language) {
                    *known = None;
                }
            }
        }
        Self { words }
    }

    /// As [`detect`], with these words as a hint.
    pub(crate) fn detect(&self, text: &str, allowed: &[String]) -> Option<String> {
        let normal = text::normal(&text.chars().take(MAX_CHARS).collect::<String>());
        if !normal.chars().any(char::is_alphabetic) {
            return None;
        }
        let mut languages: Vec<(String, &String)> = Vec::new();
        for locale in allowed {
            let language = primary(locale);
            if !languages.iter().any(|(known, _)| *known == language) {
                languages.push((language, locale));
            }
        }
        let told = |language: &str| self.score(&normal, language);
        let allowed_best = languages.iter().map(|(language, _)| told(language)).fold(0.0, f32::max);
        if FUNCTION_WORDS.iter().any(|(foreign, _, _)| told(foreign) >= allowed_best + FOREIGN_LEAD) {
            return None;
        }
        if let [(_, only)] = languages.as_slice() {
            return Some((*only).clone());
        }
        let guess = trigrams(&normal, &languages);
        let score = |language: &str| told(language) + if guess == Some(language) { TRIGRAMS } else { 0.0 };
        let mut scored: Vec<(f32, &String)> =
            languages.iter().map(|(language, locale)| (score(language), *locale)).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (best, second) = (scored.first()?, scored.get(1)?);
        (best.0 - second.0 >= LEAD).then(|| best.1.clone())
    }

    fn score(&self, normal: &str, language: &str) -> f32 {
        let place = FUNCTION_WORDS.iter().position(|(of, _, _)| *of == language);
        let word_score = |word: &str| {
            let known = place.is_some_and(|place| LANGUAGES_OF.get(word).is_some_and(|of| of.contains(&place)));
            let seen = self.words.get(word).is_some_and(|of| of.as_deref() == Some(language));
            f32::from(u8::from(known)) + if seen { VOCABULARY_WORD } else { 0.0 }
        };
        let letters = place.map_or("", |place| FUNCTION_WORDS[place].2);
        let letter = normal.chars().any(|c| letters.contains(c));
        text::words(normal).map(word_score).sum::<f32>() + if letter { LETTER } else { 0.0 }
    }
}

/// The places in [`FUNCTION_WORDS`] of the languages that have a word.
static LANGUAGES_OF: LazyLock<HashMap<&str, Vec<usize>>> = LazyLock::new(|| {
    let mut languages: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, (_, words, _)) in FUNCTION_WORDS.iter().enumerate() {
        words.split(' ').for_each(|word| languages.entry(word).or_default().push(place));
    }
    languages
});

/// What `whatlang` says, restricted to the languages it knows, when the text is long enough.
fn trigrams<'a>(normal: &str, languages: &'a [(String, &String)]) -> Option<&'a str> {
    let known: Vec<(Lang, &str)> =
        languages.iter().filter_map(|(language, _)| Some((whatlang_of(language)?, language.as_str()))).collect();
    let letters = normal.chars().filter(|c| c.is_alphabetic()).count();
    if known.is_empty() || letters < ENOUGH_LETTERS {
        return None;
    }
    let detector = Detector::with_allowlist(known.iter().map(|(lang, _)| *lang).collect());
    let info = detector.detect(normal)?;
    known.iter().find(|(lang, _)| *lang == info.lang()).map(|(_, language)| *language)
}

/// `whatlang` speaks ISO 639-3, locales ISO 639-1.
fn whatlang_of(language: &str) -> Option<Lang> {
    let pair = CODES.split(' ').find(|pair| pair.split(':').next() == Some(language))?;
    Lang::from_code(pair.split(':').nth(1)?)
}

const CODES: &str = "eo:epo en:eng ru:rus zh:cmn es:spa pt:por it:ita bn:ben fr:fra de:deu uk:ukr ka:kat ar:ara hi:hin \
    ja:jpn he:heb yi:yid pl:pol am:amh jv:jav ko:kor nb:nob no:nob da:dan sv:swe fi:fin tr:tur nl:nld hu:hun cs:ces \
    el:ell bg:bul be:bel mr:mar kn:kan ro:ron sl:slv hr:hrv sr:srp mk:mkd lt:lit lv:lav et:est ta:tam vi:vie ur:urd \
    th:tha gu:guj uz:uzb pa:pan az:aze id:ind te:tel fa:pes ml:mal or:ori my:mya ne:nep si:sin km:khm tk:tuk ak:aka \
    zu:zul sn:sna af:afr la:lat sk:slk ca:cat tl:tgl hy:hye cy:cym";

/// Language, its commonest words in chat lines (normal form), and letters that mark it.
const FUNCTION_WORDS: [(&str, &str, &str); 6] = [
    (
        "en",
        "the a an i you he she it we they my your our their me us them this that these those is are was were be been am \
         do does did have has had can could will would shall should may might not no yes and or but if because of to in \
         on at for with from by about how what when where who why which there here please thanks thank hello hi hey \
         want need get got much many any some still yet ok okay dont don didn doesn isn won ll ve re im bye sorry",
        "",
    ),
    (
        "de",
        "der die das den dem des ein eine einen einem einer eines ich du er sie es wir ihr mich mir dich dir uns euch \
         mein meine meinen meinem meiner dein deine ihre ihren unser unsere ist sind war waren bin bist sein wird \
         werden wurde habe hab hat haben hatte kann kannst können könnte will möchte muss müssen soll darf nicht kein \
         keine keinen nein ja und oder aber wenn weil dass von zu zum zur im am an auf für mit aus bei nach über um \
         noch schon auch nur wie was wann wo wer warum wieso welche welcher welches wieviel wohin bitte danke hallo guten in \
         gibt geht gerne gern mal doch hier da so tschüss moin servus",
        "äöü",
    ),
    (
        "fr",
        "le la les un une des du de je tu il elle nous vous ils mon ma mes ton ta votre vos notre ce cette ces est sont \
         était suis être ai as avez ont avoir peux peut pouvez puis veux voudrais ne pas non oui et ou mais si que qui \
         quoi dans sur pour avec par au aux en comment quand où pourquoi combien quel quelle merci bonjour salut svp \
         plaît encore toujours jamais moi toi",
        "çèêàùœ",
    ),
    (
        "es",
        "el la los las un una unos de del yo tú él ella nosotros ustedes mi mis tu su sus este esta esto ese es son \
         está están estoy ser he ha han tengo tiene puedo puede quiero quisiera no sí y o pero si que en con por para \
         al cómo como cuándo cuando dónde donde qué quién cuánto cuál gracias hola favor todavía aún ya me te se",
        "ñ¿¡",
    ),
    (
        "it",
        "il lo la i gli le un uno una di del della dei io tu lui lei noi voi mio mia miei tuo suo questo questa è sono \
         era essere ho hai ha abbiamo hanno posso può potete voglio vorrei non no sì e o ma se che in con su per da al \
         alla nel come quando dove perché quanto quale chi grazie ciao buongiorno salve prego ancora già mi ti si",
        "òì",
    ),
    (
        "nl",
        "de het een ik jij je u hij zij wij we jullie mijn jouw uw onze dit dat deze die is zijn was ben bent heb heeft \
         hebben had kan kunnen kunt wil willen moet zou niet geen nee ja en of maar als omdat van naar in op aan voor \
         met uit bij over om nog al ook hoe wat wanneer waar wie waarom welke hoeveel alstublieft graag bedankt dank \
         hallo hoi goedemorgen er mij me",
        "",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(locales: &[&str]) -> Vec<String> {
        locales.iter().map(|locale| (*locale).to_owned()).collect()
    }

    #[test]
    fn short_lines_are_told_apart() {
        let (mut right, mut decided) = (0, 0);
        let locales = allowed(&["en", "de"]);
        for (language, lines) in [("en", ENGLISH), ("de", GERMAN)] {
            for line in lines {
                if let Some(told) = detect(line, &locales) {
                    decided += 1;
                    right += usize::from(told == language);
                }
            }
        }
        assert!(right * 10 >= decided * 9, "{right} of {decided} decided right");
        assert!(decided >= 54, "{decided} of 60 decided");
    }

    #[test]
    fn what_does_not_tell_is_not_told() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(detect(text, &allowed(&["en", "de"])).as_deref(), expected, "{text}");
        };
        check("", None);
        check("10443", None);
        check("#10443 !!", None);
        check("👍", None);
        check("DHL", None);
        check("in", None);
        check("hallo", Some("de"));
        check("thanks", Some("en"));
    }

    #[test]
    fn the_allowed_entry_is_told_as_it_stands() {
        let check = |text: &str, locales: &[&str], expected: Option<&str>| {
            assert_eq!(detect(text, &allowed(locales)).as_deref(), expected, "{text}");
        };
        check("wo ist mein Paket", &["en-GB", "de-AT", "de-DE"], Some("de-AT"));
        check("where is my parcel", &["en_GB", "de"], Some("en_GB"));
        check("wo ist mein Paket", &["en", "fr"], None);
        check("wo ist mein Paket", &["de"], Some("de"));
        check("wo ist mein Paket", &["en"], None);
        check("parcel 10443", &["de"], Some("de"));
        check("wo ist mein Paket", &[], None);
        check("où est mon colis s'il vous plaît", &["en", "de", "fr"], Some("fr"));
        check("gdzie jest moja paczka", &["en", "pl"], Some("pl"));
    }

    #[test]
    fn training_words_hint() {
        let example = |text: &str, locale: &str| Example { text: text.to_owned(), locale: locale.to_owned() };
        let examples =
            [example("Paket verfolgen", "de"), example("track parcel newsletter", "en"), example("newsletter", "de")];
        let lexicon = Lexicon::of(examples.iter());
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(lexicon.detect(text, &allowed(&["de", "en"])).as_deref(), expected, "{text}");
        };
        check("paket", Some("de"));
        check("track", Some("en"));
        check("newsletter", None);
        assert_eq!(locales(examples.iter()), ["de", "en"]);
    }

    #[test]
    fn every_code_is_known_to_whatlang() {
        for pair in CODES.split(' ').filter(|pair| !pair.is_empty()) {
            let language = pair.split(':').next().unwrap();
            assert!(whatlang_of(language).is_some(), "{pair}");
        }
    }

    const ENGLISH: [&str; 30] = [
        "where is my order",
        "track order 10443",
        "hi",
        "refund please",
        "how long does shipping take?",
        "cancel my order",
        "i want to return this",
        "wrong size, can I swap it",
        "do you ship to Austria",
        "my discount code doesn't work",
        "talk to a human",
        "package arrived damaged",
        "is the blue mug in stock",
        "thx",
        "what's your phone number",
        "payment failed",
        "invoice for 10443 please",
        "change delivery address",
        "no thanks",
        "are you a bot",
        "still waiting for my parcel",
        "opening hours",
        "can i pay with PayPal",
        "gift card balance",
        "it never arrived",
        "reset my password",
        "forgot password",
        "good morning",
        "is this waterproof?",
        "that helped, bye",
    ];

    const GERMAN: [&str; 30] = [
        "wo ist meine Bestellung",
        "Bestellung 10443 verfolgen",
        "hallo",
        "Geld zurück bitte",
        "wie lange dauert der Versand?",
        "Bestellung stornieren",
        "ich möchte das zurückgeben",
        "falsche Größe, kann ich tauschen",
        "liefert ihr nach Österreich",
        "Gutscheincode geht nicht",
        "mit einem Menschen sprechen",
        "Paket kam beschädigt an",
        "ist die blaue Tasse lieferbar",
        "danke",
        "Telefonnummer?",
        "Zahlung fehlgeschlagen",
        "Rechnung für 10443 bitte",
        "Lieferadresse ändern",
        "nein danke",
        "bist du ein Bot",
        "warte immer noch auf mein Paket",
        "Öffnungszeiten",
        "kann man mit PayPal zahlen",
        "Guthaben Geschenkkarte",
        "ist nie angekommen",
        "Passwort zurücksetzen",
        "Passwort vergessen",
        "guten Morgen",
        "wasserdicht?",
        "hat geholfen, tschüss",
    ];
}
