//! authz-service, as this service asks it: by the Authorization API of OpenID AuthZEN.
//!
//! | call | for |
//! |---|---|
//! | `POST /access/v1/evaluations` | decisions: all operations on one system, or on those of a page, as of one moment |
//! | `POST /access/v1/search/resource` | a list: the systems that somebody may view |
//! | `POST /access/v1/condition` | a list: the locations whose systems somebody may view; not of AuthZEN |
//!
//! Always as a machine, with the person's id in the body.

mod forms;

use access::{LocationId, Operation, SystemId, UserId};
use chassis::client::{ClientError, Reply, ServiceClient};
use freshness::knowing;
use jiff::SignedDuration;
use outbox::ConsistencyToken;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::forms::{Decisions, Results, Values};
use crate::authorization::{Cause, PerOperation};

pub use self::forms::{Answer, Law};

/// The name that it goes by: audience of tokens.
pub const NAME: &str = "authz-service";

/// What it cannot change without asking: by what delegate asks it, and by what delegate-local does.
pub const ASKED: [[&str; 2]; 2] = [[EVALUATIONS, SEARCH], [EVALUATIONS, CONDITION]];

const EVALUATIONS: &str = "/access/v1/evaluations";
const SEARCH: &str = "/access/v1/search/resource";
const CONDITION: &str = "/access/v1/condition";

/// How many systems are asked about at once, each with all operations: a question has to fit into a request.
const AT_ONCE: usize = 50;

/// How many are asked about at once, where the answer about more of them is more than is read: whoever holds a role in many
/// ways, each on a shift, has much to be told of each system. So a page of a hundred is asked about in twenty-one calls at
/// most.
const FEW: usize = 5;

/// How many systems are found at once.
const PAGE: usize = 1000;

/// How many locations a condition tells at once.
const WINDOW: usize = 500;

/// A system that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource {
    /// Which.
    pub system: SystemId,
    /// Where it is, if whoever owns it says so; else it is where authz-service was told.
    pub location: Option<LocationId>,
}

/// What was answered, and how old the facts were at most.
pub type Told<T> = (T, SignedDuration);

/// What was answered about some systems.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// In the order in which they were asked about.
    pub answers: Vec<Answers>,
    /// How old the facts were at most.
    pub age: SignedDuration,
    /// How far their sources had come.
    pub as_of: ConsistencyToken,
}

/// What was answered about one system, for each operation, all by the same facts.
pub type Answers = PerOperation<Result<Answer, Cause>>;

/// The way to authz-service.
#[derive(Debug)]
pub struct AuthzService {
    client: ServiceClient,
}

impl AuthzService {
    /// By this client.
    #[must_use]
    pub const fn new(client: ServiceClient) -> Self {
        Self { client }
    }

    /// What a user may do to each of these systems.
    pub(crate) async fn evaluate(
        &self,
        user: UserId,
        resources: &[Resource],
        freshness: &ConsistencyToken,
    ) -> Result<Evaluated, Cause> {
        let (mut all, mut oldest) = (Vec::new(), SignedDuration::ZERO);
        let mut least: Option<ConsistencyToken> = None;
        let (mut rest, mut at_once) = (resources, AT_ONCE);
        while !rest.is_empty() {
            let (these, others) = rest.split_at(rest.len().min(at_once));
            let evaluations = these.iter().flat_map(|it| it.evaluations());
            let question = json!({
                "subject": subject(user),
                "evaluations": evaluations.collect::<Vec<_>>(),
                "options": { "grants": true },
            });
            let asking = self.ask_for_much::<Decisions>(EVALUATIONS, &question, freshness);
            let (told, as_of) = match asking.await? {
                Some(told) => told,
                None if these.len() > FEW => {
                    at_once = FEW;
                    continue;
                }
                None => return Err(too_much()),
            };
            let (answers, age) = told.answers(these.len());
            all.extend(answers);
            oldest = oldest.max(age);
            least = Some(least.map_or_else(|| as_of.clone(), |least| least.common(&as_of)));
            rest = others;
        }
        Ok(Evaluated {
            answers: all,
            age: oldest,
            as_of: least.unwrap_or_default(),
        })
    }

    /// All systems that a user may view.
    pub(crate) async fn systems(
        &self,
        user: UserId,
        freshness: &ConsistencyToken,
    ) -> Result<Told<Vec<SystemId>>, Cause> {
        let (mut all, mut oldest) = (Vec::new(), SignedDuration::ZERO);
        let mut page = json!({ "limit": PAGE });
        loop {
            let question = json!({
                "subject": subject(user),
                "action": action(Operation::View),
                "resource": { "type": "System" },
                "page": page,
            });
            let (told, _): (Results, _) = self.ask(SEARCH, &question, freshness).await?;
            let (found, age) = told.found()?;
            all.extend(found);
            oldest = oldest.max(age);
            match told.next() {
                Some(token) => page["token"] = token.into(),
                None => return Ok((all, oldest)),
            }
        }
    }

    /// The first of the locations behind this one whose systems a user may view; and whether there may be more.
    pub(crate) async fn locations(
        &self,
        user: UserId,
        after: Option<LocationId>,
        freshness: &ConsistencyToken,
    ) -> Result<(Told<Vec<LocationId>>, bool), Cause> {
        let question = json!({
            "subject": subject(user),
            "action": action(Operation::View),
            "resource": { "type": "System", "attribute": "location" },
            "limit": WINDOW,
            "after": after.map(place),
        });
        let (told, _): (Values, _) = self.ask(CONDITION, &question, freshness).await?;
        let (found, age) = told.found()?;
        if found.is_empty() && told.more {
            return Err(Cause(format!("{NAME} does not come to the next location")));
        }
        Ok(((found, age), told.more))
    }

    /// Asks, and takes no answer that is less fresh than it was asked to be: one that says not as of when was given by
    /// somebody who hears of nobody. It may be fresher: with it is told as of when it is.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        question: &impl Serialize,
        freshness: &ConsistencyToken,
    ) -> Result<(T, ConsistencyToken), Cause> {
        let told = self.ask_for_much(path, question, freshness).await?;
        told.ok_or_else(too_much)
    }

    /// The same; nothing, where the answer is more than is read.
    async fn ask_for_much<T: DeserializeOwned>(
        &self,
        path: &str,
        question: &impl Serialize,
        freshness: &ConsistencyToken,
    ) -> Result<Option<(T, ConsistencyToken)>, Cause> {
        let call = self.client.post(path).json(question);
        let reply: Reply<T> = match knowing(freshness, call).send().await {
            Err(ClientError::TooLarge { .. }) => return Ok(None),
            reply => reply?,
        };
        let as_of = ConsistencyToken::from_headers(&reply.headers).unwrap_or_default();
        if !as_of.covers(freshness) {
            return Err(Cause(format!(
                "{NAME} was asked for {freshness}, and answers as of {as_of}"
            )));
        }
        Ok(Some((reply.body, as_of)))
    }
}

impl Resource {
    /// A question for each operation.
    fn evaluations(self) -> [Value; 4] {
        let mut resource = json!({ "type": "System", "id": self.system });
        if let Some(location) = self.location {
            resource["properties"] = json!({ "location": place(location) });
        }
        Operation::ALL.map(|on| json!({ "action": action(on), "resource": resource }))
    }
}

fn too_much() -> Cause {
    Cause(format!("{NAME} has more to tell than is read"))
}

fn subject(user: UserId) -> Value {
    json!({ "type": "User", "id": user })
}

fn place(location: LocationId) -> Value {
    json!({ "type": "Location", "id": location })
}

/// An operation, as policies call it.
fn action(operation: Operation) -> Value {
    json!({ "name": operation.as_str() })
}
