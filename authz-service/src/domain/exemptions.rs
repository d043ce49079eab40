//! From exceptions to facts: whom they are for is in the exception, and what they are for names it, by the action.
//!
//! ```text
//!   User::"ada" in Exception::"17"
//!   Book::"atlas".exceptions == { read: [Exception::"17"] }
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use pdp::{Change, Fact, Fields, Relation, Term, Uid};

use super::{Exception, Standing, Wish};

/// The exceptions that were approved, and those of them that are facts at this moment. A clone shares both.
#[derive(Debug, Clone, Default)]
pub struct Exemptions {
    approved: Arc<Vec<Exception>>,
    said: Arc<BTreeSet<Fact>>,
    /// Since when, and until when, it is these that count.
    valid: Option<(Timestamp, Timestamp)>,
}

/// The type of exceptions, for policies.
const KIND: &str = "Exception";
/// The attribute of a resource that names them.
const NAMED: &str = "exceptions";

impl Exemptions {
    /// Takes these in the place of those that were known.
    pub fn put(&mut self, approved: Vec<Exception>) {
        self.approved = Arc::new(approved);
        self.valid = None;
    }

    /// Whether those that are facts are those that count at this instant.
    #[must_use]
    pub fn is_of(&self, now: Timestamp) -> bool {
        self.valid
            .is_some_and(|(since, until)| since <= now && now < until)
    }

    /// What is to be written, as exceptions came, lapsed or were taken back; also where the clock was set back.
    pub fn turn(&mut self, now: Timestamp) -> Vec<Change> {
        if self.is_of(now) {
            return Vec::new();
        }
        let counts = |exception: &&Exception| exception.standing(now) == Standing::InForce;
        let (counting, lapsed): (Vec<_>, Vec<_>) = self.approved.iter().partition(counts);
        let since = lapsed.iter().map(|exception| exception.wish.until).max();
        let until = counting.iter().map(|exception| exception.wish.until).min();
        self.valid = Some((
            since.unwrap_or(Timestamp::MIN),
            until.unwrap_or(Timestamp::MAX),
        ));
        let facts = facts(counting.iter().map(|it| (it.number, &it.wish)));
        let gone = self.said.difference(&facts).cloned().map(Change::Drop);
        let come = facts.difference(&self.said).cloned().map(Change::Add);
        // What has another value is dropped, and then added.
        let changes = gone.chain(come).collect();
        self.said = Arc::new(facts);
        changes
    }
}

/// What exceptions of these numbers say.
pub(crate) fn facts<'a>(exceptions: impl IntoIterator<Item = (i64, &'a Wish)>) -> BTreeSet<Fact> {
    let mut named: BTreeMap<&Uid, BTreeMap<&str, Vec<Term>>> = BTreeMap::new();
    let mut facts = BTreeSet::new();
    for (number, wish) in exceptions {
        let exception = Uid::new(KIND, number.to_string());
        facts.insert(Fact::member(wish.subject.clone(), exception.clone()));
        let by_action = named.entry(&wish.resource).or_default();
        let of_action = by_action.entry(&wish.action).or_default();
        of_action.push(Term::Entity(exception));
    }
    for (resource, by_action) in named {
        let by_action = by_action.into_iter();
        let by_action = by_action.map(|(action, these)| (action.to_owned(), Term::Set(these)));
        let by_action = Term::Record(by_action.collect::<Fields>());
        facts.insert(Fact::attribute(resource.clone(), NAMED, by_action));
    }
    facts
}

/// The exceptions that these facts say somebody is in, by their numbers, in order.
pub(crate) fn named<'a>(
    subject: &Uid,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> BTreeSet<String> {
    let facts = facts.into_iter();
    let exceptions = facts.filter_map(|fact| match &fact.relation {
        Relation::In(group) if group.kind == KIND && fact.subject == *subject => {
            Some(group.id.clone())
        }
        _ => None,
    });
    exceptions.collect()
}
