//! The stories of `told`, in processes.

stories::tell_all!(stories::town::Site::of_processes());
