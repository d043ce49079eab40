//! Whether the service on this machine is ready, asked by its own program: a container has nothing else to ask with.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::ensure;

use crate::client::http_client;

/// Asks the service that listens here for operators.
///
/// # Errors
///
/// When it is not ready, or does not answer.
pub async fn probe(mut listens: SocketAddr) -> anyhow::Result<()> {
    if listens.ip().is_unspecified() {
        listens.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let ready = format!("http://{listens}/health/ready");
    let answer = http_client()?.get(ready).send().await?;
    let status = answer.status();
    ensure!(status.is_success(), "{status}: {}", answer.text().await?);
    Ok(())
}
