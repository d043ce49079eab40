//! What can happen to a container.

use std::fmt;
use std::time::Duration;

use demo_world::services::SERVICES;
use stories::town::{Containers, Part};
use tokio::time::interval;

/// Set to see everything happen to every container.
const THOROUGH: &str = "REALGUARDIO_THOROUGH";

/// Something that happens to a container for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Stopped,
    Paused,
    Killed,
    Restarted,
    /// Off the network.
    Detached,
    /// Killed, and its disk lost: the broker's alone can be made again.
    Wiped,
}

/// What happens to whom, and for how long.
pub(crate) struct Plan {
    pub(crate) faults: Vec<(Part, Fault)>,
    lasting: Duration,
}

const NATS: Part = Part("nats", 1);

impl Plan {
    /// Everything for everybody, for longer than facts may be old, if that is asked for; else one of each kind, and what everything is decided by.
    pub(crate) fn made() -> Self {
        if std::env::var_os(THOROUGH).is_none() {
            return Self {
                faults: vec![
                    (Part("customer-service", 1), Fault::Paused),
                    (Part("authz-service", 1), Fault::Paused),
                    (Part("postgres", 1), Fault::Killed),
                    (NATS, Fault::Restarted),
                    (Part("bff", 1), Fault::Stopped),
                    (Part("security-system-service", 1), Fault::Detached),
                    (NATS, Fault::Wiped),
                ],
                lasting: Duration::from_secs(1),
            };
        }
        let parts = SERVICES.iter().map(|service| service.name);
        let parts = parts.chain(["postgres", NATS.0]);
        let faults = parts.flat_map(|part| Fault::OF_ANY.map(|fault| (Part(part, 1), fault)));
        Self {
            faults: faults.chain([(NATS, Fault::Wiped)]).collect(),
            lasting: Duration::from_secs(6),
        }
    }

    /// Lets it happen, and heals it.
    pub(crate) async fn happens(
        &self,
        containers: &Containers,
        part: Part,
        fault: Fault,
    ) -> anyhow::Result<()> {
        match fault {
            Fault::Stopped => containers.part(&["stop", "-t10"], part).await?,
            Fault::Paused => containers.part(&["pause"], part).await?,
            Fault::Killed | Fault::Wiped => containers.part(&["kill"], part).await?,
            Fault::Detached => containers.detach(part).await?,
            Fault::Restarted => return containers.part(&["restart", "-t10"], part).await,
        }
        self.lasts().await;
        match fault {
            Fault::Paused => containers.part(&["unpause"], part).await,
            Fault::Detached => containers.attach(part).await,
            Fault::Wiped => {
                containers.wipe("nats-data").await?;
                containers.part(&["start"], part).await
            }
            _ => containers.part(&["start"], part).await,
        }
    }

    /// Lets what happens go on for a while.
    async fn lasts(&self) {
        let mut beat = interval(self.lasting);
        beat.tick().await;
        beat.tick().await;
    }
}

impl Fault {
    const OF_ANY: [Self; 5] = [
        Self::Stopped,
        Self::Paused,
        Self::Killed,
        Self::Restarted,
        Self::Detached,
    ];
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stopped => "stopped",
            Self::Paused => "paused",
            Self::Killed => "killed",
            Self::Restarted => "restarted",
            Self::Detached => "off the network",
            Self::Wiped => "killed, its disk wiped",
        })
    }
}
