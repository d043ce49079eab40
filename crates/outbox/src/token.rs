use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sfv::{Dictionary, Item, ListEntry, Parser};

use crate::Position;

/// The header that carries a [`ConsistencyToken`].
pub const CONSISTENCY_TOKEN: &str = "consistency-token";

/// How many sources a token may name. The product has half a dozen; a longer token is an attack.
const MOST_SOURCES: usize = 16;

/// "At least as fresh as this": for each source, a position in its outbox.
///
/// Every write answers with one, and whoever presents it with a later read gets an answer that
/// knows of that write, or none. On the wire it is a structured-field dictionary (RFC 9651):
///
/// ```
/// use outbox::{ConsistencyToken, Position};
///
/// let token: ConsistencyToken = r#"customer-service="1:123", dealer-service="1:45""#.parse()?;
/// assert_eq!(token.get("customer-service"), Some(Position::new(1, 123)));
/// assert_eq!(token.to_string(), r#"customer-service="1:123", dealer-service="1:45""#);
/// # Ok::<(), outbox::InvalidToken>(())
/// ```
///
/// In HTTP it is the header [`CONSISTENCY_TOKEN`], read by [`from_headers`](Self::from_headers) and
/// written by [`header_value`](Self::header_value).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsistencyToken {
    positions: BTreeMap<String, Position>,
}

impl ConsistencyToken {
    /// A token that asks for nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The token of a write to `source` that ended at `position`.
    #[must_use]
    pub fn of(source: &str, position: Position) -> Self {
        Self {
            positions: BTreeMap::from([(source.to_owned(), position)]),
        }
    }

    /// The token in the headers of a request or an answer: all its lines, [merged](Self::merge). It
    /// asks for nothing if there is none.
    ///
    /// # Errors
    ///
    /// When a line is not a consistency token.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidToken> {
        let lines = headers.get_all(CONSISTENCY_TOKEN).into_iter();
        lines
            .map(Self::from_line)
            .try_fold(Self::new(), |all, line| Ok(all.merged(&line?)))
    }

    fn from_line(line: &HeaderValue) -> Result<Self, InvalidToken> {
        let text = line.to_str();
        text.map_err(|error| InvalidToken::NotADictionary(error.to_string()))?
            .parse()
    }

    /// The header's value; none for a token that asks for nothing.
    #[must_use]
    pub fn header_value(&self) -> Option<HeaderValue> {
        // Sources are names of services, so that nothing here cannot be in a header.
        let asks = !self.is_empty();
        asks.then(|| HeaderValue::try_from(self.to_string()).ok())
            .flatten()
    }

    /// The position that is asked of `source`.
    #[must_use]
    pub fn get(&self, source: &str) -> Option<Position> {
        self.positions.get(source).copied()
    }

    /// What it asks of these sources, and of no other.
    #[must_use]
    pub fn of_sources(&self, sources: &[&str]) -> Self {
        let mut kept = self.clone();
        kept.positions
            .retain(|source, _| sources.contains(&source.as_str()));
        kept
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// Each source with the position that is asked of it, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Position)> {
        self.positions
            .iter()
            .map(|(source, position)| (source.as_str(), *position))
    }

    /// Asks for all that `other` asks for as well: the larger position of each source.
    pub fn merge(&mut self, other: &Self) {
        for (source, position) in other.iter() {
            let mine = self.positions.entry(source.to_owned()).or_default();
            *mine = (*mine).max(position);
        }
    }

    /// Asks for no more than both ask for: the smaller position of each source that both name.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        let shared = self.iter().filter_map(|(source, position)| {
            let smaller = position.min(other.get(source)?);
            Some((source.to_owned(), smaller))
        });
        Self {
            positions: shared.collect(),
        }
    }

    /// Whether it asks for all that `other` asks for.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let mut positions = other.iter();
        positions.all(|(source, position)| self.get(source) >= Some(position))
    }

    /// This token and `other`, [merged](Self::merge).
    #[must_use]
    pub fn merged(mut self, other: &Self) -> Self {
        self.merge(other);
        self
    }
}

impl fmt::Display for ConsistencyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys come from `FromStr` or from a service's own name, and a position is digits and a
        // colon, so that nothing here needs the escapes of RFC 9651.
        for (n, (source, position)) in self.iter().enumerate() {
            let separator = if n == 0 { "" } else { ", " };
            write!(f, r#"{separator}{source}="{position}""#)?;
        }
        Ok(())
    }
}

/// The text is not a consistency token.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidToken {
    /// Not a dictionary of RFC 9651.
    #[error("not a structured-field dictionary: {0}")]
    NotADictionary(String),
    /// A member is something else than a plain string `"epoch:position"`.
    #[error("the member {0} is not a string \"epoch:position\"")]
    NotAPosition(String),
    /// More sources than there can be.
    #[error("more than {MOST_SOURCES} sources")]
    TooManySources,
}

impl FromStr for ConsistencyToken {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let members: Dictionary = Parser::new(text)
            .parse()
            .map_err(|error: sfv::Error| InvalidToken::NotADictionary(error.to_string()))?;
        if members.len() > MOST_SOURCES {
            return Err(InvalidToken::TooManySources);
        }
        let positions = members.into_iter().map(|(source, member)| {
            let source = source.as_str().to_owned();
            match position(&member) {
                Some(position) => Ok((source, position)),
                None => Err(InvalidToken::NotAPosition(source)),
            }
        });
        Ok(Self {
            positions: positions.collect::<Result<_, _>>()?,
        })
    }
}

fn position(member: &ListEntry) -> Option<Position> {
    match member {
        ListEntry::Item(Item { bare_item, params }) if params.is_empty() => {
            bare_item.as_string()?.as_str().parse().ok()
        }
        _ => None,
    }
}

impl Serialize for ConsistencyToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ConsistencyToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn token(text: &str) -> ConsistencyToken {
        text.parse().unwrap()
    }

    #[test]
    fn reads_back_what_it_writes() {
        for text in [
            "",
            r#"a="1:0""#,
            r#"customer-service="1:123", dealer-service="2:45""#,
        ] {
            assert_eq!(token(text).to_string(), text);
        }
        assert_eq!(
            serde_json::to_string(&token(r#"a="1:2""#)).unwrap(),
            r#""a=\"1:2\"""#
        );
    }

    #[test]
    fn is_strict() {
        let not_positions = [
            "a",
            "a=1",
            "a=1:2",
            r#"a="1""#,
            r#"a="01:2""#,
            r#"a="1:-2""#,
            r#"a=("1:2")"#,
            r#"a="1:2";x"#,
            r#"a="1:2 ""#,
            "a=:MToy:",
            "a=?1",
        ];
        for text in not_positions {
            assert!(text.parse::<ConsistencyToken>().is_err(), "{text}");
        }
        for text in [
            r#"A="1:2""#,
            r#"a="1:2","#,
            r#"a="1:2" b="1:2""#,
            r#""a"="1:2""#,
            r#"a="1:2"#,
            "é",
        ] {
            assert!(
                matches!(
                    text.parse::<ConsistencyToken>(),
                    Err(InvalidToken::NotADictionary(_))
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn several_lines_are_one_token() {
        let headers = |lines: &[&'static str]| -> HeaderMap {
            let lines = lines.iter().copied().map(HeaderValue::from_static);
            lines
                .map(|line| (HeaderName::from_static(CONSISTENCY_TOKEN), line))
                .collect()
        };
        let read = |lines| ConsistencyToken::from_headers(&headers(lines));
        let whole = token(r#"a="1:9", b="1:2""#);
        assert_eq!(
            read(&[r#"a="1:9""#, r#"a="1:7", b="1:2""#]),
            Ok(whole.clone())
        );
        assert_eq!(whole.header_value().unwrap(), r#"a="1:9", b="1:2""#);
        assert_eq!(read(&[]), Ok(ConsistencyToken::new()));
        assert_eq!(ConsistencyToken::new().header_value(), None);
        assert!(read(&[r#"a="1:9""#, "b"]).is_err());
    }

    #[test]
    fn names_a_bounded_number_of_sources() {
        let many = (0..17)
            .map(|n| format!(r#"s{n}="1:1""#))
            .collect::<Vec<_>>()
            .join(", ");
        assert_eq!(
            many.parse::<ConsistencyToken>(),
            Err(InvalidToken::TooManySources)
        );
    }

    #[test]
    fn is_narrowed_to_what_it_asks_of_some() {
        let whole = token(r#"a="1:9", b="2:1""#);
        assert_eq!(whole.of_sources(&["b", "c"]), token(r#"b="2:1""#));
        assert_eq!(whole.of_sources(&[]), ConsistencyToken::new());
    }

    #[test]
    fn has_the_smaller_position_of_each_source_in_common() {
        let (one, other) = (
            token(r#"a="1:9", b="2:1", d="1:1""#),
            token(r#"a="1:7", b="1:50", c="1:3""#),
        );
        let common = token(r#"a="1:7", b="1:50""#);
        assert_eq!(one.common(&other), common);
        assert_eq!(other.common(&one), common);
    }

    #[test]
    fn covers_what_asks_for_no_more() {
        let whole = token(r#"a="1:9", b="2:1""#);
        for less in ["", r#"a="1:9""#, r#"a="1:7", b="1:50""#] {
            assert!(whole.covers(&token(less)), "{less}");
        }
        for more in [r#"a="1:10""#, r#"a="2:0""#, r#"c="1:0""#] {
            assert!(!whole.covers(&token(more)), "{more}");
        }
    }

    #[test]
    fn merges_to_the_larger_position_of_each_source() {
        let merged = token(r#"a="1:9", b="2:1""#).merged(&token(r#"a="1:7", b="1:50", c="1:3""#));
        assert_eq!(merged, token(r#"a="1:9", b="2:1", c="1:3""#));
    }
}
