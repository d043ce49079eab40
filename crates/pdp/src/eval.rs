//! Evaluating code: the fast path, which says where it ends.

use crate::code::{Binary, Code, Var, Wild};
use crate::graph::Way;
use crate::names::Node;
use crate::naming::Spelling as _;
use crate::scene::Scene;
use crate::value::{Record, Set, Value};

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Cedar says that this is an error, such as a missing attribute or an overflow.
    Error,
    /// It takes Cedar to know.
    Foreign,
}

type Evaluated = Result<Value, Stop>;

impl Scene<'_> {
    /// What the expression is.
    pub(crate) fn eval(&self, code: &Code) -> Evaluated {
        match code {
            Code::Literal(value) => Ok(value.clone()),
            Code::Var(Var::Context) => Ok(self.context.clone()),
            Code::Var(var) => self.var(*var).map(Value::Entity).ok_or(Stop::Error),
            Code::Not(code) => Ok(Value::Bool(!self.holds(code)?)),
            Code::Neg(code) => long(self.long(code)?.checked_neg()),
            Code::IsEmpty(code) => self.test(code, |set| Ok(set.items.is_empty())),
            Code::And(codes) => Ok(Value::Bool(
                self.holds(&codes[0])? && self.holds(&codes[1])?,
            )),
            Code::Or(codes) => Ok(Value::Bool(
                self.holds(&codes[0])? || self.holds(&codes[1])?,
            )),
            Code::If(codes) => self.eval(if self.holds(&codes[0])? {
                &codes[1]
            } else {
                &codes[2]
            }),
            Code::Binary(op, codes) => {
                self.binary(*op, &self.eval(&codes[0])?, &self.eval(&codes[1])?)
            }
            Code::Get(code, name) => self.attribute(&self.eval(code)?, *name)?.ok_or(Stop::Error),
            Code::Has(code, name) => Ok(Value::Bool(
                self.attribute(&self.eval(code)?, *name)?.is_some(),
            )),
            Code::Like(code, pattern) => self.like(&self.eval(code)?, pattern),
            Code::Is(code, kind) => Ok(Value::Bool(self.kind(entity(&self.eval(code)?)?) == *kind)),
            Code::Set(codes) => {
                let items: Result<_, _> = codes.iter().map(|code| self.eval(code)).collect();
                Ok(Value::set(items?))
            }
            Code::Record(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, code)| Ok((*name, self.eval(code)?)));
                Ok(Value::record(fields.collect::<Result<_, _>>()?))
            }
            Code::Foreign(_) => Err(Stop::Foreign),
        }
    }

    /// Whether a condition holds.
    pub(crate) fn holds(&self, code: &Code) -> Result<bool, Stop> {
        match self.eval(code)? {
            Value::Bool(value) => Ok(value),
            _ => Err(Stop::Error),
        }
    }

    fn long(&self, code: &Code) -> Result<i64, Stop> {
        self.eval(code).and_then(|value| number(&value))
    }

    fn test(&self, code: &Code, test: impl Fn(&Set) -> Result<bool, Stop>) -> Evaluated {
        self.eval(code)
            .and_then(|value| Ok(Value::Bool(test(set(&value)?)?)))
    }

    fn attribute(&self, of: &Value, name: Node) -> Result<Option<Value>, Stop> {
        match of {
            Value::Entity(node) => Ok(self.get(*node, (Way::Attribute, name)).cloned()),
            Value::Record(record) => Ok(Record::get(record, name).cloned()),
            _ => Err(Stop::Error),
        }
    }

    fn binary(&self, op: Binary, left: &Value, right: &Value) -> Evaluated {
        match op {
            Binary::Eq => Ok(Value::Bool(equal(left, right)?)),
            Binary::NotEq => Ok(Value::Bool(!equal(left, right)?)),
            Binary::Less => compare(left, right, |left, right| left < right),
            Binary::LessEq => compare(left, right, |left, right| left <= right),
            Binary::Greater => compare(left, right, |left, right| left > right),
            Binary::GreaterEq => compare(left, right, |left, right| left >= right),
            Binary::Add => long(number(left)?.checked_add(number(right)?)),
            Binary::Sub => long(number(left)?.checked_sub(number(right)?)),
            Binary::Mul => long(number(left)?.checked_mul(number(right)?)),
            Binary::In => Ok(Value::Bool(self.is_in(entity(left)?, right)?)),
            Binary::Contains => {
                let set = set(left)?;
                native(&[left, right])?;
                Ok(Value::Bool(set.contains(right)))
            }
            Binary::ContainsAll | Binary::ContainsAny => {
                let sets = (set(left)?, set(right)?);
                native(&[left, right])?;
                let mut items = sets.1.items.iter();
                let contained = |item| sets.0.contains(item);
                Ok(Value::Bool(if op == Binary::ContainsAll {
                    items.all(contained)
                } else {
                    items.any(contained)
                }))
            }
            Binary::HasTag => Ok(Value::Bool(self.tag(left, right)?.is_some())),
            Binary::GetTag => self.tag(left, right)?.cloned().ok_or(Stop::Error),
        }
    }

    fn tag(&self, of: &Value, key: &Value) -> Result<Option<&Value>, Stop> {
        match (of, key) {
            (Value::Entity(node), Value::Text(key)) => Ok(self.get(*node, (Way::Tag, *key))),
            _ => Err(Stop::Error),
        }
    }

    fn is_in(&self, node: Node, groups: &Value) -> Result<bool, Stop> {
        match groups {
            Value::Entity(group) => Ok(self.is_within(node, *group)),
            Value::Set(groups) => {
                let groups: Result<Vec<Node>, Stop> = groups.items.iter().map(entity).collect();
                Ok(groups?.into_iter().any(|group| self.is_within(node, group)))
            }
            _ => Err(Stop::Error),
        }
    }

    pub(crate) fn is_within(&self, node: Node, group: Node) -> bool {
        if node == group {
            return true;
        }
        let is_within = self.ancestors(node).binary_search(&group).is_ok();
        if is_within {
            self.read(node, (Way::In, group));
        }
        is_within
    }

    fn like(&self, value: &Value, pattern: &[Wild]) -> Evaluated {
        match value {
            Value::Text(node) => Ok(Value::Bool(matches(&self.text(*node), pattern))),
            _ => Err(Stop::Error),
        }
    }
}

pub(crate) const fn entity(value: &Value) -> Result<Node, Stop> {
    match value {
        Value::Entity(node) => Ok(*node),
        _ => Err(Stop::Error),
    }
}

fn set(value: &Value) -> Result<&Set, Stop> {
    match value {
        Value::Set(set) => Ok(set),
        _ => Err(Stop::Error),
    }
}

/// Some extension types have an order, so that what is foreign may be compared; numbers are added.
const fn number(value: &Value) -> Result<i64, Stop> {
    match value {
        Value::Long(value) => Ok(*value),
        Value::Foreign(_) => Err(Stop::Foreign),
        _ => Err(Stop::Error),
    }
}

fn long(value: Option<i64>) -> Evaluated {
    value.map(Value::Long).ok_or(Stop::Error)
}

fn compare(left: &Value, right: &Value, test: impl Fn(i64, i64) -> bool) -> Evaluated {
    Ok(Value::Bool(test(number(left)?, number(right)?)))
}

fn equal(left: &Value, right: &Value) -> Result<bool, Stop> {
    native(&[left, right])?;
    Ok(left == right)
}

/// Equality is ours to tell.
fn native(values: &[&Value]) -> Result<(), Stop> {
    if values.iter().any(|value| value.is_foreign()) {
        return Err(Stop::Foreign);
    }
    Ok(())
}

/// Wildcards match as little as they can, and more if they must.
fn matches(text: &str, pattern: &[Wild]) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut element) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(element) {
            Some(Wild::Any) => {
                retry = Some((at, element + 1));
                element += 1;
            }
            Some(Wild::Char(char)) if *char == text[at] => {
                at += 1;
                element += 1;
            }
            _ => {
                let Some((from, after)) = retry else {
                    return false;
                };
                retry = Some((from + 1, after));
                (at, element) = (from + 1, after);
            }
        }
    }
    pattern[element..].iter().all(|rest| *rest == Wild::Any)
}
