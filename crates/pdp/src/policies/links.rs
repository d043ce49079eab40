//! What is put into templates.

use std::collections::HashMap;

use cedar_policy::{EntityUid, PolicyId, PolicySet, SlotId};
use serde::Deserialize;

use super::Source;
use super::fault::{Fault, Faults};

/// One policy made from a template.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    id: String,
    template: String,
    principal: Option<String>,
    resource: Option<String>,
}

pub(super) fn apply(
    source: &Source,
    set: &mut PolicySet,
    order: &mut Vec<PolicyId>,
) -> Result<(), Faults> {
    let links: Vec<Link> =
        serde_json::from_str(&source.text).map_err(|error| Fault::of_json(source, &error))?;
    for link in links {
        let id = PolicyId::new(&link.id);
        let values = values(source, &link)?;
        let linked = set.link(PolicyId::new(&link.template), id.clone(), values);
        linked.map_err(|error| fault(source, &link, &error.to_string()))?;
        order.push(id);
    }
    Ok(())
}

fn values(source: &Source, link: &Link) -> Result<HashMap<SlotId, EntityUid>, Faults> {
    let mut values = HashMap::new();
    for (slot, value) in [
        (SlotId::principal(), &link.principal),
        (SlotId::resource(), &link.resource),
    ] {
        if let Some(value) = value {
            let uid = value
                .parse()
                .map_err(|_| fault(source, link, &format!("{value} is no entity")))?;
            values.insert(slot, uid);
        }
    }
    Ok(values)
}

fn fault(source: &Source, link: &Link, message: &str) -> Fault {
    Fault::near(source, &format!("{:?}", link.id), message)
}
