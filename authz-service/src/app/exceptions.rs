//! Exceptions: what two policy administrators agree on, for somebody, for one thing, for a while.
//!
//! They are for policies that read them, where nobody else decides beside this service. Where services tell facts there are none:
//! each of their strategies has to come to one answer, and only this service would know of them.

use pdp::{Change, Refused, Unfit};

use super::administration::{Administration, Rejected};
use super::knowledge::Knowledge;
use crate::domain::{Active, Actor, Exception, ExceptionDeed, Wish, facts_of};
use crate::store::Exceptions;

impl Administration {
    fn exceptions(&self) -> Result<&Exceptions, Rejected> {
        self.exceptions.as_ref().ok_or(Rejected::NoExceptions)
    }

    /// Asks for an exception.
    ///
    /// # Errors
    ///
    /// When it ends too late, or never counts, when the policies know no such exceptions, or where there are none at all.
    pub async fn ask_for_exception(&self, wish: Wish, by: &Actor) -> Result<Exception, Rejected> {
        let exceptions = self.exceptions()?;
        let now = self.clock.now();
        if !wish.is_bounded(now) {
            return Err(Rejected::Unbounded);
        }
        self.app.knowledge().admits(&wish)?;
        Ok(exceptions.ask(wish, by, now).await?)
    }

    /// Approves what somebody else has asked for, for somebody else.
    ///
    /// # Errors
    ///
    /// When there is no such exception, it concerns them, it is over, too many count already, the policies know no such
    /// exceptions, or other policies were promoted meanwhile.
    pub async fn approve_exception(&self, number: i64, by: &Actor) -> Result<Exception, Rejected> {
        let exceptions = self.exceptions()?;
        let wish = exceptions.one(number).await?.wish;
        let under = self.app.knowledge().admits(&wish)?;
        let now = self.clock.now();
        Ok(exceptions.approve(number, under, by, now).await?)
    }

    /// Takes an exception back, or what is asked for.
    ///
    /// # Errors
    ///
    /// When there is no such exception, or the database fails.
    pub async fn take_exception_back(
        &self,
        number: i64,
        by: &Actor,
    ) -> Result<Exception, Rejected> {
        let now = self.clock.now();
        Ok(self.exceptions()?.take_back(number, by, now).await?)
    }

    /// An exception.
    ///
    /// # Errors
    ///
    /// When there is none of this number.
    pub async fn exception(&self, number: i64) -> Result<Exception, Rejected> {
        Ok(self.exceptions()?.one(number).await?)
    }

    /// So many exceptions before this one, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list_exceptions(
        &self,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Exception>, Rejected> {
        Ok(self.exceptions()?.list(before, limit).await?)
    }

    /// So much of what was done with exceptions before this deed, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn exception_deeds(
        &self,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<ExceptionDeed>, Rejected> {
        Ok(self.exceptions()?.deeds(before, limit).await?)
    }
}

impl Knowledge {
    /// Whether the policies know such exceptions: questions of this kind, and what an exception says. Under which version that is
    /// so.
    fn admits(&self, wish: &Wish) -> Result<Active, Rejected> {
        let (view, active) = self.under();
        let question = wish.question(view.action(&wish.action));
        if let Err(unfit @ Unfit::Types { .. }) = view.ask(&question) {
            return Err(Rejected::Inadmissible(unfit.to_string()));
        }
        let facts = facts_of([(0, wish)]).into_iter().map(Change::Add);
        let admitted = view.with(facts);
        admitted.map_err(|why: Refused| Rejected::Inadmissible(why.to_string()))?;
        Ok(active)
    }
}
