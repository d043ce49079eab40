//! What the services of the demo may ask of the broker.

use async_nats::RequestErrorKind;
use async_nats::jetstream::{self, stream::Config};
use demo_world::services::SERVICES;
use testkit::nats::TestNats;

/// Who publishes.
const STREAMS: [&str; 5] = [
    "iam-service",
    "customer-service",
    "dealer-service",
    "monitoring-service",
    "security-system-service",
];

/// Who may read messages of each stream. Whoever is added here learns all that this service tells of people.
fn readers(source: &str) -> &'static [&'static str] {
    match source {
        "customer-service" | "dealer-service" | "monitoring-service" => {
            &["iam-service", "authz-service", "security-system-service"]
        }
        "security-system-service" => &["authz-service"],
        _ => &[],
    }
}

#[tokio::test]
async fn a_message_is_read_by_those_alone_who_need_what_it_says() -> anyhow::Result<()> {
    let accounts = demo_world::broker::accounts(|service| Ok(service.to_owned()))?;
    let nats = TestNats::start_with(&accounts).await?;
    for source in STREAMS {
        let owner = jetstream::new(nats.client_of(source, source).await?);
        let config = Config {
            name: source.to_owned(),
            subjects: vec![format!("{source}.>")],
            ..Config::default()
        };
        owner.create_stream(config).await?;
        let subject = format!("{source}.employment.1");
        owner.publish(subject, "a state".into()).await?.await?;
    }
    for service in SERVICES {
        let client = nats.client_of(service.name, service.name).await?;
        let others = STREAMS.into_iter().filter(|source| *source != service.name);
        for source in others {
            let question = format!("from.{source}.STREAM.MSG.GET.{source}");
            let answer = client.request(question, "{\"seq\":1}".into()).await;
            let read = match answer {
                Ok(answer) => String::from_utf8(answer.payload.to_vec())?.contains("\"data\""),
                Err(error) if error.kind() == RequestErrorKind::NoResponders => false,
                Err(error) => return Err(error.into()),
            };
            let may = readers(source).contains(&service.name);
            assert_eq!(read, may, "{} reads {source}", service.name);
        }
    }
    Ok(())
}
