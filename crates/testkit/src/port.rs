//! Ports that nobody listens on.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;

use chassis::entropy;
use rand::RngExt as _;

/// Below those that Linux gives to outgoing connections.
const LASTING: Range<u16> = 20_000..32_000;

/// A loopback port that was free a moment ago.
///
/// Prefer listening on port 0 where the listener can be handed over; this is for programs that
/// must be told a number.
///
/// # Errors
///
/// When the system has no port left.
pub fn free() -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// Listens on a loopback port that can be listened on again after a stop: no outgoing connection is given
/// it meanwhile.
///
/// # Errors
///
/// When no such port is free.
pub async fn lasting() -> std::io::Result<tokio::net::TcpListener> {
    let mut tries = 0;
    loop {
        let port = entropy::system().random_range(LASTING);
        match tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Err(_) if tries < 100 => tries += 1,
            bound => return bound,
        }
    }
}
