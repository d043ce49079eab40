//! The types of `openidconnect`, with the claims that we look for beyond the standard's.

use std::collections::BTreeSet;

use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, EmptyExtraTokenFields, EndSessionUrl,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenClaims, IdTokenFields, ProviderMetadata,
    StandardErrorResponse, StandardTokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
        CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
        CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
        CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::domain::Identity;

/// Beyond the standard discovery document.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Beyond {
    pub(super) end_session_endpoint: Option<EndSessionUrl>,
    pub(super) revocation_endpoint: Option<Url>,
    /// RFC 9207: its callbacks name the issuer, and one that does not is not its own.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Beyond {}

/// Claims of an ID token beyond the standard ones. Other providers may use these names otherwise,
/// so what does not fit is taken as absent.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Ours {
    #[serde(default)]
    sid: Value,
    #[serde(default, rename = "userId")]
    user_id: Value,
    #[serde(default)]
    roles: Value,
}

impl AdditionalClaims for Ours {}

pub(super) type Metadata = ProviderMetadata<
    Beyond,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

pub(super) type Tokens = StandardTokenResponse<
    IdTokenFields<
        Ours,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

pub(super) type Client = openidconnect::Client<
    Ours,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Whom verified claims are about.
pub(super) fn identity(claims: &IdTokenClaims<Ours, CoreGenderClaim>) -> Identity {
    let subject = claims.subject().to_string();
    let ours = claims.additional_claims();
    let email = claims.email().map(|email| email.to_string());
    let name = claims
        .name()
        .and_then(|name| name.get(None))
        .map(|name| name.to_string())
        .or_else(|| claims.preferred_username().map(|name| name.to_string()))
        .or_else(|| email.clone())
        .unwrap_or_else(|| subject.clone());
    Identity {
        provider_session: ours.sid.as_str().map(str::to_owned),
        user_id: ours
            .user_id
            .as_str()
            .map_or_else(|| subject.clone(), str::to_owned),
        roles: texts(&ours.roles),
        subject,
        name,
        email,
    }
}

fn texts(value: &Value) -> BTreeSet<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
