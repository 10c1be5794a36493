//! What a relocation computes from an access: offsets, sizes, shifts.

use super::access::{Access, Step};
use super::kind::RelocationKind as Kind;
use super::{Fatal, skip};
use btf::{Btf, Data, Type, TypeId, layout};

/// A value, and what the instruction needs to know of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Computed {
    pub value: u64,
    /// Whether the instruction must contain the object's value.
    pub checked: bool,
    /// Of a byte offset: the type that is read there, and its size.
    pub field: Option<(TypeId, u32)>,
}

impl Computed {
    fn of(value: u64) -> Computed {
        Computed {
            value,
            checked: true,
            field: None,
        }
    }
}

/// The bytes that are loaded to read a field.
struct Load {
    offset: u32,
    size: u32,
    /// Bits of the field.
    bits: u32,
    is_bitfield: bool,
}

/// The value of a relocation; `None` if it is poison. `access` is `None` if no candidate matches.
///
/// # Errors
///
/// [`Fatal`] for what ends a load.
pub(crate) fn compute(
    kind: Kind,
    btf: &Btf,
    access: Option<&Access>,
    big_endian: bool,
) -> Result<Option<Computed>, Fatal> {
    let Some(access) = access else {
        return Ok(kind.is_question().then(|| Computed {
            checked: kind != Kind::TargetTypeId,
            ..Computed::of(0)
        }));
    };
    let computed = match kind {
        Kind::FieldExists | Kind::TypeExists | Kind::TypeMatches | Kind::EnumvalExists => {
            Computed::of(1)
        }
        Kind::LocalTypeId | Kind::TargetTypeId => Computed {
            checked: false,
            ..Computed::of(access.root.0.into())
        },
        Kind::TypeSize => Computed::of(layout::size_of(btf, access.root).ok_or(Fatal::NoSize)?),
        Kind::EnumvalValue => Computed::of(enumerator(btf, access).ok_or(Fatal::NoSize)?),
        Kind::ByteOff | Kind::ByteSz | Kind::Signed | Kind::LshiftU64 | Kind::RshiftU64 => {
            field(kind, btf, access, big_endian)?
        }
    };
    Ok(Some(computed))
}

fn field(kind: Kind, btf: &Btf, access: &Access, big_endian: bool) -> Result<Computed, Fatal> {
    let Some(member) = access.last_member(btf) else {
        let Some(&Step::Element { ty, .. }) = access.steps.last() else {
            return Err(Fatal::NoSize);
        };
        return match kind {
            Kind::ByteOff => Ok(Computed {
                field: innermost(btf, ty),
                ..Computed::of((access.bit_offset / 8).into())
            }),
            Kind::ByteSz => Ok(Computed::of(layout::size_of(btf, ty).ok_or(Fatal::NoSize)?)),
            _ => Err(Fatal::OnElement { kind }),
        };
    };
    let declared = skip(btf, member.ty);
    let load = load(btf, access, member, declared.map(|(_, ty)| ty))?;
    let checked = !load.is_bitfield;
    Ok(match kind {
        Kind::ByteOff => Computed {
            checked,
            field: innermost(btf, member.ty).filter(|_| checked),
            ..Computed::of(load.offset.into())
        },
        Kind::ByteSz => Computed {
            checked,
            ..Computed::of(load.size.into())
        },
        Kind::Signed => {
            let signed = match declared.map(|(_, ty)| ty.data()) {
                Some(Data::Int(int)) => int.encoding.is_signed(),
                Some(Data::Enum { signed, .. } | Data::Enum64 { signed, .. }) => signed,
                _ => false,
            };
            Computed::of(signed.into())
        }
        Kind::RshiftU64 => Computed::of(64u64.wrapping_sub(load.bits.into())),
        _ => {
            let before = u64::from(access.bit_offset).wrapping_sub(u64::from(load.offset) * 8);
            let shift = match big_endian {
                true => 8u64
                    .wrapping_sub(load.size.into())
                    .wrapping_mul(8)
                    .wrapping_add(before),
                false => 64u64.wrapping_sub(before.wrapping_add(load.bits.into())),
            };
            Computed {
                checked,
                ..Computed::of(shift)
            }
        }
    })
}

fn load(
    btf: &Btf,
    access: &Access,
    member: btf::Member,
    declared: Option<Type<'_>>,
) -> Result<Load, Fatal> {
    let bits = u32::from(member.bitfield_size);
    if bits == 0 {
        let size = layout::size_of(btf, member.ty).ok_or(Fatal::NoSize)? as u32;
        return Ok(Load {
            offset: access.bit_offset / 8,
            size,
            bits: size.wrapping_mul(8),
            is_bitfield: false,
        });
    }
    let mut size = declared.and_then(Type::size).filter(|size| *size > 0);
    let end = u64::from(access.bit_offset) + u64::from(bits);
    while let Some(unit) = size {
        let offset = access.bit_offset / 8 / unit * unit;
        if end - u64::from(offset) * 8 <= u64::from(unit) * 8 {
            return Ok(Load {
                offset,
                size: unit,
                bits,
                is_bitfield: true,
            });
        }
        size = (unit < 8).then(|| unit * 2);
    }
    Err(Fatal::BitfieldTooWide)
}

/// The type of an array's elements, or the type itself, with its size.
fn innermost(btf: &Btf, id: TypeId) -> Option<(TypeId, u32)> {
    let (id, _, _) = layout::strip_arrays(btf, id)?;
    Some((id, layout::size_of(btf, id)? as u32))
}

fn enumerator(btf: &Btf, access: &Access) -> Option<u64> {
    let &Step::Enumerator { parent, index } = access.steps.first()? else {
        return None;
    };
    let ty = btf.get(parent)?;
    let value = ty.enumerators().nth(index as usize)?.value;
    Some(match ty.data() {
        // 32 bits are extended with their sign, whether the enumeration is signed or not.
        Data::Enum { .. } => value as i32 as i64 as u64,
        _ => value as u64,
    })
}
