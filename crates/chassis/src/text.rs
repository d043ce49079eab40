//! Text that people type, and other people have to recognize.

/// Why a text will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotALine {
    /// There is nothing to be seen.
    #[error("is empty")]
    Empty,
    /// It is too long.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// It holds what is not text.
    #[error("contains control characters")]
    Unreadable,
}

/// One line of readable text of at most `longest` characters, without the white space around it.
///
/// ```
/// use chassis::text::{NotALine, line};
///
/// assert_eq!(line("  Harbor Tower ", 120), Ok("Harbor Tower"));
/// assert_eq!(line("\u{200b}", 120), Err(NotALine::Empty));
/// ```
///
/// # Errors
///
/// When nothing of it can be seen, when it is too long, or when it contains what breaks the line or
/// turns the direction of reading: with these, one name can be made to look like another.
pub fn line(text: &str, longest: usize) -> Result<&str, NotALine> {
    let text = text.trim();
    if text.chars().any(is_unreadable) {
        Err(NotALine::Unreadable)
    } else if text.chars().all(is_invisible) {
        Err(NotALine::Empty)
    } else if text.chars().count() > longest {
        Err(NotALine::TooLong(longest))
    } else {
        Ok(text)
    }
}

fn is_unreadable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Leaves no mark: white space, and what Unicode calls ignorable by default, which some scripts
/// need between letters and no name consists of.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_be_read() {
        let longest = "ü".repeat(120);
        // A zero-width non-joiner, as Persian is written with; a family, joined of three.
        let joined = ["می\u{200c}خواهم", "👩\u{200d}👩\u{200d}👧"];
        let plain = [
            "A",
            "Straße 7",
            "中央病院",
            "O\u{2019}Hara & Söhne",
            &longest,
        ];
        for text in plain.into_iter().chain(joined) {
            assert_eq!(line(text, 120), Ok(text));
        }
        assert_eq!(line("\u{a0} Ada ", 120), Ok("Ada"));
    }

    #[test]
    fn what_cannot_be_seen_is_no_line() {
        for text in [
            "",
            " \u{3000}",
            "\u{200b}",
            "\u{200b} \u{feff}",
            "\u{2800}\u{2800}",
            "\u{3164}",
        ] {
            assert_eq!(line(text, 120), Err(NotALine::Empty), "{text:?}");
        }
        for text in ["a\nb", "a\0", "a\u{2028}b", "\u{202e}nimda"] {
            assert_eq!(line(text, 120), Err(NotALine::Unreadable), "{text:?}");
        }
        assert_eq!(line("four", 3), Err(NotALine::TooLong(3)));
    }
}
