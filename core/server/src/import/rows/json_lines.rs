//! Members of JSON objects, one object a line, named by dotted paths. Only the members named are
//! read, and numbers keep the text they are written with.

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess};
use serde_json::value::RawValue;
use std::fmt;

pub struct JsonLines {
    root: Node,
}

/// A member on the way to columns, or a column itself, or both.
#[derive(Default)]
struct Node {
    column: Option<usize>,
    members: Vec<(String, Node)>,
}

impl JsonLines {
    pub fn new(columns: &[String]) -> JsonLines {
        let mut root = Node::default();
        for (index, path) in columns.iter().enumerate() {
            let mut node = &mut root;
            for name in path.split('.') {
                node = node.member(name);
            }
            node.column = Some(index);
        }
        JsonLines { root }
    }

    pub fn split(&self, line: &str, cells: &mut [String]) -> Result<(), String> {
        if !line.trim_start().starts_with('{') {
            return Err("the line is not a JSON object".to_owned());
        }
        read_object(&self.root, line, cells).map_err(|error| format!("not JSON: {error}"))
    }
}

impl Node {
    fn member(&mut self, name: &str) -> &mut Node {
        let known = self.members.iter().position(|(own, _)| own == name);
        let index = known.unwrap_or_else(|| {
            self.members.push((name.to_owned(), Node::default()));
            self.members.len() - 1
        });
        &mut self.members[index].1
    }
}

fn read_object(node: &Node, text: &str, cells: &mut [String]) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    de::Deserializer::deserialize_map(&mut deserializer, Object { node, cells })?;
    deserializer.end()
}

fn read_member(node: &Node, raw: &str, cells: &mut [String]) -> serde_json::Result<()> {
    if let Some(cell) = node.column.and_then(|column| cells.get_mut(column)) {
        cell.clear();
        match raw.as_bytes().first() {
            Some(b'"') => cell.push_str(&serde_json::from_str::<String>(raw)?),
            _ if raw == "null" => {}
            _ => cell.push_str(raw),
        }
    }
    match !node.members.is_empty() && raw.starts_with('{') {
        true => read_object(node, raw, cells),
        false => Ok(()),
    }
}

struct Object<'a> {
    node: &'a Node,
    cells: &'a mut [String],
}

impl<'de> de::Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        while let Some(found) = access.next_key_seed(Name(self.node))? {
            let Some(node) = found else {
                access.next_value::<IgnoredAny>()?;
                continue;
            };
            let raw: &RawValue = access.next_value()?;
            read_member(node, raw.get(), self.cells).map_err(de::Error::custom)?;
        }
        Ok(())
    }
}

/// A member's name, looked up without keeping it.
struct Name<'a>(&'a Node);

impl<'de, 'a> DeserializeSeed<'de> for Name<'a> {
    type Value = Option<&'a Node>;

    fn deserialize<D: de::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> de::Visitor<'_> for Name<'a> {
    type Value = Option<&'a Node>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.members.iter().find(|(own, _)| own == name).map(|(_, node)| node))
    }
}
