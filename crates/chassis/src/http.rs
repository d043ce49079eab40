//! HTTP as all services speak it.
//!
//! In: [`Json`], [`Path`], [`Query`], [`IfMatch`], whose refusals are [problems]. Out: [`Page`],
//! [`ETag`], [`Stylesheet`]. Around: [`harden`], [`serve`].
//!
//! Order of a handler's parameters: the caller first ([`auth`]), then path, query and headers, the
//! body last. Parameters are taken from the request in that order, so nobody learns anything about
//! paths and bodies before it is known who is asking.
//!
//! [problems]: crate::problem
//! [`auth`]: crate::auth

mod body;
pub mod deadline;
mod harden;
mod limits;
mod page;
mod parameters;
mod serve;
mod stylesheet;
mod version;

pub use self::{
    body::{Json, json_text},
    harden::{harden, not_found},
    limits::{MAX_BODY, MAX_HEADER_FIELDS, MAX_HEADERS},
    page::{Cursor, Page, Paging},
    parameters::{Path, Query},
    serve::serve,
    stylesheet::Stylesheet,
    version::{ETag, IfMatch},
};
