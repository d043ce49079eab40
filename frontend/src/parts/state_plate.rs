//! The state of a system, so large that it is seen from across the room.
//!
//! The plate is a shutter: down when the building is guarded, rolled up when it is not.

use leptos::prelude::*;

use super::icon::StateIcon;
use crate::live::Live;
use crate::model::system::{State, System};

/// Colour, shape, icon and word; and whether a change is under way.
#[component]
pub fn StatePlate(
    /// The system to show.
    system: Memo<System>,
) -> impl IntoView {
    let live = Live::here();
    let state = Memo::new(move |_| system.with(|system| system.state));
    let pending = Memo::new(move |_| {
        live.attempts
            .with(|attempts| system.with(|system| attempts.pending(&system.id)))
    });
    let look = move || match state.get() {
        State::Disarmed => "plate disarmed",
        State::Armed => "plate armed",
        State::Alarmed => "plate alarmed",
    };
    let caption = move || match (pending.get(), state.get()) {
        (Some(action), _) => action.progressive(),
        (None, State::Disarmed) => "Not guarded",
        (None, State::Armed) => "Guarded",
        (None, State::Alarmed) => "Not acknowledged yet",
    };
    view! {
        <p class=look class:pending=move || pending.get().is_some() role="status" aria-atomic="true">
            <StateIcon state />
            <span class="hidden">{move || system.with(|system| system.location.name.clone())}": "</span>
            <span class="plate-word">{move || state.get().word()}</span>
            <span class="hidden">". "</span>
            <span class="plate-caption">{caption}</span>
        </p>
    }
}
