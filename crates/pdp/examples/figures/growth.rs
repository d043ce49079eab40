//! What grows with the facts, and what does not.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use pdp::{Change, Cursors, Engine, Fields, Question, Search, Uid, Wanted};

use crate::estate::{self, customer, dealer, id};
use crate::{cost, policies};

const ASKED: usize = 10_000;

pub(crate) fn print(most: usize) -> Result<(), Box<dyn Error>> {
    println!(
        "\none question, a load in writes of some thousand facts, a write of two facts, by the number of facts"
    );
    println!(
        "{:>10} {:>12} {:>12} {:>12} {:>12} {:>12} {:>12}",
        "facts", "mean", "same few", "p99", "facts/s", "bytes/fact", "write"
    );
    let mut size = 1000;
    while size <= most {
        row(size)?;
        size *= 10;
    }
    Ok(())
}

fn row(size: usize) -> Result<(), Box<dyn Error>> {
    let before = resident()?;
    let engine = Engine::new(&policies()?)?;
    let (customers, taken) = fill(&engine, size)?;
    let facts = engine.view().len();
    let bytes = resident()?.saturating_sub(before) / facts;
    let questions: Vec<Question> = (0..ASKED as u64)
        .map(|turn| estate::question(turn, customers))
        .collect();
    let view = engine.view();
    let ask = |turn: usize| {
        let _ = black_box(view.ask(&questions[turn % ASKED]));
    };
    let (mean, few) = (cost(ASKED, ask), cost(ASKED, |turn| ask(turn % 50)));
    let mut each: Vec<Duration> = (0..ASKED).map(|turn| timed(|| ask(turn))).collect();
    each.sort_unstable();
    let p99 = each[ASKED * 99 / 100];
    let write = cost(1000, |turn| write(&engine, turn));
    let rate = facts * 1000 / usize::try_from(taken.as_millis().max(1))?;
    println!(
        "{facts:>10} {mean:>12.2?} {few:>12.2?} {p99:>12.2?} {rate:>12} {bytes:>12} {write:>12.2?}"
    );
    Ok(())
}

/// Customers, until there are so many facts. What it takes to make them up does not count.
fn fill(engine: &Engine, size: usize) -> Result<(u64, Duration), Box<dyn Error>> {
    let mut taken = Duration::ZERO;
    let mut customers = 0;
    while engine.view().len() < size {
        let batch: Vec<Change> = (0..20)
            .flat_map(|next| customer(customers + next))
            .collect();
        customers += 20;
        let start = Instant::now();
        engine.write(batch)?;
        taken += start.elapsed();
    }
    Ok((customers, taken))
}

/// Somebody's shift begins or ends.
fn write(engine: &Engine, turn: usize) {
    let number = turn as u64 / 2 % 10;
    let duty = pdp::Fact::member(id("Duty", number), id("Employment", number));
    let changes = if turn.is_multiple_of(2) {
        [Change::Drop(duty.clone()), Change::Drop(duty)]
    } else {
        [Change::Add(duty.clone()), Change::Add(duty)]
    };
    let _ = black_box(engine.write(changes));
}

pub(crate) fn print_search(most: usize) -> Result<(), Box<dyn Error>> {
    println!(
        "\na first page of 100, and all pages of 10,000, by the number of systems that a user may see"
    );
    println!(
        "{:>10} {:>10} {:>14} {:>14} {:>14}",
        "facts", "systems", "first page", "all pages", "each"
    );
    let engine = Engine::new(&policies()?)?;
    let dealers = [(1_u64 << 40, 10), (1 << 41, 1000), (1 << 42, 100_000)];
    for (number, locations) in dealers {
        engine.write(dealer(number, locations))?;
    }
    let small = engine.view().len();
    searches(&engine, &dealers)?;
    fill(&engine, small + most)?;
    searches(&engine, &dealers)
}

fn searches(engine: &Engine, dealers: &[(u64, u64)]) -> Result<(), Box<dyn Error>> {
    let facts = engine.view().len();
    for (number, locations) in dealers {
        let user = id("User", *number);
        let first = timed(|| {
            black_box(found(engine, &user, 100, 1));
        });
        let start = Instant::now();
        let all = found(engine, &user, 10_000, usize::MAX);
        let taken = start.elapsed();
        assert_eq!(all as u64, *locations, "all of them, and no others");
        let each = taken / u32::try_from(all)?;
        println!("{facts:>10} {all:>10} {first:>14.2?} {taken:>14.2?} {each:>14.2?}");
    }
    Ok(())
}

/// How many are found on so many pages.
fn found(engine: &Engine, user: &Uid, limit: usize, pages: usize) -> usize {
    let cursors = Cursors::new([0; 32]);
    let view = engine.view();
    let mut search = Search {
        wanted: Wanted::Resources {
            kind: "System".to_owned(),
        },
        known: user.clone(),
        action: Uid::new("Action", "view"),
        context: Fields::new(),
        vouched: Fields::new(),
        limit,
        tries: 2 * limit,
        cursor: None,
    };
    let mut found = 0;
    for _ in 0..pages {
        let Ok(page) = view.search(&search, &cursors) else {
            break;
        };
        found += page.found.len();
        search.cursor = page.next;
        if search.cursor.is_none() {
            break;
        }
    }
    found
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The memory that this process has in hand.
fn resident() -> Result<usize, Box<dyn Error>> {
    let pages = fs::read_to_string("/proc/self/statm")?;
    let pages: usize = pages
        .split(' ')
        .nth(1)
        .ok_or("no resident pages")?
        .parse()?;
    Ok(pages * 4096)
}
