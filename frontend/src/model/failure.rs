//! What did not happen, and why: never silent, never vaguer and never surer than what is known.

use super::change::Change;
use super::moment::Moment;
use super::problem::Problem;
use super::system::{Action, State, System};
use super::trouble::Trouble;

/// A failed action, in words: `NOT DISARMED` because … .
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What did not happen.
    pub headline: String,
    /// Why.
    pub because: String,
    /// What to do next.
    pub advice: Option<String>,
    /// What somebody else did first.
    pub overtaken_by: Option<Change>,
    /// Where it is explained.
    pub page: Option<String>,
    /// When it was tried, once what stood in the way then does so no longer.
    pub past: Option<Moment>,
}

impl Failure {
    /// For an action on a system as it was seen, that brought trouble; and the system as it was read after that, if
    /// it could be.
    #[must_use]
    pub fn explain(
        action: Action,
        seen: &System,
        trouble: &Trouble,
        after: Option<&System>,
    ) -> Self {
        let not = if trouble.leaves_doubt() && after.is_none() {
            "UNKNOWN WHETHER"
        } else {
            "NOT"
        };
        let changed = after.filter(|after| trouble.is_conflict() && after.version > seen.version);
        let because = match (trouble, changed) {
            (Trouble::NoAnswer, _) => format!("no answer came. {}", standing(after)),
            (Trouble::Answered { .. }, Some(changed)) => overtaken(changed),
            (
                Trouble::Answered {
                    status, problem, ..
                },
                None,
            ) => because(action, *status, problem, after),
        };
        Self {
            headline: format!("{not} {}", action.participle().to_uppercase()),
            because,
            advice: advice(trouble),
            overtaken_by: changed.and_then(|changed| changed.changed.clone()),
            page: trouble.page(),
            past: None,
        }
    }

    /// What was tried then did not happen, and that stays so. But it can be tried again, so why it did not happen
    /// is of the past.
    pub fn pass(&mut self, tried: Moment) {
        if self.past.is_none() {
            self.past = Some(tried);
            self.advice = Some("It can be tried again.".to_owned());
        }
    }
}

fn because(action: Action, status: u16, problem: &Problem, after: Option<&System>) -> String {
    let known = match (problem.slug(), status) {
        ("undecided" | "not-fresh-enough", _) => {
            "it could not be found out in time whether you may. Nothing changed."
        }
        ("timeout", _) => return format!("it took too long. {}", standing(after)),
        ("unavailable", _) => {
            return format!(
                "a service that is needed does not answer. {}",
                standing(after)
            );
        }
        ("alarm-stands", _) => "there is an alarm.",
        ("no-alarm", _) => "there is no alarm.",
        ("insufficient-authentication", _) => "this needs a stronger sign-in than yours.",
        (_, 404) => "the system is gone, or you may no longer see it.",
        (_, 409 | 412) => "the system changed meanwhile.",
        (_, 429) => "there were too many requests.",
        (_, 500..) => return format!("something failed inside RealGuardIO. {}", standing(after)),
        _ => return refusal(action, problem),
    };
    known.to_owned()
}

/// What is missing to this person, as exactly as the service says it.
fn refusal(action: Action, problem: &Problem) -> String {
    let missing = problem
        .missing
        .as_ref()
        .map(|missing| missing.sentence(action));
    let fallback = || match (problem.slug(), action) {
        ("outside-schedule", _) => "your shift is closed now.".to_owned(),
        (_, Action::Arm) => "the role ARMER is needed.".to_owned(),
        (_, Action::Disarm | Action::Acknowledge) => "the role DISARMER is needed.".to_owned(),
    };
    missing
        .or_else(|| problem.detail.clone())
        .map_or_else(fallback, |sentence| lower_first(&sentence))
}

/// Who was faster, where that is known.
fn overtaken(system: &System) -> String {
    match &system.changed {
        Some(change) => format!(
            "the system changed meanwhile: {}.",
            lower_first(&change.sentence())
        ),
        None => format!(
            "the system changed meanwhile. It is {}.",
            adjective(system.state)
        ),
    }
}

fn standing(after: Option<&System>) -> String {
    after.map_or_else(
        || "The state cannot be read either: what is shown may be old.".to_owned(),
        |system| format!("The system is {}.", adjective(system.state)),
    )
}

fn advice(trouble: &Trouble) -> Option<String> {
    let Trouble::Answered {
        status,
        problem,
        retry_after,
    } = trouble
    else {
        return Some("Check the connection, then try again.".to_owned());
    };
    match (status, retry_after, &problem.trace_id) {
        (409 | 412, ..) => Some("Look at the state, then decide again.".to_owned()),
        (429 | 503, Some(2..), _) => {
            retry_after.map(|seconds| format!("Try again in {seconds} seconds."))
        }
        (429 | 503, ..) => Some("Try again shortly.".to_owned()),
        (500.., _, Some(trace)) => Some(format!("For support: trace {trace}.")),
        _ => None,
    }
}

/// "You may …" → "you may …", but "ARMER is …" and "I …" as they are.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            format!("{}{}", first.to_lowercase(), &text[first.len_utf8()..])
        }
        _ => text.to_owned(),
    }
}

const fn adjective(state: State) -> &'static str {
    match state {
        State::Disarmed => "disarmed",
        State::Armed => "armed",
        State::Alarmed => "in alarm",
    }
}
