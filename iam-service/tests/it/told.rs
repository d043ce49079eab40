//! Claims from what was heard of the owners' events.

use access::{CustomerId, DealerId, Organization, UserId};
use customer_events::{customer, employment, location, team};
use dealer_events::dealer;
use iam_claims::Claims;
use iam_service::events::employments::{CUSTOMERS, DEALERS, PROVIDERS};
use jiff::SignedDuration;
use outbox::{ConsistencyToken, Message};
use serde_json::{Value, json};
use sqlx::raw_sql;
use testkit::nats::TestNats;
use uuid::Uuid;

use crate::client::decode;
use crate::events::{ADA, Organizations, hear_of};
use crate::service::{Options, Service};

/// Ada's employer.
const BLUE_HARBOR: Uuid = Uuid::from_u128(1);

/// iam-service, which keeps what it hears of the owners of facts.
struct Hearing {
    service: Service,
    nats: TestNats,
    customers: Organizations,
    dealers: Organizations,
    monitoring: Organizations,
    ada: String,
}

impl Hearing {
    async fn start() -> anyhow::Result<Self> {
        let options = Options {
            replicates: true,
            ..Options::default()
        };
        let service = Service::start_with(options).await?;
        let nats = TestNats::start().await?;
        let organizations = |source| Organizations::start(&service, &nats, source);
        Ok(Self {
            customers: organizations(customer_events::SOURCE).await?,
            dealers: organizations(dealer_events::SOURCE).await?,
            monitoring: organizations(monitoring_events::SOURCE).await?,
            ada: service.user(ADA, "Ada").await?,
            service,
            nats,
        })
    }

    /// The owners say what they have to say, and it is heard.
    async fn hear(&mut self) -> anyhow::Result<()> {
        let owners = [&mut self.customers, &mut self.dealers, &mut self.monitoring];
        for (owner, employments) in owners.into_iter().zip([CUSTOMERS, DEALERS, PROVIDERS]) {
            owner.publish().await?;
            hear_of(&self.service, &self.nats, employments).await?;
        }
        Ok(())
    }

    /// A customer has this state. It is not published yet.
    async fn customer(&self, version: i64, state: Value) -> anyhow::Result<()> {
        let id = CustomerId::from(BLUE_HARBOR);
        let told = Message::changed(customer::AGGREGATE, id, version, customer::CHANGED, &state)?;
        self.customers.append(&self.service, told).await?;
        Ok(())
    }

    /// Ada is employed by Blue Harbor.
    async fn employ(&self) -> anyhow::Result<ConsistencyToken> {
        self.customer(1, blue_harbor()).await?;
        let employed = self
            .customers
            .write(&self.service, &self.ada, 1, Some(true));
        Ok(ConsistencyToken::of(
            customer_events::SOURCE,
            employed.await?,
        ))
    }

    /// What Ada's token claims if she signs in now.
    async fn claims(&self) -> anyhow::Result<Claims> {
        let (_, all) = decode(&self.service.access_token(ADA).await?)?;
        Ok(Claims::read(&all["facts"].to_string())?)
    }
}

fn blue_harbor() -> Value {
    json!({ "customerId": BLUE_HARBOR, "name": "Blue Harbor" })
}

#[tokio::test]
async fn what_is_heard_can_be_claimed() -> anyhow::Result<()> {
    let mut hearing = Hearing::start().await?;
    assert_eq!(hearing.claims().await?, Claims::unavailable());
    let at = hearing.employ().await?;
    hearing.hear().await?;
    let told = hearing.claims().await?;
    let held = told.employments()?;
    assert_eq!((held.len(), held[0].name.as_str()), (1, "Blue Harbor"));
    let of_customers = told.facts_at().of_sources(&[customer_events::SOURCE]);
    assert_eq!(of_customers, at);
    assert_eq!(told.reach()?, []);
    let ended = hearing
        .customers
        .write(&hearing.service, &hearing.ada, 2, Some(false));
    ended.await?;
    hearing.hear().await?;
    assert_eq!(hearing.claims().await?.employments()?, []);
    Ok(())
}

#[tokio::test]
async fn what_is_older_than_it_may_be_is_not_claimed() -> anyhow::Result<()> {
    let mut hearing = Hearing::start().await?;
    hearing.hear().await?;
    assert_eq!(hearing.claims().await?.age_ms(), 0);

    // The owners, or the broker, are silent from here on.
    hearing.service.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(hearing.claims().await?.age_ms(), 5_000);
    hearing
        .service
        .clock
        .advance(SignedDuration::from_millis(1));
    assert_eq!(hearing.claims().await?, Claims::unavailable());

    hearing.hear().await?;
    assert_eq!(hearing.claims().await?.employments()?, []);
    Ok(())
}

#[tokio::test]
async fn nothing_is_claimed_while_an_owner_was_never_heard_of() -> anyhow::Result<()> {
    let mut hearing = Hearing::start().await?;
    hearing.employ().await?;
    hearing.customers.publish().await?;
    hear_of(&hearing.service, &hearing.nats, CUSTOMERS).await?;
    assert_eq!(hearing.claims().await?, Claims::unavailable());
    hearing.hear().await?;
    assert_eq!(hearing.claims().await?.employments()?.len(), 1);
    Ok(())
}

/// What could not be read may have been the employer's end; and it may not.
#[tokio::test]
async fn nothing_is_claimed_while_of_an_employer_nothing_can_be_read() -> anyhow::Result<()> {
    let mut hearing = Hearing::start().await?;
    hearing.employ().await?;
    hearing.hear().await?;
    hearing
        .customer(2, json!({ "called": "otherwise" }))
        .await?;
    hearing.hear().await?;
    assert_eq!(hearing.claims().await?, Claims::unavailable());
    hearing.customer(3, blue_harbor()).await?;
    hearing.hear().await?;
    assert_eq!(hearing.claims().await?.employments()?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn nothing_is_claimed_while_an_employer_is_not_known_yet() -> anyhow::Result<()> {
    let mut hearing = Hearing::start().await?;
    let employed = hearing
        .customers
        .write(&hearing.service, &hearing.ada, 1, Some(true));
    employed.await?;
    hearing.hear().await?;
    assert_eq!(hearing.claims().await?, Claims::unavailable());
    hearing.customer(1, blue_harbor()).await?;
    hearing.hear().await?;
    assert_eq!(hearing.claims().await?.employments()?.len(), 1);
    Ok(())
}

/// It may have been appointed where a team has a role, or have appointed an employer.
#[tokio::test]
async fn nothing_is_claimed_while_of_a_dealer_nothing_can_be_read() -> anyhow::Result<()> {
    let mut hearing = Hearing::start().await?;
    let id = DealerId::from(Uuid::from_u128(2));
    let strange = json!({ "called": "Keystone" });
    let told = Message::changed(dealer::AGGREGATE, id, 1, dealer::CHANGED, &strange)?;
    hearing.dealers.append(&hearing.service, told).await?;
    hearing.hear().await?;
    assert_eq!(hearing.claims().await?, Claims::unavailable());
    let gone = Message::removed(dealer::AGGREGATE, id, 2, dealer::REMOVED);
    hearing.dealers.append(&hearing.service, gone).await?;
    hearing.hear().await?;
    assert_eq!(hearing.claims().await?.employments()?, []);
    Ok(())
}

/// An event that cannot be applied, about an aggregate of which nothing else was heard.
fn strange(aggregate: &'static str, id: u128) -> Message {
    let kind = "io.realguardio.customer.something.changed.v9";
    Message::removed(aggregate, Uuid::from_u128(id), 1, kind)
}

/// The event by which it becomes known that this is gone.
fn gone(told: &Message) -> Message {
    let kind = match told.aggregate {
        customer::AGGREGATE => customer::REMOVED,
        location::AGGREGATE => location::REMOVED,
        employment::AGGREGATE => employment::REMOVED,
        team::AGGREGATE => team::REMOVED,
        other => panic!("{other}"),
    };
    Message::removed(told.aggregate, told.id, told.version + 1, kind)
}

#[tokio::test]
async fn what_cannot_be_read_keeps_those_from_claims_whom_it_may_concern() -> anyhow::Result<()> {
    let mut hearing = Hearing::start().await?;
    hearing.employ().await?;
    let (ada, other) = (hearing.ada.parse::<UserId>()?, Uuid::from_u128(99));
    let of_others = |aggregate, id| {
        let told = strange(aggregate, id).users([other]);
        told.organizations([other])
    };
    let as_was_heard = Message {
        version: 2,
        ..strange(employment::AGGREGATE, 7)
    };
    for (told, concerned) in [
        (of_others(employment::AGGREGATE, 20), false),
        (of_others(team::AGGREGATE, 21), false),
        (of_others(customer::AGGREGATE, 22), false),
        (strange(employment::AGGREGATE, 23).users([ada]), true),
        (
            strange(team::AGGREGATE, 24).organizations([BLUE_HARBOR]),
            true,
        ),
        // A team of hers may hold a role there, or an employer have been appointed.
        (of_others(location::AGGREGATE, 25), true),
        (as_was_heard, true),
    ] {
        let (what, repaired) = (format!("{told:?}"), gone(&told));
        hearing.customers.append(&hearing.service, told).await?;
        hearing.hear().await?;
        let claims = hearing.claims().await?;
        assert_eq!(claims == Claims::unavailable(), concerned, "{what}");
        hearing.customers.append(&hearing.service, repaired).await?;
        hearing.hear().await?;
        assert!(hearing.claims().await?.employments().is_ok(), "{what}");
    }
    Ok(())
}

/// What dealer-service says of an employment is of a dealer's, also where it says so in another's words.
#[tokio::test]
async fn nobody_employs_in_the_name_of_an_organization_of_another_kind() -> anyhow::Result<()> {
    use dealer_events::employment::{AGGREGATE, CHANGED};
    let mut hearing = Hearing::start().await?;
    hearing.customer(1, blue_harbor()).await?;
    let id = DealerId::from(BLUE_HARBOR);
    let keystone = json!({ "dealerId": id, "name": "Keystone", "monitoringProviderId": null });
    let told = Message::changed(dealer::AGGREGATE, id, 1, dealer::CHANGED, &keystone)?;
    hearing.dealers.append(&hearing.service, told).await?;
    let job = Uuid::from_u128(8);
    let state = json!({
        "employeeId": job, "userId": hearing.ada, "dealerId": id, "customerId": BLUE_HARBOR, "name": "Ada",
        "active": true, "roles": ["SECURITY_SYSTEM_DISARMER"], "locationRoles": {}, "schedule": null,
    });
    let told = Message::changed(AGGREGATE, job, 1, CHANGED, &state)?;
    hearing.dealers.append(&hearing.service, told).await?;
    hearing.hear().await?;
    let claims = hearing.claims().await?;
    let held = claims.employments()?;
    let employer = (held[0].organization, held[0].name.as_str());
    assert_eq!(
        (held.len(), employer),
        (1, (Organization::Dealer(id), "Keystone"))
    );
    Ok(())
}

/// Otherwise one employment could speak for another, whose end would not be its end.
#[tokio::test]
async fn a_state_that_is_anothers_is_not_understood() -> anyhow::Result<()> {
    let mut hearing = Hearing::start().await?;
    hearing.employ().await?;
    let (job, other) = (Uuid::from_u128(7), Uuid::from_u128(8));
    let state = json!({
        "employeeId": job, "userId": hearing.ada, "customerId": BLUE_HARBOR, "name": "Ada",
        "active": true, "roles": ["SECURITY_SYSTEM_DISARMER"], "locationRoles": {}, "schedule": null,
    });
    for (aggregate, parked) in [
        (employment::AGGREGATE, 1),
        (team::AGGREGATE, 2),
        ("profile", 2),
    ] {
        let told = Message::changed(aggregate, other, 1, employment::CHANGED, &state)?;
        hearing.customers.append(&hearing.service, told).await?;
        hearing.hear().await?;
        let all = sqlx::query_scalar::<_, i64>("select count(*) from outbox.parked");
        let all = all.fetch_one(hearing.service.database.pool());
        assert_eq!(all.await?, parked, "{aggregate}");
    }
    // As they were before, and nothing of another.
    let kept = "select (select count(*) from told where id = $1) + (select count(*) from employments where employee_id = $1)";
    let kept = sqlx::query_scalar::<_, i64>(kept).bind(other);
    assert_eq!(kept.fetch_one(hearing.service.database.pool()).await?, 0);
    Ok(())
}

/// Whom a dealer appointed is for nobody else to say.
#[tokio::test]
async fn nobody_appoints_in_the_name_of_a_dealer() -> anyhow::Result<()> {
    use monitoring_events::{employment, monitoring_provider};
    let mut hearing = Hearing::start().await?;
    let (tower, served_by, watcher) = (Uuid::from_u128(4), Uuid::from_u128(2), Uuid::from_u128(3));
    hearing.customer(1, blue_harbor()).await?;
    let state = json!({
        "locationId": tower, "name": "Tower", "customerId": BLUE_HARBOR, "dealerId": served_by, "reservedBy": null,
    });
    let told = Message::changed(location::AGGREGATE, tower, 1, location::CHANGED, &state)?;
    hearing.customers.append(&hearing.service, told).await?;
    let employee = Uuid::from_u128(8);
    let state = json!({
        "employeeId": employee, "userId": hearing.ada, "monitoringProviderId": watcher, "name": "Ada", "active": true,
        "roles": ["SECURITY_SYSTEM_DISARMER"], "schedule": null,
    });
    let told = Message::changed(
        employment::AGGREGATE,
        employee,
        1,
        employment::CHANGED,
        &state,
    )?;
    hearing.monitoring.append(&hearing.service, told).await?;
    for id in [watcher, served_by] {
        let state = json!({ "monitoringProviderId": id, "name": "Watch" });
        let (of, kind) = (monitoring_provider::AGGREGATE, monitoring_provider::CHANGED);
        let told = Message::changed(of, id, 1, kind, &state)?;
        hearing.monitoring.append(&hearing.service, told).await?;
    }
    // It says that it is about a dealer, in words that would do for a provider.
    let state =
        json!({ "dealerId": served_by, "monitoringProviderId": watcher, "name": "Keystone" });
    let (of, kind) = (dealer::AGGREGATE, monitoring_provider::CHANGED);
    let told = Message::changed(of, served_by, 2, kind, &state)?;
    hearing.monitoring.append(&hearing.service, told).await?;
    hearing.hear().await?;
    let claims = hearing.claims().await?;
    assert_eq!(claims.employments()?.len(), 1);
    assert_eq!(claims.reach()?, []);
    Ok(())
}

/// Which has heard everything, and kept employments alone.
#[tokio::test]
async fn nothing_is_claimed_by_a_replica_from_before_it_kept_facts() -> anyhow::Result<()> {
    let mut hearing = Hearing::start().await?;
    hearing.employ().await?;
    hearing.hear().await?;
    let pool = hearing.service.database.pool();
    let before = "delete from told; drop view concern; drop table told_from";
    raw_sql(before).execute(pool).await?;
    let migration = include_str!("../../migrations/0007_told_from.sql");
    raw_sql(migration).execute(pool).await?;
    assert_eq!(hearing.claims().await?, Claims::unavailable());

    for employments in [CUSTOMERS, DEALERS, PROVIDERS] {
        outbox::rebuild(hearing.service.database.pool(), employments.source).await?;
    }
    hearing.hear().await?;
    assert_eq!(hearing.claims().await?.employments()?.len(), 1);
    Ok(())
}
