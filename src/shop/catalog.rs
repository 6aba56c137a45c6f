//! Products out of a Google product feed.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use super::limits::Limits;
use super::price::Price;
use super::table::{MOST_FAULTS, Table};
use super::traits::{Traits, Values};
use super::words::{Index, says_nothing};
use super::{ActionResult, is_page};
use crate::domain::MOST_CARDS;
use crate::knowledge::{Trouble, write_instead};

/// Products one answer shows at most: as many as there are cards in a row.
const SHOWN: usize = MOST_CARDS;

/// What a product feed may say about the stock.
const STOCK: [&str; 4] = ["in_stock", "out_of_stock", "preorder", "backorder"];

/// The name of the titles of several products, in one line.
const SEVERAL_TEXT: &str = "items_text";

/// The name of several products, in a list.
const SEVERAL: &str = "products";

/// What a product feed calls in stock.
const IN_STOCK: &str = "in_stock";

/// Every product of a file, found by SKU, or by words and limits.
#[derive(Debug, Default)]
pub struct Catalog {
    products: Vec<Product>,
    // What questions may ask of them beside their names: of each product, in the same order.
    details: Vec<Details>,
    values: Values,
    by_sku: HashMap<String, usize>,
    // Of SKUs that differ only in what people mix up; those that are not alone in it are left out.
    by_looks: HashMap<String, Option<usize>>,
    index: Index,
    beside: Beside,
}

/// A search besides that by the words of names: places in the order of the file, best first.
pub type Finder = Arc<dyn Fn(&str) -> Vec<usize> + Send + Sync>;

// Given once the catalogue is read, and again when more is known.
#[derive(Default)]
struct Beside(RwLock<Option<Finder>>);

impl Beside {
    fn find(&self, text: &str) -> Vec<usize> {
        let finder = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        finder.map(|finder| finder(text)).unwrap_or_default()
    }
}

impl std::fmt::Debug for Beside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Beside")
    }
}

#[derive(Debug)]
struct Details {
    price: Option<Price>,
    traits: Traits,
}

/// A product as a card shows it. What the file does not say is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Product {
    /// The shop's own number for it, as the file has it.
    pub sku: String,
    /// Its title.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its page.
    pub link: String,
    /// Its picture.
    pub image_link: String,
    /// Amount and currency, such as `14.90 EUR`.
    pub price: String,
    /// `in_stock`, `out_of_stock`, `preorder` or `backorder`.
    pub stock: String,
    /// Who makes it.
    pub brand: String,
    /// Its colour.
    pub color: String,
    /// Its size.
    pub size: String,
    /// The same for products that differ in colour or size only.
    pub group: String,
}

impl Product {
    /// The product as replies see it, by the names of the file's columns; all texts.
    #[must_use]
    pub fn data(&self) -> BTreeMap<String, Value> {
        self.fields().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
    }

    /// The names of all its fields, as replies know them.
    pub fn field_names() -> impl Iterator<Item = &'static str> {
        Self::default().fields().map(|(name, _)| name).into_iter()
    }

    fn fields(&self) -> [(&'static str, &str); 10] {
        [
            ("sku", &self.sku),
            ("title", &self.name),
            ("description", &self.description),
            ("link", &self.link),
            ("image_link", &self.image_link),
            ("price", &self.price),
            ("availability", &self.stock),
            ("brand", &self.brand),
            ("color", &self.color),
            ("size", &self.size),
        ]
    }
}

impl Catalog {
    /// The names of what an answer shows: those of one product, and those of several.
    pub fn fields() -> impl Iterator<Item = &'static str> {
        Product::field_names().chain([SEVERAL_TEXT, SEVERAL])
    }

    /// Reads a file with the columns `id`, `title`, `price`, `availability` and, where the shop has them, `description`,
    /// `link`, `image_link`, `brand`, `color`, `size` and `item_group_id`.
    ///
    /// # Errors
    /// All faults, with their lines.
    pub fn read_csv(text: &str) -> Result<Self, Vec<Trouble>> {
        let table = Table::read(text, &["id", "title", "price", "availability"])?;
        let mut catalog = Self::default();
        let mut found: Vec<(usize, String, String)> = Vec::new();
        for (at, row) in table.rows.iter().enumerate() {
            let product = product(|column| table.value(row, column));
            found.extend(faults(&product).into_iter().map(|(problem, cure)| (at, problem, cure)));
            if let Some(first) = catalog.by_sku.get(&sku_key(&product.sku)) {
                let problem = format!("the product {} stands here a second time", product.sku);
                let cure = format!("keep one of them; the first is in line {}", table.line(text, *first));
                found.push((at, problem, cure));
            }
            catalog.add(product);
            if found.len() >= MOST_FAULTS {
                break;
            }
        }
        if found.is_empty() { Ok(catalog.with_details()) } else { Err(table.troubles(text, found)) }
    }

    // Which colours and sizes there are is known once all products are.
    fn with_details(mut self) -> Self {
        self.values = Values::of(&self.products);
        let details =
            |product: &Product| Details { price: Price::of_feed(&product.price), traits: self.values.traits(product) };
        self.details = self.products.iter().map(details).collect();
        self
    }

    /// Has what no name's words find looked for by `finder`.
    pub fn search_beside(&self, finder: Finder) {
        *self.beside.0.write().unwrap_or_else(PoisonError::into_inner) = Some(finder);
    }

    /// All products, in the order of the file.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.products.iter()
    }

    /// The SKUs and titles of all products, in the order of the file.
    pub fn ids(&self) -> impl Iterator<Item = (&str, &str)> {
        self.products.iter().map(|product| (product.sku.as_str(), product.name.as_str()))
    }

    /// The product with this SKU, however it is written; `O` for `0` and `I` for `1` are forgiven where only one can be meant.
    #[must_use]
    pub fn by_sku(&self, sku: &str) -> Option<&Product> {
        let at = self.by_sku.get(&sku_key(sku)).copied();
        self.products.get(at.or_else(|| self.by_looks.get(&looks(sku)).copied().flatten())?)
    }

    /// Products a text asks for, at most five, best first: those whose SKU stands in it, else those that its words fit and
    /// that are as it wants them: in price, colour, size and stock.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<&Product> {
        let asked = Limits::read(text, &self.values);
        let mut named: Vec<&Product> = Vec::new();
        for product in std::iter::once(text)
            .chain(asked.unpriced.split_whitespace().take(100))
            .filter_map(|word| self.by_sku(word))
        {
            if named.len() < SHOWN && !named.iter().any(|other| other.sku == product.sku) {
                named.push(product);
            }
        }
        if !named.is_empty() {
            return named;
        }
        self.fitting(&asked).into_iter().take(SHOWN).filter_map(|at| self.products.get(at)).collect()
    }

    // Places of products, best first.
    fn fitting(&self, asked: &Limits) -> Vec<usize> {
        let mut found = self.index.find(&asked.rest);
        // No name has these words: "something to put flowers in" is a matter of what products are.
        if found.is_empty() && !says_nothing(&asked.rest) {
            found = self.beside.find(&asked.rest);
        }
        // "Something green under 20 euros" names nothing, and all may be meant.
        if found.is_empty() && asked.tell_apart() && says_nothing(&asked.rest) {
            found = (0..self.products.len()).collect();
        }
        let fits = |details: &Details| asked.allow(details.price.as_ref(), &details.traits);
        found.retain(|at| self.details.get(*at).is_some_and(fits));
        let is_there = |at: &usize| self.products.get(*at).is_some_and(|product| product.stock == IN_STOCK);
        if asked.in_stock && found.iter().any(is_there) {
            found.retain(is_there);
        }
        if asked.cheapest_first {
            found.sort_by_key(|at| self.details.get(*at).and_then(|details| details.price));
        }
        found
    }

    /// What a look-up answers to `input`, slot to value. Slots may have any name: one that holds a SKU decides, else all that
    /// was said is searched for.
    #[must_use]
    pub fn answer(&self, input: &BTreeMap<String, String>) -> ActionResult {
        let by_sku: Vec<&Product> = input.values().filter_map(|value| self.by_sku(value)).take(1).collect();
        let said = input.values().map(String::as_str).collect::<Vec<_>>().join(" ");
        let found = if by_sku.is_empty() { self.find(&said) } else { by_sku };
        match found.as_slice() {
            [] => ActionResult::new("not_found", BTreeMap::new()),
            [one] => ActionResult::new("found", one.data()),
            several => {
                let list = several.iter().map(|product| product.data().into_iter().collect()).map(Value::Object);
                let titles = several.iter().map(|product| product.name.as_str()).collect::<Vec<_>>().join("; ");
                let data = [(SEVERAL_TEXT, titles.into()), (SEVERAL, Value::Array(list.collect()))];
                ActionResult::new("several", data.map(|(name, value): (&str, Value)| (name.to_owned(), value)).into())
            }
        }
    }

    fn add(&mut self, product: Product) {
        let at = self.products.len();
        let fields = [(&product.name, 1.0), (&product.brand, 0.8), (&product.color, 0.8), (&product.size, 0.6)];
        for (field, weight) in fields {
            self.index.add(at, field, weight);
        }
        self.by_sku.insert(sku_key(&product.sku), at);
        self.by_looks.entry(looks(&product.sku)).and_modify(|only| *only = None).or_insert(Some(at));
        self.products.push(product);
    }
}

fn product<'r>(value: impl Fn(&str) -> &'r str) -> Product {
    let text = |column: &str| value(column).to_owned();
    Product {
        sku: text("id"),
        name: text("title"),
        description: text("description"),
        link: text("link"),
        image_link: text("image_link"),
        price: text("price"),
        stock: value("availability").to_lowercase().replace(' ', "_"),
        brand: text("brand"),
        color: text("color"),
        size: text("size"),
        group: text("item_group_id"),
    }
}

fn faults(product: &Product) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut fault = |problem: String, cure: &str| faults.push((problem, cure.to_owned()));
    if sku_key(&product.sku).is_empty() {
        fault("the product has no `id`".into(), "write its SKU");
    }
    if product.name.is_empty() {
        fault("the product has no `title`".into(), "write the name shoppers know");
    }
    if Price::of_feed(&product.price).is_none() {
        fault(format!("`{}` is not a price", product.price), "write amount and currency, such as `14.90 EUR`");
    }
    if !STOCK.contains(&product.stock.as_str()) {
        fault(format!("`{}` is not an availability", product.stock), &write_instead(&product.stock, STOCK));
    }
    for (column, link) in [("link", &product.link), ("image_link", &product.image_link)] {
        // Anything else could run in a browser.
        if !link.is_empty() && !is_page(link) {
            fault(
                format!("`{column}` is not the address of a page"),
                "write it with `https://`, or with `/` for a page of this server",
            );
        }
    }
    faults
}

/// The form in which two ways to write a SKU are the same.
fn sku_key(sku: &str) -> String {
    sku.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// The form in which what looks alike is the same, too.
fn looks(sku: &str) -> String {
    sku_key(sku).replace('O', "0").replace(['I', 'L'], "1")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FEED: &str = "id,title,price,availability,brand,color,size,link,image_link,item_group_id
MUG-010,Stoneware mug Fjord,14.90 EUR,in_stock,Fjord,blue,,https://shop.example/mug,,MUG
MUG-011,Stoneware mug Fjord,14.90 EUR,out of stock,Fjord,sand,,,,MUG
SH-0RG-S,Organic t-shirt,29.00 EUR,preorder,,white,S,,,SHIRT
SH-0RG-M,Organic t-shirt,29.00 EUR,in_stock,,white,M,,,SHIRT
BL-1,Linen blanket,89 EUR,backorder,Lino,grey,,,,
";

    fn catalog() -> Catalog {
        Catalog::read_csv(FEED).expect("a catalogue")
    }

    #[test]
    fn skus_are_found_however_they_are_written() {
        let catalog = catalog();
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<_> = catalog.find(text).into_iter().map(|product| product.sku.as_str()).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("mug010", &["MUG-010"]);
        check("MUG-O1I", &["MUG-011"]);
        check("is sh-org-s back, or SH ORG M?", &["SH-0RG-S"]);
        check("blue mug or sand", &["MUG-010", "MUG-011"]);
        check("t-shirt size m", &["SH-0RG-M"]);
        check("grey blankets", &["BL-1"]);
        check("MUG-999", &["MUG-010", "MUG-011"]);
        check("bicycle", &[]);
    }

    #[test]
    fn answers_are_one_several_or_none() {
        let catalog = catalog();
        let answer = |slot: &str, value: &str| catalog.answer(&[(slot.to_owned(), value.to_owned())].into());
        let one = answer("sku", "MUG 010");
        assert_eq!((one.outcome.as_str(), &one.data["title"]), ("found", &Value::from("Stoneware mug Fjord")));
        assert_eq!(
            (&one.data["price"], &one.data["availability"]),
            (&Value::from("14.90 EUR"), &Value::from("in_stock"))
        );
        let several = answer("product", "mugs");
        assert_eq!((several.outcome.as_str(), several.data["products"].as_array().map(Vec::len)), ("several", Some(2)));
        assert_eq!(answer("product", "tractor").outcome, "not_found");
        assert_eq!(answer("product", "").outcome, "not_found");
    }

    #[test]
    fn faults_have_their_lines() {
        let text = "id,title,price,availability,link\n\
             A-1,Mug,14.90 EUR,in_stock,https://shop.example\n\
             a1,Mug,1490,in_stock,javascript:alert(1)\n\
             ,,14 EUR,sold,\n";
        let troubles = Catalog::read_csv(text).expect_err("faults");
        let told: Vec<_> = troubles.iter().map(|trouble| (trouble.place.line, trouble.problem.as_str())).collect();
        assert_eq!(
            told,
            [
                (3, "`1490` is not a price"),
                (3, "`link` is not the address of a page"),
                (3, "the product a1 stands here a second time"),
                (4, "the product has no `id`"),
                (4, "the product has no `title`"),
                (4, "`sold` is not an availability"),
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_text_has_an_answer(text in any::<String>()) {
            let catalog = catalog();
            let found = catalog.find(&text);
            prop_assert!(found.len() <= SHOWN);
            prop_assert_eq!(&found, &catalog.find(&text));
            let result = catalog.answer(&[(String::from("product"), text)].into());
            prop_assert!(["found", "several", "not_found"].contains(&result.outcome.as_str()));
        }

        #[test]
        fn every_feed_is_read_or_told(text in "(id|title|price|availability|,|;|\n|\"|[a-z0-9é ]){0,60}") {
            if let Err(troubles) = Catalog::read_csv(&text) {
                prop_assert!(!troubles.is_empty());
                let lines = u32::try_from(text.lines().count()).expect("few") + 1;
                prop_assert!(troubles.iter().all(|trouble| (1..=lines).contains(&trouble.place.line)));
            }
        }

        #[test]
        fn every_product_is_found_by_its_own_words(names in prop::collection::vec("[a-z]{4,9} [a-z]{4,9}", 1..30)) {
            let rows = names.iter().enumerate().map(|(at, name)| format!("X-{at},{name},1 EUR,in_stock\n"));
            let feed = format!("id,title,price,availability\n{}", rows.collect::<String>());
            let catalog = Catalog::read_csv(&feed).expect("a catalogue");
            for (at, name) in names.iter().enumerate() {
                prop_assert_eq!(catalog.by_sku(&format!("x{at}")).map(|product| &product.name), Some(name));
            }
        }
    }
}
