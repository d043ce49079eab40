//! Tells that everything is ready: people on the terminal, programs by a file.

use std::collections::BTreeMap;
use std::path::Path;

use demo_world::clients;
use demo_world::kept::announcement;
use demo_world::secrets::{Secrets, write_private};
use demo_world::seed::World;
use demo_world::services::SERVICES;
use serde_json::{Map, Value, json};
use url::Url;

use super::topology::Ports;

/// What there is to tell.
pub(crate) struct Ready<'a> {
    /// Where everything is.
    pub(crate) ports: Ports,
    /// The demo's secrets.
    pub(crate) secrets: &'a Secrets,
    /// What was made.
    pub(crate) world: &'a World,
    /// The processes of services, Postgres and NATS, by their names; none where they are in containers.
    pub(crate) processes: BTreeMap<&'a str, u32>,
}

impl Ready<'_> {
    /// Prints address and accounts, and writes the ready file.
    pub(crate) fn announce(&self, file: Option<&Path>) -> anyhow::Result<()> {
        if let Some(file) = file {
            let content = serde_json::to_vec_pretty(&self.content()?)?;
            // There are passwords in it.
            write_private(file, &content)?;
        }
        println!("{}", announcement(&self.address()?, self.world));
        Ok(())
    }

    fn content(&self) -> anyhow::Result<Value> {
        let mut services = Map::new();
        for service in SERVICES {
            let mut about = self.process(service.name);
            about["url"] = without_slash(&self.ports.public(service.name)?).into();
            if service.operations_port.is_some() {
                about["operationsUrl"] = without_slash(&self.ports.operations(service)?).into();
            }
            services.insert(service.name.to_owned(), about);
        }
        Ok(json!({
            "ui": self.address()?,
            "services": services,
            "infrastructure": {
                "postgres": self.process("postgres"),
                "nats": self.process("nats"),
            },
            "accounts": self.world.accounts,
            "clients": clients::for_scripts(self.secrets)?,
            "ids": self.world.ids,
        }))
    }

    fn process(&self, name: &str) -> Value {
        let process = self.processes.get(name);
        process.map_or_else(|| json!({}), |id| json!({ "pid": id }))
    }

    fn address(&self) -> anyhow::Result<String> {
        Ok(without_slash(&self.ports.public("bff")?))
    }
}

fn without_slash(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
