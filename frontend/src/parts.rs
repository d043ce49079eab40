//! The parts that pages are made of, one a file.

pub mod action_buttons;
pub mod brand;
pub mod change_line;
pub mod connection_badge;
pub mod disarm_dialog;
pub mod explanation_panel;
pub mod failure_notice;
pub mod history_entry;
pub mod history_list;
pub mod icon;
pub mod load_more;
pub mod lost_failures;
pub mod meaning;
pub mod no_systems;
pub mod overview;
pub mod page_heading;
pub mod relative_time;
pub mod site_header;
pub mod state_plate;
pub mod strategy_choice;
pub mod system_card;
pub mod trouble_panel;
