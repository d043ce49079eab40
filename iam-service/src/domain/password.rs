//! What may become a password: length counts, recipes do not (NIST SP 800-63B-4, section 3.1.1).

use std::collections::BTreeSet;

use secrecy::{ExposeSecret as _, SecretString};

use super::user::Email;

/// The fewest characters.
pub const SHORTEST: usize = 12;
/// The most characters: enough for any passphrase, and a bound on what is hashed.
pub const LONGEST: usize = 256;

/// A password that somebody chose, fit to be hashed. It does not print.
#[derive(Debug, Clone)]
pub struct NewPassword(SecretString);

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too few characters.
    #[error("Use at least {SHORTEST} characters; a few words will do.")]
    TooShort,
    /// Too many characters.
    #[error("Use at most {LONGEST} characters.")]
    TooLong,
    /// The first thing that anybody tries.
    #[error("This is too easy to guess. Use a few words that do not name you or RealGuardIO.")]
    Guessable,
}

impl NewPassword {
    /// Checks what `email`'s owner chose.
    ///
    /// # Errors
    ///
    /// When it is too short, too long, or the first thing that anybody tries.
    pub fn parse(password: SecretString, email: &Email) -> Result<Self, WeakPassword> {
        let text = password.expose_secret();
        match text.chars().count() {
            ..SHORTEST => return Err(WeakPassword::TooShort),
            SHORTEST..=LONGEST => {}
            _ => return Err(WeakPassword::TooLong),
        }
        let lower = text.to_lowercase();
        let local = email.as_str().split('@').next().unwrap_or_default();
        let distinct = lower.chars().collect::<BTreeSet<_>>().len();
        if distinct < 5
            || lower.contains("realguardio")
            || (local.len() > 3 && lower.contains(local))
        {
            return Err(WeakPassword::Guessable);
        }
        Ok(Self(password))
    }

    /// The password, to be hashed.
    #[must_use]
    pub fn expose(&self) -> &SecretString {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_guesses_do_not() {
        let email = "disarmer@example.com".parse().unwrap();
        let parse = |text: &str| NewPassword::parse(text.to_owned().into(), &email).map(|_| ());
        assert_eq!(parse("four quiet lamps"), Ok(()));
        assert_eq!(parse("zwölf Zähne!"), Ok(()));
        assert_eq!(parse("eleven char"), Err(WeakPassword::TooShort));
        assert_eq!(
            parse(&"long enough ".repeat(22)),
            Err(WeakPassword::TooLong)
        );
        for guess in ["aaaaaaaaaaaa", "RealGuardIO2026!", "my-Disarmer-password"] {
            assert_eq!(parse(guess), Err(WeakPassword::Guessable), "{guess}");
        }
    }
}
