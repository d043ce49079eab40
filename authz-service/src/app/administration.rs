//! What policy administrators do: nothing is asked that two of them have not agreed on, and that has not passed its own tests.

use std::sync::Arc;

use chassis::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use pdp::{Fault, Faults, Policies, Refused};

use super::comparison::{Comparison, LATEST};
use super::{App, Examiner, Replay, Replayed};
use crate::domain::{Active, Actor, Deed, Version};
use crate::store::{
    DecisionLog, Exceptions, Files, Filter, LoggedDecision, LoggedSearch, NotDone, Place,
    SearchLog, Upload, Versions, sources,
};

/// The use cases of policy administrators, and what they need.
#[derive(Debug)]
pub struct Administration {
    pub(super) app: Arc<App>,
    versions: Versions,
    /// For how long an approval counts.
    approvals: SignedDuration,
    decisions: DecisionLog,
    searches: SearchLog,
    /// Where nobody else decides beside this service.
    pub(super) exceptions: Option<Exceptions>,
    examiner: Examiner,
    pub(super) clock: Arc<dyn Clock>,
}

/// Why something is not done.
#[derive(Debug, thiserror::Error)]
pub enum Rejected {
    /// The policies make no sense, or fail a test of their own.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// What is known does not fit their schema.
    #[error(transparent)]
    Unfit(#[from] Refused),
    /// It cannot be done with this version, or this exception.
    #[error(transparent)]
    NotDone(#[from] NotDone),
    /// There are no exceptions where services tell facts.
    #[error("there are no exceptions where services tell facts")]
    NoExceptions,
    /// The policies know no exceptions of this kind.
    #[error("{0}")]
    Inadmissible(String),
    /// An exception that ends too late, or has ended.
    #[error("it ends too late, or has ended")]
    Unbounded,
    /// A failure of ours.
    #[error(transparent)]
    Lost(#[from] tokio::task::JoinError),
}

impl From<sqlx::Error> for Rejected {
    fn from(error: sqlx::Error) -> Self {
        Self::NotDone(error.into())
    }
}

impl Administration {
    /// Of the policies by which this answers, with these versions, whose approvals count for so long, and what was decided by them.
    #[must_use]
    pub fn new(
        app: Arc<App>,
        (versions, approvals): (Versions, SignedDuration),
        (decisions, searches): (DecisionLog, SearchLog),
        exceptions: Option<Exceptions>,
        examiner: Examiner,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            app,
            versions,
            approvals,
            decisions,
            searches,
            exceptions,
            examiner,
            clock,
        }
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Keeps policies as a new version, if they make sense and pass their own tests. Whoever uploads the same once more, since no
    /// answer came, gets the same version.
    ///
    /// # Errors
    ///
    /// When they do not, or are somebody else's version already.
    pub async fn upload(
        &self,
        files: Files,
        note: String,
        by: &Actor,
    ) -> Result<Version, Rejected> {
        let policies = self.read(files.clone()).await?;
        if policies.version() == self.app.knowledge().shipped().version() {
            return Err(NotDone::Same(Active::SHIPPED).into());
        }
        let upload = Upload {
            digest: policies.version().to_owned(),
            note,
            files,
        };
        let (number, is_new) = match self.versions.add(upload, by, self.clock.now()).await {
            Ok(number) => (number, true),
            Err(NotDone::Same(number)) => (number, false),
            Err(why) => return Err(why.into()),
        };
        let version = self.versions.one(number).await?;
        if is_new || version.uploaded.by.id == by.id {
            Ok(version)
        } else {
            Err(NotDone::Same(number).into())
        }
    }

    /// So many versions before this one, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn versions(
        &self,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Version>, Rejected> {
        Ok(self.versions.list(before, limit).await?)
    }

    /// A version with its files; of those that are shipped, the files alone.
    ///
    /// # Errors
    ///
    /// When there is none of this number.
    pub async fn version(&self, number: i64) -> Result<(Option<Version>, Files), Rejected> {
        if number == Active::SHIPPED {
            let shipped = self.app.knowledge().shipped().sources().iter().cloned();
            return Ok((None, shipped.map(|file| (file.name, file.text)).collect()));
        }
        let version = self.versions.one(number).await?;
        Ok((Some(version), self.versions.files(number).await?))
    }

    /// Approves what somebody else has uploaded.
    ///
    /// # Errors
    ///
    /// When there is no such version, or it is their own.
    pub async fn approve(&self, number: i64, by: &Actor) -> Result<Version, Rejected> {
        let approved = self.versions.approve(number, by, self.instants());
        Ok(approved.await?)
    }

    /// What time it is, and the instant up to which approvals have expired.
    fn instants(&self) -> (Timestamp, Timestamp) {
        let now = self.clock.now();
        let expired = now.saturating_sub(self.approvals);
        // Earlier than Postgres can say is early enough.
        let expired = expired.unwrap_or_default().max(Timestamp::UNIX_EPOCH);
        (now, expired)
    }

    /// Has a version asked from now on, by every instance: one that was approved lately, was asked before, or is shipped.
    ///
    /// # Errors
    ///
    /// When there is no such version, it was not approved lately, or what is known does not fit its schema; when another version was
    /// promoted since the deed that is expected to be the last, or something was done with an exception that is not known here yet.
    pub async fn promote(
        &self,
        number: i64,
        expected: Option<i64>,
        by: &Actor,
    ) -> Result<Active, Rejected> {
        let policies = self.policies(number).await?;
        let (app, candidate) = (self.app.clone(), policies.clone());
        let fits = move || app.knowledge().fits(&candidate);
        let excepted = tokio::task::spawn_blocking(fits).await??;
        let (version, known) = ((number, policies.version()), (expected, excepted));
        let promoted = self.versions.promote(version, known, by, self.instants());
        Ok(promoted.await?)
    }

    /// Which version is asked.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn active(&self) -> Result<Active, Rejected> {
        Ok(self.versions.active().await?)
    }

    /// So much of what was done before this deed, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn deeds(&self, before: Option<i64>, limit: usize) -> Result<Vec<Deed>, Rejected> {
        Ok(self.versions.deeds(before, limit).await?)
    }

    /// What a version would answer to the questions that were asked lately, where the one that is asked answers otherwise.
    ///
    /// # Errors
    ///
    /// When there is no such version, or what is known does not fit its schema.
    pub async fn compare(&self, number: i64) -> Result<Comparison, Rejected> {
        let policies = self.policies(number).await?;
        let questions = self.decisions.questions(LATEST).await?;
        let app = self.app.clone();
        let compare = move || app.knowledge().compare(&policies, questions);
        Ok(tokio::task::spawn_blocking(compare).await??)
    }

    /// So many of the decisions that are looked for, before this place, the newest first; each with its number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn decisions(
        &self,
        filter: &Filter,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<(i64, LoggedDecision)>, Rejected> {
        Ok(self.decisions.list(filter, before, limit).await?)
    }

    /// So many of the searches of this caller, or of all, before this place, the newest first; each with its number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn searches(
        &self,
        caller: Option<&str>,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<(i64, LoggedSearch)>, Rejected> {
        Ok(self.searches.list(caller, before, limit).await?)
    }

    /// Answers once more what was decided, from the log alone.
    ///
    /// # Errors
    ///
    /// When there is no such decision, or the database fails.
    pub async fn replay(&self, number: i64) -> Result<(LoggedDecision, Replayed), Rejected> {
        let decision = self.decisions.one(number).await?;
        let decision = decision.ok_or(NotDone::Unknown)?;
        let mut replay = Replay::new(self.decisions.clone(), self.versions.clone());
        let replayed = replay.one(&decision).await?;
        Ok((decision, replayed))
    }

    async fn policies(&self, number: i64) -> Result<Policies, Rejected> {
        match number {
            Active::SHIPPED => Ok(self.app.knowledge().shipped().clone()),
            _ => self.read(self.versions.files(number).await?).await,
        }
    }

    /// Reads policies and runs their tests, of which there has to be one: apart from here first, since what it costs is whoever's
    /// who wrote them. Whoever waits for an answer meanwhile is answered.
    async fn read(&self, files: Files) -> Result<Policies, Rejected> {
        self.examiner.examine(&files).await?;
        let read = move || Policies::new(&sources(files));
        let policies = tokio::task::spawn_blocking(read).await??;
        if policies.cases().is_empty() {
            let untested = Fault {
                file: "*.cases.json".to_owned(),
                line: None,
                message: "there is no test case".to_owned(),
            };
            return Err(Faults(vec![untested]).into());
        }
        Ok(policies)
    }

    /// The digest of the policies that are shipped.
    #[must_use]
    pub fn shipped(&self) -> &str {
        self.app.knowledge().shipped().version()
    }
}
