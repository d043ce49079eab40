//! Forgetting names that nothing mentions any more.

use super::Refused;
use super::snapshot::Image;
use crate::view::View;

/// Fewer names than this are not worth the trouble.
const FEW: usize = 10_000;

impl View {
    /// Names have numbers that policies know, so that a single one cannot be taken back. Once there are twice as many as were needed,
    /// the facts are told anew: that costs as much as it cost to tell them, and no more often than names come.
    pub(super) fn tidy(&mut self) -> Result<(), Refused> {
        if self.graph.names.len() <= 2 * self.graph.needed + FEW {
            return Ok(());
        }
        let mut fresh = Self::new(&self.policies).map_err(Box::new)?;
        let image = Image::of(&self.graph, "");
        // What was in one graph fits together.
        if image.restore(&mut fresh.graph).is_some() {
            fresh.graph.revision = self.graph.revision;
            fresh.graph.needed = fresh.graph.names.len();
            *self = fresh;
        }
        Ok(())
    }
}
