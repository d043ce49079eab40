//! Texts that people write: names and addresses.

use std::fmt;

use chassis::text::line;

/// An input that does not make sense, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {detail}")]
pub struct Invalid {
    /// The field, as in the request: `locationRoles.0190….roles`.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Invalid {
    /// What is wrong with which field.
    pub fn new(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            detail: detail.into(),
        }
    }
}

/// The name of an organization, a person, a team or a place: one line of readable text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// The longest name, in characters.
    pub const MAX: usize = 120;

    /// Reads a name, without the white space around it.
    ///
    /// # Errors
    ///
    /// When nothing of it can be seen, or it is longer than [`Self::MAX`], or no [`line`].
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        match line(text, Self::MAX) {
            Ok(text) => Ok(Self(text)),
            Err(error) => Err(Invalid::new(field, error.to_string())),
        }
    }

    /// The name as it is kept here, or by the issuer whose token says it: it was parsed before, there by
    /// other rules.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An e-mail address: where iam-service finds or makes the user who is hired. It is not kept,
/// for a user is identified by an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The longest address that mail can be sent to (RFC 5321).
    pub const MAX: usize = 254;

    /// Reads an address. Whether mail arrives there only sending it can tell.
    ///
    /// # Errors
    ///
    /// When it cannot be an address.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let parts = text.split_once('@');
        let plausible = parts.is_some_and(|(local, host)| {
            !local.is_empty() && !host.is_empty() && !host.contains('@')
        });
        if !plausible
            || text.len() > Self::MAX
            || text.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            return Err(Invalid::new(field, "is not an e-mail address"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_readable_text() {
        assert_eq!(Name::parse("name", "\u{a0} Ada ").unwrap().as_str(), "Ada");
        for text in ["", "\u{200b}", "a\nb", "\u{202e}nimda", &"x".repeat(121)] {
            assert_eq!(
                Name::parse("name", text).unwrap_err().field,
                "name",
                "{text:?}"
            );
        }
    }

    #[test]
    fn an_address_has_a_person_and_a_host() {
        assert_eq!(Email::parse("email", " a@b ").unwrap().as_str(), "a@b");
        for text in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            &format!("a@{}", "b".repeat(253)),
        ] {
            assert!(Email::parse("email", text).is_err(), "{text:?}");
        }
    }
}
