//! Policies of one version and facts of one revision: what a question is asked of.

mod ask;
mod facts;
mod trace;

use std::sync::Arc;

pub use self::trace::Traced;
use cedar_policy::pst::PstConstructionError;

use crate::engine::Refused;
use crate::graph::Graph;
use crate::policies::{Misfit, Policies, Shape, with_room};
use crate::program::Program;

/// What is known at one moment. Every answer is of exactly one version of the policies and one revision of the facts:
/// those of the view that was asked.
#[derive(Debug, Clone)]
pub struct View {
    pub(crate) policies: Arc<Policies>,
    pub(crate) program: Arc<Program>,
    pub(crate) shape: Option<Arc<Shape>>,
    pub(crate) graph: Graph,
}

impl View {
    pub(crate) fn new(policies: &Policies) -> Result<Self, PstConstructionError> {
        let mut graph = Graph::default();
        let program = with_room(|| Program::compile(policies, &mut graph))?;
        Ok(Self {
            policies: Arc::new(policies.clone()),
            program: Arc::new(program),
            shape: policies.shape().cloned().map(Arc::new),
            graph,
        })
    }

    /// The same facts under other policies: what would be answered, if these were promoted.
    ///
    /// # Errors
    ///
    /// The policies cannot be compiled, or what is known does not fit their schema.
    pub fn under(&self, policies: &Policies) -> Result<Self, Refused> {
        let next = self.compiled(policies)?;
        next.fit_all()?;
        Ok(next)
    }

    /// The same facts under other policies, whether they fit or not.
    pub(crate) fn compiled(&self, policies: &Policies) -> Result<Self, Refused> {
        let mut graph = self.graph.clone();
        let program = with_room(|| Program::compile(policies, &mut graph));
        let program = Arc::new(program.map_err(Box::new)?);
        Ok(Self {
            policies: Arc::new(policies.clone()),
            program,
            shape: policies.shape().cloned().map(Arc::new),
            graph,
        })
    }

    /// Whether everything that is known fits the schema, as it is known.
    pub(crate) fn fit_all(&self) -> Result<(), Misfit> {
        if let Some(shape) = &self.shape {
            let mut facts = self.graph.facts();
            facts.try_for_each(|fact| shape.holds(&fact))?;
        }
        Ok(())
    }

    /// The policies.
    #[must_use]
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The version of the policies: the digest of their files.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.program.version
    }

    /// The revision of the facts: it grows with every write.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.graph.revision
    }
}
