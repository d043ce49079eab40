//! What is configured for each operation by itself.

use std::error::Error;
use std::str::FromStr;

use access::Operation;

/// A value for each operation. Written as `disarm=fetch,view=replicate`; what is not named is as in the
/// default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerOperation<T> {
    pub(super) view: T,
    pub(super) arm: T,
    pub(super) disarm: T,
    pub(super) acknowledge: T,
}

impl<T> PerOperation<T> {
    /// For each operation the value that it has.
    pub fn each(mut value: impl FnMut(Operation) -> T) -> Self {
        Self {
            view: value(Operation::View),
            arm: value(Operation::Arm),
            disarm: value(Operation::Disarm),
            acknowledge: value(Operation::Acknowledge),
        }
    }

    /// The value for an operation.
    #[must_use]
    pub const fn of(&self, operation: Operation) -> &T {
        match operation {
            Operation::View => &self.view,
            Operation::Arm => &self.arm,
            Operation::Disarm => &self.disarm,
            Operation::Acknowledge => &self.acknowledge,
        }
    }

    const fn of_mut(&mut self, operation: Operation) -> &mut T {
        match operation {
            Operation::View => &mut self.view,
            Operation::Arm => &mut self.arm,
            Operation::Disarm => &mut self.disarm,
            Operation::Acknowledge => &mut self.acknowledge,
        }
    }
}

/// The text assigns no values to operations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unassigned<E: Error + 'static> {
    /// A part has another form.
    #[error("{0:?} is not of the form operation=value")]
    Form(String),
    /// A part names an operation that there is not.
    #[error("{0:?} is none of view, arm, disarm and acknowledge")]
    Operation(String),
    /// A part names a value that there is not.
    #[error(transparent)]
    Value(E),
}

impl<T: FromStr<Err: Error + 'static>> FromStr for PerOperation<T>
where
    Self: Default,
{
    type Err = Unassigned<T::Err>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (operation, value) = part
                .split_once('=')
                .ok_or_else(|| Unassigned::Form(part.to_owned()))?;
            let operation = Operation::from_name(operation)
                .ok_or_else(|| Unassigned::Operation(operation.to_owned()))?;
            *all.of_mut(operation) = value.parse().map_err(Unassigned::Value)?;
        }
        Ok(all)
    }
}
