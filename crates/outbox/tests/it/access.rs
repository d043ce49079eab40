//! Who may say and hear what at the broker.

use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::push;
use async_nats::{Client, ConnectOptions, HeaderMap};
use futures::{FutureExt as _, StreamExt as _};
use outbox::{Account, Hint, Hints};
use testkit::nats::TestNats;

use crate::world::{Publisher, Replica, SOURCE, positions};

/// May read the stream of `SOURCE`, and publishes as well.
const READER: &str = "security-system-service";
/// May read it too, and publishes nothing.
const LISTENER: &str = "bff";
/// May not read it.
const OTHER: &str = "iam-service";

async fn guarded() -> anyhow::Result<TestNats> {
    let account = |service, publishes, reads| Account {
        service,
        password: "p$1 \"q",
        publishes,
        reads,
    };
    let topology = [
        account(SOURCE, true, &[]),
        account(READER, true, &[SOURCE]),
        account(LISTENER, false, &[SOURCE, READER]),
        account(OTHER, true, &[READER]),
    ];
    TestNats::start_with(&outbox::accounts(&topology)).await
}

async fn service(nats: &TestNats, name: &str) -> anyhow::Result<Context> {
    let mut url = nats.url()?;
    // Set apart, so that the address escapes what it must.
    assert!(url.set_username(name).is_ok() && url.set_password(Some("p$1 \"q")).is_ok());
    Ok(outbox::connect(url.as_str(), name).await?)
}

#[tokio::test]
async fn a_reader_reads_what_the_publisher_writes() -> anyhow::Result<()> {
    let nats = guarded().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let own = service(&nats, SOURCE).await?;
    publisher.publish(&own).await?;
    let mut hints = Hints::new(service(&nats, LISTENER).await?, SOURCE);
    assert_eq!(hints.next().await, Hint::Live);
    let last = publisher.change(1, 1).await?;
    publisher.publish(&own).await?;
    replica.catch_up(&service(&nats, READER).await?).await?;
    assert_eq!(replica.watermark().await?, Some(last));
    assert!(matches!(hints.next().await, Hint::Event(event) if event.position == last));
    Ok(())
}

#[tokio::test]
async fn whoever_the_topology_does_not_name_hears_nothing() -> anyhow::Result<()> {
    let nats = guarded().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let other = service(&nats, OTHER).await?.client();
    let mut ears = Vec::new();
    for subject in [
        ">",
        "customer-service.>",
        "stored.customer-service.>",
        "_INBOX.>",
        "$JS.>",
    ] {
        ears.push(other.subscribe(subject).await?);
    }
    other.flush().await?;
    publisher.change(1, 1).await?;
    let own = service(&nats, SOURCE).await?;
    publisher.publish(&own).await?;
    replica.catch_up(&service(&nats, READER).await?).await?;
    other.flush().await?;
    for mut ear in ears {
        assert!(ear.next().now_or_never().is_none());
    }
    replica
        .age(publisher.clock.now())
        .await?
        .expect("the reader has heard it");

    let stranger = Replica::new().await?;
    stranger.catch_up(&service(&nats, OTHER).await?).await?;
    assert_eq!(stranger.watermark().await?, None);
    Ok(())
}

/// What a service may do with its own connection must not reach into another's stream.
#[tokio::test]
async fn nobody_writes_into_the_stream_of_another() -> anyhow::Result<()> {
    let nats = guarded().await?;
    let publisher = Publisher::new().await?;
    publisher.change(1, 1).await?;
    let own = service(&nats, SOURCE).await?;
    publisher.publish(&own).await?;
    let before = own
        .get_stream(SOURCE)
        .await?
        .cached_info()
        .state
        .last_sequence;

    for intruder in [READER, LISTENER, OTHER] {
        let client = service(&nats, intruder).await?.client();
        write_anywhere(&client).await?;
        ask_for_answers_elsewhere(&client).await?;
        command_the_stream(&client).await?;
        client.flush().await?;
    }
    deliver_elsewhere(&nats).await?;

    assert_eq!(
        own.get_stream(SOURCE)
            .await?
            .cached_info()
            .state
            .last_sequence,
        before
    );
    assert_eq!(positions(&own).await?, [1]);
    publisher.change(2, 1).await?;
    publisher.publish(&own).await?;
    assert_eq!(positions(&own).await?, [1, 2]);
    Ok(())
}

const ITS_SUBJECTS: [&str; 2] = [
    "customer-service.heartbeat",
    "customer-service.thing.00000000-0000-0000-0000-000000000001",
];

async fn write_anywhere(client: &Client) -> anyhow::Result<()> {
    for subject in ITS_SUBJECTS.into_iter().chain([
        "stored.customer-service.heartbeat",
        "from.customer-service.heartbeat",
    ]) {
        client.publish(subject, "forged".into()).await?;
    }
    Ok(())
}

/// The server answers on whatever subject a request names.
async fn ask_for_answers_elsewhere(client: &Client) -> anyhow::Result<()> {
    for prefix in ["$JS.API", "from.customer-service"] {
        for question in [
            "STREAM.INFO.customer-service",
            "STREAM.MSG.GET.customer-service",
        ] {
            for elsewhere in ITS_SUBJECTS {
                let question = format!("{prefix}.{question}");
                client
                    .publish_with_reply_and_headers(
                        question,
                        elsewhere,
                        HeaderMap::new(),
                        "{\"seq\":1}".into(),
                    )
                    .await?;
            }
        }
    }
    Ok(())
}

async fn command_the_stream(client: &Client) -> anyhow::Result<()> {
    for prefix in ["$JS.API", "from.customer-service"] {
        for command in [
            "STREAM.DELETE",
            "STREAM.PURGE",
            "STREAM.MSG.DELETE",
            "STREAM.UPDATE",
            "CONSUMER.CREATE",
        ] {
            client
                .publish(
                    format!("{prefix}.{command}.customer-service"),
                    "{\"seq\":1}".into(),
                )
                .await?;
        }
    }
    Ok(())
}

/// A service is master of its own stream, and may have it delivered to any subject.
async fn deliver_elsewhere(nats: &TestNats) -> anyhow::Result<()> {
    let js = service(nats, OTHER).await?;
    let config = async_nats::jetstream::stream::Config {
        name: OTHER.to_owned(),
        subjects: vec![format!("{OTHER}.>")],
        ..Default::default()
    };
    let stream = js.create_stream(config).await?;
    js.publish(format!("{OTHER}.x"), "forged".into())
        .await?
        .await?;
    for elsewhere in ITS_SUBJECTS
        .into_iter()
        .chain(["from.customer-service.STREAM.DELETE.customer-service"])
    {
        let config = push::Config {
            deliver_subject: elsewhere.to_owned(),
            ..push::Config::default()
        };
        stream.create_consumer(config).await?;
    }
    js.client().flush().await?;
    Ok(())
}

#[tokio::test]
async fn nobody_comes_in_without_a_name_or_with_a_wrong_password() -> anyhow::Result<()> {
    let nats = guarded().await?;
    let url = nats.url()?;
    assert!(async_nats::connect(url.as_str()).await.is_err());
    for password in ["", "wrong"] {
        let options =
            ConnectOptions::with_user_and_password(SOURCE.to_owned(), password.to_owned());
        assert!(options.connect(url.as_str()).await.is_err());
    }
    Ok(())
}
