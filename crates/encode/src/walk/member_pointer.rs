//! C++ pointers to members, as the Itanium C++ ABI lays them out (section 2.3): that to data is an offset, as
//! wide as a pointer; that to a function is an address and an offset, for which gcc has the names
//! `__pfn` and `__delta`.

use super::encoder::Encoder;
use super::pending::MemberPointer;
use crate::names::Names;
use crate::types::members;
use crate::types::type_ids::KEY;
use crate::unit::Unit;
use btf::{Data, Info, IntEncoding, Kind, StringOffset};

/// How many qualifiers and typedefs are followed.
const STEPS: usize = 64;

impl Encoder {
    /// Emits all of the unit's pointers to members. They wait for the end of the walk, since what they
    /// point to may be a later DIE.
    pub(super) fn emit_member_pointers(
        &mut self,
        unit: &mut Unit,
        pointer: u64,
        names: &mut Names,
    ) {
        let mut numbers = [None; 2];
        for MemberPointer { key, ty, says_long } in std::mem::take(&mut self.member_pointers) {
            let number = *numbers[usize::from(says_long)]
                .get_or_insert_with(|| offset_type(unit, pointer, says_long, names));
            if !self.is_function(unit, ty) {
                self.type_ids.define(key, number);
                continue;
            }
            let address = unit.push(&[0, Info::new(Kind::Ptr, 0, false).0, ty]);
            let parts = [names.intern(b"__pfn"), names.intern(b"__delta")];
            let types = [address, number];
            let words = members::pair(StringOffset::EMPTY, parts, types, pointer as u32);
            let id = unit.push(&words);
            self.type_ids.define(key, id);
        }
    }

    /// Whether a word leads to a prototype. Words of types still hold keys.
    fn is_function(&self, unit: &Unit, mut word: u32) -> bool {
        for _ in 0..STEPS {
            let id = match word & KEY {
                0 => Some(word),
                _ => self.type_ids.id(word & !KEY),
            };
            let Some(ty) = id.and_then(|id| unit.get(id)) else {
                return false;
            };
            word = match ty.data() {
                Data::FuncProto { .. } => return true,
                Data::Typedef { target }
                | Data::Const { target }
                | Data::Volatile { target }
                | Data::TypeTag { target } => target.0,
                _ => return false,
            };
        }
        false
    }
}

/// `ptrdiff_t`, under the compiler's name for it: clang 14 and newer call it `long`, gcc and older clang `long int`.
fn offset_type(unit: &mut Unit, pointer: u64, says_long: bool, names: &mut Names) -> u32 {
    let (name, size): (&[u8], _) = match (pointer, says_long) {
        (8, false) => (b"long int", 8),
        (8, true) => (b"long", 8),
        _ => (b"int", 4),
    };
    let data = (u32::from(IntEncoding::SIGNED.0) << 24) | (size * 8);
    let name = names.intern(name);
    unit.push(&[name.0, Info::new(Kind::Int, 0, false).0, size, data])
}
