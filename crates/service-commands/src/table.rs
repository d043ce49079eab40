//! Replicas as a table for people.

use jiff::{SignedDuration, Timestamp};
use outbox::{Parked, Replica};

/// What is kept of others, and below it what could not be applied.
pub(crate) fn table(replicas: &[Replica], parked: &[Parked], now: Timestamp) -> String {
    if replicas.is_empty() {
        return "nothing is kept of other services".to_owned();
    }
    let head = ["SOURCE", "STATE", "UP TO", "AGE", "BEHIND", "PARKED"];
    let rows = replicas.iter().map(|replica| {
        let state = if replica.serving { "read" } else { "filling" };
        let age = replica.fresh_at.map(|at| age(now.duration_since(at)));
        let behind = replica.behind.map(|count| count.to_string());
        [
            replica.source.clone(),
            state.to_owned(),
            replica.watermark.to_string(),
            age.unwrap_or_else(|| "unknown".to_owned()),
            behind.unwrap_or_else(|| "unknown".to_owned()),
            replica.parked.to_string(),
        ]
    });
    let mut text = aligned(head, rows);
    if !parked.is_empty() {
        let head = ["PARKED", "AT", "CONCERNS", "BECAUSE"];
        let rows = parked.iter().map(|parked| {
            let concerns = if parked.legible { "its ids" } else { "anybody" };
            let position = parked.position.map(|position| position.to_string());
            [
                parked.subject.clone(),
                position.unwrap_or_else(|| "unknown".to_owned()),
                concerns.to_owned(),
                parked.error.clone(),
            ]
        });
        text = format!("{text}\n\n{}", aligned(head, rows));
    }
    text
}

fn age(age: SignedDuration) -> String {
    let whole = SignedDuration::from_secs(age.as_secs().max(0));
    format!("{whole:#}")
}

/// Columns as wide as their widest cell.
fn aligned<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<_> = [head.map(str::to_owned)].into_iter().chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or_default());
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths);
        let cells = cells.map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use outbox::Position;

    use super::*;

    #[test]
    fn shows_how_far_how_old_and_what_is_missing() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let read = Replica {
            source: "customer-service".to_owned(),
            generation: 1,
            serving: true,
            watermark: Position::new(1, 42),
            fresh_at: Some("2026-11-22T09:59:58.5Z".parse().unwrap()),
            parked: 1,
            behind: Some(3),
        };
        let filling = Replica {
            serving: false,
            watermark: Position::new(2, 7),
            fresh_at: None,
            parked: 0,
            behind: None,
            ..read.clone()
        };
        let parked = Parked {
            source: "customer-service".to_owned(),
            subject: "customer-service.employment.7".to_owned(),
            position: None,
            legible: false,
            error: "no header ce-epoch".to_owned(),
        };
        let expected = "\
SOURCE            STATE    UP TO  AGE      BEHIND   PARKED
customer-service  read     1:42   1s       3        1
customer-service  filling  2:7    unknown  unknown  0

PARKED                         AT       CONCERNS  BECAUSE
customer-service.employment.7  unknown  anybody   no header ce-epoch";
        assert_eq!(table(&[read, filling], &[parked], now), expected);
    }

    #[test]
    fn says_so_where_there_is_nothing() {
        assert_eq!(
            table(&[], &[], Timestamp::UNIX_EPOCH),
            "nothing is kept of other services"
        );
    }
}
