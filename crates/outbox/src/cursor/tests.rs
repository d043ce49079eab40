use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn mark(sequence: u64, position: i64) -> Mark {
    let time = Timestamp::from_second(position).unwrap();
    Mark {
        sequence,
        position: Position::new(1, position),
        time: Some(time),
        is_event: true,
        complete_at: None,
    }
}

fn heartbeat(sequence: u64, position: i64, second: i64) -> Mark {
    let time = Timestamp::from_second(second).unwrap();
    Mark {
        is_event: false,
        time: Some(time),
        ..mark(sequence, position)
    }
}

fn advance(marks: &[Mark], head: u64) -> Cursor {
    let mut cursor = Cursor::start(1, 0);
    for mark in marks {
        cursor.advance(*mark, head);
    }
    cursor
}

#[test]
fn without_a_gap_the_watermark_is_what_was_applied_last() {
    let cursor = advance(&[mark(1, 1), mark(2, 2), heartbeat(3, 2, 9), mark(4, 3)], 4);
    assert_eq!(cursor.watermark, Position::new(1, 3));
    assert_eq!(cursor.fresh_at, Some(Timestamp::from_second(9).unwrap()));
}

#[test]
fn behind_a_gap_the_watermark_waits_for_the_head_seen() {
    // Position 2 is missing, and the stream then reached to sequence 5.
    let cursor = advance(&[mark(1, 1), mark(3, 3), mark(4, 4)], 5);
    assert_eq!(
        (cursor.watermark, cursor.applied),
        (Position::new(1, 1), Position::new(1, 4))
    );
    let cursor = advance(&[mark(1, 1), mark(3, 3), mark(4, 4), mark(5, 5)], 5);
    assert_eq!(cursor.watermark, Position::new(1, 5));
}

#[test]
fn a_heartbeat_shows_a_gap_too_and_its_time_does_not_count_before_the_watermark_has_come_there() {
    let cursor = advance(&[mark(1, 1), heartbeat(4, 3, 9)], 6);
    assert_eq!(cursor.watermark, Position::new(1, 1));
    assert_eq!(cursor.fresh_at, Some(Timestamp::from_second(1).unwrap()));
}

#[test]
fn a_clock_that_was_ahead_counts_until_the_next_heartbeat() {
    let cursor = advance(&[mark(1, 1), heartbeat(2, 1, 600), heartbeat(3, 1, 9)], 3);
    assert_eq!(cursor.fresh_at, Some(Timestamp::from_second(9).unwrap()));
}

#[test]
fn what_has_been_applied_before_moves_nothing() {
    let mut cursor = advance(&[mark(1, 1), mark(2, 2)], 2);
    cursor.advance(mark(3, 1), 3);
    assert_eq!(
        (cursor.watermark, cursor.applied),
        (Position::new(1, 2), Position::new(1, 2))
    );
}

/// 46 to 50 say again what was lost, 41 to 45 among it.
fn again(sequence: u64, position: i64) -> Mark {
    Mark {
        complete_at: Some(50),
        ..mark(sequence, position)
    }
}

#[test]
fn behind_a_gap_the_watermark_waits_until_all_is_published_that_is_published_again() {
    let mut cursor = advance(&[mark(1, 1)], 1);
    // The relay has come to 47 so far: the head seen says nothing about what is yet to come.
    cursor.advance(again(100, 46), 101);
    cursor.advance(again(101, 47), 101);
    assert_eq!(cursor.watermark, Position::new(1, 1));
    for (sequence, position) in [(102, 48), (103, 49)] {
        cursor.advance(again(sequence, position), sequence);
        assert_eq!(cursor.watermark, Position::new(1, 1));
    }
    cursor.advance(again(104, 50), 104);
    assert_eq!(cursor.watermark, Position::new(1, 50));
}

#[test]
fn without_a_gap_nothing_is_missing_that_is_published_again() {
    let mut cursor = advance(&[mark(1, 1)], 1);
    let next = Mark {
        complete_at: Some(9),
        ..mark(100, 2)
    };
    cursor.advance(next, 100);
    assert_eq!(cursor.watermark, Position::new(1, 2));
}

/// What the gap waited for lay in the stream that was lost.
#[test]
fn a_gap_waits_on_when_the_stream_begins_anew() {
    let mut cursor = advance(&[mark(1, 1), mark(3, 3)], 5);
    cursor.advance(heartbeat(100, 0, 0), 100);
    assert_eq!(cursor.watermark, Position::new(1, 1));
    cursor.advance(
        Mark {
            complete_at: Some(5),
            ..mark(101, 4)
        },
        101,
    );
    assert_eq!(cursor.watermark, Position::new(1, 1));
    cursor.advance(mark(102, 5), 102);
    assert_eq!(cursor.watermark, Position::new(1, 5));
}

#[test]
fn what_is_passed_over_counts_as_read() {
    let mut cursor = advance(&[mark(1, 1), mark(3, 3)], 4);
    cursor.pass(4);
    assert_eq!(cursor.watermark, Position::new(1, 3));
}

/// A stream that keeps the last message of each subject, with the whole history beside it.
#[derive(Default)]
struct Stream {
    sequence: u64,
    /// The subject of each position, from 1.
    history: Vec<u8>,
    lying: BTreeMap<u64, (Option<u8>, Mark)>,
}

impl Stream {
    fn publish(&mut self, subject: Option<u8>) {
        self.sequence += 1;
        self.history.extend(subject);
        let position = i64::try_from(self.history.len()).unwrap();
        let mark = match subject {
            Some(_) => mark(self.sequence, position),
            None => heartbeat(self.sequence, position, position),
        };
        self.lying.retain(|_, (other, _)| *other != subject);
        self.lying.insert(self.sequence, (subject, mark));
    }

    /// The position of the last state of `subject` at the time of `position`.
    fn state(&self, subject: u8, position: i64) -> i64 {
        let until = usize::try_from(position).unwrap();
        let last = self.history[..until]
            .iter()
            .rposition(|other| *other == subject);
        last.map_or(0, |index| i64::try_from(index + 1).unwrap())
    }
}

#[derive(Clone, Debug)]
enum Step {
    Publish(u8),
    Heartbeat,
    /// Receive so many messages, apply them after that many more have been published.
    Receive(usize, Vec<u8>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..4_u8).prop_map(Step::Publish),
        1 => Just(Step::Heartbeat),
        3 => (1..4_usize, prop::collection::vec(0..4_u8, 0..3)).prop_map(|(n, more)| Step::Receive(n, more)),
    ]
}

proptest! {
    /// What is at or before the watermark is in effect, whatever the stream has dropped meanwhile.
    #[test]
    fn nothing_before_the_watermark_is_missing(steps in prop::collection::vec(step(), 1..60)) {
        let mut stream = Stream::default();
        let mut cursor = Cursor::start(1, 0);
        let mut replica = [0_i64; 4];
        let all = Step::Receive(usize::MAX, vec![]);
        for step in steps.into_iter().chain([all]) {
            let (count, more) = match step {
                Step::Publish(subject) => { stream.publish(Some(subject)); continue }
                Step::Heartbeat => { stream.publish(None); continue }
                Step::Receive(count, more) => (count, more),
            };
            let behind = cursor.sequence + 1;
            let batch: Vec<_> = stream.lying.range(behind..).take(count).map(|(_, message)| *message).collect();
            for subject in more {
                stream.publish(Some(subject));
            }
            let marks: Vec<_> = batch.iter().map(|(_, mark)| *mark).collect();
            // Where nothing is missing, nobody asks how far the stream reaches.
            let continues = cursor.is_continued_by(&marks);
            let head = marks.last().filter(|_| continues).map_or(stream.sequence, |last| last.sequence);
            for (subject, mark) in batch {
                if let Some(subject) = subject {
                    replica[usize::from(subject)] = mark.position.position;
                }
                cursor.advance(mark, head);
            }
            for subject in 0..4 {
                let promised = stream.state(subject, cursor.watermark.position);
                prop_assert!(replica[usize::from(subject)] >= promised, "subject {subject} at {:?}", cursor);
            }
        }
        // And it gets there.
        prop_assert_eq!(cursor.watermark.position, i64::try_from(stream.history.len()).unwrap());
    }
}

#[test]
fn what_goes_on_where_it_stands_has_no_gap() {
    let cursor = advance(&[mark(1, 1), mark(2, 2)], 2);
    assert!(cursor.is_continued_by(&[heartbeat(3, 2, 9), mark(4, 3), heartbeat(5, 3, 10)]));
    assert!(!cursor.is_continued_by(&[mark(4, 4)]), "3 is missing");
    assert!(
        !cursor.is_continued_by(&[mark(3, 3), mark(5, 5)]),
        "4 is missing"
    );
    assert!(
        !cursor.is_continued_by(&[heartbeat(4, 3, 9)]),
        "3 is missing"
    );
    let another = Mark {
        position: Position::new(2, 3),
        ..mark(3, 3)
    };
    assert!(!cursor.is_continued_by(&[another]), "another epoch");
}
