//! The engine: whoever reads sees one moment, while somebody writes the next.

mod snapshot;
mod tidy;
mod write;

use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use cedar_policy::pst::PstConstructionError;

pub use self::snapshot::Unsound;
use crate::policies::{Misfit, Policies};
use crate::view::View;

/// The decision engine: what is known now, and the one way to change it.
#[derive(Debug)]
pub struct Engine {
    now: ArcSwap<View>,
    writing: Mutex<()>,
}

/// Why a change was not made. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It does not fit the schema.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// Something would be in itself.
    #[error("{0}: that would be a circle")]
    Circle(String),
    /// It is about an action. Actions are the schema's.
    #[error("{0}: actions belong to the schema")]
    Action(String),
    /// Cedar cannot take the policies apart.
    #[error(transparent)]
    Policies(#[from] Box<PstConstructionError>),
}

impl Engine {
    /// An engine that knows these policies, and no facts.
    ///
    /// # Errors
    ///
    /// Cedar cannot take the policies apart.
    pub fn new(policies: &Policies) -> Result<Self, Refused> {
        let view = View::new(policies).map_err(Box::new)?;
        Ok(Self {
            now: ArcSwap::from_pointee(view),
            writing: Mutex::new(()),
        })
    }

    /// What is known at this moment. It stays as it is for as long as it is held, and nobody waits for it.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        self.now.load_full()
    }
}
