//! The accounts of a demonstration, which the sign-in page lists.

use std::path::PathBuf;

use serde::Deserialize;

/// An account that anybody may sign in with.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct DemoAccount {
    /// Its address.
    pub(super) email: String,
    /// Its password.
    pub(super) password: String,
    /// What it may do, in words.
    pub(super) may: String,
}

/// Where the accounts are listed: a JSON array, read again for each page, because whoever seeds the demonstration writes
/// it after this service has started.
#[derive(Debug, Clone)]
pub struct DemoAccounts(Option<PathBuf>);

impl DemoAccounts {
    /// The accounts of a file, or none.
    #[must_use]
    pub fn new(file: Option<PathBuf>) -> Self {
        Self(file)
    }

    /// The accounts as they are listed now; none while there is no file.
    pub(super) async fn read(&self) -> Vec<DemoAccount> {
        let Some(file) = &self.0 else {
            return Vec::new();
        };
        match tokio::fs::read(file).await {
            Ok(text) => serde_json::from_slice(&text).unwrap_or_else(|error| {
                tracing::warn!(%error, file = %file.display(), "no list of demo accounts");
                Vec::new()
            }),
            Err(_) => Vec::new(),
        }
    }
}
