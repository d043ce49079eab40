//! Stories of everything, told from outside: once in processes, and once in containers.
//!
//! A story is a function of a [`crate::town::Story`]; [`tell_all!`](crate::tell_all) makes a test of each in a town of one kind.

pub mod access;
pub mod organizations;
pub mod sessions;

/// A test of each story, in the town of this [`Site`](crate::town::Site).
#[macro_export]
macro_rules! tell_all {
    ($site:expr) => {
        $crate::tell_all! { $site =>
            organizations::{
                a_dealer_is_onboarded,
                whoever_is_hired_and_granted_a_role_disarms,
                a_profile_is_changed,
                a_location_that_is_taken_takes_no_second_system,
            }
            access::{
                five_paths_lead_to_arming_and_disarming,
                what_is_revoked_counts_no_more,
                a_shift_begins_and_ends,
                another_dealer_is_appointed,
                an_alarm_is_raised_and_acknowledged,
            }
            sessions::{
                from_sign_in_to_sign_out,
                every_strategy_decides_for_a_session,
            }
        }
    };
    ($site:expr => $($module:ident::{$($story:ident,)*})*) => {
        static SITE: $crate::town::Site = $site;

        $(mod $module {
            $(
                #[test]
                fn $story() -> ::anyhow::Result<()> {
                    super::SITE.tell(stringify!($story), $crate::told::$module::$story)
                }
            )*
        })*
    };
}
