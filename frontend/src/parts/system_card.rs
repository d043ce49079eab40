//! One system in the list.

use leptos::prelude::*;

use super::action_buttons::ActionButtons;
use super::change_line::ChangeLine;
use super::failure_notice::FailureNotice;
use super::state_plate::StatePlate;
use crate::live::Live;
use crate::model::system::System;

/// A site: its state, and what can be done to it.
#[component]
pub fn SystemCard(
    /// The system as it is when the card is made; the card follows it from then on.
    system: System,
) -> impl IntoView {
    let id = system.id.clone();
    let title = format!("system-{id}");
    let labelled_by = title.clone();
    let address = format!("/systems/{id}");
    let name = system.location.name.clone();
    let customer = system.customer.name.clone();
    let system = Live::here().follow(system);
    view! {
        <li>
            <article class="card" aria-labelledby=labelled_by>
                <header class="card-head">
                    <h2 id=title>
                        <a href=address>{name}</a>
                    </h2>
                    <p class="whose">{customer}</p>
                </header>
                <StatePlate system />
                <ChangeLine system />
                <ActionButtons system />
                <FailureNotice id />
            </article>
        </li>
    }
}
