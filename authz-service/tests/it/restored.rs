//! What was seen of a database that is not there any more: it was restored, or a standby has taken its place.

use http::StatusCode;
use serde_json::Value;

use crate::owners::{CUSTOMERS, Owners};
use crate::policies::{CLOSED, approved, people, promote};
use crate::telling::{disarm, dismissed, employed, site, told_under};

impl Owners {
    async fn run(&self, statements: &'static str) {
        let done = sqlx::raw_sql(statements).execute(self.database.pool());
        done.await.unwrap();
    }

    /// From here on there is a backup.
    async fn back_up(&self) {
        let copies = "create table backup as table aggregate; create table backed_up as select last_value from change;
                      create table policies as table policy_version; create table deeds as table policy_deed";
        self.run(copies).await;
    }

    /// The backup is all that is left. How far the owners were heard is in it too, and what they said since they say again.
    async fn restore(&self) {
        let restored = "delete from aggregate; insert into aggregate table backup;
                        select setval('change', (select last_value from backed_up))";
        self.run(restored).await;
    }

    /// The same in tables that are made anew, as they are where a whole database is.
    async fn restore_all(&self) {
        self.restore().await;
        let anew = "create table another (like aggregate including all); insert into another table aggregate;
                    drop table aggregate; alter table another rename to aggregate";
        self.run(anew).await;
    }
}

/// Dana may disarm, and a location has changed often since the backup.
async fn told() -> Owners {
    let mut owners = told_under(&[]).await;
    owners.back_up().await;
    for _ in 0..8 {
        owners.hear(CUSTOMERS, vec![site(11)]).await;
    }
    assert!(owners.may(disarm()).await);
    owners
}

/// Of what changed often the stream has the last alone, so what is heard again has lower numbers than before.
#[tokio::test]
async fn a_revocation_counts_that_has_a_number_that_was_seen() {
    let mut owners = told().await;
    owners.restore().await;
    owners.hear(CUSTOMERS, vec![site(11), dismissed()]).await;
    assert!(!owners.may(disarm()).await);
}

#[tokio::test]
async fn a_revocation_counts_that_has_the_number_of_something_else() {
    let mut owners = told().await;
    owners.restore_all().await;
    let mut again = vec![dismissed()];
    again.extend((0..9).map(|_| site(11)));
    owners.hear(CUSTOMERS, again).await;
    assert!(!owners.may(disarm()).await);
}

/// What the database had been told is not known any more either, until it is told again.
#[tokio::test]
async fn what_is_lost_with_the_database_is_not_known() {
    let mut owners = told_under(&[]).await;
    owners.hear(CUSTOMERS, vec![dismissed()]).await;
    owners.back_up().await;
    owners.hear(CUSTOMERS, vec![employed(&Value::Null)]).await;
    assert!(owners.may(disarm()).await);
    let behind = "update outbox.inbox set watermark = watermark - 1, applied = applied - 1 where source = 'customer-service'";
    owners.restore().await;
    owners.run(behind).await;
    owners.take_in().await;
    assert!(!owners.may(disarm()).await);
    let (status, _) = owners
        .ask("evaluation", Some(r#"customer-service="1:5""#), disarm())
        .await;
    assert_eq!(status, 503);
}

/// Versions are numbered by the database, so a number may be given twice; and so may the number of a promotion.
#[tokio::test]
async fn policies_are_not_taken_for_others_that_had_their_number() {
    let owners = told_under(&[]).await;
    let [author, _] = people(&owners);
    let closed = approved(&owners, CLOSED).await;
    promote(&author, closed).await.is(StatusCode::OK);
    owners.take_in().await;
    assert!(!owners.may(disarm()).await);
    owners.back_up().await;
    owners.restore_all().await;
    owners
        .run("truncate policy_version, policy_deed restart identity")
        .await;
    let other = approved(&owners, "// Nothing more.").await;
    promote(&author, other).await.is(StatusCode::OK);
    owners.take_in().await;
    assert_eq!(other, closed);
    assert!(owners.may(disarm()).await);
}
