//! The owners' events, without a broker: what is in their books, and was not told yet, arrives.
//!
//! So the same story can be told to both, to who asks the owners and to who keeps what they tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use access::{DealerId, Employment, Organization, ProviderId};
use customer_events::{CustomerState, LocationState};
use dealer_events::DealerState;
use jiff_sqlx::ToSqlx;
use monitoring_events::MonitoringProviderState;
use outbox::{Event, Handler, Message, Position};
use security_system_service::events::FactEvents;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cast;
use crate::owner::Books;
use crate::world::World;

/// An aggregate: its kind, its id and the types of its events.
type Key = (&'static str, Uuid, [&'static str; 2]);

/// What was last said: the version, and the state unless it is gone.
type Said = (i64, Option<Value>);

/// What was told so far.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    told: Mutex<BTreeMap<(&'static str, Key), Said>>,
    flows: AtomicBool,
}

impl Streams {
    /// From now on everything arrives, before the next request.
    pub(crate) fn flow(&self) {
        self.flows.store(true, Ordering::SeqCst);
    }

    /// From now on nothing arrives.
    pub(crate) fn stop(&self) {
        self.flows.store(false, Ordering::SeqCst);
    }

    /// Tells what is new.
    pub(crate) async fn settle(&self, world: &World) {
        if !self.flows.load(Ordering::SeqCst) {
            return;
        }
        let told = [
            (
                "customer-service",
                FactEvents::OF_CUSTOMERS,
                customers(&world.owner.books()),
            ),
            (
                "dealer-service",
                FactEvents::OF_DEALERS,
                dealers(&world.dealers.books()),
            ),
            (
                "monitoring-service",
                FactEvents::OF_PROVIDERS,
                monitoring(&world.monitoring.books()),
            ),
        ];
        for (source, handler, states) in told {
            self.tell(world, source, handler, states).await;
        }
    }

    async fn tell(
        &self,
        world: &World,
        source: &'static str,
        handler: FactEvents,
        states: BTreeMap<Key, Value>,
    ) {
        let now = world.clock.now();
        let mut tx = world.database.pool().begin().await.unwrap();
        let serving = "select generation, applied from outbox.inbox where source = $1 and serving";
        let serving = sqlx::query_as(serving).bind(source);
        let serving: Option<(i64, i64)> = serving.fetch_optional(&mut *tx).await.unwrap();
        let (generation, mut position) = if let Some(serving) = serving {
            serving
        } else {
            let insert = "insert into outbox.inbox (source, epoch) values ($1, 1) returning generation, applied";
            let inserted = sqlx::query_as(insert).bind(source);
            inserted.fetch_one(&mut *tx).await.unwrap()
        };
        for message in self.news(source, states) {
            position += 1;
            let at = Position::new(1, position);
            let event = Event::of(message, source, at, now, generation);
            handler.apply(&mut tx, &event).await.unwrap();
        }
        let update = "update outbox.inbox set watermark = $2, applied = $2, fresh_at = $3 where source = $1 and serving";
        let update = sqlx::query(update).bind(source).bind(position);
        let update = update.bind(now.to_sqlx()).execute(&mut *tx);
        update.await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What differs from what was told.
    fn news(&self, source: &'static str, states: BTreeMap<Key, Value>) -> Vec<Message> {
        let mut told = self.told.lock().unwrap();
        let gone = told
            .keys()
            .filter(|(from, key)| *from == source && !states.contains_key(key));
        let gone: Vec<_> = gone.map(|(_, key)| (*key, None)).collect();
        let there = states.into_iter().map(|(key, state)| (key, Some(state)));
        let mut news = Vec::new();
        for (key, state) in there.chain(gone) {
            let last = told.entry((source, key)).or_insert((0, None));
            if last.1 == state {
                continue;
            }
            *last = (last.0 + 1, state.clone());
            let (aggregate, id, [changed, removed]) = key;
            news.push(match state {
                Some(state) => Message::changed(aggregate, id, last.0, changed, &state).unwrap(),
                None => Message::removed(aggregate, id, last.0, removed),
            });
        }
        news
    }
}

macro_rules! kind {
    ($language:ident::$aggregate:ident, $id:expr) => {{
        use $language::$aggregate::{AGGREGATE, CHANGED, REMOVED};
        (AGGREGATE, Uuid::from($id), [CHANGED, REMOVED])
    }};
}

fn customers(books: &Books) -> BTreeMap<Key, Value> {
    let mut states = BTreeMap::new();
    let owners = books
        .locations
        .values()
        .map(|(location, _)| location.customer);
    let employers = books
        .employments
        .iter()
        .map(|held| held.organization.id().into());
    for customer_id in owners.chain(employers).collect::<BTreeSet<_>>() {
        let name = cast::name(Organization::Customer(customer_id));
        let state = CustomerState { customer_id, name };
        states.insert(kind!(customer_events::customer, customer_id), json!(state));
    }
    for (location, _) in books.locations.values() {
        let state = LocationState {
            location_id: location.id,
            name: location.name.clone(),
            customer_id: location.customer,
            dealer_id: location.dealer,
            reserved_by: None,
        };
        states.insert(kind!(customer_events::location, location.id), json!(state));
    }
    for held in &books.employments {
        let mut state = employment(held, "customerId");
        state["locationRoles"] = json!(held.location_roles);
        states.insert(kind!(customer_events::employment, held.id), state);
    }
    for (id, state) in teams(books, "customerId") {
        states.insert(kind!(customer_events::team, id), state);
    }
    states
}

fn dealers(books: &Books) -> BTreeMap<Key, Value> {
    let mut states = BTreeMap::new();
    let employers = books
        .employments
        .iter()
        .map(|held| held.organization.id().into());
    let dealers = books.dealers.keys().copied().chain(employers);
    for dealer_id in dealers.collect::<BTreeSet<DealerId>>() {
        let state = DealerState {
            dealer_id,
            name: cast::name(Organization::Dealer(dealer_id)),
            monitoring_provider_id: books.dealers.get(&dealer_id).copied().flatten(),
        };
        states.insert(kind!(dealer_events::dealer, dealer_id), json!(state));
    }
    for held in &books.employments {
        let state = employment(held, "dealerId");
        states.insert(kind!(dealer_events::employment, held.id), state);
    }
    for (id, state) in teams(books, "dealerId") {
        states.insert(kind!(dealer_events::team, id), state);
    }
    states
}

fn monitoring(books: &Books) -> BTreeMap<Key, Value> {
    let mut states = BTreeMap::new();
    let employers = books
        .employments
        .iter()
        .map(|held| held.organization.id().into());
    for monitoring_provider_id in employers.collect::<BTreeSet<ProviderId>>() {
        let name = cast::name(Organization::Provider(monitoring_provider_id));
        let key = kind!(
            monitoring_events::monitoring_provider,
            monitoring_provider_id
        );
        let state = MonitoringProviderState {
            monitoring_provider_id,
            name,
        };
        states.insert(key, json!(state));
    }
    for held in &books.employments {
        let state = employment(held, "monitoringProviderId");
        states.insert(kind!(monitoring_events::employment, held.id), state);
    }
    for (id, state) in teams(books, "monitoringProviderId") {
        states.insert(kind!(monitoring_events::team, id), state);
    }
    states
}

fn employment(held: &Employment, employer: &str) -> Value {
    let mut state = json!({
        "employeeId": held.id, "userId": held.user, "name": "Somebody", "active": true,
        "roles": held.roles, "schedule": held.schedule,
    });
    state[employer] = json!(held.organization.id());
    state
}

fn teams(books: &Books, owner: &str) -> Vec<(Uuid, Value)> {
    let states = books.teams.iter().map(|team| {
        let mut state = json!({
            "teamId": team.id, "name": team.name, "members": team.members, "roles": team.roles,
        });
        state[owner] = json!(team.organization.id());
        (team.id.into(), state)
    });
    states.collect()
}
