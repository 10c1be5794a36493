//! How units are cut into shards.

use crate::options::Options;
use crate::plan::{Shard, SplitUnit};

/// Bytes that a split unit counts when units are cut into shards: those of a kernel have about as many.
const SPLIT_UNIT: u64 = 128 << 10;
/// Shards are not cut smaller than this many bytes: each repeats what headers say, and is merged.
const SMALLEST_SHARD: u64 = 6 << 20;

/// Cuts units into runs: each of as much as half of what each of several workers would get of the rest, so that
/// all end at about the same time. The cuts depend on the units and the options. The size of a split unit's own file
/// is not known here and is taken to be [`SPLIT_UNIT`].
pub(crate) fn cut(offsets: &[u64], split: &[SplitUnit], options: &Options) -> Vec<Shard> {
    let mut shards = Vec::new();
    let units = offsets.len().saturating_sub(1);
    let elsewhere = SPLIT_UNIT * split.len() as u64;
    let mut rest = offsets.last().copied().unwrap_or_default() + elsewhere;
    let mut split = split.iter().map(|split| split.unit as usize).peekable();
    let most = options.shard_bytes.max(1);
    let parts = match options.workers {
        0 | 1 => 1,
        workers => 2 * u64::from(workers),
    };
    let (mut first, mut bytes) = (0, 0);
    for unit in 0..units {
        bytes += offsets[unit + 1] - offsets[unit];
        if split.next_if_eq(&unit).is_some() {
            bytes += SPLIT_UNIT;
        }
        let size = (rest / parts).clamp(SMALLEST_SHARD.min(most), most);
        if bytes >= size || unit + 1 == units {
            shards.push(Shard {
                units: first as u32..unit as u32 + 1,
                bytes: offsets[first]..offsets[unit + 1],
            });
            rest = rest.saturating_sub(bytes);
            (first, bytes) = (unit + 1, 0);
        }
    }
    shards
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(shard_bytes: u64, workers: u32) -> Options {
        Options {
            shard_bytes,
            workers,
            ..Options::default()
        }
    }

    #[test]
    fn shards_cover_every_unit_once() {
        let offsets = [0, 10, 20, 100, 101, 102];
        let shards = cut(&offsets, &[], &options(30, 1));
        let units: Vec<u32> = shards
            .iter()
            .flat_map(|shard| shard.units.clone())
            .collect();
        assert_eq!(units, [0, 1, 2, 3, 4]);
        assert_eq!(shards[0].bytes, 0..100);
        assert_eq!(shards[1].bytes, 100..102);
    }

    #[test]
    fn shards_get_smaller_so_that_workers_end_together() {
        let offsets: Vec<u64> = (0..=2000).map(|unit| unit * 100_000).collect();
        let sizes = |workers| -> Vec<u64> {
            let shards = cut(&offsets, &[], &options(32 << 20, workers));
            let sizes = shards
                .iter()
                .map(|shard| shard.bytes.end - shard.bytes.start);
            sizes.collect()
        };
        for workers in [1, 2, 8] {
            let sizes = sizes(workers);
            assert_eq!(sizes.iter().sum::<u64>(), 200_000_000);
            assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
            assert!(sizes.len() as u32 >= workers, "{sizes:?}");
            assert!(sizes.iter().all(|&size| size <= (32 << 20) + 100_000));
        }
        assert!(sizes(1).len() < sizes(8).len());
    }
}
