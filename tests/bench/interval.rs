//! A mean, and how far it may be off.

use serde::Serialize;

/// The mean of some figures with its 95 % confidence interval, by Student's t.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Interval {
    pub(super) mean: f64,
    /// The true mean lies within the mean ± this, in 19 cases of 20.
    pub(super) half_width: f64,
}

impl Interval {
    pub(super) fn of(figures: &[f64]) -> Self {
        let count = u32::try_from(figures.len()).map_or(f64::INFINITY, f64::from);
        let mean = figures.iter().sum::<f64>() / count;
        let squares: f64 = figures.iter().map(|figure| (figure - mean).powi(2)).sum();
        let deviation = (squares / (count - 1.0)).sqrt();
        Self {
            mean,
            half_width: student(figures.len() - 1) * deviation / count.sqrt(),
        }
    }

    pub(super) fn shown(self, digits: usize) -> String {
        format!("{:.digits$} ± {:.digits$}", self.mean, self.half_width)
    }
}

/// The 97.5 % quantile of Student's t distribution; beyond 30 degrees of freedom it hardly changes.
fn student(freedom: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045, 2.042,
    ];
    let last = TABLE.len() - 1;
    TABLE[freedom.saturating_sub(1).min(last)]
}
