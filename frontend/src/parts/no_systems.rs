//! What stands where the systems would be, for somebody who sees none.

use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::live::Live;
use crate::model::employer::Employer;

/// Why that is, and what to do about it: by each employer of the person, as far as they can be read.
#[component]
pub fn NoSystems() -> impl IntoView {
    let live = Live::here();
    let employers = RwSignal::new(None::<Vec<Employer>>);
    spawn_local(async move {
        match live.employers().await {
            Ok(read) => drop(employers.try_set(Some(read))),
            Err(trouble) if trouble.is_signed_out() => live.nobody(),
            // What can be said without stands there already.
            Err(_) => {}
        }
    });
    view! {
        <div class="panel empty">
            <h2>"There is no system here for you yet"</h2>
            {move || match employers.get() {
                None => EitherOf3::A(view! { <p>{GENERAL}</p> }),
                Some(employers) if employers.is_empty() => EitherOf3::B(view! { <p>{NOWHERE}</p><p>{PLATFORM}</p><p>{BY_CURL}</p> }),
                Some(employers) => {
                    let advice = employers.iter().map(Employer::advice);
                    let tasks: Vec<String> = employers.iter().filter_map(Employer::tasks).collect();
                    let where_to = (!tasks.is_empty()).then(|| view! { <p>{BY_CURL}</p> });
                    let sentences = advice.chain(tasks).map(|words| view! { <p>{words}</p> });
                    EitherOf3::C((sentences.collect_view(), where_to))
                }
            }}
            <p>"A system appears here by itself as soon as you may see it, without signing in again."</p>
        </div>
    }
}

const GENERAL: &str = "You see a system once somebody makes you ARMER, DISARMER or VIEWER where it stands: at its location, at an organization that has a say there, or in a team. Ask an administrator of your organization.";

const BY_CURL: &str = "How to ask it with curl stands in the project's docs/how-to/ask-by-curl.md.";

const NOWHERE: &str = "You work for no customer, dealer or monitoring provider. What you may do for RealGuardIO as a whole grants nothing on a system: for that, an organization that has a say there must employ you.";

const PLATFORM: &str = "What you do for RealGuardIO itself, such as people and their application roles, organizations that join, and systems that are installed, has no pages here yet: it is done by the API, as far as your roles go.";
