//! How requests fail, and what clients are told about it.

use chassis::problem::{
    CONFLICT, INSUFFICIENT_AUTHENTICATION, PRECONDITION_FAILED, Problem, ProblemType,
    TOO_MANY_REQUESTS, UNDECIDED,
};
use database::is_outage;
use http::{HeaderValue, header};

use super::headers::{AUTHORIZATION_STRATEGY, DecidedBy};
use crate::app::{Failure, Undone};
use crate::authorization::{Denial, Refusal};
use crate::domain::{Misfit, Reason};
use crate::store::StoreError;

chassis::problems! {
    /// Arming needs a role that the caller does not hold.
    pub NOT_AN_ARMER = 403 "not-an-armer";
    /// Disarming and acknowledging need a role that the caller does not hold.
    pub NOT_A_DISARMER = 403 "not-a-disarmer";
    /// Installing and removing are for those who administer the platform, or the appointed dealer.
    pub NOT_AN_INSTALLER = 403 "not-an-installer";
    /// Strategies are chosen by those who administer the platform.
    pub NOT_A_PLATFORM_ADMINISTRATOR = 403 "not-a-platform-administrator";
    /// The caller holds the role, but not at this time.
    pub OUTSIDE_SCHEDULE = 403 "outside-schedule";
    /// Nothing can be armed over an alarm.
    pub ALARM_STANDS = 409 "alarm-stands";
    /// There is no alarm to acknowledge.
    pub NO_ALARM = 409 "no-alarm";
    /// The location has a system already, or has changed.
    pub LOCATION_TAKEN = 409 "location-taken";
    /// No strategy has this name.
    pub UNKNOWN_STRATEGY = 400 "unknown-strategy";
}

/// The client is also told which strategy decided.
impl From<Undone> for Problem {
    fn from(undone: Undone) -> Self {
        let by = DecidedBy(undone.by).value();
        Self::from(undone.failure).header(AUTHORIZATION_STRATEGY, by)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refused(refusal),
            Failure::NotAnInstaller => Self::new(&NOT_AN_INSTALLER),
            Failure::Crowded(_) => Self::new(&TOO_MANY_REQUESTS).retry_after(1),
            Failure::Misfit(Misfit::AlarmStands) => Self::new(&ALARM_STANDS),
            Failure::Misfit(Misfit::NoAlarm) => Self::new(&NO_ALARM),
            Failure::Outdated => Self::new(&PRECONDITION_FAILED),
            Failure::Overtaken => Self::new(&CONFLICT)
                .detail("Somebody else has changed the system at the same time."),
            Failure::NoSuchLocation => Self::invalid("locationId", "no such location"),
            Failure::LocationTaken => Self::new(&LOCATION_TAKEN),
            Failure::Idempotency(error) | Failure::Store(StoreError::Idempotency(error)) => {
                error.into()
            }
            Failure::Store(StoreError::Database(error)) if is_outage(&error) => {
                Self::unavailable(error)
            }
            Failure::Store(error) => Self::internal(anyhow::Error::new(error)),
        }
    }
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Hidden => Problem::not_found(),
        Refusal::Denied(denial) => denied(denial),
        Refusal::StepUp(challenge) => step_up(&challenge),
        Refusal::Behind => Problem::new(&UNDECIDED).retry_after(1),
        Refusal::Undecided(cause) => {
            tracing::warn!(%cause, "undecided");
            Problem::new(&UNDECIDED).retry_after(1)
        }
    }
}

fn denied(Denial { operation, missing }: Denial) -> Problem {
    let kind: &'static ProblemType = match Reason::denied(operation, missing.as_deref()) {
        Reason::OutsideSchedule => &OUTSIDE_SCHEDULE,
        Reason::NotAnArmer => &NOT_AN_ARMER,
        _ => &NOT_A_DISARMER,
    };
    let problem = Problem::new(kind);
    match missing {
        Some(missing) => problem.with("missing", missing),
        None => problem,
    }
}

/// RFC 9470.
fn step_up(challenge: &access::Challenge) -> Problem {
    let mut parameters = vec!["error=\"insufficient_user_authentication\"".to_owned()];
    if !challenge.acr_values.is_empty() {
        let values = challenge.acr_values.join(" ");
        parameters.push(format!("acr_values=\"{values}\""));
    }
    if let Some(age) = challenge.max_age {
        parameters.push(format!("max_age=\"{age}\""));
    }
    let problem = Problem::new(&INSUFFICIENT_AUTHENTICATION);
    match HeaderValue::try_from(format!("Bearer {}", parameters.join(", "))) {
        Ok(value) => problem.header(header::WWW_AUTHENTICATE, value),
        Err(error) => Problem::internal(error),
    }
}
