//! The stories of `told`, in containers: run by `cargo xtask test` where Docker is.

mod rolling;
mod trouble;

stories::tell_all!(stories::town::Town::of_containers);
