//! What could not be taken in is known to be unknown.

use std::fs;
use std::path::Path;

use chassis::problem::{TYPE_BASE, UNDECIDED};
use customer_events::team;
use outbox::Message;
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use crate::owners::{CUSTOMERS, Owners, SYSTEMS, may};
use crate::telling::{ALARM, DANA, JOB, TOWER, disarm, dismissed, installed, told_under};

impl Owners {
    /// A message about an employment that cannot be applied.
    pub(crate) async fn park(&self, id: Uuid, legible: bool) {
        let park = "insert into outbox.parked (source, generation, subject, aggregate, id, users, organizations, locations, legible, error, at)
                    values ($1, outbox.generation($1), $2, 'employment', $3, '{}', '{}', '{}', $4, 'not understood', now())";
        let park = sqlx::query(park).bind(CUSTOMERS).bind(id.to_string());
        let park = park.bind(id).bind(legible);
        park.execute(self.database.pool()).await.unwrap();
        self.take_in().await;
    }
}

async fn told() -> Owners {
    told_under(&[]).await
}

#[tokio::test]
async fn a_denial_that_it_may_concern_is_a_doubt() {
    let owners = told().await;
    owners.park(JOB, true).await;
    // It may have been its end, or a role more.
    assert_eq!(owners.ask("evaluation", None, disarm()).await.0, 503);
    let somebody_else = may(99, "disarm", ALARM);
    let (status, _) = owners.ask("evaluation", None, somebody_else.clone()).await;
    assert_eq!(status, 503, "the customer is named by it");
    let all = json!({ "evaluations": [disarm()] });
    let (_, batch) = owners.ask("evaluations", None, all).await;
    let undecided = json!({
        "status": 503, "type": format!("{TYPE_BASE}undecided"), "message": UNDECIDED.title(),
    });
    assert_eq!(batch["evaluations"][0]["context"]["error"], undecided);
    let repaired = sqlx::query("delete from outbox.parked");
    repaired.execute(owners.database.pool()).await.unwrap();
    owners.take_in().await;
    assert!(owners.may(disarm()).await);
    owners.park(Uuid::from_u128(77), false).await;
    assert!(owners.may(disarm()).await, "what is known is proof enough");
    assert_eq!(owners.ask("evaluation", None, somebody_else).await.0, 503);
}

/// Another instance, of a newer version, may have written it.
#[tokio::test]
async fn a_state_that_is_not_understood_is_a_doubt_and_the_others_are_taken_in() {
    let mut owners = told().await;
    let write = async |owners: &Owners, role: &str| {
        let write = "update aggregate set state = jsonb_set(state, '{roles}', jsonb_build_array($2::text)), change = nextval('change')
                     where id = $1";
        let write = sqlx::query(write).bind(JOB).bind(role);
        write.execute(owners.database.pool()).await.unwrap();
        owners.take_in().await;
    };
    write(&owners, "SECURITY_SYSTEM_OWNER").await;
    assert_eq!(owners.ask("evaluation", None, disarm()).await.0, 503);
    owners.hear(SYSTEMS, vec![installed(11)]).await;
    let (status, _) = owners.ask("evaluation", None, disarm()).await;
    assert_eq!(status, 503, "Dana is named in it");
    let stranger = owners.ask("evaluation", None, may(99, "disarm", ALARM));
    assert_eq!(stranger.await.0, 200, "nobody knows of this location");
    owners.hear(SYSTEMS, vec![installed(TOWER)]).await;
    owners.restart();
    owners.take_in().await;
    assert_eq!(owners.ask("evaluation", None, disarm()).await.0, 503);
    write(&owners, "SECURITY_SYSTEM_DISARMER").await;
    assert!(owners.may(disarm()).await);
}

#[tokio::test]
async fn what_policies_could_forbid_is_a_doubt_too() {
    let forbid = r#"
        @id("no-strangers") forbid (principal, action == Action::"disarm", resource)
        when { resource has location.dealer };
    "#;
    let policies = realguardio(forbid);
    let arguments = ["--policies", policies.path().to_str().unwrap()];
    let owners = told_under(&arguments).await;
    assert!(owners.may(disarm()).await);
    owners.park(Uuid::from_u128(77), false).await;
    // It may say that there is a dealer.
    assert_eq!(owners.ask("evaluation", None, disarm()).await.0, 503);
    assert!(
        owners.may(may(DANA, "view", ALARM)).await,
        "nothing forbids that"
    );
}

/// The policies of the service, and these.
fn realguardio(more: &str) -> TempDir {
    let policies = tempfile::tempdir().unwrap();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    for name in ["systems.cedar", "systems.cedarschema"] {
        fs::copy(ours.join(name), policies.path().join(name)).unwrap();
    }
    fs::write(policies.path().join("more.cedar"), more).unwrap();
    policies
}

const WITHOUT_TEAMS: &str = "
    entity User in [Employment] { duty?: Duty };
    entity Duty in [Employment];
    entity Employment in [Holders];
    entity Holders in [Holders];
    entity Customer, Dealer, Post { id: String, anybody: Holders, armers: Holders, disarmers: Holders };
    entity Location { customer?: Customer } tags Post;
    entity System { location?: Location };
    action disarm appliesTo { principal: User, resource: System };
";
const DISARMERS: &str = r#"
    @id("disarmers") permit (principal, action, resource)
    when { principal has duty && resource has location.customer && principal.duty in resource.location.customer.disarmers };
"#;

/// What was told, in both of its forms, is of one moment: one form never knows what the other refused.
#[tokio::test]
async fn what_does_not_fit_is_not_taken_in_and_nothing_with_it() {
    let policies = tempfile::tempdir().unwrap();
    fs::write(policies.path().join("x.cedarschema"), WITHOUT_TEAMS).unwrap();
    fs::write(policies.path().join("x.cedar"), DISARMERS).unwrap();
    let arguments = ["--policies", policies.path().to_str().unwrap()];
    let mut owners = told_under(&arguments).await;
    assert!(owners.may(disarm()).await);
    let id = Uuid::from_u128(8);
    let state = json!({
        "teamId": id, "customerId": Uuid::from_u128(1), "name": "Night Watch", "members": [JOB], "roles": {},
    });
    let team = Message::changed(team::AGGREGATE, id, 1, team::CHANGED, &state).unwrap();
    owners.keep(CUSTOMERS, vec![dismissed(), team]).await;
    owners.try_to_take_in().await.unwrap_err();
    assert!(owners.may(disarm()).await, "what was known still is");
    owners.clock.advance(jiff::SignedDuration::from_secs(60));
    assert!(owners.may(disarm()).await, "a minute later too");
    let gone = Message::removed(team::AGGREGATE, id, 1, team::REMOVED);
    owners.hear(CUSTOMERS, vec![gone]).await;
    assert!(!owners.may(disarm()).await);
}
