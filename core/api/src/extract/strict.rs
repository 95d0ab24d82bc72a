//! Reads any JSON, and notes keys given twice and NUL characters, which Postgres can not keep.

use crate::sentences;
use regulars_engine::problem::{Code, Problem};
use regulars_model::{Fault, document::serde_said, fault::pointer_token, said::Said};
use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value as Json, error::Category};
use std::{cell::RefCell, fmt};

pub fn read_tree(text: &str) -> Result<Json, Problem> {
    let faults = RefCell::new(Vec::new());
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let tree = Strict { at: None, faults: &faults }
        .deserialize(&mut deserializer)
        .and_then(|tree| deserializer.end().map(|()| tree));
    match (tree, faults.into_inner()) {
        (Ok(tree), faults) if faults.is_empty() => Ok(tree),
        (Err(error), _) if error.classify() != Category::Data => {
            Err(Problem::new(Code::InvalidRequest, sentences::not_json(error.to_string())))
        }
        (Err(error), _) => {
            Err(Problem::invalid_at("", "invalid_value", serde_said(&error.to_string())))
        }
        (Ok(_), faults) => Err(Problem::invalid(faults)),
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    at: Option<&'a Place<'a>>,
    faults: &'a RefCell<Vec<Fault>>,
}

struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    token: String,
}

impl Strict<'_> {
    fn note(&self, code: &str, message: Said) {
        let mut tokens = Vec::new();
        let mut place = self.at;
        while let Some(here) = place {
            tokens.push(here.token.as_str());
            place = here.parent;
        }
        tokens.reverse();
        self.faults.borrow_mut().push(Fault::new(tokens.concat(), code, message));
    }

    fn check_text(&self, text: &str) {
        if text.contains('\0') {
            self.note("invalid_text", sentences::holds_nul());
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Json;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Json, E> {
        Ok(Json::Bool(bool))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Json, E> {
        Ok(Json::Number(int.into()))
    }

    fn visit_u64<E>(self, int: u64) -> Result<Json, E> {
        Ok(Json::Number(int.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, float: f64) -> Result<Json, E> {
        Number::from_f64(float).map(Json::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        self.check_text(text);
        Ok(Json::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        loop {
            let place = Place { parent: self.at, token: format!("/{}", items.len()) };
            match seq.next_element_seed(Strict { at: Some(&place), faults: self.faults })? {
                Some(item) => items.push(item),
                None => return Ok(Json::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let place = Place { parent: self.at, token: pointer_token(&key) };
            let here = Strict { at: Some(&place), faults: self.faults };
            here.check_text(&key);
            let value = map.next_value_seed(here)?;
            if members.insert(key, value).is_some() {
                here.note("duplicate_key", sentences::given_twice());
            }
        }
        Ok(Json::Object(members))
    }
}
