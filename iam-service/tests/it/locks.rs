//! Whoever has to wait for another holds nothing that the other wants.

use sqlx::{Connection as _, PgConnection};

use crate::guessing::{ADA, AWAY, guess, service};

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
