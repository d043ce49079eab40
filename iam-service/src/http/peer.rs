//! Where a request comes from.
//!
//! A proxy says in `X-Forwarded-For` for whom it speaks, and so can anybody. So the list is read from its end, where the
//! nearest proxy has written, for as long as the writer is one that is trusted.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// Proxies whose word counts.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(BTreeSet<IpAddr>);

impl FromIterator<IpAddr> for TrustedProxies {
    fn from_iter<T: IntoIterator<Item = IpAddr>>(addresses: T) -> Self {
        Self(
            addresses
                .into_iter()
                .map(|address| address.to_canonical())
                .collect(),
        )
    }
}

impl TrustedProxies {
    /// Who is behind a connection from `peer`.
    fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let mut reported = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.rsplit(','))
            .map(|address| address.trim().parse::<IpAddr>().ok());
        let mut origin = peer.to_canonical();
        while self.0.contains(&origin) {
            match reported.next() {
                Some(Some(address)) => origin = address.to_canonical(),
                // Nothing more, or nothing that can be read.
                Some(None) | None => break,
            }
        }
        origin
    }
}

/// The address that a request comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

impl<S> FromRequestParts<S> for Peer
where
    S: Send + Sync,
    Arc<TrustedProxies>: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Without a connection, in a router that nothing serves, all come from one place.
        let peer = peer.map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(peer)| peer.ip());
        let proxies = Arc::<TrustedProxies>::from_ref(state);
        Ok(Self(proxies.origin(peer, &parts.headers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(peer: &str, reported: &[&str]) -> String {
        let proxies: TrustedProxies = ["10.0.0.1", "10.0.0.2"]
            .iter()
            .map(|proxy| proxy.parse().unwrap())
            .collect();
        let mut headers = HeaderMap::new();
        for line in reported {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        proxies.origin(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(origin("203.0.113.7", &[]), "203.0.113.7");
        assert_eq!(
            origin("203.0.113.7", &["198.51.100.1"]),
            "203.0.113.7",
            "anybody can write a header"
        );
        assert_eq!(origin("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(origin("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            origin("10.0.0.1", &["6.6.6.6, 198.51.100.1"]),
            "198.51.100.1",
            "what the client claimed"
        );
        assert_eq!(
            origin("10.0.0.1", &["6.6.6.6", "198.51.100.1, 10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(origin("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(origin("10.0.0.1", &[]), "10.0.0.1");
    }
}
