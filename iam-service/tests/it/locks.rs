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
