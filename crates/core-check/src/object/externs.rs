//! What an object expects by name from the kernel: functions, variables, and options of its configuration.

use super::Refused;
use btf::{Btf, Data, Kind, TypeId};
use elf::{Symbol, SymbolBinding, SymbolKind, SymbolSection, Symbols};

/// What an extern is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum ExternKind {
    /// A value of the kernel's configuration.
    Config,
    /// The address of a symbol.
    Symbol,
    /// A variable with a type.
    Variable,
    /// A function: a kfunc.
    Function,
}

/// An undefined symbol of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extern {
    /// The symbol's name.
    pub name: String,
    /// What it is.
    pub kind: ExternKind,
    /// The object works without it.
    pub is_weak: bool,
    /// The VAR or FUNC that declares it.
    pub id: TypeId,
    /// Of a variable its type, of a function its prototype.
    pub ty: TypeId,
}

/// Reads the externs of an object. Those that its BTF does not declare go to `refused`.
pub(super) fn read(
    btf: Option<&Btf>,
    symbols: &Symbols,
    refused: &mut Vec<Refused>,
) -> Vec<Extern> {
    let mut externs = Vec::new();
    for symbol in symbols.iter().filter(is_extern) {
        let name = String::from_utf8_lossy(symbol.name).into_owned();
        let Some(btf) = btf else {
            refused.push(Refused::ExternWithoutType { name });
            continue;
        };
        let is_weak = symbol.binding == SymbolBinding::WEAK;
        match declared(btf, symbol.name) {
            Some((kind, id, ty)) => externs.push(Extern {
                name,
                kind,
                is_weak,
                id,
                ty,
            }),
            None => refused.push(Refused::ExternWithoutType { name }),
        }
    }
    externs
}

fn is_extern(symbol: &Symbol<'_>) -> bool {
    symbol.section == SymbolSection::Undefined
        && symbol.kind == SymbolKind::NOTYPE
        && (symbol.binding == SymbolBinding::GLOBAL || symbol.binding == SymbolBinding::WEAK)
        && !symbol.name.is_empty()
}

/// The kind, declaration, and type of an extern, from the section of the BTF that lists it.
fn declared(btf: &Btf, name: &[u8]) -> Option<(ExternKind, TypeId, TypeId)> {
    let (id, ty) = btf.types().find(|(_, ty)| {
        matches!(ty.kind(), Kind::Var | Kind::Func) && btf.string(ty.name()) == Some(name)
    })?;
    let mut sections = btf.types().filter(|(_, ty)| ty.kind() == Kind::Datasec);
    let (_, section) =
        sections.find(|(_, section)| section.variables().any(|variable| variable.ty == id))?;
    let of = match ty.data() {
        Data::Var { target, .. } => target,
        Data::Func { proto, .. } => proto,
        _ => return None,
    };
    let kind = match btf.string(section.name())? {
        b".kconfig" => ExternKind::Config,
        b".ksyms" if ty.kind() == Kind::Func => ExternKind::Function,
        b".ksyms" if btf::layout::resolve(btf, of).is_none() => ExternKind::Symbol,
        b".ksyms" => ExternKind::Variable,
        _ => return None,
    };
    Some((kind, id, of))
}
