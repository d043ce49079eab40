//! Which strategy decides what: the configured ones, and those that were chosen instead while the service runs.

use access::{Operation, UserId};
use jiff::Timestamp;
use tokio::sync::watch;

use super::{PerOperation, Strategies, Strategy};

/// What somebody chose for an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Counts the choices for this operation.
    pub version: i64,
    /// The strategy; nothing, where the configured one is to decide again, or this program knows none of that name.
    pub strategy: Option<Strategy>,
    /// Who chose.
    pub by: UserId,
    /// Their name, as it was then.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// The last choice for each operation, where there is one.
pub type Chosen = PerOperation<Option<Choice>>;

/// The strategies in force. What was chosen is learned from the database, and stays known while that cannot be read;
/// as long as nothing was learned, the configured strategies decide.
#[derive(Debug)]
pub struct Choices {
    configured: Strategies,
    chosen: watch::Sender<Option<Chosen>>,
}

impl Choices {
    /// The configured strategies; whether others were chosen is not known yet.
    #[must_use]
    pub fn new(configured: Strategies) -> Self {
        Self {
            configured,
            chosen: watch::Sender::new(None),
        }
    }

    /// The strategy that decides this operation.
    #[must_use]
    pub fn in_force(&self, operation: Operation) -> Strategy {
        let chosen = self.chosen.borrow();
        let choice = chosen
            .as_ref()
            .and_then(|chosen| chosen.of(operation).as_ref());
        choice
            .and_then(|choice| choice.strategy)
            .unwrap_or(self.configured(operation))
    }

    /// The strategy that is configured for this operation.
    #[must_use]
    pub const fn configured(&self, operation: Operation) -> Strategy {
        *self.configured.of(operation)
    }

    /// Whether it is known what was chosen.
    #[must_use]
    pub fn are_known(&self) -> bool {
        self.chosen.borrow().is_some()
    }

    /// Follows what is known to be chosen.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<Option<Chosen>> {
        self.chosen.subscribe()
    }

    /// Takes in what was read. Of two who read at once, the one who is late takes nothing back.
    pub(crate) fn learn(&self, read: &Chosen) {
        self.chosen.send_if_modified(|known| {
            let learned = known.as_ref().map_or_else(
                || read.clone(),
                |known| {
                    PerOperation::each(|on| {
                        newer(known.of(on).as_ref(), read.of(on).as_ref()).cloned()
                    })
                },
            );
            let is_news = known.as_ref() != Some(&learned);
            *known = Some(learned);
            is_news
        });
    }
}

fn newer<'a>(known: Option<&'a Choice>, read: Option<&'a Choice>) -> Option<&'a Choice> {
    let version = |choice: Option<&Choice>| choice.map(|choice| choice.version);
    if version(known) > version(read) {
        known
    } else {
        read
    }
}

#[cfg(test)]
mod tests {
    use access::Operation;
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{Choice, Choices, Chosen};
    use crate::authorization::{Strategies, Strategy};

    fn chosen(version: i64, strategy: Strategy) -> Chosen {
        Chosen::each(|on| {
            (on == Operation::Disarm).then(|| Choice {
                version,
                strategy: Some(strategy),
                by: Uuid::nil().into(),
                name: "Priya".to_owned(),
                at: Timestamp::UNIX_EPOCH,
            })
        })
    }

    #[test]
    fn who_read_before_another_chose_takes_nothing_back() {
        let choices = Choices::new(Strategies::default());
        choices.learn(&chosen(2, Strategy::Delegate));
        choices.learn(&chosen(1, Strategy::Replicate));
        assert_eq!(choices.in_force(Operation::Disarm), Strategy::Delegate);
        assert_eq!(choices.in_force(Operation::Arm), Strategy::Fetch);
    }

    #[test]
    fn whoever_follows_hears_of_what_is_new_alone() {
        let choices = Choices::new(Strategies::default());
        let mut following = choices.follow();
        choices.learn(&chosen(1, Strategy::Replicate));
        assert!(following.has_changed().unwrap());
        following.mark_unchanged();
        choices.learn(&chosen(1, Strategy::Replicate));
        assert!(!following.has_changed().unwrap());
    }
}
