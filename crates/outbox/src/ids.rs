//! Lists of ids as they stand in a header and in the outbox: joined with commas.

use uuid::Uuid;

pub(crate) fn join(ids: &[Uuid]) -> String {
    ids.iter()
        .map(Uuid::to_string)
        .collect::<Vec<_>>()
        .join(",")
}

pub(crate) fn split(list: &str) -> Result<Vec<Uuid>, uuid::Error> {
    list.split_terminator(',').map(Uuid::parse_str).collect()
}
