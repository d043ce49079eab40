//! Who may do what in Postgres: a database and two roles for each service.
//!
//! The *owner* makes tables, and only `migrate` acts as it. The *runtime* role, named like the
//! service, reads and writes rows of its own database; to it other databases do not exist.

use std::fmt::Write as _;

use crate::secrets::Secrets;
use crate::services::SERVICES;

/// A role of a service.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// May change tables.
    Owner,
    /// May change rows.
    Runtime,
}

impl Role {
    /// The address of a service's database as this role, on a server at `host:port`.
    ///
    /// # Errors
    ///
    /// When its password cannot be kept.
    pub fn url(self, service: &str, server: &str, secrets: &Secrets) -> anyhow::Result<String> {
        let user = self.name(service);
        let password = secrets.get(&user)?;
        Ok(format!("postgres://{user}:{password}@{server}/{service}"))
    }

    fn name(self, service: &str) -> String {
        match self {
            Self::Owner => format!("{service}-owner"),
            Self::Runtime => service.to_owned(),
        }
    }
}

/// What the superuser says once for a service. Names are constants, passwords are hexadecimal.
#[derive(Clone)]
pub struct Statements {
    /// To the server.
    pub at_server: Vec<String>,
    /// In the database of the service, which is there by then.
    pub inside: Vec<String>,
}

/// What is said for a service.
///
/// # Errors
///
/// When a password cannot be kept.
pub fn statements(service: &str, secrets: &Secrets) -> anyhow::Result<Statements> {
    let (owner, runtime) = (Role::Owner.name(service), Role::Runtime.name(service));
    let (owners, runtimes) = (secrets.get(&owner)?, secrets.get(&runtime)?);
    let at_server = vec![
        format!(r#"create role "{owner}" login password '{owners}'"#),
        format!(r#"create role "{runtime}" login password '{runtimes}'"#),
        format!(r#"create database "{service}" owner "{owner}""#),
        format!(r#"revoke all on database "{service}" from public"#),
        format!(r#"grant connect on database "{service}" to "{runtime}""#),
    ];
    // Said before there is a table, so it holds for every table that a migration makes.
    let inside = [
        ("usage", "schemas"),
        ("select, insert, update, delete", "tables"),
        ("usage", "sequences"),
    ];
    let inside = inside.map(|(what, kind)| {
        format!(
            r#"alter default privileges for role "{owner}" grant {what} on {kind} to "{runtime}""#
        )
    });
    Ok(Statements {
        at_server,
        inside: inside.into(),
    })
}

/// The same for all services, as `psql` reads it.
///
/// # Errors
///
/// When a password cannot be kept.
pub fn script(secrets: &Secrets) -> anyhow::Result<String> {
    let mut script = String::new();
    for service in SERVICES {
        let Statements { at_server, inside } = statements(service.name, secrets)?;
        let connect = format!("\\connect \"{}\"", service.name);
        let back = "\\connect postgres".to_owned();
        let said = at_server.into_iter().map(|statement| statement + ";");
        let said = said.chain([connect]);
        let said = said.chain(inside.into_iter().map(|statement| statement + ";"));
        for line in said.chain([back]) {
            writeln!(script, "{line}")?;
        }
    }
    Ok(script)
}
