//! What an object expects by name from the kernel: functions, variables, and options of its configuration.

use super::Refused;
use super::copies::Copies;
use btf::{Btf, Data, Kind, TypeId};
use elf::{Symbol, SymbolBinding, SymbolKind, SymbolSection, Symbols};
use rustc_hash::FxHashMap;

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
    copies: &mut Copies,
) -> Vec<Extern> {
    let mut externs = Vec::new();
    let declared = btf.map(Declared::of);
    for symbol in symbols.iter().filter(is_extern) {
        let name = copies.text(symbol.name);
        let Some(declared) = &declared else {
            refused.push(Refused::ExternWithoutType { name });
            continue;
        };
        let is_weak = symbol.binding == SymbolBinding::WEAK;
        match declared.find(symbol.name) {
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

/// What the BTF declares by name, and in which section.
struct Declared<'a> {
    btf: &'a Btf,
    by_name: FxHashMap<&'a [u8], TypeId>,
    sections: FxHashMap<TypeId, &'a [u8]>,
}

impl<'a> Declared<'a> {
    fn of(btf: &'a Btf) -> Declared<'a> {
        let mut declared = Declared {
            btf,
            by_name: FxHashMap::default(),
            sections: FxHashMap::default(),
        };
        for (id, ty) in btf.types() {
            let Some(name) = btf.string(ty.name()) else {
                continue;
            };
            match ty.kind() {
                Kind::Var | Kind::Func => {
                    declared.by_name.entry(name).or_insert(id);
                }
                Kind::Datasec => {
                    for variable in ty.variables() {
                        declared.sections.entry(variable.ty).or_insert(name);
                    }
                }
                _ => {}
            }
        }
        declared
    }

    /// The kind, declaration, and type of an extern.
    fn find(&self, name: &[u8]) -> Option<(ExternKind, TypeId, TypeId)> {
        let id = *self.by_name.get(name)?;
        let ty = self.btf.get(id)?;
        let of = match ty.data() {
            Data::Var { target, .. } => target,
            Data::Func { proto, .. } => proto,
            _ => return None,
        };
        let kind = match *self.sections.get(&id)? {
            b".kconfig" => ExternKind::Config,
            b".ksyms" if ty.kind() == Kind::Func => ExternKind::Function,
            b".ksyms" if btf::layout::resolve(self.btf, of).is_none() => ExternKind::Symbol,
            b".ksyms" => ExternKind::Variable,
            _ => return None,
        };
        Some((kind, id, of))
    }
}
