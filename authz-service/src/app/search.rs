//! Searching: who may, what may they, and what may be done.

use pdp::{Page, Search, Uid, Unfit, Unsearched, View, Wanted};
use serde_json::{Map, Value, json};

use super::inquiry::{circumstances, said, terms};
use super::{Act, App, Inquiry, Known, Thing, Unanswered};
use crate::domain::Caller;

/// The most that one page holds.
pub const LARGEST: usize = 1000;

/// The most that are tried for one page, where policies do not lead to those that are found.
const TRIES: usize = 10_000;

/// Subjects, or resources, of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sought {
    /// Who may do it to the known resource.
    Subjects,
    /// To what the known subject may do it.
    Resources,
}

impl Sought {
    const fn name(self) -> &'static str {
        match self {
            Self::Subjects => "SUBJECTS",
            Self::Resources => "RESOURCES",
        }
    }
}

/// How far, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looking {
    /// How many at most.
    pub limit: usize,
    /// Where the page before ended.
    pub token: Option<String>,
}

/// Of which attribute of which resources values are looked for, and after which one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The resources' type.
    pub kind: String,
    /// The attribute.
    pub attribute: String,
    /// The value after which to go on.
    pub after: Option<Uid>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// All of them that are on this page.
    pub found: Vec<Uid>,
    /// Where to go on, if there may be more.
    pub next: Option<String>,
}

impl App {
    /// Those of a type for which the answer is yes.
    ///
    /// # Errors
    ///
    /// When something is said that cannot be, or the page is none of this search.
    pub fn search(
        &self,
        known: &Known,
        caller: &Caller,
        (sought, kind): (Sought, String),
        (other, action, context): (Thing, Act, Map<String, Value>),
        looking: Looking,
    ) -> Result<Found, Unanswered> {
        let view = known.without_doubts()?;
        let heard = Heard::of((other, action, context), caller, view);
        let sides = ("subject", "resource");
        let (wanted, (unknown, side)) = match sought {
            Sought::Subjects => (Wanted::Principals { kind: kind.clone() }, sides),
            Sought::Resources => (Wanted::Resources { kind: kind.clone() }, (sides.1, sides.0)),
        };
        let search = Search {
            limit: looking.limit,
            tries: TRIES.max(looking.limit),
            cursor: looking.token,
            ..heard.search(side, wanted)?
        };
        let found = match view.search(&search, &self.cursors) {
            Ok(page) => page.into(),
            // Of what the schema does not know there is none to which anything could be done.
            Err(Unsearched::Unfit(Unfit::Types { .. })) => Found::default(),
            Err(Unsearched::Unfit(unfit)) => return Err(unfit.into()),
            Err(Unsearched::Cursor(_) | Unsearched::NoCondition(_)) => {
                return Err(Unanswered::Cursor);
            }
        };
        let unknown = (unknown, json!({ "type": kind }));
        self.note(
            known,
            caller,
            sought.name(),
            || heard.recorded(side, unknown),
            &found,
        );
        Ok(found)
    }

    /// For which values of an attribute a resource may have it done to it: a condition for a list that somebody else
    /// keeps. Those after one of them, in the order of their ids.
    ///
    /// # Errors
    ///
    /// When something is said that cannot be, or no list of values says it.
    pub fn condition(
        &self,
        known: &Known,
        caller: &Caller,
        (subject, action, context): (Thing, Act, Map<String, Value>),
        Condition {
            kind,
            attribute,
            after,
        }: Condition,
        limit: usize,
    ) -> Result<Found, Unanswered> {
        let view = known.without_doubts()?;
        let heard = Heard::of((subject, action, context), caller, view);
        let unknown = ("resource", json!({ "type": kind, "attribute": attribute }));
        let mut search = Search {
            limit,
            tries: TRIES.max(limit),
            ..heard.search("subject", Wanted::Values { kind, attribute })?
        };
        search.cursor = after.map(|after| self.cursors.after(&search, view.version(), &after));
        let found = match view.search(&search, &self.cursors) {
            Ok(page) => page.into(),
            Err(Unsearched::Unfit(unfit)) => return Err(unfit.into()),
            Err(why @ Unsearched::NoCondition(_)) => {
                return Err(Unanswered::NoCondition(why.to_string()));
            }
            Err(Unsearched::Cursor(_)) => return Err(Unanswered::Cursor),
        };
        self.note(
            known,
            caller,
            "VALUES",
            || heard.recorded("subject", unknown),
            &found,
        );
        Ok(found)
    }

    /// All that the subject may do to the resource.
    ///
    /// # Errors
    ///
    /// When something is said that cannot be, or the page is none of this search.
    pub fn actions(
        &self,
        known: &Known,
        caller: &Caller,
        inquiry: Inquiry,
        looking: &Looking,
    ) -> Result<Found, Unanswered> {
        let view = known.without_doubts()?;
        let context = inquiry.context.clone();
        let heard = inquiry.heard(caller, view);
        let mut question = heard.clone().question(view)?;
        let query = format!("actions {question:?} {context:?}");
        let after = looking.token.as_ref();
        let after = after
            .map(|token| self.cursors.open(&query, view.version(), token))
            .transpose()
            .map_err(|_| Unanswered::Cursor)?;
        let mut actions = Vec::new();
        let mut said_of_all = Map::new();
        for action in view.action_names() {
            // Each has circumstances of its own.
            let said = circumstances(context.clone(), Map::new(), &action, caller, view);
            question.context = terms("context", &said)?;
            said_of_all.extend(said);
            question.action = action;
            if view.ask(&question).is_ok_and(|answer| answer.allowed) {
                actions.push(question.action.clone());
            }
        }
        actions.retain(|action| after.as_ref().is_none_or(|after| action > after));
        let more = actions.len() > looking.limit;
        actions.truncate(looking.limit);
        let last = actions.last().filter(|_| more);
        let next = last.map(|last| self.cursors.seal(&query, view.version(), last));
        let found = Found {
            found: actions,
            next,
        };
        let recorded = || json!({ "subject": thing(&heard.subject), "resource": thing(&heard.resource), "context": said_of_all });
        self.note(known, caller, "ACTIONS", recorded, &found);
        Ok(found)
    }

    /// Notes what was looked for, where there is a journal.
    fn note(
        &self,
        known: &Known,
        caller: &Caller,
        kind: &str,
        question: impl FnOnce() -> Value,
        found: &Found,
    ) {
        if let Some(journal) = &self.journal {
            journal.note_search(known, caller, (kind, question()), found);
        }
    }
}

/// The half of a question that a search knows, as far as it counts.
struct Heard {
    other: Thing,
    action: Uid,
    name: String,
    context: Map<String, Value>,
}

impl Heard {
    fn of(
        (mut other, action, context): (Thing, Act, Map<String, Value>),
        caller: &Caller,
        view: &View,
    ) -> Self {
        let named = view.action(&action.name);
        other.properties = said(&other, caller, view);
        Self {
            context: circumstances(context, action.properties, &named, caller, view),
            action: named,
            name: action.name,
            other,
        }
    }

    /// The search, of which this side is known.
    fn search(&self, side: &'static str, wanted: Wanted) -> Result<Search, Unanswered> {
        Ok(Search {
            wanted,
            vouched: terms(side, &self.other.properties)?,
            known: Uid::new(self.other.kind.clone(), self.other.id.clone()),
            context: terms("context", &self.context)?,
            action: self.action.clone(),
            limit: 0,
            tries: TRIES,
            cursor: None,
        })
    }

    /// As it is recorded.
    fn recorded(self, side: &str, (unknown, kind): (&str, Value)) -> Value {
        json!({
            "action": { "name": self.name }, side: thing(&self.other), unknown: kind, "context": self.context,
        })
    }
}

fn thing(thing: &Thing) -> Value {
    json!({ "type": thing.kind, "id": thing.id, "properties": thing.properties })
}

impl Known {
    /// What is known, if all of it is.
    fn without_doubts(&self) -> Result<&View, Unanswered> {
        if self.has_doubts() {
            let why = "a message that could not be applied may matter";
            return Err(Unanswered::Undecided(why.to_owned()));
        }
        Ok(&self.view)
    }
}

impl From<Page> for Found {
    fn from(page: Page) -> Self {
        Self {
            found: page.found,
            next: page.next,
        }
    }
}
