//! Lines as they come, and things with many ways to be written: typos, shouting, emoji, letters for digits.

use super::tests::{TODAY, asked, check, nothing, one, rule, shop};
use super::{Builtin, EntityKind, EntityRule, Extractor};

#[test]
fn rows_of_days_have_a_first_and_a_last() {
    let days = one("date");
    days("it came last week", "2026-11-09/2026-11-15", "last week");
    days("letzte Woche bestellt", "2026-11-09/2026-11-15", "letzte Woche");
    days("NACHSTE WOCHE???", "2026-11-23/2026-11-29", "NACHSTE WOCHE");
    days("the week before last", "2026-11-02/2026-11-08", "week before last");
    days("this weekend", "2026-11-21/2026-11-22", "this weekend");
    days("letztes Wochenende", "2026-11-14/2026-11-15", "letztes Wochenende");
    days("last month", "2026-10-01/2026-10-31", "last month");
    days("nächstes Jahr", "2027-01-01/2027-12-31", "nächstes Jahr");
    days("for the last two weeks", "2026-11-08/2026-11-22", "last two weeks");
    days("in den letzten 3 Tagen", "2026-11-19/2026-11-22", "letzten 3 Tagen");
    days("ordered in October", "2026-10-01/2026-10-31", "October");
    days("im Dezember 2025", "2025-12-01/2025-12-31", "Dezember 2025");
    days("next March", "2027-03-01/2027-03-31", "March");
    days("next week Friday", "2026-11-27", "next week Friday");
    days("Montag letzter Woche", "2026-11-09", "Montag letzter Woche");
    days("next Friday", "2026-11-27", "next Friday");
    days("diesen Freitag", "2026-11-27", "diesen Freitag");
    days("bis Freitag brauche ich es", "2026-11-27", "bis Freitag");
    days("two weeks ago", "2026-11-08", "two weeks ago");
    days("vor zwei wochen", "2026-11-08", "vor zwei wochen");
    days("a couple of days ago", "2026-11-20", "a couple of days ago");
    days("last night", "2026-11-21", "last night");
    days("yesterday's parcel", "2026-11-21", "yesterday");
    days("yesteday", "2026-11-21", "yesteday");
    days("tommorow", "2026-11-23", "tommorow");
    days("kommt ubermorgen?", "2026-11-24", "ubermorgen");
    days("letzen freitag", "2026-11-20", "letzen freitag");
    for text in ["the last one", "next please", "this may be", "in mar", "western", "last but not least", "week"] {
        nothing(text);
    }
}

#[test]
fn parcels_of_other_carriers_need_their_name_or_a_word() {
    let tracking = one("tracking_number");
    tracking("dpd 01015026003653", "01015026003653", "01015026003653");
    tracking("01015026003653C", "01015026003653C", "01015026003653C");
    tracking("GLS Paket 503460075384", "503460075384", "503460075384");
    tracking("gls tracking XHAX4HDA", "XHAX4HDA", "XHAX4HDA");
    tracking("Hermes Sendung 09133131530724", "09133131530724", "09133131530724");
    tracking("fedex 9865 7878 8855", "986578788855", "9865 7878 8855");
    tracking("usps 9400 1112 0108 0805 4830 16", "9400111201080805483016", "9400 1112 0108 0805 4830 16");
    tracking("my parcel 3318810025 is late", "3318810025", "3318810025");
    tracking("JJD1410302937991", "JJD1410302937991", "JJD1410302937991");
    nothing("the code is XHAX4HDA");
    nothing("01015026003653 is what it says");
    asked("tracking_number", "3318810025", Some("3318810025"));
}

#[test]
fn sizes_and_colours_are_read() {
    let size = one("size");
    size("have you got it in M?", "M", "M");
    size("size m please", "M", "m");
    size("Größe 42 bitte", "42", "42");
    size("in grosse XL", "XL", "XL");
    size("3xl", "XXXL", "3xl");
    size("i need UK 8", "UK 8", "UK 8");
    size("socks in size 39-42", "39-42", "39-42");
    size("shoe size 42,5", "42.5", "42,5");
    size("w32 l34", "W32 L34", "w32 l34");
    check("S or M?", &[("size", "S", "S"), ("size", "M", "M")]);
    asked("size", "42", Some("42"));
    asked("size", "medium", Some("M"));
    for text in ["it's me", "size 42 cm", "let us 2 know", "i am 42", "M. Smith", "L'Oréal", "the large order"] {
        nothing(text);
    }
    let tint = Extractor::new(&[rule("tint", EntityKind::Builtin(Builtin::Colour))]).expect("rules");
    let read = |text: &str| tint.extract(text, TODAY).into_iter().map(|found| found.value).collect::<Vec<_>>();
    assert_eq!(read("ein BLAUES Kleid"), ["blue"]);
    assert_eq!(read("hellgrün oder light blue"), ["light green", "light blue"]);
    assert_eq!(read("in gold, weiss"), ["gold", "white"]);
    for text in
        ["ich weiß nicht", "Mr. Brown", "black friday", "gold account", "silver member", "bluetooth", "das weiß ich"]
    {
        assert_eq!(read(text), Vec::<String>::new(), "{text}");
    }
}

// Lines as they come: typos, shouting, emoji, letters for digits, umlauts left out. What each names, in order.
#[test]
fn noisy_lines_are_read() {
    let line = |text: &str, expected: &[(&str, &str)]| {
        let found: Vec<_> = shop().extract(text, TODAY).into_iter().map(|e| (e.entity, e.value)).collect();
        let found: Vec<_> = found.iter().map(|(entity, value)| (entity.as_str(), value.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    };
    line("WHERE IS MY ORDER #10042 ???!!!", &[("order_number", "10042")]);
    line("😡😡 order 1OO42 😡", &[("order_number", "10042")]);
    line("📦10042📦 order pls", &[("order_number", "10042")]);
    line("oder nr １００４２ where", &[("order_number", "10042")]);
    line("wheres ordr 10042 its been 2 weeks", &[("order_number", "10042")]);
    line("bestelung 10042 ist noch nicht da!!1", &[("order_number", "10042")]);
    line("FD–10042 kaputt angekommen 😢", &[("order_number", "10042")]);
    line(
        "order:10042,paid 39,90€,came yesterday",
        &[("order_number", "10042"), ("money", "39.90 EUR"), ("date", "2026-11-21")],
    );
    line("MUG-1O42-BLU!!! kaputt", &[("sku", "MUG-1042-BLU")]);
    line("mug—1042—blu 👍", &[("sku", "MUG-1042-BLU")]);
    line("is hp2O77 in grun da", &[("sku", "HP-2077"), ("colour", "green")]);
    line("turkis bitte", &[("colour", "turquoise")]);
    line("ann@example.com😀", &[("email", "ann@example.com")]);
    line("PLZ:10115", &[("postcode", "10115")]);
    line("10115 BERLIN", &[("postcode", "10115")]);
    line("ich wohn in 80331 munchen", &[("postcode", "80331")]);
    line("karte 4111-1111-1111-1111 geht nich", &[("payment_card", "•••• 1111")]);
    line("ORDER 10042 LAST WEEK!!", &[("order_number", "10042"), ("date", "2026-11-09/2026-11-15")]);
    line("letzte woche bestelt, nr 10042", &[("date", "2026-11-09/2026-11-15"), ("order_number", "10042")]);
    line("🤷‍♀️", &[]);
    line("asdfghjkl 1234", &[]);
}

#[test]
fn order_numbers_have_every_style_a_shop_may_choose() {
    let check = |pattern: &str, text: &str, expected: Option<&str>| {
        let words = ["order", "bestell"].map(str::to_owned).to_vec();
        let number = EntityRule { context_words: words, ..rule("order_number", EntityKind::Regex(pattern.to_owned())) };
        let found = Extractor::new(&[number]).expect("rules").extract(text, TODAY);
        assert!(found.len() <= 1, "{text}: {found:?}");
        assert_eq!(found.first().map(|found| found.value.as_str()), expected, "{pattern} in {text}");
    };
    check(r"#\d{4,6}", "where is #1001", Some("#1001"));
    check(r"\d{3}-\d{7}-\d{7}", "order 302-1234567-7654321", Some("302-1234567-7654321"));
    check(r"\d{3}-\d{7}-\d{7}", "order 302–1234567–7654321", Some("302-1234567-7654321"));
    check(r"\d{3}-\d{7}-\d{7}", "order 1302-1234567-7654321", None);
    check(r"FD-\d{4}-\d{5}", "fd-2026-00042 ist weg", Some("fd-2026-00042"));
    check(r"SO/\d{5}", "SO/10042", Some("SO/10042"));
    check(r"W\d{7}", "order w00l2345", Some("w0012345"));
    check(r"[A-Z]{3}[0-9]{5}", "it is ABC12345, thanks", Some("ABC12345"));
    check(r"[A-Z]{3}[0-9]{5}", "it is XABC12345, thanks", None);
    check(r"[A-Z0-9]{9}", "order QX7K2M9AB", Some("QX7K2M9AB"));
    check(r"\d{2}\.\d{3}\.\d{3}", "bestellung 10.042.777", Some("10.042.777"));
    check(r"\d{6,15}", "order 113542617735902", Some("113542617735902"));
    check(r"\d{6,15}", "order 0011354261773590200", None);
    check(r"(?<value>\d{5})/2026", "order 10042/2026", Some("10042"));
    check("0x[0-9a-f]{6}", "order 0xdeadbe", Some("0xdeadbe"));
}

#[test]
fn parcel_numbers_fit_their_check_digit() {
    let tracking = one("tracking_number");
    tracking("1Z999AA10123456784", "1Z999AA10123456784", "1Z999AA10123456784");
    tracking("1z 999 aa1 01 2345 6784", "1Z999AA10123456784", "1z 999 aa1 01 2345 6784");
    tracking("track RR473124829GB", "RR473124829GB", "RR473124829GB");
    tracking("RR 473 124 829 GB", "RR473124829GB", "RR 473 124 829 GB");
    tracking("Sendung 00340433836442636597", "00340433836442636597", "00340433836442636597");
    tracking("0034 0433 8364 4263 6597", "00340433836442636597", "0034 0433 8364 4263 6597");
    tracking("DHL 201298452277", "201298452277", "201298452277");
    tracking("http is 201298452277", "201298452277", "201298452277");
    nothing("1Z999AA10123456785");
    nothing("00340433836442636579");
    nothing("DHL 201298452278");
}
