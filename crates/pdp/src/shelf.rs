//! A sorted set that is small where it is small, and cheap to change where it is large.

use std::cmp::Ordering;
use std::sync::Arc;

const BOARD: usize = 128;

/// A sorted set, shared between clones. Most entities have a handful of facts, which is one
/// allocation; a group of a million members is many boards, of which a change copies one.
#[derive(Debug, Clone, Default)]
pub(crate) enum Shelf<T> {
    #[default]
    Empty,
    One(Arc<[T]>),
    Many(Arc<Vec<Arc<[T]>>>),
}

impl<T: Clone> Shelf<T> {
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    fn boards(&self) -> &[Arc<[T]>] {
        match self {
            Self::Empty => &[],
            Self::One(board) => std::slice::from_ref(board),
            Self::Many(boards) => boards,
        }
    }

    /// All of it, from the first that is not less.
    pub(crate) fn from(&self, order: impl Fn(&T) -> Ordering) -> impl Iterator<Item = &T> {
        let boards = self.boards();
        let is_less = |item: &T| order(item).is_lt();
        let first = boards.partition_point(|board| board.last().is_some_and(is_less));
        let skipped = boards
            .get(first)
            .map_or(0, |board| board.partition_point(is_less));
        let rest = boards[first..].iter().flat_map(|board| board.iter());
        rest.skip(skipped)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.boards().iter().flat_map(|board| board.iter())
    }

    pub(crate) fn get(&self, order: impl Fn(&T) -> Ordering) -> Option<&T> {
        let boards = self.boards();
        let board = if let [only] = boards {
            only
        } else {
            boards
                .get(boards.partition_point(|board| {
                    board.last().is_some_and(|item| order(item).is_lt())
                }))?
        };
        let at = board.binary_search_by(order).ok()?;
        board.get(at)
    }

    /// Puts an item in its place, and hands back the one that was there.
    pub(crate) fn put(&mut self, item: T, order: impl Fn(&T) -> Ordering) -> Option<T> {
        let (at, board) = self.board(&order);
        let mut items = board.to_vec();
        let replaced = match items.binary_search_by(&order) {
            Ok(place) => Some(std::mem::replace(&mut items[place], item)),
            Err(place) => {
                items.insert(place, item);
                None
            }
        };
        self.replace(at, items);
        replaced
    }

    /// Takes an item out.
    pub(crate) fn take(&mut self, order: impl Fn(&T) -> Ordering) -> Option<T> {
        let (at, board) = self.board(&order);
        let place = board.binary_search_by(&order).ok()?;
        let mut items = board.to_vec();
        let taken = items.remove(place);
        self.replace(at, items);
        Some(taken)
    }

    /// The board on which an item is, or would be.
    fn board(&self, order: impl Fn(&T) -> Ordering) -> (usize, &[T]) {
        let boards = self.boards();
        let at =
            boards.partition_point(|board| board.last().is_some_and(|item| order(item).is_lt()));
        let at = at.min(boards.len().saturating_sub(1));
        (at, boards.get(at).map_or(&[], |board| board))
    }

    fn replace(&mut self, at: usize, items: Vec<T>) {
        let full = items.len() > BOARD;
        match self {
            Self::Many(boards) => {
                let boards = Arc::make_mut(boards);
                boards.splice(at..=at, halves(items));
                if boards.len() == 1 {
                    *self = Self::One(boards[0].clone());
                }
            }
            _ if items.is_empty() => *self = Self::Empty,
            _ if full => *self = Self::Many(Arc::new(halves(items))),
            _ => *self = Self::One(items.into()),
        }
    }
}

/// None for nothing, one for what fits, two for what does not.
fn halves<T: Clone>(items: Vec<T>) -> Vec<Arc<[T]>> {
    if items.is_empty() {
        Vec::new()
    } else if items.len() > BOARD {
        let (left, right) = items.split_at(items.len() / 2);
        vec![left.into(), right.into()]
    } else {
        vec![items.into()]
    }
}
