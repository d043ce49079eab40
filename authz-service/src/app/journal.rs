//! The log of decisions and searches: what was answered goes there a moment later, and nobody waits for it.
//!
//! ```text
//!   an answer ──▶ a queue with an end ──▶ the recorder ──▶ Postgres, in batches
//!                    │
//!                    ╰─ full, because the database is slow or gone: the entry is lost, and counted
//! ```
//!
//! A quarter of the queue is for decisions that allowed a change: however much somebody looks at, or is denied, they do not
//! thereby keep out of the log what they were allowed to do.

use std::sync::Arc;

use pdp::{Answer, Fact, entities};
use serde_json::{Map, Value};

use super::queue::{Bounds, Queue};
use super::recorded::RecordedQuestion;
use super::recorder::{Recorder, lost};
use super::{Found, Inquiry, Known};
use crate::domain::Caller;
use crate::store::{DecisionLog, Log, LoggedDecision, LoggedSearch, NewDecision, SearchLog};

/// What came of a question.
pub const OUTCOMES: [&str; 3] = [ALLOWED, DENIED, UNDECIDED];
pub(super) const ALLOWED: &str = "ALLOWED";
pub(super) const DENIED: &str = "DENIED";
const UNDECIDED: &str = "UNDECIDED";

/// Decisions that wait to be written at most: what a busy instance decides in a few seconds.
const WAITING: usize = 20_000;
/// Searches that wait at most.
const SEARCHES_WAITING: usize = 2_000;
/// The part of the bytes that is for searches: one of so many.
const FOR_SEARCHES: usize = 8;
/// The part of the queue that is for decisions that allowed a change: one of so many.
const FOR_CHANGES: usize = 4;
/// Facts that are kept with a decision at most.
pub(super) const FACTS: usize = 256;
/// How many bytes they may have, written down.
const LONGEST: usize = 16 * 1024;

/// Where decisions and searches are noted.
#[derive(Debug, Clone)]
pub struct Journal {
    decisions: Queue<NewDecision>,
    searches: Queue<LoggedSearch>,
    /// The actions that change nothing.
    reads: Arc<[String]>,
}

/// What a question was answered from: the answer, and the facts, unless they are too many.
pub(super) type Basis<'a> = (&'a Answer, Option<&'a [Fact]>);

/// The log holds this, or something else in its place.
struct Written<T> {
    as_it_is: bool,
    text: T,
}

impl Journal {
    /// A journal, and who writes it into these logs. So many bytes wait at most; these actions change nothing.
    #[must_use]
    pub fn new(
        (decisions, searches): (DecisionLog, SearchLog),
        waiting: usize,
        reads: &[String],
    ) -> (Self, Recorder) {
        let for_searches = Bounds {
            entries: SEARCHES_WAITING,
            bytes: waiting / FOR_SEARCHES,
        };
        let for_decisions = Bounds {
            entries: WAITING,
            bytes: waiting - for_searches.bytes,
        };
        let for_changes = for_decisions.part(FOR_CHANGES);
        let nothing = Bounds {
            entries: 0,
            bytes: 0,
        };
        let (decided, of_decisions) = for_decisions.without(for_changes).queue(for_changes);
        let (sought, of_searches) = for_searches.queue(nothing);
        let recorder = Recorder::new((of_decisions, decisions), (of_searches, searches));
        let journal = Self {
            decisions: decided,
            searches: sought,
            reads: reads.into(),
        };
        (journal, recorder)
    }

    /// Notes what was answered, or that nothing could be.
    pub(super) fn note(
        &self,
        known: &Known,
        caller: &Caller,
        inquiry: Inquiry,
        basis: Option<Basis<'_>>,
    ) {
        let (outcome, policies) = match basis {
            Some((answer, _)) if answer.allowed => (ALLOWED, &*answer.policies),
            Some((answer, _)) => (DENIED, &*answer.policies),
            None => (UNDECIDED, &[][..]),
        };
        let action = known.view.action(&inquiry.action.name);
        let is_read = self.reads.iter().any(|read| **read == *action.id);
        let allowed_change = outcome == ALLOWED && !is_read;
        let (subject, action, resource) = (
            readable(&inquiry.subject.id),
            readable(&inquiry.action.name),
            readable(&inquiry.resource.id),
        );
        let question = serde_json::to_value(RecordedQuestion::from(inquiry)).unwrap_or_default();
        let question = cleaned(question);
        let (facts, not_replayable) = match kept(basis, question.as_it_is) {
            Ok(facts) => (Some(facts), None),
            Err(why) => {
                metrics::counter!("decisions_not_replayable_total", "why" => why).increment(1);
                (None, Some(why.to_owned()))
            }
        };
        let decision = LoggedDecision {
            at: known.at,
            caller: readable(&caller.name).text,
            subject: subject.text,
            action: action.text,
            resource: resource.text,
            question: question.text,
            outcome: outcome.to_owned(),
            policies: policies.iter().map(ToString::to_string).collect(),
            policy_version: known.view.version().to_owned(),
            revision: i64::try_from(known.view.revision()).unwrap_or(i64::MAX),
            facts_at: known.token().to_string(),
            facts_age_ms: known.age_ms().unwrap_or_default(),
            facts,
            not_replayable,
        };
        let decision = NewDecision {
            decision,
            allowed_change,
        };
        let bytes = DecisionLog::bytes(&decision);
        if !self.decisions.note(decision, bytes, allowed_change) {
            lost::<DecisionLog>(1);
        }
    }

    /// Notes what was looked for, and how much was found.
    pub(super) fn note_search(
        &self,
        known: &Known,
        caller: &Caller,
        (kind, question): (&str, Value),
        found: &Found,
    ) {
        let search = LoggedSearch {
            at: known.at,
            caller: readable(&caller.name).text,
            kind: kind.to_owned(),
            question: cleaned(question).text,
            found: i64::try_from(found.found.len()).unwrap_or(i64::MAX),
            more: found.next.is_some(),
            policy_version: known.view.version().to_owned(),
            revision: i64::try_from(known.view.revision()).unwrap_or(i64::MAX),
            facts_at: known.token().to_string(),
            facts_age_ms: known.age_ms().unwrap_or_default(),
        };
        let bytes = SearchLog::bytes(&search);
        if !self.searches.note(search, bytes, false) {
            lost::<SearchLog>(1);
        }
    }
}

/// The facts as the log keeps them; or why the question cannot be answered once more.
fn kept(basis: Option<Basis<'_>>, as_it_is: bool) -> Result<String, &'static str> {
    let (_, facts) = basis.ok_or("nothing was decided")?;
    if !as_it_is {
        return Err("it holds a character that the log does not");
    }
    let too_many = "more facts were read than are kept";
    let facts = entities(facts.ok_or(too_many)?).to_string();
    if facts.len() > LONGEST {
        return Err(too_many);
    }
    if facts.contains("\\u0000") {
        return Err("a fact holds a character that the log does not");
    }
    Ok(facts)
}

/// The one character that Postgres takes in no text is shown as one that could not be read.
fn readable(text: &str) -> Written<String> {
    Written {
        as_it_is: !text.contains('\0'),
        text: text.replace('\0', "\u{fffd}"),
    }
}

fn cleaned(value: Value) -> Written<Value> {
    let mut as_it_is = true;
    let text = clean(value, &mut as_it_is);
    Written { as_it_is, text }
}

fn clean(value: Value, as_it_is: &mut bool) -> Value {
    match value {
        Value::String(text) => Value::String(clean_text(&text, as_it_is)),
        Value::Array(items) => {
            let items = items.into_iter().map(|item| clean(item, as_it_is));
            items.collect()
        }
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| {
                let name = clean_text(&name, as_it_is);
                (name, clean(value, as_it_is))
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn clean_text(text: &str, as_it_is: &mut bool) -> String {
    let written = readable(text);
    *as_it_is &= written.as_it_is;
    written.text
}
