#![doc = include_str!("../README.md")]

mod decide;
mod decision;
mod facts;
mod id;
mod operation;
mod organization;
mod reach;
mod schedule;

pub use decide::decide;
pub use decision::{Challenge, Decision, Grant, Missing, Named, Outcome, Path, Question};
pub use facts::{Employment, Facts, Location, Team};
pub use id::{
    CustomerId, DealerId, EmployeeId, InvalidId, LocationId, ProviderId, SystemId, TeamId, UserId,
};
pub use operation::{Operation, SystemRole};
pub use organization::Organization;
pub use reach::Reach;
pub use schedule::{
    ExceptionDraft, Fault, InvalidSchedule, Schedule, ScheduleDraft, WeeklyWindowDraft, WindowDraft,
};
