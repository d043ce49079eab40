//! The stories of `told`, and those of trouble, in containers: run by `cargo xtask test` where Docker is.

mod again;
mod faults;
mod little;
mod load;
mod rolling;
mod saga;
mod trouble;
mod voice;

stories::tell_all!(stories::town::Site::of_containers());
