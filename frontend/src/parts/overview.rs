//! The bar below the head of every page: all systems in one line, every alarm by name, and how current this is.

use leptos::prelude::*;

use super::connection_badge::ConnectionBadge;
use super::icon::StateIcon;
use crate::live::Live;
use crate::model::link::Connection;
use crate::model::system::{State, SystemId};
use crate::model::systems::Systems;

/// How many alarms are named before the rest is counted.
const NAMED: usize = 3;

/// How many systems are guarded; where there is an alarm, that instead. Always the same height.
#[component]
pub fn Overview() -> impl IntoView {
    let live = Live::here();
    let alarms = Memo::new(move |_| live.systems.with(alarms));
    let quiet = Memo::new(move |_| alarms.with(Vec::is_empty));
    let stale = Memo::new(move |_| {
        live.link
            .with(|link| link.connection() == Connection::Stale)
    });
    let summary = Memo::new(move |_| live.systems.with(Systems::summary));
    view! {
        <section
            class="overview"
            class:alarmed=move || !quiet.get()
            class:stale=stale
            aria-label="Overview"
        >
            <div class="overview-row">
                <div class="overview-words" role="alert">
                    {move || (!quiet.get()).then(|| view! { <Alarms alarms=alarms.get() /> })}
                </div>
                <p class="overview-words">{move || quiet.get().then(|| summary.get())}</p>
                <ConnectionBadge />
            </div>
        </section>
    }
}

fn alarms(systems: &Systems) -> Vec<(SystemId, String)> {
    let alarmed = systems.alarmed();
    alarmed
        .map(|system| (system.id.clone(), system.location.name.clone()))
        .collect()
}

#[component]
fn Alarms(alarms: Vec<(SystemId, String)>) -> impl IntoView {
    let unnamed = alarms.len().saturating_sub(NAMED);
    let links = alarms
        .into_iter()
        .take(NAMED)
        .enumerate()
        .map(|(nth, (id, name))| {
            let separator = if nth == 0 { " at " } else { ", " };
            view! { {separator} <a href=format!("/systems/{id}")>{name}</a> }
        });
    view! {
        <StateIcon state=State::Alarmed />
        <p>
            <strong>"ALARM"</strong>
            {links.collect_view()}
            {(unnamed > 0).then(|| format!(" and {unnamed} more"))}
        </p>
    }
}
