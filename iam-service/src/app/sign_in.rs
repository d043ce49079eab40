//! Signing in with a password.

use std::net::IpAddr;

use jiff::Timestamp;
use secrecy::SecretString;

use super::throttle::Refused;
use super::{App, Devices, Failure, IssuedCode};
use crate::domain::authorization::AuthorizationRequest;
use crate::domain::id::{DeviceId, SessionId};
use crate::domain::session::Session;
use crate::domain::throttle::Subject;
use crate::domain::user::Email;
use crate::store::Credentials;

/// What was typed, and where.
#[derive(Debug)]
pub struct SignIn {
    /// The address, as typed.
    pub email: String,
    /// The password.
    pub password: SecretString,
    /// Where the attempt comes from.
    pub address: IpAddr,
    /// What the browser is known by.
    pub devices: Devices,
    /// The session that this browser had before. It ends.
    pub replaces: Option<SessionId>,
    /// The request that is waiting for this.
    pub request: Option<AuthorizationRequest>,
}

/// Somebody signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The new session.
    pub session: Session,
    /// What the browser is known by from now on.
    pub devices: Devices,
    /// The answer to the request that was waiting.
    pub code: Option<IssuedCode>,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Address or password, nobody learns which.
    #[error("the address or the password is wrong")]
    Wrong,
    /// Too many attempts failed.
    #[error("too many attempts; the next one is open at {0}")]
    Blocked(Timestamp),
    /// Something else does not work.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Refused> for SignInError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Blocked(blocked) => Self::Blocked(blocked.until),
            Refused::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl From<crate::store::Error> for SignInError {
    fn from(error: crate::store::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl App {
    /// Checks address and password, begins a session, and answers the request that waited for it.
    ///
    /// # Errors
    ///
    /// When they are wrong, or were wrong too often.
    pub async fn sign_in(&self, sign_in: SignIn) -> Result<SignedIn, SignInError> {
        let known = self.known_device(&sign_in.devices, &sign_in.email).await?;
        let counted = self.count_attempt(&subjects(&sign_in, known)).await?;
        let checked = match self.check(&sign_in).await {
            Err(SignInError::Failure(failure)) => {
                self.take_back(&counted).await;
                return Err(failure.into());
            }
            checked => checked?,
        };

        let now = self.now();
        let mut tx = self.store.begin().await?;
        // The password may have been changed, or the user removed, while the old one was being checked. From here on
        // neither can happen before this session exists, and is ended by it.
        let current = tx.credentials(&checked.email).await?;
        if current.is_none_or(|current| current.hash != checked.hash) {
            return Err(SignInError::Wrong);
        }
        for attempt in &counted {
            attempt.succeeded(&mut tx).await?;
        }
        let devices = self
            .know_device(&mut tx, known, sign_in.devices, checked.user, now)
            .await?;
        if let Some(id) = sign_in.replaces {
            self.close_session(&mut tx, id, now).await?;
        }
        let id = SessionId::generate(now, &mut self.randomness.rng());
        let session = Session::begin(id, checked.user, now);
        tx.insert_session(&session).await?;
        let code = match sign_in.request {
            Some(request) => Some(self.issue_code(&mut tx, &session, request, now).await?),
            None => None,
        };
        tx.commit().await?;
        self.wake.all();
        Ok(SignedIn {
            session,
            devices,
            code,
        })
    }

    async fn check(&self, sign_in: &SignIn) -> Result<Checked, SignInError> {
        let email = sign_in.email.parse::<Email>().ok();
        let found = match &email {
            Some(email) => self.store.begin().await?.credentials(email).await?,
            None => None,
        };
        let hash = found.as_ref().and_then(|found| found.hash.as_deref());
        let right = self
            .passwords
            .verify(sign_in.password.clone(), hash)
            .await?;
        match (email, found) {
            (Some(email), Some(Credentials { user, hash })) if right => {
                Ok(Checked { email, user, hash })
            }
            _ => Err(SignInError::Wrong),
        }
    }
}

/// What an attempt is counted for. On a device that the account's owner has used, nobody else's attempts count, and it
/// counts for nobody else. Anywhere else it is one of those aimed at the account, from here and from anywhere, and one of
/// those that come from here. From here first: so whoever tries in a crowd at one place stands in the account's line once.
fn subjects(sign_in: &SignIn, known: Option<DeviceId>) -> Vec<Subject> {
    match known {
        Some(device) => vec![Subject::device(device)],
        None => vec![
            Subject::account_at(&sign_in.email, sign_in.address),
            Subject::account(&sign_in.email),
            Subject::address(sign_in.address),
        ],
    }
}

/// Credentials that were right a moment ago.
struct Checked {
    email: Email,
    user: access::UserId,
    hash: Option<String>,
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use futures::future::join_all;

    use super::*;
    use crate::app::throttle;

    fn attempt(address: [u8; 4]) -> Vec<Subject> {
        subjects(
            &SignIn {
                email: "ada@example.com".to_owned(),
                password: "secret".into(),
                address: address.into(),
                devices: Devices::default(),
                replaces: None,
                request: None,
            },
            None,
        )
    }

    /// However many come from one place: the line of the account has room for those who come from elsewhere.
    #[test]
    fn a_crowd_at_one_place_stands_in_an_accounts_line_once() {
        let turns = throttle::turns();
        let turns = &turns;
        let take = |subjects: Vec<Subject>| async move {
            let mut taken = Vec::new();
            for subject in subjects {
                taken.push(turns.take(subject).await?);
            }
            Ok::<_, chassis::turns::Crowded>(taken)
        };
        let crowd = (0..64).map(|_| take(attempt([203, 0, 113, 1])));
        // The first of them is being counted, and the others stand behind it, or were sent away.
        let counted = take(attempt([203, 0, 113, 1])).now_or_never();
        let mut crowd = join_all(crowd);
        assert!((&mut crowd).now_or_never().is_none());
        let mut owner = Box::pin(take(attempt([198, 51, 100, 7])));
        assert!(
            (&mut owner).now_or_never().is_none(),
            "waits, and is not sent away"
        );
        drop(counted);
        assert!(owner.now_or_never().expect("their turn").is_ok());
    }
}
