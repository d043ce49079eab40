//! The services as people find them from outside: by their addresses alone.
//!
//! The stories of [`crate::told`] are written for a [`Town`], and know nothing of what it is built of: processes
//! on this machine ([`House`]), or containers by `compose.yaml` ([`containers`]). A town is built once for all stories of
//! a test program ([`Site`]), so each story founds organizations of its own and leaves those of others alone. Time cannot be moved
//! from outside: it is the machine's.

mod containers;
mod people;
mod site;
mod story;

use demo_world::{Addresses, patience::patiently, seed::World, visitor::Visitor};
use reqwest::Client;
use tokio::sync::Mutex;
use url::Url;

pub use self::containers::{Containers, Part};
pub use self::people::{Organization, Person};
pub use self::site::Site;
pub use self::story::Story;
use crate::house::{CLIENT_SECRET, House, PASSWORD};

/// A place where all services are, with the demo world in it.
pub struct Town {
    /// Where the services are.
    pub addresses: Addresses,
    /// Where browsers go.
    pub origin: Url,
    /// The demo world.
    pub world: World,
    /// The password of every account.
    pub password: String,
    /// Calls the services.
    pub client: Client,
    /// The secret of whoever plays the buildings' panels.
    panel: String,
    /// What it is built of.
    pub ground: Ground,
    /// One at a time: iam-service keeps those waiting who try an account twice at once.
    door: Mutex<()>,
}

/// What a town is built of.
pub enum Ground {
    /// Each service is a process of its own.
    Processes(Box<House>),
    /// Each service is a container.
    Containers(Box<Containers>),
}

impl Town {
    /// A town of processes.
    pub async fn of_processes() -> anyhow::Result<Self> {
        let house = House::of_processes().await?;
        Ok(Self {
            addresses: house.addresses.clone(),
            origin: house.origin.clone(),
            world: house.world.clone(),
            password: PASSWORD.to_owned(),
            client: house.client.clone(),
            panel: CLIENT_SECRET.to_owned(),
            door: Mutex::default(),
            ground: Ground::Processes(Box::new(house)),
        })
    }

    /// An access token, good for some minutes.
    pub async fn token(&self, email: &str) -> anyhow::Result<String> {
        let _turn = self.door.lock().await;
        let issuer = &self.addresses.iam;
        patiently(|| async {
            let mut visitor = Visitor::new(self.client.clone());
            visitor.sign_in(issuer, email, &self.password).await
        })
        .await
    }

    /// Somebody at a browser, signed in.
    pub async fn visitor(&self, email: &str) -> anyhow::Result<Visitor> {
        self.visitor_by(&self.client, email).await
    }

    /// The same, by a client of one's own.
    pub async fn visitor_by(&self, client: &Client, email: &str) -> anyhow::Result<Visitor> {
        let login = self.origin.join("/bff/login?returnTo=/")?;
        patiently(|| async {
            let mut visitor = Visitor::new(client.clone());
            visitor.enter(login.clone(), email, &self.password).await?;
            Ok(visitor)
        })
        .await
    }

    /// A town of containers, from the images that are there.
    pub async fn of_containers() -> anyhow::Result<Self> {
        Containers::town().await
    }
}
