//! Why an action is not offered, in words.

use super::problem;
use super::system::{Action, System, UNDECIDED};

/// Where it is explained why an action is not offered, where the reason alone leaves people helpless.
#[must_use]
pub fn page(system: &System, action: Action) -> Option<String> {
    let reason = system.reasons.get(&action)?;
    (reason == UNDECIDED)
        .then(|| problem::page(reason))
        .flatten()
}

/// Why a system cannot be taken there now; nothing where it can.
#[must_use]
pub fn why_not(system: &System, action: Action, pending: Option<Action>) -> Option<String> {
    if pending.is_some() {
        return (pending != Some(action)).then(|| "Wait for the answer.".to_owned());
    }
    if system.offers(action) {
        return None;
    }
    let missing = system
        .missing
        .get(&action)
        .map(|missing| missing.sentence(action));
    let reason = || system.reasons.get(&action).map(|slug| words(slug));
    Some(
        missing
            .or_else(reason)
            .unwrap_or_else(|| unexplained(action).to_owned()),
    )
}

/// The words for a reason, which is the slug of a problem type.
///
/// A reason that this program does not know yet is still told: its slug, as a sentence.
#[must_use]
pub fn words(slug: &str) -> String {
    let known = match slug {
        "already-armed" => "Already armed.",
        "already-disarmed" => "Already disarmed.",
        "alarm-stands" => "There is an alarm: acknowledge it first.",
        "no-alarm" => "There is no alarm.",
        "not-an-armer" => "You may not arm here: the role ARMER is needed.",
        "not-a-disarmer" => "You may not do this here: the role DISARMER is needed.",
        "outside-schedule" => "Your shift is closed now.",
        "insufficient-authentication" => "This needs a stronger sign-in than yours.",
        UNDECIDED => {
            "It could not be found out whether you may. It is asked again every 3 seconds."
        }
        _ => return sentence(slug),
    };
    known.to_owned()
}

/// Where the service gave no reason at all.
#[must_use]
pub const fn unexplained(action: Action) -> &'static str {
    match action {
        Action::Arm => "Cannot be armed now.",
        Action::Disarm => "Cannot be disarmed now.",
        Action::Acknowledge => "There is nothing to acknowledge.",
    }
}

/// `on-another-planet` → `On another planet.`
fn sentence(slug: &str) -> String {
    let words = slug.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str())
    })
}
