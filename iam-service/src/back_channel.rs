//! Back channels of clients, where they hear that a session ended.

use std::time::Duration;

use reqwest::StatusCode;
use url::Url;

/// How long a client may take to listen.
const PATIENCE: Duration = Duration::from_secs(5);

/// The way to the back channels.
#[derive(Debug, Clone)]
pub struct BackChannel {
    http: reqwest::Client,
}

/// What a client made of a logout token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It ended the session, or knew of none.
    Accepted,
    /// The token is no good. Trying again would not change that.
    Refused,
}

impl BackChannel {
    /// By this client of HTTP.
    #[must_use]
    pub const fn new(http: reqwest::Client) -> Self {
        Self { http }
    }

    /// Sends a logout token to the back channel at this address.
    ///
    /// # Errors
    ///
    /// When it is not known to have been heard. It is to be sent again then.
    pub async fn tell(&self, address: &Url, token: &str) -> reqwest::Result<Heard> {
        let request = self.http.post(address.clone()).timeout(PATIENCE);
        let response = request.form(&[("logout_token", token)]).send().await?;
        if response.status() == StatusCode::BAD_REQUEST {
            return Ok(Heard::Refused);
        }
        response.error_for_status()?;
        Ok(Heard::Accepted)
    }
}
