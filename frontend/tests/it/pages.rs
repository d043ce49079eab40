use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use frontend::model::page::Page;

/// Gathers from pages that are there at once; also tells which cursors were asked for.
fn gather(pages: &[&[u8]], wanted: usize) -> (Result<Page<u8>, String>, Vec<Option<usize>>) {
    let asked = RefCell::new(Vec::new());
    let read = async |cursor: Option<&str>| {
        let at = cursor.map(|cursor| cursor.parse::<usize>().unwrap());
        asked.borrow_mut().push(at);
        let at = at.unwrap_or_default();
        let Some(items) = pages.get(at) else {
            return Err("unreadable".to_owned());
        };
        let next_page = (at + 1 < pages.len()).then(|| (at + 1).to_string());
        Ok(Page {
            undecided: Vec::new(),
            items: items.to_vec(),
            next_page,
            age: u32::from(items.first().copied().unwrap_or(0)),
        })
    };
    let whole =
        pin!(Page::gather(None, wanted, read)).poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(whole) = whole else {
        panic!("nothing is waited for");
    };
    (whole, asked.into_inner())
}

#[test]
fn an_empty_page_is_not_the_last() {
    let (whole, asked) = gather(&[&[], &[], &[7], &[8]], 0);
    let whole = whole.unwrap();
    assert_eq!(whole.items, [7]);
    assert_eq!(whole.next_page.as_deref(), Some("3"));
    assert_eq!(asked, [None, Some(1), Some(2)]);
}

#[test]
fn as_many_pages_are_read_as_hold_what_is_wanted() {
    let whole = gather(&[&[1, 2], &[], &[3], &[4]], 3).0.unwrap();
    assert_eq!(whole.items, [1, 2, 3]);
    assert_eq!(whole.age, 3, "as old as the oldest of them");
    assert_eq!(whole.next_page.as_deref(), Some("3"));
    let whole = gather(&[&[1, 2], &[3]], 100).0.unwrap();
    assert_eq!(whole.items, [1, 2, 3]);
    assert_eq!(whole.next_page, None);
}

#[test]
fn a_list_without_anything_ends() {
    let (whole, asked) = gather(&[&[], &[]], 1);
    assert_eq!(whole.unwrap().items, [0_u8; 0]);
    assert_eq!(asked.len(), 2);
}

#[test]
fn what_was_gathered_is_nothing_without_the_rest() {
    assert_eq!(gather(&[], 1).0.unwrap_err(), "unreadable");
}
