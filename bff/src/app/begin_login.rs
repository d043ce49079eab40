//! A browser leaves for the provider.

use url::Url;

use super::Sessions;
use crate::{
    domain::{PendingLogin, PendingLogins, ReturnPath},
    provider::Failure,
};

/// A login under way.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub authorization_url: Url,
    /// The login cookie's value.
    pub cookie: String,
}

impl Sessions {
    /// Begins a login, beside those that other tabs have under way by their login cookie.
    ///
    /// # Errors
    ///
    /// When the provider cannot be asked where its page is.
    pub async fn begin_login(
        &self,
        return_to: ReturnPath,
        cookie: Option<&str>,
    ) -> Result<Begun, Failure> {
        let mut rng = (self.0.entropy)();
        let mut logins = self.pending(cookie);
        let login = PendingLogin::begin(return_to, self.0.clock.now(), &mut rng);
        let authorization_url = self.0.provider.authorization_url(&login).await?;
        logins.add(login);
        let name = self.0.public_url.login_cookie();
        Ok(Begun {
            authorization_url,
            cookie: logins.seal(&self.0.ring, name, &mut rng),
        })
    }

    /// The logins that a login cookie holds. One that cannot be read holds none.
    pub(super) fn pending(&self, cookie: Option<&str>) -> PendingLogins {
        let name = self.0.public_url.login_cookie();
        let read = |value| PendingLogins::open(&self.0.ring, name, value, self.0.clock.now()).ok();
        cookie.and_then(read).unwrap_or_default()
    }
}
