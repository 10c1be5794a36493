//! Types as text: the raw lines and the JSON of `bpftool btf dump`.
//!
//! Everything is written piece by piece to a [`std::fmt::Write`], so that a whole kernel's types never
//! stand in memory as text.

pub mod c;
pub mod json;
pub mod raw;
pub mod show;

use crate::{Btf, IntEncoding, Linkage, StringOffset};
use std::borrow::Cow;

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
