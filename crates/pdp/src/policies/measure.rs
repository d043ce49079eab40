//! How deep policies nest, and how much they grow where they are checked: measured on their text, before anything is
//! parsed. Parsers and evaluators walk down a policy's tree by calling themselves, and Cedar's checks write the left side of
//! `x is T in y` and of `x has a.b` down once more for each part: where such a thing is the left side of another, that doubles
//! with each.

use super::Source;
use super::fault::Fault;

/// How many steps it may be from the top of a policy down to its deepest part.
const DEEPEST: usize = 48;

/// How often what is doubled may be doubled again.
const DOUBLED: u32 = 5;

/// Names, signs and texts of all policies together, each counted as often as it is doubled at most.
const LARGEST: usize = 1_000_000;

/// What stands in a text, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Open,
    Close,
    Comma,
    /// The end of a policy.
    End,
    Dot,
    Word(&'a str),
    Text,
    /// Another sign; `::` and `:` are none.
    Sign,
}

/// A part between brackets, or between commas.
#[derive(Default)]
struct Level {
    /// Steps that this part adds to what it holds.
    steps: usize,
    /// The steps within brackets of this part.
    within: usize,
    /// The most steps of the parts before it.
    deepest: usize,
    /// How often something within brackets of this part is doubled.
    doubled_within: u32,
    /// How often something is doubled, in all parts.
    doubled: u32,
    /// How often what is left of the `has` whose path comes is written down.
    path: Option<u32>,
}

impl Level {
    fn take(&mut self, token: Token<'_>) {
        self.path = match token {
            Token::Word("is" | "has") => Some(self.doubled_within + 1),
            Token::Word(_) => self.path,
            Token::Dot => self.path.map(|doubled| doubled + 1),
            _ => None,
        };
        self.doubled = self.doubled.max(self.path.unwrap_or_default());
        match token {
            Token::Comma | Token::End => {
                self.deepest = self.depth();
                (self.steps, self.within) = (0, 0);
            }
            Token::Word("is" | "has" | "in" | "like" | "if" | "then" | "else")
            | Token::Dot
            | Token::Sign => self.steps += 1,
            Token::Word(_) | Token::Text | Token::Open | Token::Close => {}
        }
    }

    fn depth(&self) -> usize {
        self.deepest.max(self.steps + self.within)
    }

    /// Takes in a part that was between brackets.
    fn close(&mut self, inner: &Self) {
        self.within = self.within.max(inner.depth() + 1);
        self.doubled_within = self
            .doubled_within
            .max(inner.doubled)
            .max(inner.doubled_within);
    }

    fn most_doubled(&self) -> u32 {
        self.doubled.max(self.doubled_within)
    }
}

/// Whether these files, of policies or of schemas, stay within the bounds.
pub(super) fn measure<'a>(sources: impl Iterator<Item = &'a Source>) -> Result<(), Fault> {
    let mut size = 0_usize;
    for source in sources {
        let (mut above, mut level, mut tokens) = (Vec::<Level>::new(), Level::default(), 0_usize);
        for (offset, token) in Tokens(&source.text, 0) {
            tokens += 1;
            match token {
                Token::Open => above.push(std::mem::take(&mut level)),
                Token::Close => {
                    let outer = above.pop().unwrap_or_default();
                    let inner = std::mem::replace(&mut level, outer);
                    level.close(&inner);
                }
                token => level.take(token),
            }
            let ends = token == Token::End && above.is_empty();
            let deep = above.len() > DEEPEST || level.depth() > DEEPEST;
            let wide = level.most_doubled() > DOUBLED;
            if deep || wide {
                let why = if deep {
                    "nests too deep"
                } else {
                    "repeats `is` or `has` within each other too often"
                };
                return Err(Fault::at(source, Some(offset), format!("this {why}")));
            }
            if ends {
                size += tokens << level.most_doubled();
                (level, tokens) = (Level::default(), 0);
            }
            if size + tokens > LARGEST {
                return Err(Fault::at(source, Some(offset), "this is too much"));
            }
        }
        size += tokens << level.most_doubled();
    }
    Ok(())
}

/// The tokens of a text from a place on, each with its place.
struct Tokens<'a>(&'a str, usize);

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.0.get(self.1..)?;
            let start = self.1;
            let first = rest.chars().next()?;
            let (length, token) = match first {
                '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), None),
                '"' => (text(rest), Some(Token::Text)),
                '(' | '[' | '{' => (1, Some(Token::Open)),
                ')' | ']' | '}' => (1, Some(Token::Close)),
                ',' => (1, Some(Token::Comma)),
                ';' => (1, Some(Token::End)),
                '.' => (1, Some(Token::Dot)),
                ':' => (1, None),
                _ if first.is_whitespace() => (first.len_utf8(), None),
                _ if is_name(first) => {
                    let length = rest.find(|next| !is_name(next)).unwrap_or(rest.len());
                    (length, Some(Token::Word(&rest[..length])))
                }
                // Some have two characters.
                _ => {
                    let two = rest[first.len_utf8()..].starts_with(['=', '&', '|']);
                    (first.len_utf8() + usize::from(two), Some(Token::Sign))
                }
            };
            self.1 += length;
            if let Some(token) = token {
                return Some((start, token));
            }
        }
    }
}

fn is_name(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// The length of a text with its quotes.
fn text(rest: &str) -> usize {
    let mut escaped = false;
    for (at, next) in rest.char_indices().skip(1) {
        match next {
            '"' if !escaped => return at + 1,
            _ => escaped = next == '\\' && !escaped,
        }
    }
    rest.len()
}
