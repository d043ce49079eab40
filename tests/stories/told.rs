//! The stories of `told`, in processes.

stories::tell_all!(stories::town::Town::of_processes);
