//! Facts as bytes: each name once, and numbers for the rest.

use std::io;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::graph::{Graph, Link, Way};
use crate::names::Node;
use crate::naming::{Naming as _, Spelling as _};
use crate::value::Value;

/// The place of a name in the image.
type Place = u32;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::engine) struct Image {
    note: String,
    revision: u64,
    /// The place of the type, and the id; of a text, its own place. Types come before what has them.
    names: Vec<(Place, String)>,
    facts: Vec<(Place, u8, Place, Cell)>,
}

/// A value, by places.
#[derive(Debug, Serialize, Deserialize)]
enum Cell {
    Bool(bool),
    Long(i64),
    Text(Place),
    Entity(Place),
    Set(Vec<Cell>),
    Record(Vec<(Place, Cell)>),
    Foreign(Place, Place),
}

const WAYS: [Way; 3] = [Way::In, Way::Attribute, Way::Tag];

impl Image {
    /// Names that no fact mentions any more are left behind.
    pub(in crate::engine) fn of(graph: &Graph, note: &str) -> Self {
        let image = Self {
            note: note.to_owned(),
            revision: graph.revision,
            ..Self::default()
        };
        let mut draft = Draft {
            graph,
            image,
            places: HashMap::new(),
        };
        for subject in graph.names.all() {
            for link in graph.links(subject) {
                draft.fact(subject, link);
            }
        }
        draft.image
    }

    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        postcard::to_stdvec(self).map_err(io::Error::other)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    /// Nothing, if it does not fit together.
    pub(in crate::engine) fn restore(self, graph: &mut Graph) -> Option<String> {
        graph.clear();
        graph.revision = graph.revision.max(self.revision) + 1;
        let mut nodes: Vec<Node> = Vec::with_capacity(self.names.len());
        for (place, (kind, text)) in self.names.iter().enumerate() {
            let kind = if *kind as usize == place {
                Node::TEXT
            } else {
                *nodes.get(*kind as usize)?
            };
            nodes.push(graph.name(kind, text));
        }
        for (subject, way, name, cell) in self.facts {
            let link = Link {
                way: *WAYS.get(usize::from(way))?,
                name: *nodes.get(name as usize)?,
                value: cell.value(&nodes)?,
            };
            graph.link(*nodes.get(subject as usize)?, link);
        }
        Some(self.note)
    }
}

struct Draft<'a> {
    graph: &'a Graph,
    image: Image,
    places: HashMap<Node, Place>,
}

impl Draft<'_> {
    fn fact(&mut self, subject: Node, link: &Link) {
        let way = WAYS.iter().position(|way| *way == link.way);
        let way = way
            .and_then(|way| u8::try_from(way).ok())
            .unwrap_or_default();
        let fact = (
            self.place(subject),
            way,
            self.place(link.name),
            self.cell(&link.value),
        );
        self.image.facts.push(fact);
    }

    fn place(&mut self, node: Node) -> Place {
        if let Some(place) = self.places.get(&node) {
            return *place;
        }
        let kind = self.graph.names.kind(node);
        let kind = (kind != Node::TEXT).then(|| self.place(kind));
        let place = Place::try_from(self.image.names.len()).unwrap_or(Place::MAX);
        let text = self.graph.names.text(node).into_owned();
        self.image.names.push((kind.unwrap_or(place), text));
        self.places.insert(node, place);
        place
    }

    fn cell(&mut self, value: &Value) -> Cell {
        match value {
            Value::Bool(value) => Cell::Bool(*value),
            Value::Long(value) => Cell::Long(*value),
            Value::Text(node) => Cell::Text(self.place(*node)),
            Value::Entity(node) => Cell::Entity(self.place(*node)),
            Value::Set(set) => Cell::Set(set.items.iter().map(|item| self.cell(item)).collect()),
            Value::Record(record) => {
                let fields = record.fields.iter();
                Cell::Record(
                    fields
                        .map(|(name, value)| (self.place(*name), self.cell(value)))
                        .collect(),
                )
            }
            Value::Foreign(call) => Cell::Foreign(self.place(call.0), self.place(call.1)),
        }
    }
}

impl Cell {
    fn value(self, nodes: &[Node]) -> Option<Value> {
        let node = |place: Place| nodes.get(place as usize).copied();
        Some(match self {
            Self::Bool(value) => Value::Bool(value),
            Self::Long(value) => Value::Long(value),
            Self::Text(place) => Value::Text(node(place)?),
            Self::Entity(place) => Value::Entity(node(place)?),
            Self::Set(items) => {
                let items: Option<_> = items.into_iter().map(|item| item.value(nodes)).collect();
                Value::set(items?)
            }
            Self::Record(fields) => {
                let fields = fields
                    .into_iter()
                    .map(|(name, cell)| Some((node(name)?, cell.value(nodes)?)));
                Value::record(fields.collect::<Option<_>>()?)
            }
            Self::Foreign(function, argument) => {
                Value::Foreign((node(function)?, node(argument)?).into())
            }
        })
    }
}
