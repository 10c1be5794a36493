//! Programs of which it is known what their BTF must be.

use pipeline::{NoCompanions, Options};

use crate::job::{encode, judge};
use crate::program::{Bytes, Program, check, write};

/// Makes a program of the input, and encodes it with every unit for itself and all together.
///
/// # Panics
///
/// If a type, a size, an offset, a name, or the order differs from the program's.
pub fn run(data: &[u8]) {
    let program = Program::make(&mut Bytes::new(data));
    let file = write(&program);
    for shard_bytes in [1, 32 << 20] {
        let options = Options {
            shard_bytes,
            // A random program has much that the kernel refuses: results without a size, for example.
            keep_refused: true,
            ..Options::default()
        };
        let outcome = encode(&file, &options, &NoCompanions, None).expect("valid DWARF is encoded");
        let failed = &outcome.statistics.units.failed;
        assert!(failed.is_empty(), "units that failed: {failed:?}");
        check(&program, &outcome.btf);
        judge(&outcome, None);
    }
}
