//! What is read in the lines shoppers write, in English and German.

use jiff::civil::{Date, date};

use super::{Builtin, EntityKind, EntityRule, Extractor, Normalize};

pub(super) const TODAY: Date = date(2026, 11, 22);

pub(super) fn rule(name: &str, kind: EntityKind) -> EntityRule {
    EntityRule { name: name.to_owned(), kind, normalize: vec![], context_words: vec![], fuzzy: 0, pii: false }
}

fn order_number() -> EntityRule {
    EntityRule {
        normalize: vec![Normalize::Digits],
        context_words: ["order", "bestell", "auftrag", "parcel", "paket"].map(str::to_owned).to_vec(),
        ..rule("order_number", EntityKind::Regex(r"(?:#\s?|\bFD-)?(\d{5,8})".to_owned()))
    }
}

pub(super) fn skus() -> EntityRule {
    let ids = ["MUG-1042-BLU", "MUG-1042-RED", "HP-2077", "LAMP-O7", "T-SHIRT", "4711-88", "55310", "TEE.900"];
    EntityRule { fuzzy: 1, ..rule("sku", EntityKind::Catalog(ids.map(str::to_owned).to_vec())) }
}

fn colours() -> EntityRule {
    let value = |value: &str, others: &[&str]| {
        (value.to_owned(), others.iter().map(|other| (*other).to_owned()).collect::<Vec<String>>())
    };
    let values = vec![
        value("blue", &["blau", "navy", "sky blue"]),
        value("green", &["grün"]),
        value("turquoise", &["türkis", "blue green"]),
    ];
    EntityRule { fuzzy: 1, ..rule("colour", EntityKind::List(values)) }
}

pub(super) fn shop() -> Extractor {
    let builtin = |name: &str, builtin| rule(name, EntityKind::Builtin(builtin));
    Extractor::new(&[
        order_number(),
        skus(),
        colours(),
        builtin("email", Builtin::Email),
        builtin("phone", Builtin::Phone),
        builtin("money", Builtin::Money),
        builtin("date", Builtin::Date),
        builtin("postcode", Builtin::Postcode),
        builtin("tracking_number", Builtin::TrackingNumber),
        builtin("url", Builtin::Url),
        builtin("payment_card", Builtin::PaymentCard),
        builtin("size", Builtin::Size),
    ])
    .expect("rules")
}

// Entity, value and the words it stands in, for all that a text names.
pub(super) fn check(text: &str, expected: &[(&str, &str, &str)]) {
    let found = shop().extract(text, TODAY);
    let words = |start: usize, end: usize| text.chars().skip(start).take(end - start).collect::<String>();
    let found: Vec<_> = found.iter().map(|e| (e.entity.clone(), e.value.clone(), words(e.start, e.end))).collect();
    let found: Vec<_> = found.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

pub(super) fn nothing(text: &str) {
    check(text, &[]);
}

// The one entity of a kind a text names.
pub(super) fn one(entity: &'static str) -> impl Fn(&str, &str, &str) {
    move |text, value, words| check(text, &[(entity, value, words)])
}

pub(super) fn asked(entity: &str, text: &str, expected: Option<&str>) {
    let found = shop().find(entity, text, TODAY).map(|found| found.value);
    assert_eq!(found.as_deref(), expected, "{entity} in {text}");
}

#[test]
fn an_order_number_has_a_sign_or_a_word_beside_it_or_stands_alone() {
    let order = one("order_number");
    order("where is order #10042", "10042", "#10042");
    order("has 10042 shipped yet", "10042", "10042");
    order("10042", "10042", "10042");
    order("it's 10042, thanks", "10042", "10042");
    order("ah sorry, my number is 10042, thank you!", "10042", "10042");
    order("Wo bleibt meine Bestellung 10042? Ich warte schon so lange", "10042", "10042");
    order("Ich warte schon ewig auf meine Bestellung mit der Nummer 00142", "00142", "00142");
    order("Meine Bestellnr.: 10042, bitte prüfen Sie das einmal für mich", "10042", "10042");
    order("i would love to know where my ordre 10042 has got to", "10042", "10042");
    order("the thing i bought (order10042) has not come so far", "10042", "10042");
    order("it says fd-10042 on the invoice that came with the box", "10042", "fd-10042");
    order("No. 10042 has never reached me, what do you intend to do", "10042", "10042");
    order("my order-10042. It is still not here and i am very sad", "10042", "10042");
    check("no, 10043 not 10042", &[("order_number", "10043", "10043"), ("order_number", "10042", "10042")]);
    check("orders 10042/10043 please", &[("order_number", "10042", "10042"), ("order_number", "10043", "10043")]);
    order("order №10042?? order", "10042", "10042");
    order("Order No.:10042/2026", "10042", "10042");
    check(
        "10042, ann.smith@mail.example.com",
        &[("order_number", "10042", "10042"), ("email", "ann.smith@mail.example.com", "ann.smith@mail.example.com")],
    );
    order("order 10042 in 5 pieces", "10042", "10042");
}

#[test]
fn a_number_that_is_counted_paid_or_announced_as_another_is_no_order_number() {
    nothing("there were 10042 people in the queue before me at the shop");
    nothing("I paid 10042 rupees");
    check("I paid 10042 yen", &[("money", "10042 JPY", "10042 yen")]);
    nothing("order of 10042 pieces");
    nothing("my order came 10042 days late");
    nothing("10042%");
    nothing("I paid 10042");
    nothing("customer number 10042");
    nothing("Kundennummer 10042");
    nothing("Rechnungsnummer: 10042");
    nothing("order total 10042.507");
    nothing("order XY-10042-Z");
    nothing("order 10042abc");
    nothing("order 123456789");
}

#[test]
fn rules_without_context_words_count_always() {
    let plain =
        Extractor::new(&[rule("ref", EntityKind::Regex(r"\d{5}|ref (?<value>[a-z]+)".to_owned()))]).expect("rules");
    let values = |text: &str| plain.extract(text, TODAY).into_iter().map(|e| e.value).collect::<Vec<_>>();
    assert_eq!(values("I paid 10042 rupees and Ref Ab"), ["10042", "Ab"]);
    assert_eq!(values("1234567890"), Vec::<String>::new());
}

#[test]
fn article_numbers_are_read_as_shoppers_write_them() {
    let sku = one("sku");
    for written in
        ["MUG-1042-BLU", "mug-1042-blu", "mug1042blu", "Mug 1042 Blu", "MUG_1042.BLU", "MUG–1O42–BLU", "mug-lO42-blu"]
    {
        sku(&format!("is the {written} in stock?"), "MUG-1042-BLU", written);
    }
    sku("is MUG-1042-BLUE still there?", "MUG-1042-BLU", "MUG-1042-BLUE");
    sku("is MGU-1042-RED still there?", "MUG-1042-RED", "MGU-1042-RED");
    sku("hp-2O77", "HP-2077", "hp-2O77");
    sku("HP-277 kaputt", "HP-2077", "HP-277");
    sku("a lamp-o7, a lamp", "LAMP-O7", "lamp-o7");
    sku("lamp 07 is gone", "LAMP-O7", "lamp 07");
    sku("have you got the t-shirt", "T-SHIRT", "t-shirt");
    sku("item 55310 is broken", "55310", "55310");
    sku("haben Sie 4711-88?", "4711-88", "4711-88");
    sku("haben Sie 4711 88 noch einmal in der kleinen Größe da?", "4711-88", "4711 88");
    sku("tee 900 please", "TEE.900", "tee 900");
}

#[test]
fn a_whole_id_mistyped_is_rather_meant_than_a_piece_of_it() {
    let ids = ["AO-2370-AA", "OA-370", "BO-340", "BO-340-AA"].map(str::to_owned).to_vec();
    let shop = Extractor::new(&[EntityRule { fuzzy: 1, ..rule("sku", EntityKind::Catalog(ids)) }]).expect("rules");
    let check = |text: &str, expected: &[(usize, usize, &str)]| {
        let found = shop.extract(text, TODAY);
        let found: Vec<_> = found.iter().map(|found| (found.start, found.end, found.value.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    };
    check("O-2370-AA", &[(0, 9, "AO-2370-AA")]);
    check("O 2370 AA", &[(0, 9, "AO-2370-AA")]);
    check("OB-340-AX", &[]);
    check("BO-340-AX", &[(0, 9, "BO-340-AA")]);
    check("BO-340-XX", &[(0, 6, "BO-340")]);
    check("BO-340 AA, BO-340", &[(0, 9, "BO-340-AA"), (11, 17, "BO-340")]);
    check("a AO-2370-A b", &[(2, 11, "AO-2370-AA")]);
}

#[test]
fn words_and_doubtful_numbers_are_no_article_numbers() {
    nothing("a t shirt and a mug and a lamp");
    nothing("MUG-1042-BRD");
    nothing("mug 1042");
    nothing("i have 471188 reasons to be sad about this whole affair");
    nothing("the whole lot is oil, loo, ill");
    nothing("HP-2O");
}

#[test]
fn lists_know_other_words_and_one_wrong_letter() {
    let colour = one("colour");
    colour("in BLAU, bitte", "blue", "BLAU");
    colour("a sky blue one", "blue", "sky blue");
    colour("a sky-blue one", "blue", "sky-blue");
    colour("in gruen", "green", "gruen");
    colour("is there a turqoise one", "turquoise", "turqoise");
    colour("blue green tiles", "turquoise", "blue green");
    check("blue, green tiles", &[("colour", "blue", "blue"), ("colour", "green", "green")]);
    nothing("greek, bluer, navigation");
}

#[test]
fn email_addresses_are_read_written_or_spelled_out() {
    let email = one("email");
    email("ann@example.com", "ann@example.com", "ann@example.com");
    email(
        "It is Ann.Smith+shop@Mail.Example.co.uk.",
        "ann.smith+shop@mail.example.co.uk",
        "Ann.Smith+shop@Mail.Example.co.uk",
    );
    email("(ann_s@example.com)", "ann_s@example.com", "ann_s@example.com");
    email("meine Mail: jürgen@müller.de!", "jürgen@müller.de", "jürgen@müller.de");
    email("it's ann at example dot com", "ann@example.com", "ann at example dot com");
    email(
        "ann dot smith at example dot co dot uk",
        "ann.smith@example.co.uk",
        "ann dot smith at example dot co dot uk",
    );
    email("ann (at) example.com", "ann@example.com", "ann (at) example.com");
    email("ann[at]example[dot]com", "ann@example.com", "ann[at]example[dot]com");
    email("ann ät example punkt de", "ann@example.de", "ann ät example punkt de");
    email("order10042@example.com", "order10042@example.com", "order10042@example.com");
    for text in
        ["ann@", "@ann", "a@b", "ann@example", "look at the dot com", "meet me at example dot com", "at", "a..@.b.c"]
    {
        nothing(text);
    }
}

#[test]
fn phone_numbers_are_no_orders_and_no_days() {
    let phone = one("phone");
    phone("call me on +49 171 1234567", "+491711234567", "+49 171 1234567");
    phone("+49 (0)171 / 123 45-67 bitte", "+491711234567", "+49 (0)171 / 123 45-67");
    phone("0049 171 1234567", "+491711234567", "0049 171 1234567");
    phone("meine Nummer ist 0171 1234567", "01711234567", "0171 1234567");
    phone("(0171) 1234567", "01711234567", "(0171) 1234567");
    phone("01711234567", "01711234567", "01711234567");
    phone("415-555-2671", "4155552671", "415-555-2671");
    phone("(415) 555-2671", "4155552671", "(415) 555-2671");
    phone("my phone is 5552671", "5552671", "5552671");
    phone("Telefon: 555 26 71", "5552671", "555 26 71");
    check(
        "+49 171 1234567, order 10042",
        &[("phone", "+491711234567", "+49 171 1234567"), ("order_number", "10042", "10042")],
    );
    phone("my flat is 0171 1234567 80331 or so", "01711234567", "0171 1234567");
    one("order_number")("order 0012345", "0012345", "0012345");
    one("order_number")("order 00123456", "00123456", "00123456");
    one("date")("call me on 18.11.2026", "2026-11-18", "18.11.2026");
    nothing("call 112");
    nothing("IBAN DE89 3704 0044 0532 0130 00");
    one("payment_card")("card 4111 1111 1111 1111", "•••• 1111", "4111 1111 1111 1111");
}

#[test]
fn amounts_have_a_currency() {
    let money = one("money");
    money("39,90 €", "39.90 EUR", "39,90 €");
    money("it was EUR 39.90!", "39.90 EUR", "EUR 39.90");
    money("$12", "12.00 USD", "$12");
    money("only 12 euros.", "12.00 EUR", "12 euros");
    money("12€", "12.00 EUR", "12€");
    money("12eur", "12.00 EUR", "12eur");
    money("€ 1.299,00", "1299.00 EUR", "€ 1.299,00");
    money("1,299.5 dollars", "1299.50 USD", "1,299.5 dollars");
    money("1'299 Franken", "1299.00 CHF", "1'299 Franken");
    money("Fr. 20", "20.00 CHF", "Fr. 20");
    money("39,- Euro", "39.00 EUR", "39,- Euro");
    money("£0.99", "0.99 GBP", "£0.99");
    money("ich habe 10042 Euro bezahlt", "10042.00 EUR", "10042 Euro");
    check("$12 $15", &[("money", "12.00 USD", "$12"), ("money", "15.00 USD", "$15")]);
    check("12 € 15 €", &[("money", "12.00 EUR", "12 €"), ("money", "15.00 EUR", "15 €")]);
    check("order 10042 (39,90 €)", &[("order_number", "10042", "10042"), ("money", "39.90 EUR", "39,90 €")]);
    for text in ["euro 2024", "12", "12.5.7 €", "€", "12 europeans", "1.2345 €"] {
        nothing(text);
    }
}

#[test]
fn days_are_read_in_numbers_and_words() {
    let day = one("date");
    day("2026-11-18", "2026-11-18", "2026-11-18");
    day("2026-11-18T10:00", "2026-11-18", "2026-11-18");
    day("2026/1/8", "2026-01-08", "2026/1/8");
    day("am 18.11.2026.", "2026-11-18", "18.11.2026");
    day("am 18. 11. 2026", "2026-11-18", "18. 11. 2026");
    day("18.11.26", "2026-11-18", "18.11.26");
    day("18/11/2026", "2026-11-18", "18/11/2026");
    day("11/18/2026", "2026-11-18", "11/18/2026");
    day("bestellt am 18.11., oder?", "2026-11-18", "18.11");
    day("on 18/11", "2026-11-18", "18/11");
    day("Nov 18", "2026-11-18", "Nov 18");
    day("nov. 18th, 2025", "2025-11-18", "nov. 18th, 2025");
    day("seit dem 18. November", "2026-11-18", "18. November");
    day("18th of November 2026", "2026-11-18", "18th of November 2026");
    day("on 3 may it broke", "2026-05-03", "3 may");
    day("am 1. März 2025", "2025-03-01", "1. März 2025");
    for text in [
        "24/7",
        "1.5",
        "31.02.2026",
        "1.2.3.4",
        "1.2.3.2026",
        "2026-13-01",
        "i may 5",
        "10/10",
        "nov 40",
        "32. Mai",
        "Nov",
    ] {
        nothing(text);
    }
}

#[test]
fn a_day_without_a_year_is_the_nearest_and_rather_behind() {
    let day = one("date");
    day("Dec 24", "2026-12-24", "Dec 24");
    day("March 1", "2026-03-01", "March 1");
    day("22 Feb", "2026-02-22", "22 Feb");
    day("21 Feb", "2027-02-21", "21 Feb");
    day("29 Feb", "2028-02-29", "29 Feb");
    let january = shop().extract("Nov 18", date(2027, 1, 5));
    assert_eq!(january[0].value, "2026-11-18");
    assert!(shop().extract("Nov 18", Date::MIN).is_empty());
    assert!(shop().extract("in 3 days, 2 years ago", Date::MAX).len() <= 1);
}

#[test]
fn days_are_counted_from_today() {
    let day = one("date");
    // A Sunday.
    day("yesterday", "2026-11-21", "yesterday");
    day("ich habe gestern bestellt", "2026-11-21", "gestern");
    day("vorgestern", "2026-11-20", "vorgestern");
    day("the day before yesterday", "2026-11-20", "day before yesterday");
    day("today?", "2026-11-22", "today");
    day("Kommt es morgen?", "2026-11-23", "morgen");
    day("Morgen kommt es?", "2026-11-23", "Morgen");
    day("übermorgen", "2026-11-24", "übermorgen");
    day("heute morgen kam es", "2026-11-22", "heute");
    day("last Tuesday", "2026-11-17", "last Tuesday");
    day("letzten Dienstag", "2026-11-17", "letzten Dienstag");
    day("seit letztem Sonntag", "2026-11-15", "seit letztem Sonntag");
    day("nächsten Sonntag", "2026-11-29", "nächsten Sonntag");
    day("next Monday", "2026-11-23", "next Monday");
    day("in 3 days", "2026-11-25", "in 3 days");
    day("in einer Woche", "2026-11-29", "in einer Woche");
    day("vor 2 Wochen", "2026-11-08", "vor 2 Wochen");
    day("vor einem Monat", "2026-10-22", "vor einem Monat");
    day("3 days ago", "2026-11-19", "3 days ago");
    day("a week ago", "2026-11-15", "a week ago");
    day("2 Tage her", "2026-11-20", "2 Tage her");
    day("two weeks from now", "2026-12-06", "two weeks from now");
    for text in [
        "Guten Morgen",
        "Morgen!",
        "Morgen, wo ist mein Paket",
        "in 3-5 days",
        "3 days",
        "9999999999 days ago",
        "Tuesday",
        "the last one",
    ] {
        nothing(text);
    }
}

#[test]
fn postcodes_need_a_word_or_a_town() {
    let postcode = one("postcode");
    postcode("postcode 80331", "80331", "80331");
    postcode("PLZ 01067", "01067", "01067");
    postcode("it's for 80331 Munich", "80331", "80331");
    postcode("bitte an Hauptstr. 5, 80331 München", "80331", "80331");
    postcode("D-80331 München", "80331", "80331");
    postcode("Wien, Postleitzahl 1010", "1010", "1010");
    postcode("San Francisco, CA 94107", "94107", "94107");
    postcode("zip code 94107-1234", "94107-1234", "94107-1234");
    postcode("London SW1A 1AA please", "SW1A 1AA", "SW1A 1AA");
    postcode("my postcode is m11ae", "M1 1AE", "m11ae");
    check("order 10042 goes to postcode 80331", &[("order_number", "10042", "10042"), ("postcode", "80331", "80331")]);
    check("order 10042 for 80331 Munich", &[("order_number", "10042", "10042"), ("postcode", "80331", "80331")]);
    nothing("size m2 3rd try");
    postcode("in 1010 Wien", "1010", "1010");
    postcode("10115 Berlin", "10115", "10115");
    postcode("10115 berlin bitte", "10115", "10115");
    postcode("ich wohne hauptstr 5 10115 Musterstadt", "10115", "10115");
    postcode("17111 Musterdorf", "17111", "17111");
    postcode("8001 Zürich", "8001", "8001");
    one("order_number")("order 10115 Berlin", "10115", "10115");
    one("order_number")("10042 Bestellung", "10042", "10042");
    one("order_number")("10042 please", "10042", "10042");
}

#[test]
fn web_addresses_end_before_the_full_stop() {
    let url = one("url");
    url(
        "see https://shop.example/orders/10042.",
        "https://shop.example/orders/10042",
        "https://shop.example/orders/10042",
    );
    url("(www.shop.example)", "www.shop.example", "www.shop.example");
    nothing("https:// www.");
}

#[test]
fn the_longest_rule_wins_and_each_stretch_is_claimed_once() {
    check(
        "Ann, ann@example.com, bought MUG-1042-BLU for 39,90 € on 18.11.2026: order #10042, +49 171 1234567.",
        &[
            ("email", "ann@example.com", "ann@example.com"),
            ("sku", "MUG-1042-BLU", "MUG-1042-BLU"),
            ("money", "39.90 EUR", "39,90 €"),
            ("date", "2026-11-18", "18.11.2026"),
            ("order_number", "10042", "#10042"),
            ("phone", "+491711234567", "+49 171 1234567"),
        ],
    );
    check("order 10042", &[("order_number", "10042", "10042")]);
    // A rule that says so plainly beats the catalogue; the catalogue beats what only stands alone nowhere else.
    check("order 55310", &[("order_number", "55310", "55310")]);
}

#[test]
fn an_answer_needs_no_context() {
    asked("order_number", "10042", Some("10042"));
    asked("order_number", "well let me see, my wife wrote down 10042 on the fridge", Some("10042"));
    asked("order_number", "sure: #10042, ann@example.com", Some("10042"));
    asked("order_number", "i do not have it but my phone is 0171 1234567", None);
    asked("order_number", "my postcode is 80331", None);
    asked("order_number", "I paid 10042 yen", None);
    asked("order_number", "the order is 10042 and 80331 is not", Some("10042"));
    asked("postcode", "80331", Some("80331"));
    asked("postcode", "1010", Some("1010"));
    asked("postcode", "sw1a1aa", Some("SW1A 1AA"));
    asked("postcode", "order 10042", None);
    asked("phone", "5552671", Some("5552671"));
    asked("email", "ann@example.com", Some("ann@example.com"));
    asked("date", "am 18.11", Some("2026-11-18"));
    asked("date", "18.11.", Some("2026-11-18"));
    asked("date", "Tuesday", Some("2026-11-17"));
    asked("date", "Sonntag", Some("2026-11-22"));
    asked("date", "Morgen!", Some("2026-11-23"));
    asked("sku", "mug 1042 blu", Some("MUG-1042-BLU"));
    asked("sku", "55310", Some("55310"));
    asked("sku", "it is number 55310", Some("55310"));
    asked("sku", "order 55310", None);
    asked("colour", "navy", Some("blue"));
    asked("nothing_known", "10042", None);
    let amount = Extractor::new(&[rule("amount", EntityKind::Builtin(Builtin::Number))]).expect("rules");
    let number = |text: &str| amount.find("amount", text, TODAY).map(|found| found.value);
    assert_eq!(number("2,5 please").as_deref(), Some("2.5"));
    assert_eq!(number("zwei").as_deref(), Some("2"));
    assert_eq!(number("none"), None);
    assert!(amount.extract("one", TODAY).is_empty());
    let both = Extractor::new(&[rule("amount", EntityKind::Builtin(Builtin::Number)), skus()]).expect("rules");
    let found = both.extract("2 of HP-2077", TODAY).into_iter().map(|e| (e.entity, e.value)).collect::<Vec<_>>();
    assert_eq!(found, [("amount".to_owned(), "2".to_owned()), ("sku".to_owned(), "HP-2077".to_owned())]);
}

#[test]
fn reasons_are_words_and_hold_no_values() {
    let reasons = |text: &str| shop().extract(text, TODAY).into_iter().map(|e| e.reason).collect::<Vec<_>>();
    assert_eq!(reasons("order #10042"), ["the rule's pattern, which has a sign of its own"]);
    assert_eq!(reasons("order 10042"), ["the rule's pattern, near \"order\""]);
    assert_eq!(reasons("10042"), ["the rule's pattern, and the text says little else"]);
    assert_eq!(reasons("MUG-1042-BLUE"), ["an id of the catalogue, one character off"]);
    assert_eq!(reasons("postcode 80331"), ["a postcode, near \"postcode\""]);
}

#[test]
fn rules_that_cannot_work_are_refused_in_words() {
    let refused = |bad: EntityRule, expected: &str| {
        let (index, words) = Extractor::new(&[order_number(), bad]).expect_err("refused");
        assert_eq!((index, words.as_str()), (1, expected));
    };
    let pattern = |pattern: &str| rule("x", EntityKind::Regex(pattern.to_owned()));
    refused(pattern("("), "the pattern cannot be read: unclosed group");
    refused(pattern(r"\d*"), "the pattern matches where nothing stands; write `+` where there is `*` or `?` now");
    refused(pattern(r"\w{500}{500}"), "the pattern cannot be read: it is too big; name fewer repetitions");
    refused(rule(" ", EntityKind::Builtin(Builtin::Email)), "the entity has no name");
    refused(EntityRule { fuzzy: 2, ..skus() }, "`fuzzy` is 0 or 1: at two mistakes one id is as near as the next");
    let list = |values: &[(&str, &[&str])]| {
        let own =
            |(value, others): &(&str, &[&str])| ((*value).to_owned(), others.iter().map(|o| (*o).to_owned()).collect());
        rule("x", EntityKind::List(values.iter().map(own).collect()))
    };
    refused(list(&[("a", &["x"]), ("b", &["X"])]), "`X` stands for both `a` and `b`");
    refused(list(&[("a", &["—"])]), "`—` has no word in it");
    refused(list(&[("a b c d e f g", &[])]), "`a b c d e f g` has more than 6 words");
}
