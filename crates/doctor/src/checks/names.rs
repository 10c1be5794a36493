//! Names that begin inside another string. Encoders write each name whole, so such an offset is of other strings.

use super::EXAMPLES;
use btf::{Btf, StringOffset};

/// Names that begin inside another string.
#[derive(Debug, Default)]
pub(crate) struct Cut {
    pub count: u64,
    pub of: u64,
    pub examples: Vec<String>,
}

impl Cut {
    /// Looks at all names of the own types and their members.
    pub fn of(btf: &Btf) -> Cut {
        let mut cut = Cut::default();
        for (_, ty) in btf.types() {
            for name in ty.names() {
                if name.is_empty() {
                    continue;
                }
                cut.of += 1;
                // A string that begins one byte earlier and is not empty contains this one.
                let inside = btf
                    .string(StringOffset(name.0 - 1))
                    .is_none_or(|before| !before.is_empty());
                if inside && name.0 != own_start(btf, name) {
                    cut.count += 1;
                    if cut.examples.len() < EXAMPLES {
                        cut.examples.push(btf.str(name).into_owned());
                    }
                }
            }
        }
        cut
    }
}

/// The offset at which the string section of a name starts: nothing comes before it.
fn own_start(btf: &Btf, name: StringOffset) -> u32 {
    let mut btf = btf;
    while name.0 < btf.strings().start() {
        let Some(base) = btf.base() else { break };
        btf = base;
    }
    btf.strings().start()
}
