//! The whole encoding of a file.

use pipeline::{Features, Languages, NoCompanions, Options};

use crate::job::{Beside, encode, encode_carefully, judge};

/// As the command encodes by default.
pub fn by_default(data: &[u8]) {
    if let Ok(outcome) = encode(data, &Options::default(), &NoCompanions, None) {
        judge(&outcome, None);
    }
}

/// With all features, inline sites, and all languages; the file is its own companion.
pub fn with_everything(data: &[u8]) {
    let small = Options {
        features: everything(),
        excluded: Languages::default(),
        shard_bytes: 1,
        sort: true,
        ..Options::default()
    };
    let large = Options {
        shard_bytes: 32 << 20,
        ..small.clone()
    };
    let small = encode_carefully(data, &small, &Beside(data), None);
    let large = encode(data, &large, &Beside(data), None);
    let (Ok(small), Ok(large)) = (small, large) else {
        return;
    };
    judge(&small, None);
    let failed = |outcome: &pipeline::Outcome| !outcome.statistics.units.failed.is_empty();
    // A shard that fails takes all its units along.
    if !failed(&small) && !failed(&large) {
        assert!(
            small.bytes == large.bytes && small.inline == large.inline,
            "the size of shards, or a plan that relies on the order of relocations, changes the result"
        );
    }
}

/// What pahole means by all, and inline sites.
pub fn everything() -> Features {
    Features {
        inline: true,
        ..Features::ALL
    }
}
