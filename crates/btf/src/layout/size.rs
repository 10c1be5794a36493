//! Sizes of types.

use super::long::size_of_long;
use crate::{Array, Btf, Data, Kind, Member, StringOffset, Type, TypeId};

/// How many typedefs, qualifiers, pointers or arrays in a row are followed. Real code has about ten;
/// bad input can have a loop.
pub const MAX_CHAIN: usize = 128;

/// Size of a pointer in bytes: that of the INT named `long`, under the names that compilers give it; 8 if none exists.
/// (BTF does not record it, and on all of Linux's machines the two are equal.)
pub fn pointer_size(btf: &Btf) -> u64 {
    size_of_long(btf).unwrap_or(8)
}

/// The type behind typedefs, qualifiers and type tags. `None` for `void`, an id that does not exist, and a loop.
pub fn resolve(btf: &Btf, id: TypeId) -> Option<(TypeId, Type<'_>)> {
    let mut id = id;
    for _ in 0..MAX_CHAIN {
        let ty = btf.get(id)?;
        match ty.kind() {
            Kind::Typedef | Kind::Const | Kind::Volatile | Kind::Restrict | Kind::TypeTag => {
                id = ty.target()?;
            }
            _ => return Some((id, ty)),
        }
    }
    None
}

/// The type behind typedefs, qualifiers, tags and arrays, and how many of it the arrays have in all.
/// `None` as for [`resolve`], and if the count passes 64 bits.
pub fn strip_arrays(btf: &Btf, id: TypeId) -> Option<(TypeId, Type<'_>, u64)> {
    let (mut id, mut count) = (id, 1u64);
    // One bound for both, so that nothing costs more than a chain's length.
    for _ in 0..MAX_CHAIN {
        let ty = btf.get(id)?;
        match ty.data() {
            Data::Typedef { target }
            | Data::Const { target }
            | Data::Volatile { target }
            | Data::Restrict { target }
            | Data::TypeTag { target } => id = target,
            Data::Array(Array {
                element, count: n, ..
            }) => {
                count = count.checked_mul(u64::from(n))?;
                id = element;
            }
            _ => return Some((id, ty, count)),
        }
    }
    None
}

/// The size of a type in bytes, as C's `sizeof`. `None` for functions, `void`, forwards, ids that do not exist, loops, and
/// arrays too large for 64 bits.
///
/// ```
/// use btf::{Array, Btf, TypeId, layout::size_of};
///
/// let mut btf = Btf::new();
/// let pointer = btf.add_ptr(TypeId::VOID)?;
/// let table = btf.add_array(Array { element: pointer, index: pointer, count: 3 })?;
/// assert_eq!(size_of(&btf, table), Some(24));
/// assert_eq!(size_of(&btf, TypeId::VOID), None);
/// # Ok::<(), btf::Error>(())
/// ```
pub fn size_of(btf: &Btf, id: TypeId) -> Option<u64> {
    size_with(btf, id, None)
}

/// [`size_of`] with a known pointer size, so that it need not be looked for each time.
pub(crate) fn size_with(btf: &Btf, id: TypeId, pointer: Option<u64>) -> Option<u64> {
    let (_, ty, count) = strip_arrays(btf, id)?;
    let one = match ty.data() {
        Data::Ptr { .. } => pointer.unwrap_or_else(|| pointer_size(btf)),
        Data::Var { target, .. } => {
            let (_, ty, count) = strip_arrays(btf, target)?;
            let one = match ty.kind() {
                Kind::Ptr => pointer.unwrap_or_else(|| pointer_size(btf)),
                _ => u64::from(ty.size()?),
            };
            one.checked_mul(count)?
        }
        _ => u64::from(ty.size()?),
    };
    one.checked_mul(count)
}

/// The member with this number; `None` past the last. [`Type::members`] is for all of them in a row,
/// this is for stopping and going on.
pub(crate) fn member_at(ty: Type<'_>, index: usize) -> Option<Member> {
    if !ty.kind().is_composite() {
        return None;
    }
    let start = index.checked_mul(3)?;
    let &[name, id, offset] = ty.tail().get(start..start.checked_add(3)?)? else {
        return None;
    };
    let flag = ty.kind_flag();
    Some(Member {
        name: StringOffset(name),
        ty: TypeId(id),
        bit_offset: if flag { offset & 0x00ff_ffff } else { offset },
        bitfield_size: if flag { (offset >> 24) as u8 } else { 0 },
    })
}

/// A member with its type's size and, for a bitfield of either encoding, its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Offset from the start of the struct, in bits.
    pub bit_offset: u64,
    /// Width of a bitfield in bits, else 0.
    pub width: u64,
    /// Size of the member's type in bytes; 0 when it has none.
    pub size: u64,
}

impl Resolved {
    /// Resolves `member`: a bitfield may be told by the member (kind flag) or by the offset and width
    /// in its INT, as encoders before 2018 wrote it.
    pub(crate) fn new(btf: &Btf, member: &Member, pointer: u64) -> Resolved {
        let size = size_with(btf, member.ty, Some(pointer)).unwrap_or(0);
        let mut field = Resolved {
            bit_offset: u64::from(member.bit_offset),
            width: u64::from(member.bitfield_size),
            size,
        };
        if field.width == 0
            && let Some((_, ty)) = resolve(btf, member.ty)
            && let Data::Int(int) = ty.data()
            && (int.offset != 0 || u64::from(int.bits) != u64::from(int.size) * 8)
        {
            field.bit_offset += u64::from(int.offset);
            field.width = u64::from(int.bits);
        }
        field
    }

    /// The bit after the last one, counted from the start of the struct.
    pub fn bit_end(&self) -> u64 {
        let bits = if self.width == 0 {
            self.size.saturating_mul(8)
        } else {
            self.width
        };
        self.bit_offset.saturating_add(bits)
    }
}
