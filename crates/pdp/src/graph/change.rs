//! Changing facts.

use super::{Back, Graph, Key, Link, Way};
use crate::fact::{Change, Fact, Relation, Uid};
use crate::names::Node;
use crate::naming::Naming;
use crate::paged::Paged;
use crate::value::Value;

impl Graph {
    /// Applies one change.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::Add(fact) => self.add(fact),
            Change::Drop(fact) => self.drop(fact),
            Change::Forget(subject) => self.forget(subject),
        }
    }

    /// Nothing is known any more; names keep their numbers, which the policies know.
    pub(crate) fn clear(&mut self) {
        self.slots = Paged::default();
        self.facts = 0;
    }

    fn add(&mut self, fact: &Fact) {
        let subject = self.node(&fact.subject);
        let (way, name, value) = match &fact.relation {
            Relation::In(group) => {
                let group = self.node(group);
                (Way::In, group, Value::Entity(group))
            }
            Relation::Attribute(name, term) => {
                (Way::Attribute, self.text_node(name), self.value(term))
            }
            Relation::Tag(key, term) => (Way::Tag, self.text_node(key), self.value(term)),
        };
        self.link(subject, Link { way, name, value });
    }

    /// Names are looked up, not made: what was never said need not be dropped.
    fn drop(&mut self, fact: &Fact) {
        let name = match &fact.relation {
            Relation::In(group) => self.find(group).map(|group| (Way::In, group)),
            Relation::Attribute(name, _) => self
                .names
                .find_text(name)
                .map(|name| (Way::Attribute, name)),
            Relation::Tag(key, _) => self.names.find_text(key).map(|key| (Way::Tag, key)),
        };
        if let (Some(subject), Some(key)) = (self.find(&fact.subject), name) {
            self.unlink(subject, key);
        }
    }

    fn forget(&mut self, subject: &Uid) {
        let Some(subject) = self.find(subject) else {
            return;
        };
        let keys: Vec<Key> = self.links(subject).map(Link::key).collect();
        for key in keys {
            self.unlink(subject, key);
        }
    }

    pub(crate) fn link(&mut self, subject: Node, link: Link) {
        let key = link.key();
        self.turn_back(subject, &link, Turn::On);
        let links = &mut self.slots.get_mut(subject.index()).links;
        match links.put(link, |other| other.key().cmp(&key)) {
            Some(replaced) => self.unback_replaced(subject, &replaced),
            None => self.facts += 1,
        }
    }

    fn unlink(&mut self, subject: Node, key: Key) {
        let links = &mut self.slots.get_mut(subject.index()).links;
        if let Some(link) = links.take(|other| other.key().cmp(&key)) {
            self.facts -= 1;
            self.turn_back(subject, &link, Turn::Off);
            self.restore_backs(subject, &link);
        }
    }

    /// The old value's ways back go; those that the new value, or another fact, has too stay.
    fn unback_replaced(&mut self, subject: Node, replaced: &Link) {
        self.turn_back(subject, replaced, Turn::Off);
        if let Some(value) = self.get(subject, replaced.key()).cloned() {
            let link = Link {
                value,
                ..replaced.clone()
            };
            self.turn_back(subject, &link, Turn::On);
        }
        self.restore_backs(subject, replaced);
    }

    /// Ways back from within records do not say by which attribute they lead: if one goes, another may still
    /// need it.
    fn restore_backs(&mut self, subject: Node, gone: &Link) {
        if !is_nested(&gone.value) {
            return;
        }
        let nested: Vec<Link> = self
            .links(subject)
            .filter(|link| is_nested(&link.value))
            .cloned()
            .collect();
        for link in nested {
            self.turn_back(subject, &link, Turn::On);
        }
    }

    fn turn_back(&mut self, subject: Node, link: &Link, turn: Turn) {
        let direct = (link.way, link.name);
        each_back(&link.value, direct, &mut |node, (way, name)| {
            let back = Back { way, name, subject };
            let backs = &mut self.slots.get_mut(node.index()).backs;
            match turn {
                Turn::On => backs.put(back, |other| other.cmp(&back)),
                Turn::Off => backs.take(|other| other.cmp(&back)),
            };
        });
    }

    pub(crate) fn find(&self, uid: &Uid) -> Option<Node> {
        self.names.find(self.names.find_text(&uid.kind)?, &uid.id)
    }
}

impl Naming for Graph {
    fn name(&mut self, kind: Node, text: &str) -> Node {
        self.names.name(kind, text)
    }
}

#[derive(Clone, Copy)]
enum Turn {
    On,
    Off,
}

const WITHIN: Key = (Way::Within, Node::TEXT);

/// A set of entities leads back by its attribute; deeper down, only that there is a way is kept.
fn each_back(value: &Value, direct: Key, found: &mut impl FnMut(Node, Key)) {
    match value {
        Value::Entity(node) => found(*node, direct),
        Value::Set(set) => {
            for item in &set.items {
                match item {
                    Value::Entity(node) => found(*node, direct),
                    deeper => deeper.each_entity(&mut |node| found(node, WITHIN)),
                }
            }
        }
        Value::Record(_) => value.each_entity(&mut |node| found(node, WITHIN)),
        _ => {}
    }
}

fn is_nested(value: &Value) -> bool {
    match value {
        Value::Record(_) => true,
        Value::Set(set) => set
            .items
            .iter()
            .any(|item| matches!(item, Value::Set(_) | Value::Record(_))),
        _ => false,
    }
}
