//! The order of a header: every type before the types that need it.
//!
//! A type held by value must be complete before; a type behind a pointer needs its name declared
//! only. Typedefs and enumerations have no forward form in C, so they come before either use.

use super::{CError, Printer, kfuncs, names};
use crate::layout::MAX_CHAIN;
use crate::{Array, Btf, Data, Kind, Type, TypeId};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Write as _;

/// Prints every own type of the BTF and what those need, and its kfuncs.
pub(super) fn print_all(printer: &mut Printer<'_, '_>) -> Result<(), CError> {
    let btf = printer.btf;
    let mut order = Order::new(btf);
    let inlined = anonymous_enums_in_use(btf);
    for (id, ty) in btf.types() {
        let is_enum = matches!(ty.kind(), Kind::Enum | Kind::Enum64);
        if is_enum
            && btf.name(id).is_empty()
            && ty.vlen() > 0
            && !inlined.get(id.index()).copied().unwrap_or(false)
        {
            printer.statement(id, true)?;
            printer.out.write_str("\n\n")?;
        }
    }
    for (id, ty) in btf.types() {
        match ty.kind() {
            Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 | Kind::Fwd
                if printer.is_nameless(id) => {}
            Kind::Struct
            | Kind::Union
            | Kind::Enum
            | Kind::Enum64
            | Kind::Fwd
            | Kind::Typedef
            | Kind::Int
            | Kind::Float => order.visit_all(printer, id)?,
            _ => {}
        }
    }
    kfuncs::print(printer, &mut order)
}

/// Prints some types and what those need.
pub(super) fn print_some(printer: &mut Printer<'_, '_>, ids: &[TypeId]) -> Result<(), CError> {
    let btf = printer.btf;
    let mut order = Order::new(btf);
    for &id in ids {
        let Some(ty) = btf.get(id) else { continue };
        match ty.data() {
            Data::Func { .. } | Data::Var { .. } => {
                if let Some(target) = ty.target() {
                    order.visit_all(printer, target)?;
                }
                printer.statement(id, true)?;
                printer.out.write_str("\n\n")?;
            }
            // Sections and tags are no types of C.
            Data::Datasec { .. } | Data::DeclTag { .. } => {}
            _ => order.visit_all(printer, id)?,
        }
    }
    Ok(())
}

/// Anonymous enumerations that a type writes out where it names them.
fn anonymous_enums_in_use(btf: &Btf) -> Vec<bool> {
    let mut used = vec![false; btf.end_id().index()];
    let mut mark = |id: TypeId| {
        if let Some(used) = used.get_mut(id.index()) {
            *used = true;
        }
    };
    for (_, ty) in btf.types() {
        match ty.data() {
            Data::Array(Array { element, .. }) => mark(element),
            Data::Ptr { target }
            | Data::Typedef { target }
            | Data::Const { target }
            | Data::Volatile { target }
            | Data::Restrict { target }
            | Data::TypeTag { target } => mark(target),
            _ => ty.members().for_each(|member| mark(member.ty)),
        }
    }
    used
}

/// What has been printed of each type, and what is being worked on.
pub(super) struct Order {
    states: Vec<u8>,
    stack: Vec<Frame>,
}

/// Declared: its name may be used behind a pointer.
const DECLARED: u8 = 1;
/// Its dependencies are being printed.
const ACTIVE: u8 = 2;
/// Printed, with all it needs.
const DONE: u8 = 4;

/// A type whose dependencies are being visited.
struct Frame {
    id: TypeId,
    /// The next member or parameter.
    index: usize,
    /// For a typedef: whether what it stands for must be complete.
    strong: bool,
    /// The statement in whose text this type is written: itself, or for an anonymous type and a
    /// prototype the statement that names it.
    owner: TypeId,
}

impl Order {
    fn new(btf: &Btf) -> Order {
        Order {
            states: vec![0; btf.end_id().index()],
            stack: Vec::new(),
        }
    }

    fn state(&self, id: TypeId) -> u8 {
        self.states.get(id.index()).copied().unwrap_or(DONE)
    }

    fn set(&mut self, id: TypeId, bits: u8) {
        if let Some(state) = self.states.get_mut(id.index()) {
            *state |= bits;
        }
    }

    fn clear_active(&mut self, id: TypeId) {
        if let Some(state) = self.states.get_mut(id.index()) {
            *state &= !ACTIVE;
        }
    }

    /// Prints what a type needs, then the type.
    pub(super) fn visit_all(
        &mut self,
        printer: &mut Printer<'_, '_>,
        id: TypeId,
    ) -> Result<(), CError> {
        self.visit(printer, id, true)?;
        while let Some(frame) = self.stack.last_mut() {
            let (id, index, strong) = (frame.id, frame.index, frame.strong);
            frame.index += 1;
            let Some(ty) = printer.btf.get(id) else {
                self.stack.pop();
                continue;
            };
            match next_dependency(ty, index) {
                Some((target, strong)) => self.visit(printer, target, strong)?,
                None => {
                    self.stack.pop();
                    self.finish(printer, id, ty, strong)?;
                }
            }
        }
        Ok(())
    }

    /// All a type needs is there: print it, if it is a statement of its own.
    fn finish(
        &mut self,
        printer: &mut Printer<'_, '_>,
        id: TypeId,
        ty: Type<'_>,
        strong: bool,
    ) -> Result<(), CError> {
        self.clear_active(id);
        self.set(id, DONE);
        let own =
            ty.kind() == Kind::Typedef || !printer.btf.name(id).is_empty() || printer.is_tagged(id);
        if own && ty.kind() != Kind::FuncProto {
            print(printer, id, true)?;
        }
        if ty.kind() == Kind::Typedef && strong {
            self.visit(printer, ty.target().unwrap_or_default(), true)?;
        }
        Ok(())
    }

    /// Follows a reference until a type that is done, can be printed at once, or has dependencies of
    /// its own, which then goes on the stack.
    fn visit(
        &mut self,
        printer: &mut Printer<'_, '_>,
        id: TypeId,
        strong: bool,
    ) -> Result<(), CError> {
        let (mut id, mut strong) = (id, strong);
        let owner = self.stack.last().map_or(TypeId::VOID, |frame| frame.owner);
        for _ in 0..MAX_CHAIN {
            let Some(ty) = printer.btf.get(id) else { break };
            let state = self.state(id);
            let named = (!ty.name().is_empty() && !printer.btf.name(id).is_empty())
                || printer.is_tagged(id);
            let mut enter = |strong, owner| {
                self.stack.push(Frame {
                    id,
                    index: 0,
                    strong,
                    owner,
                });
            };
            match ty.data() {
                Data::Const { target }
                | Data::Volatile { target }
                | Data::Restrict { target }
                | Data::TypeTag { target } => id = target,
                Data::Ptr { target } => (id, strong) = (target, false),
                // C wants complete elements even behind a pointer.
                Data::Array(Array { element, .. }) => (id, strong) = (element, true),
                Data::Typedef { target } if state & DONE != 0 && strong => id = target,
                Data::Typedef { .. } if state != 0 => break,
                Data::Typedef { .. } => {
                    if printer.btf.string(ty.name()) == Some(b"__builtin_va_list") {
                        self.set(id, DONE);
                        break;
                    }
                    enter(strong, id);
                    self.set(id, ACTIVE);
                    break;
                }
                Data::Struct { .. } | Data::Union { .. } if named && !strong => {
                    if state & (DONE | DECLARED) == 0 && owner != id {
                        self.set(id, DECLARED);
                        print(printer, id, false)?;
                    }
                    break;
                }
                Data::Struct { .. } | Data::Union { .. } => {
                    if state & (DONE | ACTIVE) == 0 {
                        enter(true, if named { id } else { owner });
                        self.set(id, ACTIVE);
                    }
                    break;
                }
                Data::FuncProto { .. } => {
                    if state & (DONE | ACTIVE) == 0 {
                        enter(false, owner);
                        self.set(id, ACTIVE);
                    }
                    break;
                }
                Data::Enum { .. } | Data::Enum64 { .. } | Data::Fwd(_) => {
                    if named && state & DONE == 0 {
                        self.set(id, DONE);
                        print(printer, id, true)?;
                    }
                    break;
                }
                Data::Int(_) | Data::Float { .. } => {
                    if state & DONE == 0 {
                        self.set(id, DONE);
                        print_number(printer, ty)?;
                    }
                    break;
                }
                _ => break,
            }
        }
        Ok(())
    }
}

/// The dependency with this number, and whether it must be complete.
fn next_dependency(ty: Type<'_>, index: usize) -> Option<(TypeId, bool)> {
    match ty.kind() {
        Kind::Typedef => (index == 0).then(|| (ty.target().unwrap_or_default(), false)),
        Kind::FuncProto => match index {
            0 => Some((TypeId(ty.size_or_type()), false)),
            n => {
                let param = ty.tail().as_chunks::<2>().0.get(n - 1)?;
                Some((TypeId(param[1]), false))
            }
        },
        _ => crate::layout::member_at(ty, index).map(|member| (member.ty, true)),
    }
}

fn print(printer: &mut Printer<'_, '_>, id: TypeId, full: bool) -> Result<(), CError> {
    let start = printer.out.passed();
    printer.statement(id, full)?;
    let end = printer.out.passed();
    printer.out.write_str("\n\n")?;
    if full {
        printer.guard(id, start..end);
    }
    Ok(())
}

/// Declares a number whose name is not C's: Arm's `__Poly8_t`, `bool` of newer C, other languages'.
fn print_number(printer: &mut Printer<'_, '_>, ty: Type<'_>) -> Result<(), CError> {
    let name = printer.btf.str(ty.name());
    let plain = names::identifier(&name);
    if name.is_empty() || names::is_builtin_of(&name, ty.size()) {
        return Ok(());
    }
    let Some(name) = printer.names.new_number(&plain, ty) else {
        return Ok(());
    };
    let size = ty.size().unwrap_or(0);
    let is_float = ty.kind() == Kind::Float;
    let (signed, boolean) = match ty.data() {
        Data::Int(int) => (int.encoding.is_signed(), int.encoding.0 & 4 != 0),
        _ => (false, false),
    };
    let start = printer.out.passed();
    let base = match (is_float, size) {
        (true, 4) => "float",
        (true, 8) => "double",
        (true, _) => "long double",
        (_, 1) if boolean => "_Bool",
        (_, 1) => "char",
        (_, 2) => "short",
        (_, 8) => "long long",
        (_, 16) => "__int128",
        _ => "int",
    };
    let sign = match (is_float || boolean, signed) {
        (true, _) => "",
        (_, true) => "signed ",
        (_, false) => "unsigned ",
    };
    if is_float && plain.contains("loat128") {
        // Compilers know this number for some machines only: it keeps its size and place.
        write!(
            printer.out,
            "typedef struct {{ char bytes[16]; }} __attribute__((aligned(16))) {name};"
        )?;
    } else {
        write!(printer.out, "typedef {sign}{base} {name};")?;
    }
    let end = printer.out.passed();
    printer.guard_name("typedef", &name, start..end);
    Ok(printer.out.write_str("\n\n")?)
}
