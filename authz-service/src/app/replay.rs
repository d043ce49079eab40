//! Answering once more what was decided, from the log alone: the question, the policies by their digest, and the facts that were read.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use pdp::{Change, Engine, Entity, Policies, View};
use serde::Deserialize as _;

use super::Inquiry;
use super::journal::{ALLOWED, DENIED};
use super::recorded::RecordedQuestion;
use crate::store::{DecisionLog, Filter, LoggedDecision, Place, Versions, sources};

/// Decisions that are read at once.
const PAGE: usize = 500;

/// What came of answering once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// The same answer, by the same policies.
    Same,
    /// Another answer, or by others.
    Different {
        /// Whether they may.
        allowed: bool,
        /// The policies to which that is due.
        policies: Vec<String>,
    },
    /// It cannot be answered once more.
    Not(String),
}

/// As it is told: what is answered.
impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => f.write_str("the same"),
            Self::Different { allowed, policies } => {
                let outcome = if *allowed { ALLOWED } else { DENIED };
                write!(f, "{outcome} by {policies:?}")
            }
            Self::Not(why) => write!(f, "not replayable, since {why}"),
        }
    }
}

/// Answers once more. Policies that were read are kept for the next decision.
#[derive(Debug)]
pub struct Replay {
    decisions: DecisionLog,
    versions: Versions,
    /// The policies of a digest, and no facts; or why they cannot be asked.
    views: HashMap<String, Result<Arc<View>, String>>,
}

/// What came of many decisions.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    /// How many were answered once more.
    pub replayed: usize,
    /// How many of these were answered differently.
    pub different: usize,
    /// How many could not be, by the reason.
    pub not: BTreeMap<String, usize>,
}

impl Replay {
    /// What is kept here, by what is kept here.
    #[must_use]
    pub fn new(decisions: DecisionLog, versions: Versions) -> Self {
        Self {
            decisions,
            versions,
            views: HashMap::new(),
        }
    }

    /// Answers a decision's question once more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn one(&mut self, decision: &LoggedDecision) -> sqlx::Result<Replayed> {
        if let Some(why) = &decision.not_replayable {
            return Ok(Replayed::Not(why.clone()));
        }
        let Some(facts) = &decision.facts else {
            let why = "it was decided before facts were kept";
            return Ok(Replayed::Not(why.to_owned()));
        };
        let view = self.under(&decision.policy_version).await?;
        let replayed = view.and_then(|view| again(decision, facts, &view));
        Ok(replayed.unwrap_or_else(Replayed::Not))
    }

    /// Answers once more all that are looked for, from the newest on, and tells each that is answered differently.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn all(
        &mut self,
        filter: &Filter,
        mut differs: impl FnMut(i64, &LoggedDecision, &Replayed),
    ) -> sqlx::Result<Tally> {
        let mut tally = Tally::default();
        let mut before: Option<Place> = None;
        loop {
            let page = self.decisions.list(filter, before, PAGE).await?;
            let Some((last, decision)) = page.last() else {
                return Ok(tally);
            };
            before = Some((decision.at, *last));
            for (number, decision) in &page {
                let replayed = self.one(decision).await?;
                if tally.count(&replayed) {
                    differs(*number, decision, &replayed);
                }
            }
        }
    }

    async fn under(&mut self, digest: &str) -> sqlx::Result<Result<Arc<View>, String>> {
        if let Some(known) = self.views.get(digest) {
            return Ok(known.clone());
        }
        let files = self.versions.by_digest(digest).await?;
        let view = match files {
            Some(files) => {
                let read = move || {
                    let policies = Policies::new(&sources(files)).map_err(|why| why.to_string())?;
                    let engine = Engine::new(&policies).map_err(|why| why.to_string())?;
                    Ok::<_, String>(engine.view())
                };
                let read = tokio::task::spawn_blocking(read).await;
                let read = read.unwrap_or_else(|lost| Err(lost.to_string()));
                read.map_err(|why| format!("its policies make no sense to this version: {why}"))
            }
            None => Err("its policies are not kept".to_owned()),
        };
        self.views.insert(digest.to_owned(), view.clone());
        Ok(view)
    }
}

/// What is answered by these facts alone.
fn again(decision: &LoggedDecision, facts: &str, view: &View) -> Result<Replayed, String> {
    let unread = |why: &dyn fmt::Display| format!("its facts cannot be read: {why}");
    let entities: Vec<Entity> = serde_json::from_str(facts).map_err(|why| unread(&why))?;
    let facts: Result<Vec<_>, _> = entities.into_iter().map(Entity::facts).collect();
    let facts = facts.map_err(|why| unread(&why))?.into_iter().flatten();
    let known = view.with(facts.map(Change::Add));
    let known = known.map_err(|why| format!("its facts do not fit its policies: {why}"))?;
    let question = RecordedQuestion::deserialize(&decision.question);
    let question = question.map_err(|why| format!("its question cannot be read: {why}"))?;
    let question = Inquiry::from(question).question(&known);
    let question = question.map_err(|why| why.to_string())?;
    let answer = known.ask(&question).map_err(|why| why.to_string())?;
    let policies: Vec<_> = answer.policies.iter().map(ToString::to_string).collect();
    let was_allowed = decision.outcome == ALLOWED;
    if answer.allowed == was_allowed && policies == decision.policies {
        return Ok(Replayed::Same);
    }
    Ok(Replayed::Different {
        allowed: answer.allowed,
        policies,
    })
}

impl Tally {
    /// Counts one. Says whether it was answered differently.
    fn count(&mut self, replayed: &Replayed) -> bool {
        match replayed {
            Replayed::Not(why) => *self.not.entry(why.clone()).or_default() += 1,
            Replayed::Same => self.replayed += 1,
            Replayed::Different { .. } => {
                self.replayed += 1;
                self.different += 1;
                return true;
            }
        }
        false
    }
}

/// Why what could not be answered could not; and in the last line, how many there were.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (why, count) in &self.not {
            writeln!(f, "not replayable, since {why}: {count}")?;
        }
        let not: usize = self.not.values().sum();
        let (replayed, different) = (self.replayed, self.different);
        write!(
            f,
            "{replayed} replayed, {different} different, {not} not replayable"
        )
    }
}
