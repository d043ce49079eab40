//! Counts what passed and what failed.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use testkit::supervise::Program;

use crate::progress::stage;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests, and stages without tests, that are green.
    pub(crate) passed: u64,
    /// The others.
    pub(crate) failed: u64,
    /// Stages that this machine cannot do.
    pub(crate) skipped: u64,
}

impl Tally {
    /// Says that a stage is not done, and why.
    pub(crate) fn skip(&mut self, name: &str, reason: &str) {
        eprintln!("⚠ {name}: SKIPPED. {reason}.");
        self.skipped += 1;
    }

    /// Does a stage that counts as one test, and says whether it is green.
    pub(crate) async fn stage(
        &mut self,
        name: &str,
        work: impl Future<Output = anyhow::Result<()>>,
    ) -> bool {
        let done = stage(name, work).await;
        match &done {
            Ok(()) => self.passed += 1,
            Err(error) => {
                eprintln!("  {error:#}");
                self.failed += 1;
            }
        }
        done.is_ok()
    }

    /// Runs a `cargo test` and counts what its test programs report. One that fails without a
    /// failed test, because it does not compile for instance, counts as one failure.
    pub(crate) async fn tests(&mut self, name: &str, program: Program) {
        let counted = Arc::new(Mutex::new(Self::default()));
        let counting = Arc::clone(&counted);
        let program = program.on_line(move |line| {
            println!("{line}");
            counting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .count(line);
        });
        let outcome = stage(name, async {
            let mut process = program.start().await?;
            let status = process.exited().await;
            anyhow::ensure!(
                status.is_some_and(|status| status.success()),
                "cargo test failed"
            );
            Ok(())
        })
        .await;
        let counted = *counted.lock().unwrap_or_else(PoisonError::into_inner);
        self.passed += counted.passed;
        self.failed += counted.failed.max(u64::from(outcome.is_err()));
    }

    /// `test result: ok. 12 passed; 0 failed; …`
    fn count(&mut self, line: &str) {
        let Some((_, result)) = line.split_once("test result: ") else {
            return;
        };
        let number = |what: &str| -> u64 {
            let part = result
                .split([';', '.'])
                .find_map(|part| part.trim().strip_suffix(what));
            part.and_then(|number| number.trim().parse().ok())
                .unwrap_or_default()
        };
        self.passed += number("passed");
        self.failed += number("failed");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn only_result_lines_count() {
        let mut tally = Tally::default();
        tally.count("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.20s");
        tally.count("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        tally.count("test 12 passed; 7 failed ... ok");
        assert_eq!(
            tally,
            Tally {
                passed: 15,
                failed: 2,
                skipped: 0
            }
        );
        assert_eq!(tally.to_string(), "15 passed, 2 failed");
        tally.skip("containers", "There are none");
        assert_eq!(tally.to_string(), "15 passed, 2 failed, 1 skipped");
    }
}
