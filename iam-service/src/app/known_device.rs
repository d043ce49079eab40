//! Known devices: where somebody has signed in before, no stranger who guesses keeps them waiting.
//!
//! The cookie is a ticket for a row that names its user. It signs nobody in; it only has its attempts counted apart. A
//! new password voids it.

use access::UserId;
use jiff::{SignedDuration, Timestamp};

use super::{App, Failure};
use crate::domain::id::DeviceId;
use crate::domain::ticket::Purpose;
use crate::domain::user::Email;
use crate::store::Tx;

/// How long a device is known after the last sign-in there.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);

impl App {
    /// The cookie by which a device is known again.
    #[must_use]
    pub fn device_cookie(&self, device: DeviceId) -> String {
        self.secrets.ticket_for(Purpose::Device, device.as_uuid())
    }

    /// The device of this cookie, if the user of this address has signed in there.
    pub(super) async fn known_device(
        &self,
        cookie: Option<&str>,
        email: &str,
    ) -> Result<Option<DeviceId>, Failure> {
        let device = cookie.and_then(|cookie| self.secrets.open_id(Purpose::Device, cookie));
        let (Some(device), Ok(email)) = (device.map(DeviceId::from), email.parse::<Email>()) else {
            return Ok(None);
        };
        let mut tx = self.store.begin().await?;
        let known = tx.knows_device(device, &email, self.now()).await?;
        Ok(known.then_some(device))
    }

    /// Knows a device from now on: the one that it was, or a new one.
    pub(super) async fn know_device(
        &self,
        tx: &mut Tx,
        known: Option<DeviceId>,
        user: UserId,
        now: Timestamp,
    ) -> Result<DeviceId, Failure> {
        let device = known.unwrap_or_else(|| DeviceId::generate(now, &mut self.randomness.rng()));
        let expires_at = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
        tx.put_device(device, user, expires_at).await?;
        Ok(device)
    }
}
