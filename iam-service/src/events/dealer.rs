//! What dealer-service tells: who is employed by a dealer has the role `SECURITY_SYSTEM_DEALER_EMPLOYEE`.

use dealer_events::{EmploymentState, employment};
use outbox::{Event, Handler};
use sqlx::PgConnection;

use crate::domain::user::EmployeeRole;
use crate::store::Employment;

/// Keeps the employments that roles are derived from.
#[derive(Debug, Clone, Copy)]
pub struct DealerEvents;

impl Handler for DealerEvents {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        match event.event_type.as_str() {
            employment::CHANGED => {
                let state: EmploymentState = event.state()?;
                let employment = Employment {
                    id: state.employee_id,
                    user: state.user_id,
                    role: EmployeeRole::Dealer,
                    active: state.active,
                };
                employment.apply(connection, event).await?;
            }
            employment::REMOVED => Employment::remove(connection, event).await?,
            _ => {}
        }
        Ok(())
    }

    async fn discard(&self, connection: &mut PgConnection, generation: i64) -> anyhow::Result<()> {
        Ok(Employment::discard(connection, generation).await?)
    }
}
