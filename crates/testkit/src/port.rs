//! Ports that nobody listens on.

use std::net::{Ipv4Addr, TcpListener};

/// A loopback port that was free a moment ago.
///
/// Prefer listening on port 0 where the listener can be handed over; this is for programs that
/// must be told a number.
///
/// # Errors
/// When the system has no port left.
pub fn free() -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
