//! What dealer-service tells: who dealers are, whom they appointed, their people and teams.

use access::{Employment, Team};
use dealer_events::{DealerState, EmploymentState, TeamState, dealer, employment, team};
use outbox::Event;

use super::{Aggregate, FactEvents};
use crate::store::replica::{News, Organization};

/// The kind of organization, in the words of the law.
const KIND: &str = "dealer";

impl FactEvents {
    /// Keeps dealers, and what they grant.
    pub const OF_DEALERS: Self = Self(&[
        Aggregate {
            name: dealer::AGGREGATE,
            changed: dealer::CHANGED,
            removed: dealer::REMOVED,
            news: |event| Ok(News::Organization(event.map(organization).transpose()?)),
        },
        Aggregate {
            name: employment::AGGREGATE,
            changed: employment::CHANGED,
            removed: employment::REMOVED,
            news: |event| Ok(News::Employment(event.map(employed).transpose()?.flatten())),
        },
        Aggregate {
            name: team::AGGREGATE,
            changed: team::CHANGED,
            removed: team::REMOVED,
            news: |event| Ok(News::Team(event.map(teamed).transpose()?)),
        },
    ]);
}

fn organization(event: &Event) -> serde_json::Result<Organization> {
    let state = event.state(|it: &DealerState| it.dealer_id)?;
    Ok(Organization {
        kind: KIND,
        name: state.name,
        provider: state.monitoring_provider_id.map(Into::into),
    })
}

fn employed(event: &Event) -> serde_json::Result<Option<Employment>> {
    let state = event.state(|it: &EmploymentState| it.employee_id)?;
    // What the employer is called is kept with the employer.
    Ok(state.employment(String::new()))
}

fn teamed(event: &Event) -> serde_json::Result<Team> {
    let state = event.state(|it: &TeamState| it.team_id)?;
    Ok(state.team())
}
