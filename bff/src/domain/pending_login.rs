//! Logins on their way to the provider and back.

use jiff::{SignedDuration, Timestamp};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::{
    KeyRing, NotOurs, Purpose, ReturnPath,
    wire::{Reader, Writer},
};

/// How long somebody may take on the provider's pages.
const PATIENCE: SignedDuration = SignedDuration::from_mins(15);

/// Tabs that may be signing in at once; the oldest gives way.
const TABS: usize = 4;

/// A return path longer than this is forgotten rather than carried in a cookie.
const LONGEST_RETURN: usize = 400;

/// One login: what its callback must bring, and where it goes then.
#[derive(Clone, Debug)]
pub struct PendingLogin {
    /// The `state` parameter: this callback belongs to a login that this browser began.
    pub state: String,
    /// The `nonce` that the ID token must carry.
    pub nonce: String,
    /// The PKCE code verifier.
    pub verifier: SecretString,
    /// Where the browser goes afterwards.
    pub return_to: ReturnPath,
    /// When it began.
    pub begun_at: Timestamp,
}

impl PendingLogin {
    /// A new login with fresh secrets.
    #[must_use]
    pub fn begin(return_to: ReturnPath, now: Timestamp, rng: &mut impl CryptoRng) -> Self {
        let fits = return_to.as_str().len() <= LONGEST_RETURN;
        Self {
            state: token(rng),
            nonce: token(rng),
            verifier: token(rng).into(),
            return_to: if fits {
                return_to
            } else {
                ReturnPath::default()
            },
            begun_at: now,
        }
    }

    fn write(&self, writer: Writer) -> Writer {
        writer
            .text(&self.state)
            .text(&self.nonce)
            .text(self.verifier.expose_secret())
            .text(self.return_to.as_str())
            .number(self.begun_at.as_second())
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            state: reader.text()?,
            nonce: reader.text()?,
            verifier: reader.text()?.into(),
            return_to: ReturnPath::parse(&reader.text()?)?,
            begun_at: Timestamp::from_second(reader.number()?).ok()?,
        })
    }
}

/// 256 random bits in base64url: 43 characters, the shortest PKCE verifier allowed.
fn token(rng: &mut impl CryptoRng) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The logins that one browser has under way, oldest first: the login cookie's content.
#[derive(Clone, Debug, Default)]
pub struct PendingLogins(Vec<PendingLogin>);

impl PendingLogins {
    /// Reads the login cookie; what is too old is left out.
    ///
    /// # Errors
    ///
    /// When we did not seal it under this name.
    pub fn open(
        keys: &KeyRing,
        cookie: &str,
        value: &str,
        now: Timestamp,
    ) -> Result<Self, NotOurs> {
        let plain = keys.open(Purpose::Cookie(cookie), value)?;
        let mut reader = Reader(&plain);
        let mut logins = Vec::new();
        while reader.finished().is_none() {
            logins.push(PendingLogin::read(&mut reader).ok_or(NotOurs)?);
        }
        logins.retain(|login| now.duration_since(login.begun_at) <= PATIENCE);
        Ok(Self(logins))
    }

    /// The login cookie's value.
    #[must_use]
    pub fn seal(&self, keys: &KeyRing, cookie: &str, rng: &mut impl CryptoRng) -> String {
        let plain = self
            .0
            .iter()
            .fold(Writer::default(), |to, login| login.write(to))
            .0;
        keys.seal(Purpose::Cookie(cookie), &plain, rng)
    }

    /// Another tab begins a login.
    pub fn add(&mut self, login: PendingLogin) {
        if self.0.len() == TABS {
            self.0.remove(0);
        }
        self.0.push(login);
    }

    /// The login with this state, once.
    pub fn take(&mut self, state: &str) -> Option<PendingLogin> {
        let same =
            |login: &PendingLogin| bool::from(login.state.as_bytes().ct_eq(state.as_bytes()));
        let at = self.0.iter().position(same)?;
        Some(self.0.remove(at))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
