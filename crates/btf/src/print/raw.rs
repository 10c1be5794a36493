//! Types as lines of text, byte for byte as `bpftool btf dump file X format raw` prints them.
//!
//! Three deviations: bytes of a name that are not UTF-8 come out as U+FFFD, since the output is text; control characters of a
//! name come out as escapes (`\n`, `\u{1b}`), so that no name forges a line or gives a terminal orders; and kinds newer than bpftool 7.1 print their records where bpftool prints the kind alone.

use super::{encoding, linkage, name_on_line};
use crate::{Btf, Data, FwdKind, Kind, Type, TypeId};
use core::fmt::{self, Write};

/// Writes every own type of `btf`, in the order of ids. A base's types are not written, as `bpftool -B`
/// does not write them.
///
/// # Errors
///
/// Those of `out`.
pub fn write_all(out: &mut dyn Write, btf: &Btf) -> fmt::Result {
    btf.types().try_for_each(|(id, ty)| write(out, btf, id, ty))
}

/// Writes one type, own or the base's; nothing for an id that does not exist.
///
/// A type takes one line, and one more, indented by a tab, for each member, value, parameter or variable.
///
/// # Errors
///
/// Those of `out`.
pub fn write_type(out: &mut dyn Write, btf: &Btf, id: TypeId) -> fmt::Result {
    match btf.get(id) {
        Some(ty) => write(out, btf, id, ty),
        None => Ok(()),
    }
}

fn write(out: &mut dyn Write, btf: &Btf, id: TypeId, ty: Type<'_>) -> fmt::Result {
    let kind = ty.kind();
    write!(
        out,
        "{id} {} '{}'",
        kind.name(),
        name_on_line(btf, ty.name())
    )?;
    match ty.data() {
        Data::Int(int) => write!(
            out,
            " size={} bits_offset={} nr_bits={} encoding={}",
            int.size,
            int.offset,
            int.bits,
            encoding(int.encoding)
        )?,
        Data::Ptr { target }
        | Data::Typedef { target }
        | Data::Volatile { target }
        | Data::Const { target }
        | Data::Restrict { target }
        | Data::TypeTag { target } => write!(out, " type_id={}", target.0)?,
        Data::Array(array) => write!(
            out,
            " type_id={} index_type_id={} nr_elems={}",
            array.element.0, array.index.0, array.count
        )?,
        Data::Struct { size, .. } | Data::Union { size, .. } => {
            write!(out, " size={size} vlen={}", ty.vlen())?;
            for member in ty.members() {
                write!(
                    out,
                    "\n\t'{}' type_id={} bits_offset={}",
                    name_on_line(btf, member.name),
                    member.ty.0,
                    member.bit_offset
                )?;
                if member.bitfield_size != 0 {
                    write!(out, " bitfield_size={}", member.bitfield_size)?;
                }
            }
        }
        Data::Enum { size, signed } | Data::Enum64 { size, signed } => {
            let encoding = if signed { "SIGNED" } else { "UNSIGNED" };
            write!(out, " encoding={encoding} size={size} vlen={}", ty.vlen())?;
            let suffix = match (kind, signed) {
                (Kind::Enum64, true) => "LL",
                (Kind::Enum64, false) => "ULL",
                _ => "",
            };
            for value in ty.enumerators() {
                let name = name_on_line(btf, value.name);
                write!(out, "\n\t'{name}' val={}{suffix}", value.value)?;
            }
        }
        Data::Fwd(kind) => write!(out, " fwd_kind={}", fwd(kind))?,
        Data::Func {
            proto,
            linkage: number,
        } => write!(out, " type_id={} linkage={}", proto.0, linkage(number))?,
        Data::FuncProto { result } => {
            write!(out, " ret_type_id={} vlen={}", result.0, ty.vlen())?;
            for param in ty.params() {
                let name = name_on_line(btf, param.name);
                write!(out, "\n\t'{name}' type_id={}", param.ty.0)?;
            }
        }
        Data::Var {
            target,
            linkage: number,
        } => write!(out, " type_id={}, linkage={}", target.0, linkage(number))?,
        Data::Datasec { size } => {
            write!(out, " size={size} vlen={}", ty.vlen())?;
            for var in ty.variables() {
                write!(
                    out,
                    "\n\ttype_id={} offset={} size={}",
                    var.ty.0, var.offset, var.size
                )?;
                // bpftool names the kind of what stands there, which is `UNKNOWN` for void.
                let (kind, name) = match btf.get(var.ty) {
                    Some(ty) => (ty.kind().name(), name_on_line(btf, ty.name())),
                    None => ("UNKNOWN", super::ANONYMOUS.into()),
                };
                write!(out, " ({kind} '{name}')")?;
            }
        }
        Data::Float { size } => write!(out, " size={size}")?,
        Data::DeclTag { target, component } => {
            write!(out, " type_id={} component_idx={component}", target.0)?;
        }
        Data::Other => write_newer(out, btf, ty)?,
    }
    out.write_char('\n')
}

/// The kinds of the format's newest state, as bpftool's repository prints them since September 2026.
fn write_newer(out: &mut dyn Write, btf: &Btf, ty: Type<'_>) -> fmt::Result {
    match ty.kind() {
        Kind::LocParam => {
            let Some(location) = ty.location() else {
                return Ok(());
            };
            let (size, flags, vlen) = (location.size, location.flags.0, ty.vlen());
            write!(
                out,
                " size={size} flags={flags:#x} vlen={vlen} values='{location}'"
            )?;
        }
        Kind::LocProto => {
            write!(out, " vlen={}", ty.vlen())?;
            for id in ty.locations() {
                write!(out, "\n\ttype_id={}", id.0)?;
                if let Some(location) = btf.get(id).and_then(Type::location) {
                    write!(out, " value='{location}'")?;
                }
            }
        }
        Kind::LocSec => {
            write!(out, " vlen={}", ty.vlen())?;
            for site in ty.inline_sites() {
                let (func, proto, offset) = (site.func, site.locations.0, site.offset);
                let func_name = btf.get(func).map(Type::name).unwrap_or_default();
                write!(
                    out,
                    "\n\tname='{}' func_type_id={} loc_proto_type_id={proto} offset={offset}",
                    name_on_line(btf, func_name),
                    func.0
                )?;
            }
        }
        _ => write!(
            out,
            " kind={} vlen={} bytes={}",
            ty.info().kind_number(),
            ty.vlen(),
            ty.byte_len()
        )?,
    }
    Ok(())
}

fn fwd(kind: FwdKind) -> &'static str {
    match kind {
        FwdKind::Struct => "struct",
        FwdKind::Union => "union",
    }
}
