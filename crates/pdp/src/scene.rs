//! A question, laid out over the facts that it is asked about.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use hashbrown::HashMap;
use smallvec::SmallVec;

use crate::code::Var;
use crate::graph::{Graph, Key, Nodes};
use crate::names::Node;
use crate::naming::{Naming, Spelling};
use crate::value::Value;

/// The groups of every action, however indirect, with itself. Actions belong to the schema, not to the facts.
pub(crate) type Actions = HashMap<Node, Nodes>;

/// The groups of the last few that were asked about.
type Kept = SmallVec<[(Node, Rc<Nodes>); 4]>;

/// What an expression is evaluated in. Names that the facts do not know exist in here only: whoever
/// asks about a thousand unknown things leaves nothing behind.
pub(crate) struct Scene<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) actions: &'a Actions,
    pub(crate) principal: Node,
    pub(crate) action: Node,
    pub(crate) resource: Node,
    pub(crate) context: Value,
    supplied: SmallVec<[(Node, Key, Value); 2]>,
    locals: Vec<(Node, Box<str>)>,
    local_nodes: HashMap<(Node, Box<str>), Node>,
    ancestors: RefCell<Kept>,
    read: Option<RefCell<Vec<(Node, Key)>>>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(graph: &'a Graph, actions: &'a Actions) -> Self {
        Self {
            graph,
            actions,
            principal: Node::TEXT,
            action: Node::TEXT,
            resource: Node::TEXT,
            context: Value::record(Vec::new()),
            supplied: SmallVec::new(),
            locals: Vec::new(),
            local_nodes: HashMap::new(),
            ancestors: RefCell::default(),
            read: None,
        }
    }

    /// From here on it is noted which facts are read.
    pub(crate) fn listen(&mut self) {
        self.read = Some(RefCell::default());
    }

    /// What was read: attributes, tags and memberships, each once; one that is told of no fact leads there by several.
    pub(crate) fn heard(self) -> Vec<(Node, Key)> {
        let mut read = self.read.map(RefCell::into_inner).unwrap_or_default();
        read.sort_unstable();
        read.dedup();
        read
    }

    /// Notes that this was read.
    pub(crate) fn read(&self, subject: Node, key: Key) {
        if let Some(read) = &self.read {
            read.borrow_mut().push((subject, key));
        }
    }

    /// An attribute of this question only: it stands before what is known, and the last one counts.
    pub(crate) fn suppose(&mut self, subject: Node, key: Key, value: Value) {
        self.supplied
            .retain(|(other, other_key, _)| (*other, *other_key) != (subject, key));
        self.supplied.push((subject, key, value));
    }

    pub(crate) fn supplied(&self, subject: Node) -> impl Iterator<Item = (Key, &Value)> {
        let of_subject = self
            .supplied
            .iter()
            .filter(move |(other, ..)| *other == subject);
        of_subject.map(|(_, key, value)| (*key, value))
    }

    /// Of whom something is supposed.
    pub(crate) fn supposed(&self) -> impl Iterator<Item = Node> {
        self.supplied.iter().map(|(subject, ..)| *subject)
    }

    /// A thing of this type of which nothing is known.
    pub(crate) fn stranger(&mut self, kind: &str) -> Node {
        let kind = self.text_node(kind);
        self.locals.push((kind, "".into()));
        Node::local(self.locals.len() - 1)
    }

    /// An attribute or a tag.
    pub(crate) fn get(&self, subject: Node, key: Key) -> Option<&Value> {
        let mut supplied = self.supplied(subject);
        if let Some((_, value)) = supplied.find(|(other, _)| *other == key) {
            return Some(value);
        }
        // What is not so need not be noted: it is not so where less is known.
        let value = self.graph.get(subject, key)?;
        self.read(subject, key);
        Some(value)
    }

    /// Itself and every group that it is in. The last few are kept: one question asks for the same again and again.
    pub(crate) fn ancestors(&self, node: Node) -> Rc<Nodes> {
        let mut kept = self.ancestors.borrow_mut();
        if let Some((_, known)) = kept.iter().find(|(other, _)| *other == node) {
            return known.clone();
        }
        let found = self.actions.get(&node).cloned();
        let found = Rc::new(found.unwrap_or_else(|| self.graph.ancestors(node)));
        if kept.len() == kept.inline_size() {
            kept.remove(0);
        }
        kept.push((node, found.clone()));
        found
    }

    pub(crate) const fn var(&self, var: Var) -> Option<Node> {
        match var {
            Var::Principal => Some(self.principal),
            Var::Action => Some(self.action),
            Var::Resource => Some(self.resource),
            Var::Context => None,
        }
    }

    pub(crate) fn set(&mut self, var: Var, node: Node) {
        match var {
            Var::Principal => self.principal = node,
            Var::Action => self.action = node,
            Var::Resource => self.resource = node,
            Var::Context => {}
        }
    }

    fn local(&self, node: Node) -> Option<&(Node, Box<str>)> {
        self.locals.get(node.local_index()?)
    }
}

impl Naming for Scene<'_> {
    fn name(&mut self, kind: Node, text: &str) -> Node {
        if let Some(known) = self.graph.names.find(kind, text) {
            return known;
        }
        let next = Node::local(self.locals.len());
        let node = *self.local_nodes.entry((kind, text.into())).or_insert(next);
        if node == next {
            self.locals.push((kind, text.into()));
        }
        node
    }
}

impl Spelling for Scene<'_> {
    fn kind(&self, node: Node) -> Node {
        match self.local(node) {
            Some((kind, _)) => *kind,
            None => self.graph.names.kind(node),
        }
    }

    fn text(&self, node: Node) -> Cow<'_, str> {
        match self.local(node) {
            Some((_, text)) => Cow::Borrowed(text),
            None => self.graph.names.text(node),
        }
    }
}
