//! Questions to the starter shop's catalogue, in both languages, and what they find.

use super::Catalog;

const STARTER: &str = include_str!("../../intents/shop/catalog.csv");

const THROWS: [&str; 3] = ["1042-BLU", "1042-GRN", "1042-GRY"];
const MUGS: [&str; 3] = ["6073-BLU", "6073-SND", "6073-WHT"];
const TABLE_LAMPS: [&str; 2] = ["2218-BRS", "2218-BLK"];
const FLOOR_LAMPS: [&str; 2] = ["4120-OAK", "4120-BLK"];
const LAMPS: [&str; 4] = ["2218-BRS", "2218-BLK", "4120-OAK", "4120-BLK"];
const CANDLES: [&str; 2] = ["5578-GRN", "4551-WHT"];
const VASES: [&str; 2] = ["3464-WHT", "3464-SND"];
const NAPKINS: [&str; 2] = ["7783-WHT", "7783-BLU"];

// What questions find, in order, each by the end of its SKU behind `HP-`.
fn check(questions: &[(&str, &[&str])]) {
    let catalog = Catalog::read_csv(STARTER).expect("the starter shop's catalogue");
    for (question, expected) in questions {
        let found: Vec<_> =
            catalog.find(question).iter().map(|product| product.sku.trim_start_matches("HP-")).collect();
        assert_eq!(found, *expected, "{question}");
    }
}

#[test]
fn prices_in_english() {
    check(&[
        ("do you have throws under 100 euros", &THROWS),
        ("throws for less than 89 euros", &[]),
        ("throws up to €89", &THROWS),
        ("Fjord throws, max 89 EUR", &THROWS),
        ("throws under 100 dollars", &[]),
        ("mugs under 15", &MUGS),
        ("lamps over 100 euros", &FLOOR_LAMPS),
        ("lamps from 69 to 100 euros", &TABLE_LAMPS),
        ("a lamp for at least 189 €", &FLOOR_LAMPS),
        ("candles between 20 and 30 euros", &CANDLES),
        ("candles 20-30 €", &CANDLES),
        ("something between 14 and 16 euros", &["6073-BLU", "6073-SND", "6073-WHT", "3277-BLU", "3277-SND"]),
        ("anything under 15 euros", &MUGS),
        ("a gift for 15 euros", &MUGS),
        ("show me all linen things below 30 euros", &NAPKINS),
        ("tractor under 20 euros", &[]),
    ]);
}

#[test]
fn prices_in_german() {
    check(&[
        ("Fjord unter 100 Euro", &THROWS),
        ("Fjord für weniger als 89 Euro", &[]),
        ("Harbour unter 15 Euro", &MUGS),
        ("Vasen bis 34 €", &VASES),
        ("Vase höchstens 33,99 €", &[]),
        ("Lampe ab 100 Euro", &FLOOR_LAMPS),
        ("Lampe mindestens 189", &FLOOR_LAMPS),
        ("Lampen zwischen 50 und 100 Euro", &TABLE_LAMPS),
        ("Lampen 50 bis 100 Euro", &TABLE_LAMPS),
        ("Linen höchstens 30 Euro", &NAPKINS),
        ("Linen maximal 30 Euro in blau", &["7783-BLU"]),
        ("habt ihr etwas unter 15 Euro", &MUGS),
        ("ein Geschenk für 15 Euro", &MUGS),
        ("zeig mir alles über 180 Euro", &["4120-OAK", "4120-BLK", "6526-SND-LG"]),
        ("Traktor unter 20 Euro", &[]),
    ]);
}

#[test]
fn colours_and_sizes() {
    check(&[
        ("green throws", &["1042-GRN"]),
        ("the throw in red", &[]),
        ("do you have throws in gray", &["1042-GRY"]),
        ("white or blue napkins", &NAPKINS),
        ("the linen dress in M", &["9481-SND-M"]),
        ("blue shirts, size L", &["4475-BLU-L"]),
        ("wool socks 39-42", &["3382-GRY"]),
        ("a throw in M", &[]),
        ("oak boards under 50 euros", &["8185-OAK-SM"]),
        ("what do you have in green under 30 euros", &["5578-GRN", "1107-GRN"]),
        ("Vasen in weiß", &["3464-WHT"]),
        ("eine grüne Vase", &[]),
        ("graue Fjord", &["1042-GRY"]),
        ("T-Shirt in M", &["9849-WHT", "9849-NVY"]),
        ("Shirt Größe L, weiß", &["4475-WHT-L"]),
    ]);
}

#[test]
fn stock_and_order() {
    check(&[
        ("harbour bowls in stock", &["3277-BLU"]),
        ("mast floor lamp available now", &["4120-OAK"]),
        // None of it is: then the words decide.
        ("the grey throw in stock", &["1042-GRY"]),
        ("when is the grey throw back in stock", &["1042-GRY"]),
        ("is this in stock", &[]),
        ("Mast sofort lieferbar", &["4120-OAK"]),
        ("Harbour bowl auf Lager", &["3277-BLU"]),
        ("cheapest mugs", &["6073-BLU", "6073-SND", "6073-WHT", "8000-RED"]),
        ("cheap lamps", &LAMPS),
        ("what is the cheapest thing you have", &["6073-BLU", "6073-SND", "6073-WHT", "3277-BLU", "3277-SND"]),
        ("die günstigste Lampe", &LAMPS),
        ("what is the cheapest rug", &["6526-SND-SM", "6526-SND-LG"]),
    ]);
}

#[test]
fn numbers_in_names_and_skus_are_no_prices() {
    check(&[
        ("is HP-1042-GRY in stock", &["1042-GRY"]),
        ("HP-1042-BLU under 20 euros", &["1042-BLU"]),
        ("vases under 30 cm", &VASES),
        ("30 x 20 cm board", &["8185-OAK-SM", "8185-OAK-LG"]),
        ("how much is the winter mug", &["8000-RED"]),
        ("was kostet der Winter mug", &["8000-RED"]),
        ("socks in 43-46", &["3382-NVY"]),
    ]);
}
