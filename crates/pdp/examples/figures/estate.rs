//! An estate of customers, their locations and their people, in the words of `RealGuardIO`'s policies.

use pdp::{Change, Fact, Question, Term, Uid};
use uuid::Uuid;

/// Where the numbers of people and places of one customer begin.
const SPREAD: u64 = 1000;
pub(crate) const PEOPLE: u64 = 10;
pub(crate) const LOCATIONS: u64 = 5;

/// A UUID for a number, with nothing to be seen of the number.
pub(crate) fn id(kind: &str, number: u64) -> Uid {
    let salt = kind
        .bytes()
        .fold(17_u64, |salt, byte| salt.wrapping_mul(31) + u64::from(byte));
    let high = mix(number ^ mix(salt));
    let low = mix(high ^ number);
    Uid::new(kind, Uuid::from_u64_pair(high, low).to_string())
}

const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Everything that is said of one customer: half of its people hold a role there, the other half at one location.
pub(crate) fn customer(number: u64) -> Vec<Change> {
    let customer = id("Customer", number);
    let mut facts = Vec::new();
    place(&customer, &mut facts);
    for location in 0..LOCATIONS {
        site(number * SPREAD + location, &customer, &mut facts);
    }
    for person in 0..PEOPLE {
        let at = if person % 2 == 0 {
            customer.clone()
        } else {
            post(
                &id("Location", number * SPREAD + person % LOCATIONS),
                &customer,
            )
        };
        employ(number * SPREAD + person, &at, &mut facts);
    }
    facts.into_iter().map(Change::Add).collect()
}

/// A dealer with so many locations of a customer, and one technician, of this number.
pub(crate) fn dealer(number: u64, locations: u64) -> Vec<Change> {
    let (dealer, customer) = (id("Dealer", number), id("Customer", number));
    let mut facts = Vec::new();
    place(&dealer, &mut facts);
    place(&customer, &mut facts);
    for location in (0..locations).map(|location| number * SPREAD + location) {
        site(location, &customer, &mut facts);
        facts.push(Fact::attribute(
            id("Location", location),
            "dealer",
            Term::Entity(dealer.clone()),
        ));
    }
    employ(number, &dealer, &mut facts);
    facts.into_iter().map(Change::Add).collect()
}

fn place(place: &Uid, facts: &mut Vec<Fact>) {
    for (attribute, role) in [
        ("anybody", "anybody"),
        ("armers", "armers"),
        ("disarmers", "disarmers"),
    ] {
        facts.push(Fact::attribute(
            place.clone(),
            attribute,
            Term::Entity(holders(place, role)),
        ));
    }
    facts.push(Fact::attribute(
        place.clone(),
        "id",
        Term::Text(place.id.clone()),
    ));
    for role in ["viewers", "armers", "disarmers"] {
        facts.push(Fact::member(
            holders(place, role),
            holders(place, "anybody"),
        ));
    }
}

fn site(number: u64, customer: &Uid, facts: &mut Vec<Fact>) {
    let location = id("Location", number);
    let post = post(&location, customer);
    place(&post, facts);
    facts.push(Fact::tag(
        location.clone(),
        customer.id.clone(),
        Term::Entity(post),
    ));
    facts.push(Fact::attribute(
        location.clone(),
        "customer",
        Term::Entity(customer.clone()),
    ));
    facts.push(Fact::attribute(
        id("System", number),
        "location",
        Term::Entity(location),
    ));
}

fn employ(number: u64, at: &Uid, facts: &mut Vec<Fact>) {
    let [user, duty, employment] = ["User", "Duty", "Employment"].map(|kind| id(kind, number));
    facts.push(Fact::attribute(
        user.clone(),
        "duty",
        Term::Entity(duty.clone()),
    ));
    facts.push(Fact::member(user, employment.clone()));
    facts.push(Fact::member(duty, employment.clone()));
    facts.push(Fact::member(employment, holders(at, "disarmers")));
}

fn post(location: &Uid, organization: &Uid) -> Uid {
    Uid::new("Post", format!("{}@{}", location.id, organization.id))
}

fn holders(place: &Uid, role: &str) -> Uid {
    Uid::new("Holders", format!("{}/{role}", place.id))
}

/// May one of the customer's people disarm one of its systems, or (one time in two) another customer's?
pub(crate) fn question(turn: u64, customers: u64) -> Question {
    let random = mix(turn);
    let customer = random % customers;
    let owner = if turn.is_multiple_of(2) {
        customer
    } else {
        (customer + 1) % customers
    };
    let user = id("User", customer * SPREAD + (random >> 32) % PEOPLE);
    let system = id("System", owner * SPREAD + (random >> 40) % LOCATIONS);
    Question::new(user, Uid::new("Action", "disarm"), system)
}
