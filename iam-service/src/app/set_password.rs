//! Choosing a password by a one-time link; the first time, a name too.

use chassis::text::NotALine;
use secrecy::SecretString;

use super::find_or_create_user::changed;
use super::{App, Devices, Failure};
use crate::domain::id::LinkId;
use crate::domain::password::{NewPassword, WeakPassword};
use crate::domain::throttle::Subject;
use crate::domain::ticket::Purpose;
use crate::domain::user::Name;
use crate::store::LinkOwner;

/// What somebody chooses.
#[derive(Debug)]
pub struct Choice {
    /// The password.
    pub password: SecretString,
    /// What others are to call them: theirs to say, the first time. Nothing said leaves it.
    pub name: Option<String>,
}

/// Why a password is not set.
#[derive(Debug, thiserror::Error)]
pub enum SetPasswordError {
    /// The link was used, replaced by a newer one, has expired, or never was.
    #[error("the link does not work any more")]
    DeadLink,
    /// The password will not do.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// The name is none.
    #[error("Your name {0}")]
    Name(#[from] NotALine),
    /// Something else does not work.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<crate::store::Error> for SetPasswordError {
    fn from(error: crate::store::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl App {
    /// Whose link this is, while it works. Looking does not use it up: mail servers look at links too.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn link_owner(&self, link: &str) -> Result<Option<LinkOwner>, Failure> {
        let Some(id) = self.secrets.open_id(Purpose::Link, link) else {
            return Ok(None);
        };
        Ok(self.store.begin().await?.link_owner(id, self.now()).await?)
    }

    /// Whether a link works still: it was not used, no newer one has replaced it, and its time is not over.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn link_works(&self, link: LinkId) -> Result<bool, Failure> {
        let mut tx = self.store.begin().await?;
        Ok(tx.link_owner(link.as_uuid(), self.now()).await?.is_some())
    }

    /// Sets the password of the link's owner, uses the link up, and ends all sessions: who knew the old password is out.
    /// They are known nowhere any more but in this browser, and no guess at the old password counts.
    ///
    /// # Errors
    ///
    /// When the link does not work any more; or the password or the name will not do: then it still works.
    pub async fn set_password(
        &self,
        link: &str,
        choice: Choice,
        devices: Devices,
    ) -> Result<Devices, SetPasswordError> {
        let id = self
            .secrets
            .open_id(Purpose::Link, link)
            .ok_or(SetPasswordError::DeadLink)?;
        let owner = self
            .link_owner(link)
            .await?
            .ok_or(SetPasswordError::DeadLink)?;
        let name = match choice.name {
            Some(name) if !owner.has_password => Some(name.parse::<Name>()?),
            _ => None,
        };
        let password = NewPassword::parse(choice.password, &owner.email)?;
        let hash = self
            .passwords
            .hash(&password, &mut self.randomness.rng())
            .await?;

        let now = self.now();
        let mut tx = self.store.begin().await?;
        // In the order in which a mail is queued, what is counted before the user, and the user before the link; and in
        // the order in which somebody is signed in, the user before what is counted of guesses: no two wait for each other.
        tx.forgive(&Subject::mail(owner.email.as_str())).await?;
        tx.set_password(owner.user, &hash).await?;
        if !tx.take_link(id, now).await? {
            return Err(SetPasswordError::DeadLink);
        }
        tx.forgive_everywhere(&Subject::account(owner.email.as_str()))
            .await?;
        tx.forget_devices_of(owner.user).await?;
        let devices = self
            .know_device(&mut tx, None, devices, owner.user, now)
            .await?;
        self.close_sessions_of(&mut tx, owner.user, now).await?;
        let mut messages = Vec::new();
        if let Some(name) = name.filter(|name| *name != owner.name)
            && let Some(user) = tx.rename_user(owner.user, &name).await?
        {
            messages.push(changed(&user)?);
        }
        tx.publish(now, messages).await?;
        self.wake.all();
        Ok(devices)
    }
}
