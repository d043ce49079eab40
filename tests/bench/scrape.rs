//! A service's own figures, from its metrics.

use reqwest::Client;
use url::Url;

/// The metrics of a service as they are now.
pub(super) struct Scrape(String);

impl Scrape {
    pub(super) async fn of(client: &Client, service: &Url) -> anyhow::Result<Self> {
        let answer = client.get(service.join("/metrics")?).send().await?;
        Ok(Self(answer.error_for_status()?.text().await?))
    }

    /// The sum of all series of this name that have all of these labels.
    pub(super) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let labels: Vec<_> = labels
            .iter()
            .map(|(label, value)| format!("{label}=\"{value}\""))
            .collect();
        let series = self.0.lines().filter_map(|line| {
            let rest = line.strip_prefix(name)?;
            let (told, value) = rest.rsplit_once(' ')?;
            let named = told.is_empty() || told.starts_with('{');
            let ours = named && labels.iter().all(|label| told.contains(label.as_str()));
            ours.then(|| value.parse::<f64>().ok()).flatten()
        });
        series.sum()
    }
}
