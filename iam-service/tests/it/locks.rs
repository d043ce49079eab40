//! Whoever has to wait for another holds nothing that the other wants, and goes by what the other has made of things.

use anyhow::Context as _;
use reqwest::Method;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use crate::callers::slug;
use crate::client::Reply;
use crate::guessing::{ADA, AWAY, guess, service};
use crate::service::Service;

const FROM_HERE: &str =
    "select from throttles where target like 'account %' and origin <> '' for update";
const FROM_ANYWHERE: &str =
    "select from throttles where target like 'account %' and origin = '' for update nowait";
const USER: &str = "select from users where email = 'ada@example.com' for update";
const LINK: &str = "select from links for update nowait";

const WAITING: &str =
    "select exists (select from pg_stat_activity where datname = current_database()
                       and wait_event_type = 'Lock')";

/// Ada sets a password while somebody else holds this, and then wants that.
async fn sets_a_password_while_another(
    holds: &'static str,
    wants: &'static str,
) -> anyhow::Result<()> {
    let service = service().await?;
    guess(&mut service.browser().at(AWAY), ADA).await?;
    service.app.forgot_password(ADA, AWAY.parse()?).await?;
    let link = service.newest_link(ADA).await?;
    let mut connection = PgConnection::connect(service.database.url().as_str()).await?;
    let mut other = connection.begin().await?;
    sqlx::query(holds).execute(&mut *other).await?;
    let other = async {
        let waiting = || sqlx::query_scalar::<_, bool>(WAITING).fetch_one(service.database.pool());
        while !waiting().await? {}
        let wanted = sqlx::query(wants);
        let wanted = wanted.execute(&mut *other).await?.rows_affected();
        other.rollback().await?;
        anyhow::Ok(wanted)
    };
    let (set, wanted) = tokio::join!(service.set_password(&link, "another passphrase"), other);
    assert_eq!(wanted?, 1);
    set
}

#[tokio::test]
async fn who_signs_in_counts_from_here_before_from_anywhere() -> anyhow::Result<()> {
    sets_a_password_while_another(FROM_HERE, FROM_ANYWHERE).await
}

#[tokio::test]
async fn who_hires_takes_the_user_before_the_link() -> anyhow::Result<()> {
    sets_a_password_while_another(USER, LINK).await
}

#[tokio::test]
async fn who_asks_about_a_token_waits_for_nobody_and_believes_no_revoked_one() -> anyhow::Result<()>
{
    let service = service().await?;
    let tokens = service.tokens(ADA).await?;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let told = async || {
        let info = service.get("/oauth2/userinfo").bearer_auth(&access);
        anyhow::Ok((
            info.send().await?.status().as_u16(),
            service.is_active("app", &access).await?,
            service.is_active("app", &refresh).await?,
        ))
    };
    for revoke in [
        "update families set revoked_at = now()",
        "update sessions set ended_at = now()",
    ] {
        let mut connection = PgConnection::connect(service.database.url().as_str()).await?;
        let mut other = connection.begin().await?;
        sqlx::query(revoke).execute(&mut *other).await?;
        assert_eq!(told().await?, (200, true, true), "not yet: {revoke}");
        other.rollback().await?;
        sqlx::query(revoke).execute(service.database.pool()).await?;
        assert_eq!(told().await?, (401, false, false), "{revoke}");
        let undo =
            "with f as (update families set revoked_at = null) update sessions set ended_at = null";
        sqlx::query(undo).execute(service.database.pool()).await?;
    }
    Ok(())
}

/// What is answered to a request during which Ada chooses another name. That is not committed before somebody waits for it.
async fn renamed_meanwhile(
    service: &Service,
    name: &str,
    request: impl Future<Output = anyhow::Result<Reply>>,
) -> anyhow::Result<Reply> {
    let mut connection = PgConnection::connect(service.database.url().as_str()).await?;
    let mut other = connection.begin().await?;
    sqlx::query("update users set name = $1, version = version + 1 where email = $2")
        .bind(name)
        .bind(ADA)
        .execute(&mut *other)
        .await?;
    let other = async {
        let waiting = || sqlx::query_scalar::<_, bool>(WAITING).fetch_one(service.database.pool());
        while !waiting().await? {}
        other.commit().await?;
        anyhow::Ok(())
    };
    let (answer, renamed) = tokio::join!(request, other);
    renamed?;
    answer
}

/// An administrator, Ada's path, and her version.
async fn administered(service: &Service) -> anyhow::Result<(String, String, i64)> {
    let administrator = service.signed_in_administrator().await?;
    let ada = format!("/users/{}", service.hire(ADA).await?);
    let read = service.call(&administrator, Method::GET, &ada, None);
    let version = read.await?.body["version"].as_i64().context("a version")?;
    Ok((administrator, ada, version))
}

#[tokio::test]
async fn roles_are_given_to_a_user_as_they_are_by_then() -> anyhow::Result<()> {
    let service = service().await?;
    let (administrator, ada, version) = administered(&service).await?;
    let (path, expected) = (format!("{ada}/roles"), format!("\"{version}\""));
    let roles = json!({ "roles": ["REALGUARDIO_POLICY_ADMINISTRATOR"] });
    let put = |expected| {
        let roles = Some(roles.clone());
        service.call_if(&administrator, Method::PUT, &path, roles, expected)
    };

    let outdated =
        renamed_meanwhile(&service, "Ada Lovelace", put(Some(expected.as_str()))).await?;
    assert_eq!(slug(&outdated), (412, "precondition-failed"));

    let given = renamed_meanwhile(&service, "Ada King", put(None)).await?;
    assert_eq!(
        (&given.body["name"], &given.body["version"]),
        (&json!("Ada King"), &json!(version + 3))
    );
    Ok(())
}

#[tokio::test]
async fn a_user_is_removed_as_they_are_by_then() -> anyhow::Result<()> {
    let service = service().await?;
    let (administrator, ada, version) = administered(&service).await?;

    let removal = service.call(&administrator, Method::DELETE, &ada, None);
    let removed = renamed_meanwhile(&service, "Ada Lovelace", removal).await?;

    assert_eq!(removed.status, 204);
    let tombstone =
        sqlx::query_scalar::<_, i64>("select version from outbox.message where state is null");
    assert_eq!(
        tombstone.fetch_one(service.database.pool()).await?,
        version + 2,
        "whoever has heard of the new name must not keep them"
    );
    Ok(())
}
