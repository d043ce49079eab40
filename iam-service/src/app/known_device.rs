//! Known devices: where somebody has signed in before, no stranger who guesses keeps them waiting.
//!
//! The cookie holds tickets, each for a row that names a user, because several people may use one browser. It signs
//! nobody in; it only has their attempts counted apart. A new password voids a user's.

use access::UserId;
use jiff::{SignedDuration, Timestamp};

use super::{App, Failure};
use crate::domain::id::DeviceId;
use crate::domain::ticket::Purpose;
use crate::domain::user::Email;
use crate::store::Tx;

/// How long a device is known after the last sign-in there.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);
/// So many people are known in one browser, those who signed in last.
const PEOPLE: usize = 8;
/// Between tickets. It is in none.
const SEPARATOR: &str = ".";

/// What a browser is known by, to whoever signed in last first.
#[derive(Debug, Clone, Default)]
pub struct Devices(Vec<DeviceId>);

impl App {
    /// The devices of this cookie, those that nobody made up.
    #[must_use]
    pub fn devices(&self, cookie: &str) -> Devices {
        let tickets = cookie.split(SEPARATOR).take(PEOPLE);
        let ids = tickets.filter_map(|ticket| self.secrets.open_id(Purpose::Device, ticket));
        Devices(ids.map(DeviceId::from).collect())
    }

    /// The cookie by which these are known again.
    #[must_use]
    pub fn devices_cookie(&self, Devices(devices): &Devices) -> String {
        let ticket = |device: &DeviceId| self.secrets.ticket_for(Purpose::Device, device.as_uuid());
        devices
            .iter()
            .map(ticket)
            .collect::<Vec<_>>()
            .join(SEPARATOR)
    }

    /// By which of these the user of this address is known, if by any.
    pub(super) async fn known_device(
        &self,
        Devices(devices): &Devices,
        email: &str,
    ) -> Result<Option<DeviceId>, Failure> {
        let (false, Ok(email)) = (devices.is_empty(), email.parse::<Email>()) else {
            return Ok(None);
        };
        let mut tx = self.store.begin().await?;
        Ok(tx.known_device(devices, &email, self.now()).await?)
    }

    /// Knows a user from now on: by the device that it was, or by a new one, beside those of others.
    pub(super) async fn know_device(
        &self,
        tx: &mut Tx,
        known: Option<DeviceId>,
        Devices(others): Devices,
        user: UserId,
        now: Timestamp,
    ) -> Result<Devices, Failure> {
        let device = known.unwrap_or_else(|| DeviceId::generate(now, &mut self.randomness.rng()));
        let expires_at = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
        tx.put_device(device, user, expires_at).await?;
        let others = others.into_iter().filter(|other| *other != device);
        Ok(Devices(
            [device].into_iter().chain(others).take(PEOPLE).collect(),
        ))
    }
}
