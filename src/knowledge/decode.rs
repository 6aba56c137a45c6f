//! From a checked tree to a Rust type: a serde deserializer over [`Node`].

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::fault::{Place, Trouble};
use super::tree::{Kind, Node};

/// Makes a `T` of `node`.
///
/// # Errors
/// What could not be taken. After a check against the schema of `T` there is hardly anything left that could not.
pub(super) fn decode<T: DeserializeOwned>(node: &Node) -> Result<T, Trouble> {
    T::deserialize(Part(node)).map_err(|error| {
        let place = error.place.unwrap_or(node.place);
        Trouble::new(
            place,
            "this part cannot be read",
            format!("compare it with the format of the file ({})", error.what),
        )
    })
}

#[derive(Debug)]
struct Error {
    what: String,
    place: Option<Place>,
}

impl Error {
    fn at(self, place: Place) -> Self {
        Self { place: self.place.or(Some(place)), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { what: message.to_string(), place: None }
    }
}

// The tree as serde sees it.
struct Part<'de>(&'de Node);

impl<'de> IntoDeserializer<'de, Error> for Part<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

// A number or truth value: the text is read as one only where the type asks for it.
macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.text().and_then(|text| text.parse::<$type>().ok()) {
                Some(value) => visitor.$visit(value).map_err(|error: Error| error.at(self.0.place)),
                None => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Part<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.0.kind {
            Kind::Empty => visitor.visit_unit(),
            Kind::Text(text) => visitor.visit_borrowed_str(text),
            Kind::List(list) => visitor.visit_seq(SeqDeserializer::new(list.iter().map(Part))),
            Kind::Map(entries) => visitor
                .visit_map(MapDeserializer::new(entries.iter().map(|(key, value)| (key.text.as_str(), Part(value))))),
        }
        .map_err(|error: Error| error.at(self.0.place))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.0.kind {
            Kind::Empty => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.0.kind {
            Kind::Text(text) => StrDeserializer::<Error>::new(text).deserialize_enum(name, variants, visitor),
            _ => Err(de::Error::custom(format!("one of {}", variants.join(", ")))),
        }
        .map_err(|error: Error| error.at(self.0.place))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    parsed! {
        deserialize_bool visit_bool bool;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
