//! `/exceptions`

use std::sync::Arc;

use axum::extract::State;
use chassis::http::{Json, Page, Paging, Path, Query};
use chassis::problem::Problem;
use chassis::text;
use jiff::Timestamp;
use pdp::Uid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{By, PolicyAdministrator};
use crate::app::Administration;
use crate::domain::{Exception, ExceptionDeed, Wish};

/// Characters that a reason has at most.
const LONGEST: usize = 500;
/// Bytes that a type, an id or a name has at most.
const LONGEST_NAME: usize = 2_048;

/// Somebody, or something.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ThingBody {
    /// Its type, as the schema calls it.
    r#type: String,
    /// Its id within the type.
    id: String,
}

/// What is done.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ActionBody {
    /// The action's id.
    name: String,
}

/// What is asked for: that somebody may do something to exactly one thing, for a while.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WishBody {
    subject: ThingBody,
    action: ActionBody,
    resource: ThingBody,
    /// Why.
    #[schema(max_length = 500)]
    reason: String,
    /// Until when: thirty days from now at most.
    until: Timestamp,
}

/// An exception.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExceptionBody {
    /// Its number: answers that are due to it name it, and to policies it is `Exception::"…"`.
    id: i64,
    subject: ThingBody,
    action: ActionBody,
    resource: ThingBody,
    /// Why.
    reason: String,
    /// From then on it counts for nothing, without anybody's doing.
    until: Timestamp,
    /// `ASKED`, `IN_FORCE`, `LAPSED` or `TAKEN_BACK`, at this moment.
    standing: &'static str,
    /// By whom and when it was asked for.
    asked: By,
    /// By whom and when it was approved; null if nobody has.
    #[schema(required)]
    approved: Option<By>,
    /// By whom and when it was taken back; null if nobody has.
    #[schema(required)]
    taken_back: Option<By>,
}

/// Something that somebody did with an exception. That one lapses nobody does.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeedBody {
    /// What: `ASKED`, `APPROVED`, `TAKEN_BACK`.
    deed: &'static str,
    /// With which exception.
    exception: i64,
    #[serde(flatten)]
    by: By,
}

impl From<Uid> for ThingBody {
    fn from(Uid { kind, id }: Uid) -> Self {
        Self { r#type: kind, id }
    }
}

impl ExceptionBody {
    fn at(exception: Exception, now: Timestamp) -> Self {
        let standing = exception.standing(now).name();
        let wish = exception.wish;
        Self {
            id: exception.number,
            subject: wish.subject.into(),
            action: ActionBody { name: wish.action },
            resource: wish.resource.into(),
            reason: wish.reason,
            until: wish.until,
            standing,
            asked: exception.asked.into(),
            approved: exception.approved.map(By::from),
            taken_back: exception.taken_back.map(By::from),
        }
    }
}

impl From<ExceptionDeed> for DeedBody {
    fn from(deed: ExceptionDeed) -> Self {
        Self {
            deed: deed.kind.name(),
            exception: deed.exception,
            by: deed.signed.into(),
        }
    }
}

/// What may be asked for: checked here is the form alone.
fn parse(body: WishBody) -> Result<Wish, Problem> {
    let reason = text::line(&body.reason, LONGEST)
        .map_err(|why| Problem::invalid("reason", why.to_string()))?;
    let names = [
        ("subject.type", &body.subject.r#type),
        ("subject.id", &body.subject.id),
        ("action.name", &body.action.name),
        ("resource.type", &body.resource.r#type),
        ("resource.id", &body.resource.id),
    ];
    for (field, name) in names {
        if name.is_empty() || name.len() > LONGEST_NAME || name.contains('\0') {
            return Err(Problem::invalid(field, "names nothing that there could be"));
        }
    }
    Ok(Wish {
        subject: Uid::new(body.subject.r#type, body.subject.id),
        action: body.action.name,
        resource: Uid::new(body.resource.r#type, body.resource.id),
        reason,
        until: body.until,
    })
}

/// Asks for an exception. It counts once somebody else has approved it, and until its time is over or it is taken back.
#[utoipa::path(
    post, path = "/exceptions", operation_id = "askForException",
    tag = "exceptions", security(("user" = [])),
    request_body = WishBody,
    responses(
        (status = 200, description = "What is asked for.", body = ExceptionBody),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 409, description = "There are no exceptions where services tell facts."),
        (status = 422, description = "It has no reason or no end, or the policies know no such exceptions."),
    ),
)]
pub(super) async fn ask(
    PolicyAdministrator(by): PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Json(body): Json<WishBody>,
) -> Result<Json<ExceptionBody>, Problem> {
    let exception = administration.ask_for_exception(parse(body)?, &by).await?;
    Ok(Json(ExceptionBody::at(exception, administration.now())))
}

/// Approves an exception that somebody else has asked for, for somebody else. Every instance knows of it within a second.
#[utoipa::path(
    post, path = "/exceptions/{id}/approval", operation_id = "approveException",
    tag = "exceptions", security(("user" = [])),
    params(("id" = i64, Path, description = "Its number.")),
    responses(
        (status = 200, description = "The exception.", body = ExceptionBody),
        (status = 403, description = "The caller is no policy administrator, has asked for it, or is who would be allowed something."),
        (status = 404, description = "There is no such exception."),
        (status = 409, description = "It is over, too many count already, other policies were promoted meanwhile, or there are none where services tell facts."),
        (status = 422, description = "The policies know no such exceptions any more."),
    ),
)]
pub(super) async fn approve(
    PolicyAdministrator(by): PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Path(number): Path<i64>,
) -> Result<Json<ExceptionBody>, Problem> {
    let exception = administration.approve_exception(number, &by).await?;
    Ok(Json(ExceptionBody::at(exception, administration.now())))
}

/// Takes an exception back, or what is asked for. Within a second it counts nowhere.
#[utoipa::path(
    delete, path = "/exceptions/{id}", operation_id = "takeExceptionBack",
    tag = "exceptions", security(("user" = [])),
    params(("id" = i64, Path, description = "Its number.")),
    responses(
        (status = 200, description = "The exception, which stays to be read.", body = ExceptionBody),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 404, description = "There is no such exception."),
        (status = 409, description = "There are no exceptions where services tell facts."),
    ),
)]
pub(super) async fn take_back(
    PolicyAdministrator(by): PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Path(number): Path<i64>,
) -> Result<Json<ExceptionBody>, Problem> {
    let exception = administration.take_exception_back(number, &by).await?;
    Ok(Json(ExceptionBody::at(exception, administration.now())))
}

/// An exception.
#[utoipa::path(
    get, path = "/exceptions/{id}", operation_id = "getException",
    tag = "exceptions", security(("user" = [])),
    params(("id" = i64, Path, description = "Its number.")),
    responses(
        (status = 200, description = "The exception.", body = ExceptionBody),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 404, description = "There is no such exception."),
        (status = 409, description = "There are no exceptions where services tell facts."),
    ),
)]
pub(super) async fn get(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Path(number): Path<i64>,
) -> Result<Json<ExceptionBody>, Problem> {
    let exception = administration.exception(number).await?;
    Ok(Json(ExceptionBody::at(exception, administration.now())))
}

/// All exceptions that there ever were, the newest first.
#[utoipa::path(
    get, path = "/exceptions", operation_id = "listExceptions",
    tag = "exceptions", security(("user" = [])), params(Paging),
    responses(
        (status = 200, description = "A part of them.", body = Page<ExceptionBody>),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 409, description = "There are no exceptions where services tell facts."),
        (status = 422, description = "No such page."),
    ),
)]
pub(super) async fn list(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<ExceptionBody>>, Problem> {
    let (before, limit) = (paging.after::<i64>()?, paging.limit()?);
    let exceptions = administration.list_exceptions(before, limit + 1).await?;
    let page = Page::of(exceptions, limit, |exception| exception.number);
    let now = administration.now();
    Ok(Json(
        page.map(|exception| ExceptionBody::at(exception, now)),
    ))
}

/// Who did what with which exception, and when, the newest first.
#[utoipa::path(
    get, path = "/exceptions/history", operation_id = "listExceptionHistory",
    tag = "exceptions", security(("user" = [])), params(Paging),
    responses(
        (status = 200, description = "A part of it.", body = Page<DeedBody>),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 409, description = "There are no exceptions where services tell facts."),
        (status = 422, description = "No such page."),
    ),
)]
pub(super) async fn history(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<DeedBody>>, Problem> {
    let (before, limit) = (paging.after::<i64>()?, paging.limit()?);
    let deeds = administration.exception_deeds(before, limit + 1).await?;
    let page = Page::of(deeds, limit, |deed| deed.number);
    Ok(Json(page.map(DeedBody::from)))
}
