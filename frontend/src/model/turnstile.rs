//! One at a time, and nobody in vain.

/// Lets one reading in at a time. Who comes meanwhile is served by one more, begun after they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Turnstile {
    taken: bool,
    again: bool,
}

impl Turnstile {
    /// Asks to be let in.
    pub const fn enter(&mut self) -> bool {
        self.again = self.taken;
        !std::mem::replace(&mut self.taken, true)
    }

    /// Goes out. If somebody came meanwhile, another reading is due and the turnstile stays taken.
    pub const fn leave(&mut self) -> bool {
        self.taken = std::mem::replace(&mut self.again, false);
        self.taken
    }
}
