//! What the organizations' services tell: who is employed has a role by it, and what tokens may claim is kept.

use outbox::{Event, Handler};
use sqlx::PgConnection;

use super::facts::{Facts, OF_CUSTOMERS, OF_DEALERS, OF_PROVIDERS};
use crate::domain::user::EmployeeRole;
use crate::store::{Employment, told};

/// Keeps the employments by one kind of organization, that roles are derived from.
#[derive(Debug, Clone, Copy)]
pub struct Employments {
    /// Who tells of them.
    pub source: &'static str,
    changed: &'static str,
    removed: &'static str,
    read: fn(&Event) -> serde_json::Result<Employment>,
    facts: Facts,
}

/// What all call an employment.
const AGGREGATE: &str = customer_events::employment::AGGREGATE;

/// In the language of this crate, which gives its people this role.
macro_rules! employments {
    ($language:ident, $role:ident, $facts:expr) => {
        Employments {
            source: $language::SOURCE,
            changed: $language::employment::CHANGED,
            removed: $language::employment::REMOVED,
            read: |event| {
                let state = event.state(|it: &$language::EmploymentState| it.employee_id)?;
                Ok(Employment {
                    id: state.employee_id,
                    user: state.user_id,
                    role: EmployeeRole::$role,
                    active: state.active,
                })
            },
            facts: $facts,
        }
    };
}

/// By customers: `CUSTOMER_EMPLOYEE`.
pub const CUSTOMERS: Employments = employments!(customer_events, Customer, OF_CUSTOMERS);
/// By dealers: `SECURITY_SYSTEM_DEALER_EMPLOYEE`.
pub const DEALERS: Employments = employments!(dealer_events, Dealer, OF_DEALERS);
/// By monitoring providers: `MONITORING_PROVIDER_EMPLOYEE`.
pub const PROVIDERS: Employments = employments!(monitoring_events, Provider, OF_PROVIDERS);

impl Handler for Employments {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        self.facts.apply(connection, event).await?;
        let kind = event.event_type.as_str();
        if event.aggregate != AGGREGATE {
            return Ok(());
        }
        if kind == self.changed {
            (self.read)(event)?.apply(connection, event).await?;
        } else if kind == self.removed {
            Employment::remove(connection, event).await?;
        }
        Ok(())
    }

    async fn discard(
        &self,
        connection: &mut PgConnection,
        generation: i64,
        most: i64,
    ) -> anyhow::Result<u64> {
        let told = told::discard(connection, generation, most).await?;
        Ok(told + Employment::discard(connection, generation, most).await?)
    }
}
