//! What the demo takes for strategies is what security-system-service does.

use demo_world::strategies::{NAMES, parse};
use security_system_service::authorization::{Strategies, Strategy};

#[test]
fn the_demo_knows_every_strategy_and_no_other() {
    assert_eq!(NAMES, Strategy::ALL.map(Strategy::as_str));
    let every =
        NAMES.map(|name| format!("disarm={name},view={name},arm={name},acknowledge={name}"));
    let some = ["", ",", "disarm=fetch,", "disarm=fetch,disarm=provide"].map(str::to_owned);
    for good in every.iter().chain(&some) {
        assert_eq!(parse(good).unwrap(), *good);
        assert!(good.parse::<Strategies>().is_ok(), "{good}");
    }
    for bad in [
        "fetch",
        "disarm",
        "=",
        "disarm=",
        "disarm=delegated",
        "install=fetch",
        "DISARM=fetch",
        "disarm=fetch view=fetch",
        "disarm = fetch",
    ] {
        assert!(parse(bad).is_err(), "{bad}");
        assert!(bad.parse::<Strategies>().is_err(), "{bad}");
    }
}
