//! Laws of what is sealed and of where a browser may be sent.

use bff::domain::{KeyRing, NotAKeyRing, Purpose, ReturnPath, SessionId};
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};
use url::Url;
use uuid::Uuid;

use crate::world::KEYS;

fn keys() -> KeyRing {
    KeyRing::parse(&KEYS.join(",")).unwrap()
}

proptest! {
    #[test]
    fn what_was_sealed_opens_for_its_purpose_only(plain: Vec<u8>, seed: u64) {
        let mut rng = StdRng::seed_from_u64(seed);
        let session = SessionId(Uuid::from_u128(u128::from(seed)));
        let sealed = keys().seal(Purpose::Record("access_token", session), &plain, &mut rng);
        prop_assert_eq!(keys().open(Purpose::Record("access_token", session), &sealed).unwrap(), plain);
        let another = SessionId(Uuid::from_u128(u128::from(seed) + 1));
        for other in [Purpose::Record("refresh_token", session), Purpose::Record("access_token", another), Purpose::Cookie("c")] {
            prop_assert!(keys().open(other, &sealed).is_err());
        }
    }

    #[test]
    fn any_text_can_be_tried(text: String) {
        prop_assert!(keys().open(Purpose::Cookie("c"), &text).is_err());
    }

    #[test]
    fn a_return_path_stays_on_its_site(text in r"[/\\.%a-z0-9?#:@ \t\n-]{0,24}") {
        if let Some(path) = ReturnPath::parse(&text) {
            let here = Url::parse("https://realguardio.example/bff/callback").unwrap();
            prop_assert_eq!(here.join(path.as_str()).unwrap().origin(), here.origin());
            prop_assert_eq!(ReturnPath::parse(path.as_str()), Some(path));
        }
    }
}

#[test]
fn a_key_ring_is_read_strictly() {
    let key = KEYS[0].split_once(':').unwrap().1;
    for (text, expected) in [
        (String::new(), NotAKeyRing::Empty),
        (key.to_owned(), NotAKeyRing::Id(1)),
        (format!("a.b:{key}"), NotAKeyRing::Id(1)),
        (format!("a:{}", &key[2..]), NotAKeyRing::Key(1)),
        (format!("a:{key},a:{key}"), NotAKeyRing::Repeated(2)),
    ] {
        assert_eq!(KeyRing::parse(&text).unwrap_err(), expected);
    }
    assert_eq!(
        format!("{:?}", keys()),
        r#"["new", "old"]"#,
        "keys do not print"
    );
}
