//! One event, one line.

use std::io;

/// Writes each event as one line. What callers say may be in it, and an end of a line in there would make a line of
/// its own, which looks as if we had said it.
pub(super) struct OneLine<W>(pub(super) W);

impl<W: io::Write> io::Write for OneLine<W> {
    /// Takes a whole event, as `tracing_subscriber` writes it.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.0.write_all(&escaped(event))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn escaped(event: &[u8]) -> Vec<u8> {
    let text = event.strip_suffix(b"\n").unwrap_or(event);
    let mut line = Vec::with_capacity(event.len());
    for &byte in text {
        match byte {
            // Colours are ours: what comes with others' words is escaped before.
            b'\t' | 0x1b => line.push(byte),
            byte if byte.is_ascii_control() => line.extend(byte.escape_ascii()),
            byte => line.push(byte),
        }
    }
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn nobody_writes_a_line_that_is_not_theirs() {
        let mut log = OneLine(Vec::new());
        let forged = "INFO not signed in error=access\r\nINFO signed in user=ada\u{1b}[0m é\n";
        log.write_all(forged.as_bytes()).unwrap();
        log.write_all(b"INFO next\n").unwrap();
        let lines = String::from_utf8(log.0).unwrap();
        let expected =
            "INFO not signed in error=access\\r\\nINFO signed in user=ada\u{1b}[0m é\nINFO next\n";
        assert_eq!(lines, expected);
    }
}
