//! People, and what they may be.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use access::UserId;
use chassis::text::{NotALine, line};

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id that every service knows the person by.
    pub id: UserId,
    /// The address that the person signs in with.
    pub email: Email,
    /// What the person is called.
    pub name: Name,
    /// The application roles that administrators have granted.
    pub roles: BTreeSet<ApplicationRole>,
    /// Whether the person has set a password.
    pub has_password: bool,
    /// Grows by one with every change of name or roles.
    pub version: i64,
}

/// An e-mail address, in lower case: the same mailbox is the same user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address is expected, like somebody@example.com")]
pub struct InvalidEmail;

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let part = |part: &str, most, extra: &str| {
            (1..=most).contains(&part.len())
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
                && !part.starts_with('.')
                && !part.ends_with('.')
                && !part.contains("..")
        };
        if part(local, 64, "!#$%&'*+-/=?^_`{|}~.") && part(domain, 189, "-.") {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(InvalidEmail)
        }
    }
}

impl Email {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a person is called: one line of readable text, of at most 120 characters as everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl FromStr for Name {
    type Err = NotALine;

    fn from_str(text: &str) -> Result<Self, NotALine> {
        line(text, 120).map(Self)
    }
}

impl Name {
    /// What somebody is called who has not said it yet: how their address begins.
    #[must_use]
    pub fn of(email: &Email) -> Self {
        let local = email.0.split('@').next().unwrap_or_default();
        Self(local.to_owned())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! roles {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The role as it is written in tables, claims and JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownRole;

            fn from_str(text: &str) -> Result<Self, UnknownRole> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err(UnknownRole) }
            }
        }
    };
}

/// The text names no role of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such role")]
pub struct UnknownRole;

roles! {
    /// A role that an administrator grants. None of them grants anything on a security system.
    ApplicationRole {
        /// Manages users, customers and monitoring providers.
        Administrator = "REALGUARDIO_ADMINISTRATOR",
        /// Onboards dealers.
        DealerAdministrator = "REALGUARDIO_DEALER_ADMINISTRATOR",
        /// Writes and approves policies.
        PolicyAdministrator = "REALGUARDIO_POLICY_ADMINISTRATOR",
    }
}

roles! {
    /// A role that follows from being employed. Nobody grants it.
    EmployeeRole {
        /// Employed by some customer.
        Customer = "CUSTOMER_EMPLOYEE",
        /// Employed by some dealer.
        Dealer = "SECURITY_SYSTEM_DEALER_EMPLOYEE",
        /// Employed by some monitoring provider.
        Provider = "MONITORING_PROVIDER_EMPLOYEE",
    }
}

/// Why a user's roles, or the user, stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Guarded {
    /// Only a present administrator may; the token may be older than the revocation.
    #[error("only an administrator may do this")]
    NotAnAdministrator,
    /// Nobody changes their own roles, nor removes themselves.
    #[error("nobody changes their own roles")]
    Oneself,
}

/// May `actor` change the roles of `target`, or remove them? `administrators` are all there are, as of now.
///
/// So the last administrator stays: whoever acts is one, and never acts on themselves.
///
/// # Errors
///
/// Names the guard that forbids it.
pub fn guard(
    actor: UserId,
    target: UserId,
    administrators: &BTreeSet<UserId>,
) -> Result<(), Guarded> {
    if !administrators.contains(&actor) {
        return Err(Guarded::NotAnAdministrator);
    }
    if actor == target {
        return Err(Guarded::Oneself);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_parsed_into_one_spelling() {
        assert_eq!(
            " Ada.L+x@Example.COM ".parse::<Email>().unwrap().as_str(),
            "ada.l+x@example.com"
        );
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a b@example.com",
            "a..b@example.com",
            "a@.com",
            "a@b\r\nBcc: c@d",
        ] {
            assert_eq!(bad.parse::<Email>(), Err(InvalidEmail), "{bad:?}");
        }
        assert!(
            format!("{}@example.com", "a".repeat(65))
                .parse::<Email>()
                .is_err()
        );
    }

    #[test]
    fn names_are_short_and_readable() {
        assert_eq!(
            " Ada Lovelace ".parse::<Name>().unwrap().as_str(),
            "Ada Lovelace"
        );
        let longest = "a".repeat(120);
        assert_eq!(longest.parse::<Name>().unwrap().as_str(), longest);
        for bad in ["", "\u{200b}", "a\nb", "\u{202e}nimda", &"a".repeat(121)] {
            assert!(bad.parse::<Name>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn guards_keep_an_administrator_who_is_somebody_else() {
        let id = |n: u128| UserId::from(uuid::Uuid::from_u128(n));
        let (ada, ben, cleo) = (id(1), id(2), id(3));
        let both = BTreeSet::from([ada, ben]);
        assert_eq!(guard(ada, ben, &both), Ok(()));
        assert_eq!(guard(ada, cleo, &both), Ok(()));
        assert_eq!(guard(ada, ada, &both), Err(Guarded::Oneself));
        assert_eq!(guard(cleo, ada, &both), Err(Guarded::NotAnAdministrator));
        // After ada removed ben's role, ben's token may still say administrator.
        assert_eq!(
            guard(ben, ada, &BTreeSet::from([ada])),
            Err(Guarded::NotAnAdministrator)
        );
    }
}
