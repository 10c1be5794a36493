//! Types as text: [`raw`] lines and [`json`] as `bpftool btf dump` prints them, [`c`] declarations and headers, and layouts
//! as pahole shows them ([`show`](mod@show)).
//!
//! Everything is written piece by piece to a [`core::fmt::Write`], so that the text of a whole kernel is never in memory.
//!
//! ```
//! use btf::{Btf, Kind, print};
//!
//! let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
//! let state = btf.find(Kind::Enum, "state").expect("the sample has it");
//! let mut raw = String::new();
//! print::raw::write_type(&mut raw, &btf, state)?;
//! assert_eq!(
//!     raw,
//!     "[4] ENUM 'state' encoding=UNSIGNED size=4 vlen=2\n\t'STATE_FREE' val=0\n\t'STATE_SOLD' val=1\n"
//! );
//!
//! let mut header = String::new();
//! print::c::print_c(&btf, &mut header)?;
//! assert!(header.contains("char name[16];"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::string::String;
pub mod c;
pub mod json;
pub mod raw;
pub mod show;

use crate::{Btf, IntEncoding, Linkage, StringOffset};
use alloc::borrow::Cow;

/// What bpftool prints in place of an empty name.
const ANONYMOUS: &str = "(anon)";

fn name(btf: &Btf, offset: StringOffset) -> Cow<'_, str> {
    if offset.is_empty() {
        return Cow::Borrowed(ANONYMOUS);
    }
    match btf.string(offset) {
        Some(bytes) => String::from_utf8_lossy(bytes),
        None => Cow::Borrowed("(invalid)"),
    }
}

/// A name with its control characters as escapes, so that it stays on its line and gives a terminal no orders. No name that
/// the kernel takes has any.
fn name_on_line(btf: &Btf, offset: StringOffset) -> Cow<'_, str> {
    let name = name(btf, offset);
    if !name.contains(char::is_control) {
        return name;
    }
    let escaped = name.chars().flat_map(|character| {
        let control = character.is_control();
        let escape = control.then(|| character.escape_default());
        escape
            .into_iter()
            .flatten()
            .chain((!control).then_some(character))
    });
    Cow::Owned(escaped.collect())
}

fn encoding(encoding: IntEncoding) -> &'static str {
    match encoding {
        IntEncoding::NONE => "(none)",
        IntEncoding::SIGNED => "SIGNED",
        IntEncoding::CHAR => "CHAR",
        IntEncoding::BOOL => "BOOL",
        _ => "UNKN",
    }
}

fn linkage(linkage: Linkage) -> &'static str {
    match linkage {
        Linkage::Static => "static",
        Linkage::Global => "global",
        Linkage::Extern => "extern",
        Linkage::Other(_) => "(unknown)",
    }
}
