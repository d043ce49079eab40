//! Who may say and hear what at the broker.

use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::push;
use async_nats::{Client, ConnectOptions, HeaderMap, RequestErrorKind};
use futures::{FutureExt as _, StreamExt as _};
use outbox::{Account, Hint, Hints};
use serde_json::Value;
use testkit::nats::TestNats;
use uuid::Uuid;

use crate::world::{Publisher, Replica, SOURCE, changed, positions};

/// May read the stream of `SOURCE`, and publishes as well.
const READER: &str = "security-system-service";
/// May hear that something has changed, and publishes nothing.
const LISTENER: &str = "bff";
/// May not read it.
const OTHER: &str = "iam-service";

async fn guarded() -> anyhow::Result<TestNats> {
    let account = |service, publishes, reads, hears| Account {
        service,
        password: "p$1 \"q",
        publishes,
        reads,
        hears,
    };
    let topology = [
        account(SOURCE, true, &[], &[]),
        account(READER, true, &[SOURCE], &[]),
        account(LISTENER, false, &[READER], &[SOURCE]),
        account(OTHER, true, &[READER], &[]),
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
    let last = publisher.change(1, 1).await?;
    publisher.publish(&own).await?;
    replica.catch_up(&service(&nats, READER).await?).await?;
    assert_eq!(replica.watermark().await?, Some(last));
    Ok(())
}

#[tokio::test]
async fn a_listener_hears_whom_a_message_concerns_and_no_state() -> anyhow::Result<()> {
    let nats = guarded().await?;
    let publisher = Publisher::new().await?;
    let own = service(&nats, SOURCE).await?;
    publisher.publish(&own).await?;
    let listener = service(&nats, LISTENER).await?;
    let mut ear = listener.client().subscribe("stored.>").await?;
    let mut hints = Hints::new(listener.clone(), SOURCE);
    assert_eq!(hints.next().await, Hint::Live);
    let user = Uuid::from_u128(7);
    let last = publisher.say(vec![changed(1, 1).users([user])]).await?;
    publisher.publish(&own).await?;
    let Hint::Event(event) = hints.next().await else {
        panic!("no event");
    };
    assert_eq!((event.position, event.users), (last, vec![user]));
    assert_eq!(event.state, None);

    for question in ["STREAM.INFO", "STREAM.MSG.GET", "DIRECT.GET"] {
        let exported = format!("from.{SOURCE}.{question}.{SOURCE}");
        assert_eq!(ask(&listener, &exported).await?, None, "{question}");
    }
    // It has no streams of its own to ask about, either.
    for question in ["STREAM.INFO", "STREAM.MSG.GET"] {
        let own = ask(&listener, &format!("$JS.API.{question}.{SOURCE}")).await?;
        assert!(own.is_none_or(|own| own["error"].is_object()), "{question}");
    }
    // All that was said has been heard by now.
    let heard = std::iter::from_fn(|| ear.next().now_or_never().flatten());
    let heard: Vec<_> = heard.collect();
    assert!(!heard.is_empty());
    assert!(heard.iter().all(|heard| heard.payload.is_empty()));

    let question = format!("from.{SOURCE}.STREAM.MSG.GET.{SOURCE}");
    let read = ask(&service(&nats, READER).await?, &question).await?;
    assert!(read.is_some_and(|read| read["message"].is_object()));
    Ok(())
}

/// What is answered; nothing where nobody is there to be asked.
async fn ask(js: &Context, question: &str) -> anyhow::Result<Option<Value>> {
    let last = format!(r#"{{"last_by_subj":"{SOURCE}.heartbeat"}}"#);
    match js.client().request(question.to_owned(), last.into()).await {
        Ok(answer) => Ok(Some(serde_json::from_slice(&answer.payload)?)),
        Err(error) if error.kind() == RequestErrorKind::NoResponders => Ok(None),
        Err(error) => Err(error.into()),
    }
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
