//! iam-service, where the people come from who are hired.

use std::sync::Arc;

use access::UserId;
use axum::http::StatusCode;
use chassis::client::{ClientError, ServiceClient};
use serde::{Deserialize, Serialize};

use crate::domain::{Email, Invalid};

/// A client of iam-service.
#[derive(Debug, Clone)]
pub struct Iam {
    client: Arc<ServiceClient>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewUser<'a> {
    email: &'a str,
    on_behalf_of: UserId,
}

#[derive(Deserialize)]
struct User {
    id: UserId,
}

/// Why there is no user.
#[derive(Debug, thiserror::Error)]
pub enum NoUser {
    /// iam-service does not take the address.
    #[error(transparent)]
    Invalid(Invalid),
    /// It is not known whether there is one.
    #[error(transparent)]
    Unavailable(ClientError),
}

impl Iam {
    /// A client that calls iam-service by this one.
    #[must_use]
    pub fn new(client: ServiceClient) -> Self {
        Self {
            client: Arc::new(client),
        }
    }

    /// The user with this address; made for `hirer`, if there is none. Asking twice finds the same one.
    ///
    /// # Errors
    ///
    /// When iam-service does not take the address, or does not answer.
    pub async fn get_or_create(&self, email: &Email, hirer: UserId) -> Result<UserId, NoUser> {
        let new = NewUser {
            email: email.as_str(),
            on_behalf_of: hirer,
        };
        let reply = self.client.post("/users").json(&new).send::<User>().await;
        match reply {
            Ok(reply) => Ok(reply.body.id),
            Err(ClientError::Refused {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                ..
            }) => Err(NoUser::Invalid(Invalid::new(
                "email",
                "is not an e-mail address",
            ))),
            Err(error) => Err(NoUser::Unavailable(error)),
        }
    }
}
