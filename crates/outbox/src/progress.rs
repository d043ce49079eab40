/// What a step of a worker came to.
///
/// A test drives a worker by its steps until it is idle, and needs no clock for it:
///
/// ```
/// # async fn publish(mut relay: outbox::Relay) -> Result<(), outbox::RelayError> {
/// while relay.step().await?.worked() {}
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Progress {
    /// So many things were done, and there may be more to do.
    Worked(usize),
    /// There was nothing to do.
    Idle,
}

impl Progress {
    /// Whether anything was done.
    #[must_use]
    pub fn worked(self) -> bool {
        matches!(self, Self::Worked(_))
    }
}
