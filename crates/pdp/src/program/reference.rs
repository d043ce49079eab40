//! Where compiled code ends: Cedar's own evaluator, over as much of the facts as a policy can see.

use std::collections::HashSet;
use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request,
    RestrictedExpression,
};
use hashbrown::HashMap;

use super::{Failed, Rule};
use crate::fact::{Term, Uid};
use crate::graph::Way;
use crate::names::Node;
use crate::naming::Spelling as _;
use crate::scene::Scene;
use crate::value::Value;

/// Evaluates one policy by Cedar.
pub(super) fn applies(rule: &Rule, scene: &Scene<'_>, actions: &[Entity]) -> Result<bool, Failed> {
    evaluate(rule, scene, actions).unwrap_or(Err(Failed))
}

fn evaluate(rule: &Rule, scene: &Scene<'_>, actions: &[Entity]) -> Option<Result<bool, Failed>> {
    let entities = visible(rule, scene)?
        .into_iter()
        .chain(actions.iter().cloned());
    let entities = Entities::from_entities(entities, None).ok()?;
    let Term::Record(context) = scene.term(&scene.context) else {
        return None;
    };
    let context = context
        .iter()
        .map(|(name, term)| Some((name.clone(), expression(term)?)));
    let context = Context::from_pairs(context.collect::<Option<Vec<_>>>()?).ok()?;
    let [principal, action, resource] =
        [scene.principal, scene.action, scene.resource].map(|node| entity_uid(&scene.uid(node)));
    let request = Request::new(principal?, action?, resource?, context, None).ok()?;
    let response = Authorizer::new().is_authorized(&request, &rule.alone, &entities);
    let diagnostics = response.diagnostics();
    let failed = diagnostics.errors().next().is_some();
    Some(if failed {
        Err(Failed)
    } else {
        Ok(diagnostics.reason().next().is_some())
    })
}

/// The entities that the policy can see from the question: no condition goes further than it has steps.
fn visible(rule: &Rule, scene: &Scene<'_>) -> Option<Vec<Entity>> {
    let mut seen = HashMap::new();
    let mut ahead = vec![scene.principal, scene.resource];
    scene.context.each_entity(&mut |node| ahead.push(node));
    for uid in rule
        .alone
        .policies()
        .flat_map(cedar_policy::Policy::entity_literals)
    {
        ahead.extend(scene.graph.find(&Uid::from(&uid)));
    }
    for _ in 0..=rule.steps {
        let mut beyond = Vec::new();
        for node in std::mem::take(&mut ahead) {
            if !scene.actions.contains_key(&node) && !seen.contains_key(&node) {
                seen.insert(node, entity(node, scene, &mut beyond)?);
            }
        }
        ahead = beyond;
    }
    Some(seen.into_values().collect())
}

/// An entity as Cedar has it. The entities that its facts name are put before whoever looks further.
fn entity(node: Node, scene: &Scene<'_>, beyond: &mut Vec<Node>) -> Option<Entity> {
    let known = scene
        .graph
        .links(node)
        .map(|link| (link.key(), &link.value));
    let mut attributes = std::collections::HashMap::new();
    let mut tags = std::collections::HashMap::new();
    for ((way, name), value) in known.chain(scene.supplied(node)) {
        let place = match way {
            Way::Attribute => &mut attributes,
            Way::Tag => &mut tags,
            Way::In | Way::Within => continue,
        };
        scene.read(node, (way, name));
        value.each_entity(&mut |node| beyond.push(node));
        place.insert(scene.text(name).into_owned(), restricted(value, scene)?);
    }
    let groups = scene.ancestors(node);
    let groups = groups.iter().filter(|group| **group != node);
    let groups = groups.inspect(|group| scene.read(node, (Way::In, **group)));
    let groups: Option<HashSet<_>> = groups.map(|group| entity_uid(&scene.uid(*group))).collect();
    Entity::new_with_tags(entity_uid(&scene.uid(node))?, attributes, groups?, tags).ok()
}

fn restricted(value: &Value, scene: &Scene<'_>) -> Option<RestrictedExpression> {
    expression(&scene.term(value))
}

fn expression(term: &Term) -> Option<RestrictedExpression> {
    Some(match term {
        Term::Bool(value) => RestrictedExpression::new_bool(*value),
        Term::Long(value) => RestrictedExpression::new_long(*value),
        Term::Text(text) => RestrictedExpression::new_string(text.clone()),
        Term::Entity(uid) => RestrictedExpression::new_entity_uid(entity_uid(uid)?),
        Term::Set(items) => {
            RestrictedExpression::new_set(items.iter().map(expression).collect::<Option<Vec<_>>>()?)
        }
        Term::Record(fields) => {
            let fields = fields
                .iter()
                .map(|(name, term)| Some((name.clone(), expression(term)?)));
            RestrictedExpression::new_record(fields.collect::<Option<Vec<_>>>()?).ok()?
        }
        Term::Extension { function, argument } => match function.as_str() {
            "ip" => RestrictedExpression::new_ip(argument),
            "decimal" => RestrictedExpression::new_decimal(argument),
            "datetime" => RestrictedExpression::new_datetime(argument),
            "duration" => RestrictedExpression::new_duration(argument),
            _ => return None,
        },
    })
}

pub(crate) fn entity_uid(uid: &Uid) -> Option<EntityUid> {
    let kind = EntityTypeName::from_str(&uid.kind).ok()?;
    Some(EntityUid::from_type_name_and_id(
        kind,
        EntityId::new(&uid.id),
    ))
}
