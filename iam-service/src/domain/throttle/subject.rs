//! What an attempt is counted for.

use std::net::IpAddr;

use access::UserId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::{
    ACCOUNT, ACCOUNT_AT_ADDRESS, ADDRESS, DEVICE, MAIL, MAIL_FROM_ADDRESS, MAIL_OF_HIRER, Patience,
};
use crate::domain::id::DeviceId;

/// Whose failures are counted: what is aimed at, and from where.
///
/// What was typed for an address is kept as a digest: people type passwords there by mistake.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    target: String,
    origin: String,
    patience: Patience,
    shared: bool,
}

impl Subject {
    /// Attempts of strangers to sign in to one account.
    #[must_use]
    pub fn account(email: &str) -> Self {
        Self::new(account(email), "", ACCOUNT)
    }

    /// Attempts of strangers to sign in to one account from one place.
    #[must_use]
    pub fn account_at(email: &str, address: IpAddr) -> Self {
        Self::new(account(email), place(address), ACCOUNT_AT_ADDRESS).own()
    }

    /// Attempts of strangers to sign in from one place.
    #[must_use]
    pub fn address(address: IpAddr) -> Self {
        Self::new("sign-in", place(address), ADDRESS)
    }

    /// Attempts to sign in on a device that the account's owner has used.
    #[must_use]
    pub fn device(device: DeviceId) -> Self {
        Self::new(format!("device {device}"), "", DEVICE).own()
    }

    /// Mail that was asked for to one account.
    #[must_use]
    pub fn mail(email: &str) -> Self {
        Self::new(format!("mail {}", digest(email)), "", MAIL)
    }

    /// Mail that was asked for from one place.
    #[must_use]
    pub fn mail_from(address: IpAddr) -> Self {
        Self::new("mail", place(address), MAIL_FROM_ADDRESS)
    }

    /// Mail to whom somebody hires.
    #[must_use]
    pub fn mail_of(hirer: UserId) -> Self {
        Self::new(format!("mail of {hirer}"), "", MAIL_OF_HIRER)
    }

    fn new(target: impl Into<String>, origin: impl Into<String>, patience: Patience) -> Self {
        Self {
            target: target.into(),
            origin: origin.into(),
            patience,
            shared: true,
        }
    }

    /// Of one person, as far as anybody can tell.
    fn own(self) -> Self {
        Self {
            shared: false,
            ..self
        }
    }

    /// What is aimed at.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// From where; nothing for anywhere.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether others' attempts count for it too. If not, whoever succeeds has made them all.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.shared
    }

    /// How patient to be with it.
    #[must_use]
    pub const fn patience(&self) -> Patience {
        self.patience
    }
}

fn account(email: &str) -> String {
    format!("account {}", digest(email))
}

fn digest(email: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(email.trim().to_ascii_lowercase()))
}

/// One place. A household has a whole /64 of IPv6.
fn place(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}
