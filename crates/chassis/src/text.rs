//! Text that people type, and other people have to recognize.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

/// Why a text will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotALine {
    /// There is nothing to be seen.
    #[error("is empty")]
    Empty,
    /// It is too long.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// It holds what is not text, or not seen.
    #[error("contains characters that cannot be seen, or change how others are read")]
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
/// With some characters one name can be made to look like another. They are refused anywhere:
///
/// | class | such as | because |
/// |---|---|---|
/// | Cc, Zl, Zp: controls, line and paragraph separators | U+0000, U+2028 | they break the line |
/// | Cf: format, but U+200C and U+200D | U+00AD, U+200B, U+202E, U+FFF9 | they are not seen, or turn the direction of reading; the two that are taken join letters, or keep them apart, where a script needs that |
/// | blank glyphs | U+2800, U+3164 | they look like a space, or like nothing |
///
/// # Errors
///
/// When nothing of it can be seen, when it is too long, or when it contains one of these.
pub fn line(text: &str, longest: usize) -> Result<&str, NotALine> {
    let text = text.trim();
    if text.chars().all(is_invisible) {
        Err(NotALine::Empty)
    } else if text.chars().any(is_unreadable) {
        Err(NotALine::Unreadable)
    } else if text.chars().count() > longest {
        Err(NotALine::TooLong(longest))
    } else {
        Ok(text)
    }
}

/// By the classes of Unicode; a letter of any script is welcome.
fn is_unreadable(c: char) -> bool {
    match c.general_category() {
        GeneralCategory::Control
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => true,
        GeneralCategory::Format => !is_joiner(c),
        _ => is_blank(c),
    }
}

/// Leaves no mark. What Unicode has not assigned yet may come to leave one, and no name consists
/// of it before.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || is_unreadable(c)
        || is_joiner(c)
        || is_variation_selector(c)
        || c.general_category() == GeneralCategory::Unassigned
}

/// Zero-width non-joiner and joiner: Persian and the scripts of India are written with them, and
/// emoji are joined by them.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Choose the form of what stands before them: of a Han character in a Japanese name, of an emoji.
const fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Letters, marks and symbols by class, and nothing to be seen by design.
const fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{ffa0}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_be_read() {
        let longest = "ü".repeat(120);
        // A zero-width non-joiner, as Persian is written with; a family, joined of three.
        let joined = ["می\u{200c}خواهم", "👩\u{200d}👩\u{200d}👧"];
        // A heart, coloured; the Han character of a name, in the form that its bearer writes.
        let chosen = ["Care \u{2764}\u{fe0f}", "葛\u{e0100}城"];
        let plain = [
            "A",
            "Straße 7",
            "中央病院",
            "O\u{2019}Hara & Söhne",
            &longest,
        ];
        for text in plain.into_iter().chain(joined).chain(chosen) {
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
            "\u{200d}\u{fe0f}",
            "\u{e0002}",
        ] {
            assert_eq!(line(text, 120), Err(NotALine::Empty), "{text:?}");
        }
        for c in [
            '\n',
            '\0',
            '\u{85}',
            '\u{2028}',
            '\u{2029}',
            '\u{202e}',
            '\u{2066}',
            '\u{61c}',
            '\u{200f}',
            '\u{ad}',
            '\u{200b}',
            '\u{2060}',
            '\u{feff}',
            '\u{fff9}',
            '\u{fffb}',
            '\u{e0041}',
            '\u{34f}',
            '\u{2800}',
            '\u{3164}',
            '\u{ffa0}',
        ] {
            let text = format!("ad{c}min");
            assert_eq!(line(&text, 120), Err(NotALine::Unreadable), "{text:?}");
        }
        assert_eq!(line("four", 3), Err(NotALine::TooLong(3)));
    }
}
