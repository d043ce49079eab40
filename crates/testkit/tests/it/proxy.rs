use std::time::Duration;

use testkit::proxy::ChaosProxy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// A server that says everything back.
async fn echo() -> anyhow::Result<std::net::SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = connection.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    Ok(address)
}

async fn ask(connection: &mut TcpStream) -> std::io::Result<u8> {
    connection.write_all(b"?").await?;
    connection.read_u8().await
}

#[tokio::test]
async fn a_cut_breaks_old_and_new_connections_until_it_is_mended() -> anyhow::Result<()> {
    let proxy = ChaosProxy::start(echo().await?).await?;
    let mut old = TcpStream::connect(proxy.address()).await?;
    assert_eq!(ask(&mut old).await?, b'?');

    proxy.cut();
    assert!(ask(&mut old).await.is_err());
    let mut new = TcpStream::connect(proxy.address()).await?;
    assert!(ask(&mut new).await.is_err());

    proxy.restore();
    let mut mended = TcpStream::connect(proxy.address()).await?;
    assert_eq!(ask(&mut mended).await?, b'?');
    Ok(())
}

#[tokio::test]
async fn a_black_hole_answers_nothing_and_gives_it_back_late() -> anyhow::Result<()> {
    let proxy = ChaosProxy::start(echo().await?).await?;
    let mut connection = TcpStream::connect(proxy.address()).await?;
    assert_eq!(ask(&mut connection).await?, b'?');

    proxy.black_hole();
    assert!(
        timeout(Duration::from_millis(100), ask(&mut connection))
            .await
            .is_err()
    );

    proxy.restore();
    assert_eq!(connection.read_u8().await?, b'?');
    Ok(())
}

#[tokio::test]
async fn a_slow_network_is_slow() -> anyhow::Result<()> {
    let proxy = ChaosProxy::start(echo().await?).await?;
    let mut connection = TcpStream::connect(proxy.address()).await?;
    proxy.delay(Duration::from_millis(60));
    let started = tokio::time::Instant::now();
    assert_eq!(ask(&mut connection).await?, b'?');
    assert!(
        started.elapsed() >= Duration::from_millis(120),
        "once there, once back"
    );
    Ok(())
}
