//! A running child.

use std::process::ExitStatus;
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::process::Child;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// How long a child may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A running child. Dropping it ends it, and waits until it is gone.
#[derive(Debug)]
pub struct Process {
    name: String,
    id: u32,
    death: Signal,
    orders: mpsc::UnboundedSender<Order>,
    exit: watch::Receiver<Option<ExitStatus>>,
}

impl Process {
    /// Takes a child into care.
    pub(super) fn tended(name: String, id: u32, death: Signal, child: Child) -> Self {
        let (announce, exit) = watch::channel(None);
        let (orders, received) = mpsc::unbounded_channel();
        tokio::spawn(tend(child, received, announce));
        Self {
            name,
            id,
            death,
            orders,
            exit,
        }
    }

    /// The process id.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// The program's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Waits for the end. `None` when its status cannot be known.
    pub async fn exited(&mut self) -> Option<ExitStatus> {
        self.exit
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|status| *status)
    }

    /// Sends a signal, unless the child has ended.
    pub fn signal(&self, signal: Signal) {
        // Refused only when the child has ended.
        let _ = self.orders.send(Order::Signal(signal));
    }

    /// Asks the child to end by `signal`, and kills it when it takes too long.
    pub async fn stop(self, signal: Signal) {
        self.stop_within(GRACE, signal).await;
    }

    /// The same, for one that may take longer.
    pub async fn stop_within(mut self, grace: Duration, signal: Signal) {
        let _ = self.orders.send(Order::End(signal, grace));
        self.exited().await;
    }

    /// Kills the child, as a crash would.
    pub async fn kill(self) {
        self.stop(Signal::SIGKILL).await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.orders.send(Order::End(self.death, GRACE));
        // The nursery has a thread of its own, so this blocks nobody who could end the wait.
        let _ = futures::executor::block_on(self.exit.wait_for(Option::is_some)).map(|_| ());
    }
}

#[derive(Debug)]
enum Order {
    Signal(Signal),
    End(Signal, Duration),
}

/// Owns a child to its end. Signals are sent from here alone, so none can reach a
/// process that got the child's number after it.
async fn tend(
    mut child: Child,
    mut orders: mpsc::UnboundedReceiver<Order>,
    announce: watch::Sender<Option<ExitStatus>>,
) {
    let id = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .map(Pid::from_raw);
    let patience = tokio::time::sleep(GRACE);
    tokio::pin!(patience);
    let mut ending = false;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status,
            Some(order) = orders.recv() => {
                let (Order::Signal(signal) | Order::End(signal, _)) = order;
                if let Order::End(_, grace) = order {
                    ending = true;
                    patience.as_mut().reset(Instant::now() + grace);
                }
                let _ = id.map(|id| kill(id, signal));
            }
            () = &mut patience, if ending => {
                ending = false;
                let _ = id.map(|id| kill(id, Signal::SIGKILL));
            }
        }
    };
    // What the child started and left behind.
    let _ = id.map(|group| killpg(group, Signal::SIGKILL));
    if let Ok(status) = status {
        let _ = announce.send(Some(status));
    }
}
