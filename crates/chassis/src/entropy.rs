//! Randomness is a parameter, as time is.
//!
//! What is drawn at random (ids, keys, nonces) takes a generator. Whoever draws it seeds one for each use, by what it was
//! given where the service was put together: [`system`] in production, something repeatable in a test.

use rand::{SeedableRng as _, rngs::StdRng};

/// Seeds a generator, for one use.
pub type Entropy = fn() -> StdRng;

/// Seeds one from the machine's own randomness.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where ambient randomness enters"
)]
#[must_use]
pub fn system() -> StdRng {
    StdRng::from_rng(&mut rand::rng())
}
