use frontend::model::turnstile::Turnstile;

#[test]
fn who_comes_while_it_is_taken_is_served_by_one_more() {
    let mut turnstile = Turnstile::default();
    assert!(turnstile.enter());
    assert!(!turnstile.enter());
    assert!(!turnstile.enter());
    assert!(turnstile.leave(), "one more for both");
    assert!(!turnstile.leave());
    assert!(turnstile.enter());
}
