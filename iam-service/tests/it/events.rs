//! What is heard of employments.

use access::{CustomerId, EmployeeId, UserId};
use customer_events::{EmploymentState, employment};
use iam_service::events::employments::{CUSTOMERS, DEALERS, Employments, PROVIDERS};
use outbox::{Consumer, Message, Position, Relay};
use serde_json::json;
use testkit::nats::TestNats;
use testkit::postgres::TestDatabase;
use uuid::Uuid;

use crate::client::decode;
use crate::service::{Options, Service};

pub(crate) const ADA: &str = "ada@example.com";

/// A service of organizations, as far as anybody can hear it.
pub(crate) struct Organizations {
    database: TestDatabase,
    relay: Relay,
}

impl Organizations {
    pub(crate) async fn start(
        service: &Service,
        nats: &TestNats,
        source: &'static str,
    ) -> anyhow::Result<Self> {
        let database = TestDatabase::create(async |pool| outbox::migrate(pool).await).await?;
        let clock = service.clock.clone();
        let relay = Relay::new(
            database.pool().clone(),
            nats.jetstream().await?,
            source,
            move || clock.now(),
        );
        Ok(Self { database, relay })
    }

    /// Writes an employment by a customer into the outbox. It is not published yet.
    pub(crate) async fn write(
        &self,
        service: &Service,
        user: &str,
        version: i64,
        active: Option<bool>,
    ) -> anyhow::Result<Position> {
        let id = EmployeeId::from(Uuid::from_u128(7));
        let message = match active {
            None => Message::removed(employment::AGGREGATE, id, version, employment::REMOVED),
            Some(active) => {
                let state = EmploymentState {
                    employee_id: id,
                    user_id: user.parse::<UserId>()?,
                    customer_id: CustomerId::from(Uuid::from_u128(1)),
                    name: "Ada".to_owned(),
                    active,
                    roles: [].into(),
                    location_roles: [].into(),
                    schedule: None,
                };
                Message::changed(
                    employment::AGGREGATE,
                    id,
                    version,
                    employment::CHANGED,
                    &state,
                )?
            }
        };
        self.append(service, message).await
    }

    pub(crate) async fn append(
        &self,
        service: &Service,
        message: Message,
    ) -> anyhow::Result<Position> {
        let mut tx = self.database.pool().begin().await?;
        let position = outbox::append(&mut tx, service.clock.now(), vec![message]).await?;
        tx.commit().await?;
        Ok(position)
    }

    pub(crate) async fn publish(&mut self) -> anyhow::Result<()> {
        while self.relay.step().await?.worked() {}
        Ok(())
    }
}

pub(crate) async fn hear(service: &Service, nats: &TestNats) -> anyhow::Result<()> {
    hear_of(service, nats, CUSTOMERS).await
}

pub(crate) async fn hear_of(
    service: &Service,
    nats: &TestNats,
    employments: Employments,
) -> anyhow::Result<()> {
    let js = nats.jetstream().await?;
    let (inbox, clock) = (service.inbox.clone(), service.clock.clone());
    let now = move || clock.now();
    let mut consumer = Consumer::new(inbox, js, employments.source, employments, now);
    while consumer.step().await?.worked() {}
    Ok(())
}

async fn roles(service: &Service) -> anyhow::Result<serde_json::Value> {
    let (_, claims) = decode(&service.access_token(ADA).await?)?;
    Ok(claims["roles"].clone())
}

#[tokio::test]
async fn employees_have_their_role_as_long_as_they_are_employed() -> anyhow::Result<()> {
    let (service, nats) = (Service::start().await?, TestNats::start().await?);
    let mut customers = Organizations::start(&service, &nats, customer_events::SOURCE).await?;
    let ada = service.user(ADA, "Ada").await?;
    let (none, employee) = (
        serde_json::json!([]),
        serde_json::json!(["CUSTOMER_EMPLOYEE"]),
    );
    assert_eq!(roles(&service).await?, none);
    for (version, active, expected) in [
        (1, Some(true), &employee),
        (2, Some(false), &none),
        (3, Some(true), &employee),
        (4, None, &none),
    ] {
        customers.write(&service, &ada, version, active).await?;
        customers.publish().await?;
        hear(&service, &nats).await?;
        assert_eq!(roles(&service).await?, *expected, "version {version}");
    }
    Ok(())
}

#[tokio::test]
async fn whom_dealers_and_monitoring_providers_employ_has_a_role_of_their_own() -> anyhow::Result<()>
{
    use dealer_events::employment as by_dealer;
    use monitoring_events::employment as by_provider;
    let (service, nats) = (Service::start().await?, TestNats::start().await?);
    let (dealers, providers) = (dealer_events::SOURCE, monitoring_events::SOURCE);
    let mut at_dealers = Organizations::start(&service, &nats, dealers).await?;
    let mut at_providers = Organizations::start(&service, &nats, providers).await?;
    let ada = service.user(ADA, "Ada").await?;
    let employed = |id: u128, organization: &str, kind: &'static str| {
        let id = Uuid::from_u128(id);
        let state = json!({
            "employeeId": id, "userId": ada, organization: Uuid::from_u128(1), "name": "Ada", "active": true,
            "roles": [], "schedule": null,
        });
        Message::changed("employment", id, 1, kind, &state)
    };

    let message = employed(7, "dealerId", by_dealer::CHANGED)?;
    at_dealers.append(&service, message).await?;
    at_dealers.publish().await?;
    hear_of(&service, &nats, DEALERS).await?;
    let of_dealer = json!(["SECURITY_SYSTEM_DEALER_EMPLOYEE"]);
    assert_eq!(roles(&service).await?, of_dealer);

    let message = employed(8, "monitoringProviderId", by_provider::CHANGED)?;
    at_providers.append(&service, message).await?;
    let id = Uuid::from_u128(7);
    let ended = Message::removed(by_dealer::AGGREGATE, id, 2, by_dealer::REMOVED);
    at_dealers.append(&service, ended).await?;
    at_dealers.publish().await?;
    at_providers.publish().await?;
    hear_of(&service, &nats, DEALERS).await?;
    hear_of(&service, &nats, PROVIDERS).await?;
    let of_provider = json!(["MONITORING_PROVIDER_EMPLOYEE"]);
    assert_eq!(roles(&service).await?, of_provider);
    Ok(())
}

#[tokio::test]
async fn a_token_is_as_fresh_as_it_is_asked_to_be() -> anyhow::Result<()> {
    let options = Options {
        deadline: Some("1s"),
        ..Options::default()
    };
    let (service, nats) = (
        Service::start_with(options).await?,
        TestNats::start().await?,
    );
    let mut customers = Organizations::start(&service, &nats, customer_events::SOURCE).await?;
    let ada = service.user(ADA, "Ada").await?;
    customers.write(&service, &ada, 1, Some(false)).await?;
    customers.publish().await?;
    hear(&service, &nats).await?;
    let refresh_token = service.tokens(ADA).await?.text("refresh_token");
    let position = customers.write(&service, &ada, 2, Some(true)).await?;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &refresh_token),
    ];
    let ask = |token: String| {
        let request = service
            .post("/oauth2/token")
            .basic_auth("app", Some("the+secret+of+app"))
            .form(&form);
        request.header("consistency-token", token).send()
    };
    let token = format!(r#"customer-service="{position}""#);

    let behind = ask(token.clone()).await?;
    assert_eq!(behind.status(), 503);
    assert!(behind.headers().contains_key("retry-after"));
    let ready = service
        .watch("/health/ready")
        .header("consistency-token", &token)
        .send()
        .await?;
    assert_eq!(ready.status(), 503);
    assert_eq!(ask("nonsense".to_owned()).await?.status(), 400);
    let own_ahead = ask(r#"iam-service="1:1000""#.to_owned()).await?;
    assert_eq!(own_ahead.status(), 503);
    let own = |position| {
        let token = format!(r#"iam-service="1:{position}""#);
        let ready = service.watch("/health/ready");
        ready.header("consistency-token", token).send()
    };
    assert_eq!(own(1).await?.status(), 200, "a user");
    assert_eq!(
        own(1000).await?.status(),
        503,
        "its own, and not written yet"
    );

    customers.publish().await?;
    hear(&service, &nats).await?;
    let ready = service
        .watch("/health/ready")
        .header("consistency-token", &token)
        .send()
        .await?;
    assert_eq!(ready.status(), 200);
    let fresh: serde_json::Value = ask(token).await?.error_for_status()?.json().await?;
    let (_, claims) = decode(fresh["access_token"].as_str().unwrap_or_default())?;
    assert_eq!(claims["roles"], serde_json::json!(["CUSTOMER_EMPLOYEE"]));
    Ok(())
}

/// What is said in a language that this service does not speak may be that the employment has ended.
async fn said_strangely(kind: &'static str) -> anyhow::Result<()> {
    let (service, nats) = (Service::start().await?, TestNats::start().await?);
    let mut customers = Organizations::start(&service, &nats, customer_events::SOURCE).await?;
    let ada = service.user(ADA, "Ada").await?;
    customers.write(&service, &ada, 1, Some(true)).await?;
    customers.publish().await?;
    hear(&service, &nats).await?;
    let employment = EmployeeId::from(Uuid::from_u128(7));
    let strange = serde_json::json!({ "employed": "no longer" });
    let message = Message::changed(employment::AGGREGATE, employment, 2, kind, &strange)?;
    customers.append(&service, message).await?;
    customers.publish().await?;
    hear(&service, &nats).await?;
    assert_eq!(roles(&service).await?, serde_json::json!([]));

    customers.write(&service, &ada, 3, Some(true)).await?;
    customers.publish().await?;
    hear(&service, &nats).await?;
    assert_eq!(
        roles(&service).await?,
        serde_json::json!(["CUSTOMER_EMPLOYEE"])
    );
    Ok(())
}

#[tokio::test]
async fn an_employment_that_cannot_be_read_makes_nobody_an_employee() -> anyhow::Result<()> {
    said_strangely(employment::CHANGED).await
}

#[tokio::test]
async fn nor_does_one_of_which_something_unknown_is_told() -> anyhow::Result<()> {
    said_strangely("io.realguardio.customer.employment.changed.v2").await
}

#[tokio::test]
async fn what_is_gone_before_it_was_heard_of_makes_nobody_an_employee() -> anyhow::Result<()> {
    let (service, nats) = (Service::start().await?, TestNats::start().await?);
    let mut customers = Organizations::start(&service, &nats, customer_events::SOURCE).await?;
    let ada = service.user(ADA, "Ada").await?;
    for (version, active) in [(2, None), (1, Some(true))] {
        customers.write(&service, &ada, version, active).await?;
        customers.publish().await?;
        hear(&service, &nats).await?;
        assert_eq!(roles(&service).await?, json!([]), "version {version}");
    }
    Ok(())
}

#[tokio::test]
async fn employments_are_filled_anew() -> anyhow::Result<()> {
    let (service, nats) = (Service::start().await?, TestNats::start().await?);
    let mut customers = Organizations::start(&service, &nats, customer_events::SOURCE).await?;
    let ada = service.user(ADA, "Ada").await?;
    customers.write(&service, &ada, 1, Some(true)).await?;
    customers.publish().await?;
    hear(&service, &nats).await?;
    let pool = service.database.pool();
    for spoil in [
        "update employments set active = false, version = 9",
        "insert into employments (source, generation, employee_id, user_id, role, active, epoch, version)
         select source, generation, gen_random_uuid(), user_id, role, active, epoch, version from employments",
    ] {
        sqlx::query(spoil).execute(pool).await?;
    }
    assert_eq!(roles(&service).await?, serde_json::json!([]));
    outbox::rebuild(pool, "customer-service").await?;
    hear(&service, &nats).await?;
    assert_eq!(
        roles(&service).await?,
        serde_json::json!(["CUSTOMER_EMPLOYEE"])
    );
    let kept: i64 = sqlx::query_scalar("select count(*) from employments")
        .fetch_one(pool)
        .await?;
    assert_eq!(kept, 1);
    Ok(())
}
