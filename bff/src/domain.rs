//! What a browser session is: its ticket, its keys, the ways in and out, and what may pass.
//!
//! Nothing here knows HTTP, SQL or JSON; time and randomness come in as parameters.

mod allow_list;
mod key_ring;
mod pending_login;
mod public_url;
mod return_path;
mod session;
mod ticket;
mod wire;

pub use allow_list::{Service, Target, allowed, services, target};
pub use key_ring::{KeyRing, NotAKeyRing, NotOurs, Purpose};
pub use pending_login::{PendingLogin, PendingLogins};
pub use public_url::{NotAPublicUrl, PublicUrl};
pub use return_path::ReturnPath;
pub use session::{Credential, Identity, Session, SessionId};
pub use ticket::Ticket;
