//! The smallest history that still shows it.

/// Takes steps out of a history for as long as `shows` still holds: halves first, single ones in
/// the end.
pub async fn smallest<T: Clone>(steps: Vec<T>, mut shows: impl AsyncFnMut(&[T]) -> bool) -> Vec<T> {
    let mut steps = steps;
    let mut size = steps.len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        let mut smaller = false;
        while from < steps.len() {
            let to = (from + size).min(steps.len());
            let mut fewer = steps.clone();
            fewer.drain(from..to);
            if shows(&fewer).await {
                steps = fewer;
                smaller = true;
            } else {
                from = to;
            }
        }
        if size > 1 {
            size = size.div_ceil(2);
        } else if !smaller {
            return steps;
        }
    }
}
