use futures::StreamExt;
use testkit::nats::TestNats;

#[tokio::test]
async fn a_restarted_server_has_its_address_and_its_messages() -> anyhow::Result<()> {
    let mut nats = TestNats::start().await?;
    let address = nats.url()?;
    let jetstream = nats.jetstream().await?;
    jetstream.create_stream("facts").await?;
    jetstream.publish("facts", "kept".into()).await?.await?;

    nats.kill().await;
    nats.restart().await?;

    assert_eq!(nats.url()?, address);
    let stream = nats.jetstream().await?.get_stream("facts").await?;
    assert_eq!(stream.get_raw_message(1).await?.payload, "kept");

    nats.lose_storage().await?;
    assert!(nats.jetstream().await?.get_stream("facts").await.is_err());
    Ok(())
}

#[tokio::test]
async fn users_may_do_what_their_permissions_say() -> anyhow::Result<()> {
    let nats = TestNats::start_with(
        r#"authorization { users: [ { user: ada, password: secret, permissions: { publish: ["mine"], subscribe: ["mine"] } } ] }"#,
    )
    .await?;
    assert!(nats.client().await.is_err(), "nobody is anonymous");
    let client = nats.client_of("ada", "secret").await?;
    let mut mine = client.subscribe("mine").await?;
    client.publish("mine", "hello".into()).await?;
    assert_eq!(
        mine.next().await.map(|message| message.payload),
        Some("hello".into())
    );
    Ok(())
}

#[tokio::test]
async fn a_bad_configuration_is_reported_with_what_the_server_wrote() {
    let error = TestNats::start_with("authorization {{")
        .await
        .err()
        .map(|error| error.to_string());
    assert!(error.is_some_and(|error| error.contains("nats.conf") || error.contains("extra.conf")));
}
