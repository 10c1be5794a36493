//! Guards in headers of single types: two such headers define what both need only once.
//!
//! A guard is a macro with the name of the type; its value is a hash of the definition's text. So the preprocessor sees
//! whether a second definition is the same, and stops if it is not: types of two kernels do not mix.

use super::{Printer, names};
use crate::{Kind, TypeId};
use alloc::string::String;
use core::fmt;
use core::ops::Range;

/// How a header of all types begins.
pub(super) const BEGIN_WHOLE: &str = "#ifndef __VMLINUX_H__\n#define __VMLINUX_H__\n\n\
     #ifdef __BTF_TYPES__\n\
     #error \"include vmlinux.h before headers of single types\"\n\
     #endif\n\n";

/// How a header of some types begins. After any tool's `vmlinux.h` all types exist already.
pub(super) const BEGIN_PARTIAL: &str = "#ifndef __VMLINUX_H__\n#define __BTF_TYPES__\n\n";

/// A definition in the text of a header.
pub(super) struct Guard {
    /// The macro.
    name: String,
    /// The definition, `;` included.
    text: Range<usize>,
}

impl Printer<'_, '_> {
    /// Guards a definition, if this header has guards. What is only declared may be repeated in C.
    pub(super) fn guard(&mut self, id: TypeId, text: Range<usize>) {
        let Some(ty) = self.btf.get(id).filter(|_| self.guards.is_some()) else {
            return;
        };
        let word = match ty.kind() {
            Kind::Enum | Kind::Enum64 if ty.vlen() == 0 => return,
            Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 => names::keyword(ty),
            Kind::Typedef => "typedef",
            _ => return,
        };
        let name = self.names.of(self.btf, id);
        self.guard_name(word, &name, text);
    }

    /// Guards the definition of a C name.
    pub(super) fn guard_name(&mut self, word: &str, name: &str, text: Range<usize>) {
        if let Some(guards) = &mut self.guards {
            let name = alloc::format!("__BTF_{word}_{name}");
            guards.push(Guard { name, text });
        }
    }
}

/// Writes the text of a header with its guards, which are in the order of the text.
pub(super) fn write(text: &str, guards: &[Guard], out: &mut dyn fmt::Write) -> fmt::Result {
    let mut at = 0;
    for Guard { name, text: range } in guards {
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        let definition = part(range.clone());
        let hash = fnv(definition);
        out.write_str(part(at..range.start))?;
        write!(
            out,
            "#ifndef {name}\n#define {name} {hash:#010x}\n{definition}\n#elif {name} != {hash:#010x}\n\
             #error \"{} differs from its definition in a header before\"\n#endif",
            subject(name)
        )?;
        at = range.end;
    }
    out.write_str(text.get(at..).unwrap_or_default())
}

/// `struct foo` for `__BTF_struct_foo`.
fn subject(name: &str) -> String {
    let name = name.trim_start_matches("__BTF_");
    name.replacen('_', " ", 1)
}

/// The 32-bit FNV-1a hash: the same text has the same number in every header, by any version.
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
