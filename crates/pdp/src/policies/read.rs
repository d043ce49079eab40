//! From files to policies.

use std::str::FromStr as _;

use cedar_policy::{
    Entities, PolicyId, PolicySet, Schema, SchemaFragment, ValidationMode, Validator,
};

use super::fault::{Fault, Faults};
use super::measure::measure;
use super::{Policies, Source, digest, links};

pub(super) const ENDINGS: [&str; 4] = [".cedarschema", ".cedar", ".links.json", ".cases.json"];

pub(super) fn ending<'a>(sources: &'a [Source], ending: &str) -> impl Iterator<Item = &'a Source> {
    sources
        .iter()
        .filter(move |source| source.name.ends_with(ending))
}

pub(super) fn parse(sources: &[Source]) -> Result<Policies, Faults> {
    measure(ending(sources, ".cedar").chain(ending(sources, ".cedarschema")))?;
    let (schema, actions) = schema(sources)?;
    let mut set = PolicySet::new();
    let mut order = Vec::new();
    let mut faults = Vec::new();
    for source in ending(sources, ".cedar") {
        match PolicySet::from_str(&source.text) {
            Ok(read) => adopt(source, &read, &mut set, &mut order)
                .unwrap_or_else(|fault| faults.push(fault)),
            Err(errors) => faults.extend(errors.iter().map(|error| Fault::of_cedar(source, error))),
        }
    }
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    for source in ending(sources, ".links.json") {
        links::apply(source, &mut set, &mut order)?;
    }
    Ok(Policies {
        set,
        order,
        schema,
        shape: None,
        actions,
        cases: Vec::new(),
        version: digest(sources),
        sources: sources.to_vec(),
    })
}

fn schema(sources: &[Source]) -> Result<(Schema, Entities), Faults> {
    let nowhere = Source {
        name: "*.cedarschema".to_owned(),
        text: String::new(),
    };
    let mut last = &nowhere;
    let mut fragments = Vec::new();
    for source in ending(sources, ".cedarschema") {
        let fragment = SchemaFragment::from_cedarschema_str(&source.text);
        fragments.push(fragment.map_err(|error| Fault::of_cedar(source, &error))?.0);
        last = source;
    }
    if fragments.is_empty() {
        return Err(Fault::at(&nowhere, None, "there is no schema").into());
    }
    let schema =
        Schema::from_schema_fragments(fragments).map_err(|error| Fault::of_cedar(last, &error))?;
    let actions = schema
        .action_entities()
        .map_err(|error| Fault::of_cedar(last, &error))?;
    Ok((schema, actions))
}

/// Takes over the policies of one file, by the names that they give themselves, in the order of their lines.
fn adopt(
    source: &Source,
    read: &PolicySet,
    set: &mut PolicySet,
    order: &mut Vec<PolicyId>,
) -> Result<(), Fault> {
    let mut policies: Vec<_> = read.policies().collect();
    policies.sort_by_key(|policy| number(policy.id()));
    for policy in policies {
        let text = policy.to_cedar().unwrap_or_default();
        let id = id(source, policy.annotation("id"), &text)?;
        set.add(policy.new_id(id.clone()))
            .map_err(|error| Fault::near(source, &text, error.to_string()))?;
        order.push(id);
    }
    for template in read.templates() {
        let text = template.to_cedar();
        let id = id(source, template.annotation("id"), &text)?;
        set.add_template(template.new_id(id))
            .map_err(|error| Fault::near(source, &text, error.to_string()))?;
    }
    Ok(())
}

/// Cedar calls them policy0, policy1, …
fn number(id: &PolicyId) -> usize {
    let id: &str = id.as_ref();
    id.trim_start_matches("policy")
        .parse()
        .unwrap_or(usize::MAX)
}

fn id(source: &Source, annotation: Option<&str>, text: &str) -> Result<PolicyId, Fault> {
    match annotation {
        Some(id) if !id.is_empty() => Ok(PolicyId::new(id)),
        _ => Err(Fault::near(
            source,
            text,
            "this policy has no @id: answers could not name it",
        )),
    }
}

/// Whether the policies make sense under the schema.
pub(super) fn validate(policies: &Policies, sources: &[Source]) -> Result<(), Faults> {
    let result =
        Validator::new(policies.schema.clone()).validate(&policies.set, ValidationMode::Strict);
    let faults: Vec<Fault> = result
        .validation_errors()
        .map(|error| {
            let id = error.policy_id();
            let policy = policies.set.policy(id);
            let template = policy.map_or(Some(id), |policy| policy.template_id());
            let template = template.and_then(|id| policies.set.template(id));
            let text = policy.and_then(cedar_policy::Policy::to_cedar);
            let text = text.or_else(|| template.map(cedar_policy::Template::to_cedar));
            let text = text.unwrap_or_default();
            let mut files = ending(sources, ".cedar");
            match files.find(|source| source.text.contains(&text)) {
                Some(source) => Fault::of_cedar(source, error),
                None => Fault {
                    file: id.to_string(),
                    line: None,
                    message: error.to_string(),
                },
            }
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Faults(faults))
    }
}
