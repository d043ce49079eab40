//! Searching: who may, what may they, and what may be done.

use pdp::{Page, Search, Uid, Unfit, Unsearched, View, Wanted};
use serde_json::{Map, Value};

use super::inquiry::{circumstances, said, terms};
use super::{App, Deed, Inquiry, Known, Thing, Unanswered};
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
        (other, action, context): (Thing, Deed, Map<String, Value>),
        looking: Looking,
    ) -> Result<Found, Unanswered> {
        let view = known.without_doubts()?;
        let (wanted, of) = match sought {
            Sought::Subjects => (Wanted::Principals { kind }, "resource"),
            Sought::Resources => (Wanted::Resources { kind }, "subject"),
        };
        let named = view.action(&action.name);
        let search = Search {
            wanted,
            vouched: terms(of, &said(&other, caller, view))?,
            known: Uid::new(other.kind, other.id),
            context: terms(
                "context",
                &circumstances(context, action.properties, &named, caller, view),
            )?,
            action: named,
            limit: looking.limit,
            tries: TRIES.max(looking.limit),
            cursor: looking.token,
        };
        match view.search(&search, &self.cursors) {
            Ok(page) => Ok(page.into()),
            // Of what the schema does not know there is none to which anything could be done.
            Err(Unsearched::Unfit(Unfit::Types { .. })) => Ok(Found::default()),
            Err(Unsearched::Unfit(unfit)) => Err(unfit.into()),
            Err(Unsearched::Cursor(_) | Unsearched::NoCondition(_)) => Err(Unanswered::Cursor),
        }
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
        (subject, action, context): (Thing, Deed, Map<String, Value>),
        Condition {
            kind,
            attribute,
            after,
        }: Condition,
        limit: usize,
    ) -> Result<Found, Unanswered> {
        let view = known.without_doubts()?;
        let named = view.action(&action.name);
        let mut search = Search {
            wanted: Wanted::Values { kind, attribute },
            vouched: terms("subject", &said(&subject, caller, view))?,
            known: Uid::new(subject.kind, subject.id),
            context: terms(
                "context",
                &circumstances(context, action.properties, &named, caller, view),
            )?,
            action: named,
            limit,
            tries: TRIES.max(limit),
            cursor: None,
        };
        search.cursor = after.map(|after| self.cursors.after(&search, view.version(), &after));
        match view.search(&search, &self.cursors) {
            Ok(page) => Ok(page.into()),
            Err(Unsearched::Unfit(unfit)) => Err(unfit.into()),
            Err(why @ Unsearched::NoCondition(_)) => Err(Unanswered::NoCondition(why.to_string())),
            Err(Unsearched::Cursor(_)) => Err(Unanswered::Cursor),
        }
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
        let mut question = inquiry.heard(caller, view).question(view)?;
        let query = format!("actions {question:?} {context:?}");
        let after = looking.token.as_ref();
        let after = after
            .map(|token| self.cursors.open(&query, view.version(), token))
            .transpose()
            .map_err(|_| Unanswered::Cursor)?;
        let mut actions = Vec::new();
        for action in view.action_names() {
            // Each has circumstances of its own.
            let said = circumstances(context.clone(), Map::new(), &action, caller, view);
            question.context = terms("context", &said)?;
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
        Ok(Found {
            found: actions,
            next,
        })
    }
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
