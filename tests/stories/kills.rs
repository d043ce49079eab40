//! Everything is killed under load, once. `cargo xtask trouble kills` does it more often.

use stories::trouble::{Plan, Victim, kills};

#[tokio::test]
async fn what_was_accepted_before_a_kill_is_there_after_it_once() -> anyhow::Result<()> {
    let mut victims = Victim::services();
    victims.extend([Victim::Postgres, Victim::Nats]);
    let plan = Plan {
        times: 1,
        victims,
        seed: 1,
        patient: false,
    };
    let verdict = kills(&plan, |_| ()).await?;
    assert!(verdict.is_good(), "{verdict}");
    assert!(
        verdict.writes > 100 && verdict.repeated > 0,
        "too little happened: {verdict:?}"
    );
    Ok(())
}
