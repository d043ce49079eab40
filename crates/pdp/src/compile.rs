//! From Cedar's syntax tree to code.

use cedar_policy::pst::{
    BinaryOp, Clause, EntityUID, Expr, Literal, PatternElem, Template, UnaryOp, Var as CedarVar,
};

use crate::code::{Binary, Code, Var, Wild};
use crate::fact::Uid;
use crate::graph::Graph;
use crate::naming::Naming as _;
use crate::value::Value;

/// Compiles all `when` and `unless` of a policy into one condition. Names are added to the graph's.
pub(crate) fn condition(policy: &Template, graph: &mut Graph) -> Code {
    let clauses = policy.clauses().iter().map(|clause| match clause {
        Clause::When(expr) => compile(expr, graph),
        Clause::Unless(expr) => Code::Not(Box::new(compile(expr, graph))),
    });
    clauses
        .reduce(Code::and)
        .unwrap_or(Code::Literal(Value::Bool(true)))
}

pub(crate) fn uid(uid: &EntityUID) -> Uid {
    Uid::new(uid.ty.to_string(), uid.eid.as_str())
}

fn compile(expr: &Expr, graph: &mut Graph) -> Code {
    match expr {
        Expr::Literal(literal) => self::literal(literal, graph),
        Expr::Var(var) => Code::Var(match var {
            CedarVar::Principal => Var::Principal,
            CedarVar::Action => Var::Action,
            CedarVar::Resource => Var::Resource,
            CedarVar::Context => Var::Context,
        }),
        Expr::UnaryOp { op, expr } => unary(*op, expr, graph),
        Expr::BinaryOp { op, left, right } => binary(*op, left, right, graph),
        Expr::GetAttr { expr, attr } => {
            Code::Get(Box::new(compile(expr, graph)), graph.text_node(attr))
        }
        Expr::HasAttr { expr, attrs } => has(expr, attrs.iter().map(|attr| &**attr), graph),
        Expr::Like { expr, pattern } => {
            let pattern = pattern.iter().map(|element| match element {
                PatternElem::Char(char) => Wild::Char(*char),
                PatternElem::Wildcard => Wild::Any,
            });
            Code::Like(Box::new(compile(expr, graph)), pattern.collect())
        }
        Expr::Is {
            expr,
            entity_type,
            in_expr,
        } => {
            let left = compile(expr, graph);
            let is = Code::Is(
                Box::new(left.clone()),
                graph.text_node(&entity_type.to_string()),
            );
            match in_expr {
                Some(group) => Code::and(is, both(Binary::In, left, compile(group, graph))),
                None => is,
            }
        }
        Expr::IfThenElse {
            cond,
            then_expr,
            else_expr,
        } => Code::If(Box::new(
            [cond, then_expr, else_expr].map(|expr| compile(expr, graph)),
        )),
        Expr::Set(items) => Code::Set(items.iter().map(|item| compile(item, graph)).collect()),
        Expr::Record(fields) => {
            let fields = fields.iter();
            Code::Record(
                fields
                    .map(|(name, expr)| (graph.text_node(name), compile(expr, graph)))
                    .collect(),
            )
        }
        _ => Code::Foreign(Vec::new()),
    }
}

fn literal(literal: &Literal, graph: &mut Graph) -> Code {
    Code::Literal(match literal {
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Long(value) => Value::Long(*value),
        Literal::String(text) => Value::Text(graph.text_node(text)),
        Literal::EntityUID(entity) => Value::Entity(graph.node(&uid(entity))),
        _ => return Code::Foreign(Vec::new()),
    })
}

fn unary(op: UnaryOp, expr: &Expr, graph: &mut Graph) -> Code {
    let code = compile(expr, graph);
    match op {
        UnaryOp::Not => Code::Not(Box::new(code)),
        UnaryOp::Neg => Code::Neg(Box::new(code)),
        UnaryOp::IsEmpty => Code::IsEmpty(Box::new(code)),
        _ => Code::Foreign(vec![code]),
    }
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr, graph: &mut Graph) -> Code {
    let [left, right] = [left, right].map(|expr| compile(expr, graph));
    let op = match op {
        BinaryOp::And => return Code::and(left, right),
        BinaryOp::Or => return Code::Or(Box::new([left, right])),
        BinaryOp::Eq => Binary::Eq,
        BinaryOp::NotEq => Binary::NotEq,
        BinaryOp::Less => Binary::Less,
        BinaryOp::LessEq => Binary::LessEq,
        BinaryOp::Greater => Binary::Greater,
        BinaryOp::GreaterEq => Binary::GreaterEq,
        BinaryOp::Add => Binary::Add,
        BinaryOp::Sub => Binary::Sub,
        BinaryOp::Mul => Binary::Mul,
        BinaryOp::In => Binary::In,
        BinaryOp::Contains => Binary::Contains,
        BinaryOp::ContainsAll => Binary::ContainsAll,
        BinaryOp::ContainsAny => Binary::ContainsAny,
        BinaryOp::HasTag => Binary::HasTag,
        BinaryOp::GetTag => Binary::GetTag,
        _ => return Code::Foreign(vec![left, right]),
    };
    both(op, left, right)
}

fn both(op: Binary, left: Code, right: Code) -> Code {
    Code::Binary(op, Box::new([left, right]))
}

/// `e has a.b` is `e has a && e.a has b`.
fn has<'a>(expr: &Expr, names: impl Iterator<Item = &'a str>, graph: &mut Graph) -> Code {
    let mut at = compile(expr, graph);
    let mut checks = Vec::new();
    for name in names {
        let name = graph.text_node(name);
        checks.push(Code::Has(Box::new(at.clone()), name));
        at = Code::Get(Box::new(at), name);
    }
    checks
        .into_iter()
        .reduce(Code::and)
        .unwrap_or(Code::Foreign(Vec::new()))
}
