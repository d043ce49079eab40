//! A condition, compiled: numbers instead of texts, and nothing left to look up but facts.

use crate::names::Node;
use crate::value::Value;

/// One of the four things that a question brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Var {
    Principal,
    Action,
    Resource,
    Context,
}

/// An expression. What has the name of an operator of Cedar means what it means there.
#[derive(Debug, Clone)]
pub(crate) enum Code {
    Literal(Value),
    Var(Var),
    Not(Box<Code>),
    Neg(Box<Code>),
    IsEmpty(Box<Code>),
    And(Box<[Code; 2]>),
    Or(Box<[Code; 2]>),
    If(Box<[Code; 3]>),
    Binary(Binary, Box<[Code; 2]>),
    Get(Box<Code>, Node),
    Has(Box<Code>, Node),
    Like(Box<Code>, Vec<Wild>),
    Is(Box<Code>, Node),
    Set(Vec<Code>),
    Record(Vec<(Node, Code)>),
    /// What only Cedar can evaluate, such as a call of an extension function, of these.
    Foreign(Vec<Code>),
}

/// An operator that evaluates both sides, from the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Eq,
    NotEq,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    Add,
    Sub,
    Mul,
    In,
    Contains,
    ContainsAll,
    ContainsAny,
    HasTag,
    GetTag,
}

/// An element of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wild {
    Char(char),
    Any,
}

impl Code {
    pub(crate) fn and(left: Self, right: Self) -> Self {
        Self::And(Box::new([left, right]))
    }

    /// The expressions directly within.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Literal(_) | Self::Var(_) => Vec::new(),
            Self::Not(code) | Self::Neg(code) | Self::IsEmpty(code) => vec![code],
            Self::Get(code, _) | Self::Has(code, _) | Self::Like(code, _) | Self::Is(code, _) => {
                vec![code]
            }
            Self::And(codes) | Self::Or(codes) | Self::Binary(_, codes) => codes.iter().collect(),
            Self::If(codes) => codes.iter().collect(),
            Self::Set(codes) | Self::Foreign(codes) => codes.iter().collect(),
            Self::Record(fields) => fields.iter().map(|(_, code)| code).collect(),
        }
    }

    /// Whether it depends on this.
    pub(crate) fn mentions(&self, var: Var) -> bool {
        match self {
            Self::Var(other) => *other == var,
            _ => self.parts().into_iter().any(|part| part.mentions(var)),
        }
    }

    /// Whether, once it is true, it stays so whatever facts are added.
    pub(crate) fn lasts(&self) -> bool {
        match self {
            Self::And(codes) | Self::Or(codes) => codes.iter().all(Self::lasts),
            Self::If(codes) => {
                let [condition, then, otherwise] = &**codes;
                condition.is_fixed() && then.lasts() && otherwise.lasts()
            }
            Self::Has(code, _) => code.is_fixed(),
            Self::Binary(Binary::In | Binary::HasTag, codes) => codes.iter().all(Self::is_fixed),
            _ => self.is_fixed(),
        }
    }

    /// Whether, once it has a value, it keeps it whatever facts are added.
    fn is_fixed(&self) -> bool {
        let asks_for_facts = matches!(
            self,
            Self::Has(..) | Self::Foreign(_) | Self::Binary(Binary::In | Binary::HasTag, _)
        );
        !asks_for_facts && self.parts().into_iter().all(Self::is_fixed)
    }

    /// How many facts it follows in a row, at most.
    pub(crate) fn steps(&self) -> usize {
        let within = self.parts().into_iter().map(Self::steps).max().unwrap_or(0);
        match self {
            Self::Get(..) | Self::Has(..) | Self::Binary(Binary::HasTag | Binary::GetTag, _) => {
                within + 1
            }
            _ => within,
        }
    }
}
