//! `/policies/versions`

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use chassis::http::{Json, Page, Paging, Path, Query};
use chassis::problem::{FieldError, Problem};
use chassis::text;
use pdp::Source;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{By, PolicyAdministrator};
use crate::app::Administration;
use crate::domain::Version;
use crate::store::Files;

/// Characters that a note has at most.
const LONGEST: usize = 200;

/// Policies, with their schema and their tests.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Upload {
    /// What they are for.
    #[schema(max_length = 200)]
    note: String,
    /// Texts by the names of files: `*.cedarschema`, `*.cedar`, `*.links.json`, `*.cases.json`.
    files: BTreeMap<String, String>,
}

/// A version of the policies.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct VersionBody {
    /// Its number; 0 is the one that is shipped with the service.
    version: i64,
    /// The digest of its files: the `policyVersion` of answers.
    digest: String,
    /// What it is for.
    note: String,
    /// By whom and when it was uploaded; null for the one that is shipped.
    #[schema(required)]
    uploaded: Option<By>,
    /// By whom and when it was approved; null if nobody has.
    #[schema(required)]
    approved: Option<By>,
}

/// A version with its files.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeVersion {
    #[serde(flatten)]
    version: VersionBody,
    /// Texts by the names of files.
    files: BTreeMap<String, String>,
}

impl From<Version> for VersionBody {
    fn from(version: Version) -> Self {
        Self {
            version: version.number,
            digest: version.digest,
            note: version.note,
            uploaded: Some(version.uploaded.into()),
            approved: version.approved.map(By::from),
        }
    }
}

impl VersionBody {
    fn shipped(digest: &str) -> Self {
        Self {
            version: 0,
            digest: digest.to_owned(),
            note: "shipped with the service".to_owned(),
            uploaded: None,
            approved: None,
        }
    }
}

/// What may become a version: checked here is the form alone.
fn parse(upload: Upload) -> Result<(Files, String), Problem> {
    let note = text::line(&upload.note, LONGEST)
        .map_err(|why| Problem::invalid("note", why.to_string()))?;
    let wrong = upload.files.iter().filter_map(|(name, text)| {
        let field = |why: &str| Some(FieldError::new(format!("files[{name:?}]"), why));
        let source = Source {
            name: name.clone(),
            text: String::new(),
        };
        if !source.is_known() || text::line(name, LONGEST).as_deref() != Ok(name) {
            return field("is not the name of a file that is read");
        }
        text.contains('\0')
            .then(|| field("contains a character that is no text"))?
    });
    let wrong: Vec<_> = wrong.collect();
    if wrong.is_empty() {
        Ok((upload.files, note))
    } else {
        Err(Problem::invalid_fields(wrong))
    }
}

/// Uploads policies. They become a version if they fit their schema and pass their own tests, and are asked by nobody until
/// somebody else has approved it and it is promoted.
#[utoipa::path(
    post, path = "/policies/versions", operation_id = "uploadPolicies",
    tag = "policies", security(("user" = [])),
    request_body = Upload,
    responses(
        (status = 200, description = "The version; the same, where the caller has uploaded these files before.", body = VersionBody),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 409, description = "Somebody else has uploaded these files, or they are those that are shipped."),
        (status = 422, description = "They make no sense, or fail a test: `errors` says where."),
    ),
)]
pub(super) async fn upload(
    PolicyAdministrator(by): PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Json(body): Json<Upload>,
) -> Result<Json<VersionBody>, Problem> {
    let (files, note) = parse(body)?;
    Ok(Json(administration.upload(files, note, &by).await?.into()))
}

/// The versions that were uploaded, the newest first.
#[utoipa::path(
    get, path = "/policies/versions", operation_id = "listPolicyVersions",
    tag = "policies", security(("user" = [])), params(Paging),
    responses(
        (status = 200, description = "A part of them.", body = Page<VersionBody>),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 422, description = "No such page."),
    ),
)]
pub(super) async fn list(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<VersionBody>>, Problem> {
    let (before, limit) = (paging.after::<i64>()?, paging.limit()?);
    let versions = administration.versions(before, limit + 1).await?;
    let page = Page::of(versions, limit, |version| version.number);
    Ok(Json(page.map(VersionBody::from)))
}

/// A version with its files.
#[utoipa::path(
    get, path = "/policies/versions/{version}", operation_id = "getPolicyVersion",
    tag = "policies", security(("user" = [])),
    params(("version" = i64, Path, description = "Its number.")),
    responses(
        (status = 200, description = "The version.", body = WholeVersion),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 404, description = "There is no such version."),
    ),
)]
pub(super) async fn get(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Path(number): Path<i64>,
) -> Result<Json<WholeVersion>, Problem> {
    let (version, files) = administration.version(number).await?;
    let shipped = || VersionBody::shipped(administration.shipped());
    Ok(Json(WholeVersion {
        version: version.map_or_else(shipped, VersionBody::from),
        files,
    }))
}
