//! How long the stages take, read out of the histograms.

use std::collections::BTreeMap;

use serde::Serialize;

/// A stage and how long it took, since the process started.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Latency {
    /// Its name: a stage of a turn, or `commit`.
    pub stage: String,
    /// How often.
    pub count: u64,
    /// Half of them took no longer, in milliseconds; as exact as the bounds of the histogram.
    pub p50_ms: f64,
    /// Nine of ten took no longer.
    pub p90_ms: f64,
    /// 99 of a hundred took no longer.
    pub p99_ms: f64,
}

/// Every stage that has been timed, by name.
#[must_use]
pub fn latencies() -> Vec<Latency> {
    // The exporter gives its counts away as text only.
    read(&super::metrics().render())
}

// Upper bound in seconds, and how many took no longer.
type Buckets = Vec<(f64, f64)>;

fn read(text: &str) -> Vec<Latency> {
    let mut stages: BTreeMap<String, Buckets> = BTreeMap::new();
    for line in text.lines() {
        if let Some((stage, bound, count)) = bucket(line) {
            stages.entry(stage).or_default().push((bound, count));
        }
    }
    stages.into_iter().filter_map(|(stage, buckets)| latency(stage, &buckets)).collect()
}

// `frontdesk_turn_seconds_bucket{stage="search",le="0.001"} 17`
fn bucket(line: &str) -> Option<(String, f64, f64)> {
    let (name, rest) = line.split_once("_seconds_bucket{")?;
    let (labels, count) = rest.rsplit_once("} ")?;
    let label =
        |key: &str| labels.split(',').find_map(|label| label.strip_prefix(key)?.strip_prefix("=\"")?.strip_suffix('"'));
    let stage = match name {
        "frontdesk_turn" => label("stage")?.to_owned(),
        "frontdesk_commit" => "commit".to_owned(),
        _ => return None,
    };
    let bound = label("le")?;
    let bound = if bound == "+Inf" { f64::INFINITY } else { bound.parse().ok()? };
    Some((stage, bound, count.trim().parse().ok()?))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count below 2^53")]
fn latency(stage: String, buckets: &Buckets) -> Option<Latency> {
    let count = buckets.last()?.1;
    let ms = |share: f64| quantile(buckets, share * count) * 1e3;
    (count > 0.0).then(|| Latency { stage, count: count as u64, p50_ms: ms(0.5), p90_ms: ms(0.9), p99_ms: ms(0.99) })
}

// As Prometheus' histogram_quantile does: within its bucket, values count as spread evenly; beyond the last bound, as that
// bound.
fn quantile(buckets: &Buckets, rank: f64) -> f64 {
    let (mut below, mut before) = (0.0, 0.0);
    for &(bound, count) in buckets {
        if count >= rank {
            if bound.is_infinite() {
                return below;
            }
            let share = if count > before { (rank - before) / (count - before) } else { 1.0 };
            return below + (bound - below) * share;
        }
        (below, before) = (bound, count);
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# TYPE frontdesk_turn_seconds histogram
frontdesk_turn_seconds_bucket{stage=\"search\",le=\"0.001\"} 50
frontdesk_turn_seconds_bucket{stage=\"search\",le=\"0.01\"} 90
frontdesk_turn_seconds_bucket{stage=\"search\",le=\"+Inf\"} 100
frontdesk_turn_seconds_sum{stage=\"search\"} 1
frontdesk_commit_seconds_bucket{le=\"0.005\"} 0
frontdesk_commit_seconds_bucket{le=\"+Inf\"} 0
frontdesk_first_response_seconds_bucket{by=\"bot\",le=\"+Inf\"} 3
";

    #[test]
    fn shares_are_read_between_the_bounds() {
        let read = read(TEXT);
        assert_eq!(read.len(), 1, "what never happened and what is no stage is left out: {read:?}");
        let Latency { stage, count, p50_ms, p90_ms, p99_ms } = &read[0];
        assert_eq!((stage.as_str(), *count), ("search", 100));
        let same = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(same(*p50_ms, 1.0) && same(*p90_ms, 10.0) && same(*p99_ms, 10.0), "{read:?}");
    }
}
