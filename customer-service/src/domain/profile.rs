//! A person's profile.

use std::fmt;

use access::UserId;
use organization::domain::{Invalid, Name, Version};

/// How a person wants to be called and reached. Their own: no administrator sees or changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Whose.
    pub user: UserId,
    /// What they call themselves.
    pub name: Name,
    /// Where they get security notifications.
    pub phone: Option<Phone>,
    /// Grows with every change; 0 while it is only what their token says.
    pub version: Version,
}

/// A telephone number, as people write them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Reads a number: digits, at most fifteen (E.164), and what people put between them.
    ///
    /// # Errors
    ///
    /// When it cannot be a telephone number.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let number = text.strip_prefix('+').unwrap_or(text);
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let plausible = number
            .chars()
            .all(|c| c.is_ascii_digit() || " -.()/".contains(c));
        if plausible && (3..=15).contains(&digits) && text.len() <= 32 {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(field, "is not a telephone number"))
        }
    }

    /// The number as it was stored, which was parsed before.
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

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_what_people_write() {
        for number in [
            "+1 212 555 0100",
            "(212) 555-0100",
            "110",
            "+34.91.555.0100",
        ] {
            assert!(Phone::parse("phone", number).is_ok(), "{number}");
        }
        for text in [
            "",
            "12",
            "call me",
            "1".repeat(16).as_str(),
            "+",
            "1\n1 1",
            "１２３",
        ] {
            assert!(Phone::parse("phone", text).is_err(), "{text}");
        }
    }
}
