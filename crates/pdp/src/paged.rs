//! A vector that is cheap to clone and cheap to change after.

use std::array;
use std::sync::Arc;

const LEAF: usize = 64;
const BRANCH: usize = 256;

type Leaf<T> = Arc<[T; LEAF]>;
type Branch<T> = Arc<[Option<Leaf<T>>; BRANCH]>;

/// A vector in leaves of 64, shared between clones. A change copies the one leaf and the one
/// branch on its way, or nothing, if nobody else holds them: many changes in a row copy each once.
#[derive(Debug, Clone)]
pub(crate) struct Paged<T> {
    branches: Vec<Branch<T>>,
}

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Self {
            branches: Vec::new(),
        }
    }
}

impl<T: Clone + Default> Paged<T> {
    /// What is there, if anything was ever put near it.
    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        let branch = self.branches.get(index / (LEAF * BRANCH))?;
        let leaf = branch[index / LEAF % BRANCH].as_ref()?;
        Some(&leaf[index % LEAF])
    }

    /// What is there, to be changed; the default, if nothing was.
    pub(crate) fn get_mut(&mut self, index: usize) -> &mut T {
        let branch = index / (LEAF * BRANCH);
        if branch >= self.branches.len() {
            let empty = || Arc::new([const { None }; BRANCH]);
            self.branches.resize_with(branch + 1, empty);
        }
        let branch = Arc::make_mut(&mut self.branches[branch]);
        let leaf = branch[index / LEAF % BRANCH]
            .get_or_insert_with(|| Arc::new(array::from_fn(|_| T::default())));
        &mut Arc::make_mut(leaf)[index % LEAF]
    }
}
