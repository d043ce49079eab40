//! Text that people type, and other people have to recognize.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        BinaryProperty, CanonicalCombiningClass, DefaultIgnorableCodePoint, EmojiModifier,
        ExtendedPictographic, GeneralCategory, JoiningType, Script, VariationSelector,
    },
};

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

/// One line of readable text of at most `longest` characters, without the white space around it. What is between words
/// becomes one plain space: spaces of other widths, or several, are seen to differ by nobody.
///
/// ```
/// use chassis::text::{NotALine, line};
///
/// assert_eq!(line("  Harbor \u{a0} Tower ", 120).as_deref(), Ok("Harbor Tower"));
/// assert_eq!(line("\u{200b}", 120), Err(NotALine::Empty));
/// ```
///
/// With some characters one name can be made to look like another. They are refused anywhere:
///
/// | class | such as | because |
/// |---|---|---|
/// | Cc, Zl, Zp: controls, line and paragraph separators | U+0000, U+2028 | they break the line |
/// | Cf: format | U+200B, U+202E, U+FFF9 | they are not seen, or turn the direction of reading |
/// | Cn: unassigned | U+2065, U+E0FFF | nobody knows what they will look like, if like anything |
/// | `Default_Ignorable_Code_Point`, and the blanks of Braille, music and some scripts | U+00AD, U+034F, U+3164, U+2800, U+1D159 | they look like a space, or like nothing |
///
/// Two kinds of these are taken where a script needs them, and nowhere else, because there they are seen:
///
/// | character | where |
/// |---|---|
/// | U+200C and U+200D, which keep letters apart or join them | beside a virama, as in the scripts of India; U+200C between letters that would be joined, as in Persian (both [RFC 5892, appendix A](https://www.rfc-editor.org/rfc/rfc5892#appendix-A)); U+200D between emoji |
/// | variation selectors, which choose a form | behind a Han character, a Mongolian letter or an emoji, each those of its own |
///
/// # Errors
///
/// When nothing of it can be seen, when it is too long, or when it contains one of these.
pub fn line(text: &str, longest: usize) -> Result<String, NotALine> {
    let text = text.trim();
    if text.chars().all(|c| c.is_whitespace() || is_unseen(c)) {
        Err(NotALine::Empty)
    } else if text
        .char_indices()
        .any(|(at, c)| is_unreadable(text, at, c))
    {
        Err(NotALine::Unreadable)
    } else {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let short = text.chars().count() <= longest;
        short.then_some(text).ok_or(NotALine::TooLong(longest))
    }
}

/// By the properties of Unicode; a letter of any script is welcome.
fn is_unreadable(text: &str, at: usize, c: char) -> bool {
    let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
    if is_joiner(c) {
        !joins(c, before, after)
    } else if has::<VariationSelector>(c) {
        !before
            .chars()
            .next_back()
            .is_some_and(|base| varies(base, c))
    } else {
        is_unseen(c)
    }
}

/// Leaves no mark, or none by itself, or breaks the line.
fn is_unseen(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::Unassigned
    ) || has::<DefaultIgnorableCodePoint>(c)
        || BLANKS.contains(&c)
}

/// Symbols, letters and marks by their class, and nothing to be seen by design: of Braille, of musical notes, of
/// Egyptian hieroglyphs (two), of the Khitan small script.
const BLANKS: [char; 5] = [
    '\u{2800}',
    '\u{1d159}',
    '\u{13441}',
    '\u{13442}',
    '\u{16fe4}',
];
/// Keeps letters apart that would be joined.
const NON_JOINER: char = '\u{200c}';
/// Joins.
const JOINER: char = '\u{200d}';

const fn is_joiner(c: char) -> bool {
    matches!(c, NON_JOINER | JOINER)
}

/// Whether a joiner between these is seen by what it does to them.
fn joins(joiner: char, before: &str, after: &str) -> bool {
    let (Some(last), Some(first)) = (before.chars().next_back(), after.chars().next()) else {
        return false;
    };
    // Behind it the joiner chooses the form of a conjunct; before it, in Bengali, of the letter.
    let conjunct = is_virama(last) || is_virama(first) && script(first) == script(last);
    conjunct
        || match joiner {
            NON_JOINER => cursive(before, after),
            _ => has::<ExtendedPictographic>(first) && ends_in_emoji(before),
        }
}

fn is_virama(c: char) -> bool {
    CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama
}

/// Whether the letters on both sides would be joined, whatever marks stand between them.
fn cursive(before: &str, after: &str) -> bool {
    let joining = |c| CodePointMapData::<JoiningType>::new().get(c);
    let is_letter = |kind: &JoiningType| *kind != JoiningType::Transparent;
    let last = before.chars().rev().map(joining).find(is_letter);
    let first = after.chars().map(joining).find(is_letter);
    matches!(
        last,
        Some(JoiningType::LeftJoining | JoiningType::DualJoining)
    ) && matches!(
        first,
        Some(JoiningType::RightJoining | JoiningType::DualJoining)
    )
}

/// Whether the last of these is an emoji, in whichever colour.
fn ends_in_emoji(text: &str) -> bool {
    let dress = |c: &char| has::<VariationSelector>(*c) || has::<EmojiModifier>(*c);
    let last = text.chars().rev().find(|c| !dress(c));
    last.is_some_and(has::<ExtendedPictographic>)
}

/// Whether Unicode knows forms of `base` that this selector chooses: of a Han character in a Japanese name, of an emoji
/// with or without colour.
fn varies(base: char, selector: char) -> bool {
    match selector {
        '\u{180b}'..='\u{180f}' => script(base) == Script::Mongolian,
        '\u{fe0e}' | '\u{fe0f}' => has::<ExtendedPictographic>(base),
        _ => script(base) == Script::Han,
    }
}

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

fn has<Property: BinaryProperty>(c: char) -> bool {
    CodePointSetData::new::<Property>().contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_be_read() {
        let longest = "ü".repeat(120);
        // A zero-width non-joiner, as Persian is written with, also behind a mark; conjuncts of Devanagari and Sinhala;
        // the name of a battalion in Bengali; a family, joined of three; an astronaut of some colour; a heart on fire.
        let joined = [
            "می\u{200c}خواهم",
            "مِ\u{200c}ی",
            "क\u{94d}\u{200d}ष",
            "ශ\u{dca}\u{200d}රී",
            "র\u{200d}\u{9cd}যাব",
            "👩\u{200d}👩\u{200d}👧",
            "👩🏽\u{200d}🚀",
            "\u{2764}\u{fe0f}\u{200d}🔥",
        ];
        // A heart, coloured; the Han character of a name, in the form that its bearer writes; a letter of Mongolian.
        let chosen = ["Care \u{2764}\u{fe0f}", "葛\u{e0100}城", "ᠠ\u{180b}"];
        let plain = [
            "A",
            "Straße 7",
            "中央病院",
            "O\u{2019}Hara & Söhne",
            &longest,
        ];
        for text in plain.into_iter().chain(joined).chain(chosen) {
            assert_eq!(line(text, 120).as_deref(), Ok(text));
        }
        for text in [
            "\u{a0} Ada Lovelace ",
            "Ada  Lovelace",
            "Ada\u{a0}Lovelace",
            "Ada\u{3000}Lovelace",
            "Ada\u{2009}\u{1680}Lovelace",
        ] {
            assert_eq!(line(text, 12).as_deref(), Ok("Ada Lovelace"), "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_no_line() {
        for text in [
            "",
            " \u{3000}",
            "\u{200b}",
            "\u{200b} \u{feff}",
            "\u{2800}\u{2800}",
            "\u{1d159}",
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
            '\t',
            '\u{2800}',
            '\u{1d159}',
            '\u{13441}',
            '\u{13442}',
            '\u{16fe4}',
            '\u{3164}',
            '\u{ffa0}',
            '\u{200c}',
            '\u{200d}',
            '\u{fe00}',
            '\u{fe0f}',
            '\u{e0100}',
            '\u{180b}',
            '\u{2065}',
            '\u{fff0}',
            '\u{e0fff}',
            '\u{378}',
        ] {
            let text = format!("ad{c}min");
            assert_eq!(line(&text, 120), Err(NotALine::Unreadable), "{text:?}");
        }
        assert_eq!(line("four", 3), Err(NotALine::TooLong(3)));
    }

    #[test]
    fn joiners_and_selectors_are_taken_only_where_they_are_seen() {
        for text in [
            "\u{200d}क",
            "क\u{94d}\u{200d}",
            // Persian letters that are not joined, or are joined already; a Latin one with the sign of another script.
            "د\u{200c}ر",
            "ب\u{200d}ب",
            "a\u{200d}\u{94d}",
            // Emoji and text, twice.
            "A\u{200d}👩",
            "👩\u{200d}A",
            // A digit, a letter, another script's selector, and two where one chooses.
            "Unit 1\u{fe0f}",
            "é\u{fe00}",
            "葛\u{fe0f}",
            "\u{2764}\u{e0100}",
            "葛\u{e0100}\u{e0101}",
            "葛 \u{e0100}",
        ] {
            assert_eq!(line(text, 120), Err(NotALine::Unreadable), "{text:?}");
        }
    }
}
