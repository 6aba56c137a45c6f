//! Colours and sizes of a catalogue, by the words shoppers may use for them.

use std::collections::{BTreeSet, HashMap};

use super::Product;
use super::words::{stem, words};
use crate::nlu::{colour_of, fold};

/// The colours and sizes that products of a catalogue have.
#[derive(Debug, Default)]
pub(super) struct Values {
    // Stems of words to the name a colour has here: English where it has one, so that `grün` finds what is `green`.
    colours: HashMap<String, String>,
    sizes: BTreeSet<String>,
}

/// What a product is, as far as its catalogue's values tell.
#[derive(Debug, Default)]
pub(super) struct Traits {
    pub(super) colours: Vec<String>,
    pub(super) size: String,
}

impl Values {
    /// The values of all `products`.
    pub(super) fn of(products: &[Product]) -> Self {
        let mut values = Self::default();
        let colours: BTreeSet<&str> = products.iter().map(|product| product.color.as_str()).collect();
        for colour in colours {
            let words = words(colour);
            for word in &words {
                match (colour_of(word), words.len()) {
                    (Some(name), _) => {
                        values.colours.insert(stem(&name), name.clone());
                        values.colours.insert(stem(word), name);
                    }
                    // `oak` alone is the shop's own colour; of `oak, oiled by hand` nobody knows which word is.
                    (None, 1) => {
                        values.colours.insert(stem(word), stem(word));
                    }
                    (None, _) => {}
                }
            }
        }
        // A size of several words, such as `30 x 20 cm`, is found as words are.
        let is_word = |size: &str| !size.is_empty() && !size.contains(char::is_whitespace);
        let sizes = products.iter().map(|product| product.size.as_str()).filter(|size| is_word(size));
        values.sizes = sizes.map(fold).collect();
        values
    }

    /// The colour of the catalogue that a word names.
    pub(super) fn colour(&self, word: &str) -> Option<&str> {
        if self.colours.is_empty() {
            return None;
        }
        let own = self.colours.get(&stem(&words(word).concat()));
        own.or_else(|| self.colours.get(&stem(&colour_of(word)?))).map(String::as_str)
    }

    /// Whether a folded word is a size of the catalogue.
    pub(super) fn is_size(&self, word: &str) -> bool {
        self.sizes.contains(word)
    }

    /// What `product` has of these values. A title may name a colour that its own field names otherwise.
    pub(super) fn traits(&self, product: &Product) -> Traits {
        let said = words(&product.color).into_iter().chain(words(&product.name));
        let colours: BTreeSet<&String> = said.filter_map(|word| self.colours.get(&stem(&word))).collect();
        Traits { colours: colours.into_iter().cloned().collect(), size: fold(&product.size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(name: &str, color: &str, size: &str) -> Product {
        let text = str::to_owned;
        Product { name: text(name), color: text(color), size: text(size), ..Product::default() }
    }

    #[test]
    fn colours_are_the_catalogues_own_in_either_language() {
        let products = [
            product("Throw", "green", ""),
            product("Board", "oak", "30 x 20 cm"),
            product("Blanket", "Grün/Weiß", "M"),
            product("Orange juicer", "brushed steel", ""),
        ];
        let values = Values::of(&products);
        let check = |word: &str, expected: Option<&str>| assert_eq!(values.colour(word), expected, "{word}");
        check("green", Some("green"));
        check("grüne", Some("green"));
        check("WEISSES", Some("white"));
        check("oak", Some("oak"));
        check("orange", None);
        check("steel", None);
        check("blue", None);
        check("", None);
        assert!(values.is_size("m") && !values.is_size("30") && !values.is_size("l"));
        assert_eq!(values.traits(&products[2]).colours, ["green", "white"]);
        assert_eq!(values.traits(&product("The green one", "blue", "XL")).colours, ["green"]);
    }
}
