//! Functions: what the DIEs of a unit say about names, types and arrival of parameters.
//!
//! A function that is inlined somewhere and also exists out of line has several DIEs: an abstract one
//! with names and types, and concrete ones with addresses and locations that refer to it. What is seen
//! of a concrete parameter is shared with its abstract origin before anything is concluded. The rules
//! are pahole's; its terms are kept.

use crate::layout;
use crate::location::Registers;
use crate::names::Names;
use crate::places::Places;
use crate::references::{KEY, References};
use crate::sections::{Machine, Sections};
use crate::signature;
use crate::unit::{Function, FunctionFlags, LONGEST_CHAIN, Unit};
use btf::{Kind, StringOffset};

/// A subprogram DIE.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawFunction {
    pub key: u32,
    pub name: Option<StringOffset>,
    pub ty: u32,
    pub origin: u32,
    pub specification: u32,
    pub address: u64,
    pub declaration: bool,
    pub external: bool,
    pub inlined: bool,
    pub nocall: bool,
    pub clang: bool,
    pub variadic: bool,
    /// Parameters in the unit's list of raw parameters, in order; they need not be adjacent.
    pub params: Vec<u32>,
    pub tags: Vec<(StringOffset, i32)>,
}

/// A formal parameter of a subprogram DIE.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawParam {
    pub key: u32,
    pub name: Option<StringOffset>,
    /// Type as a word; `has_type` when the DIE itself has one.
    pub ty: u32,
    pub has_type: bool,
    pub origin: u32,
    pub has_location: bool,
    pub registers: Registers,
    pub index: u32,
    pub optimized: bool,
    pub unexpected: bool,
    pub size: u64,
    pub register: Option<u16>,
    /// The one member that is left of an aggregate: name, type.
    pub member: Option<(StringOffset, u32)>,
}

/// Everything gathered of a unit's functions.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    pub functions: Vec<RawFunction>,
    pub params: Vec<RawParam>,
    /// The order in which the functions' DIEs finish.
    pub finished: Vec<u32>,
    pub function_places: Places,
    pub param_places: Places,
}

impl Functions {
    pub(crate) fn clear(&mut self) {
        self.functions.clear();
        self.params.clear();
        self.finished.clear();
    }

    fn param_at(&self, word: u32) -> Option<usize> {
        let key = (word & KEY != 0).then_some(word & !KEY)?;
        self.param_places.find(&self.params, key, |param| param.key)
    }

    fn function_at(&self, word: u32) -> Option<usize> {
        let key = (word & KEY != 0).then_some(word & !KEY)?;
        self.function_places
            .find(&self.functions, key, |function| function.key)
    }

    /// Draws the conclusions and adds the functions that could become a FUNC to `unit`.
    pub(crate) fn conclude(
        &mut self,
        unit: &mut Unit,
        references: &References,
        sections: &Sections<'_>,
        pointer: u64,
        true_signature: bool,
        names: &mut Names,
    ) {
        let machine = sections.machine;
        let mut dangling = 0;
        for param in &mut self.params {
            param.ty = references.resolve(param.ty, &mut dangling);
        }
        let reordered = self.share_with_origins(unit, machine, pointer);
        for place in 0..self.finished.len() {
            let index = self.finished[place] as usize;
            self.analyse(index, machine, pointer, true_signature);
            let Some(function) = self.candidate(
                index,
                unit,
                references,
                reordered[index],
                sections,
                pointer,
                true_signature,
                names,
            ) else {
                continue;
            };
            unit.functions.push(function);
        }
        unit.dangling += dangling;
    }

    /// Gives concrete parameters the name and type of their origins, and origins what is seen of
    /// their concrete parameters. Tells for each function whether its parameters were reordered.
    fn share_with_origins(&mut self, unit: &Unit, machine: Machine, pointer: u64) -> Vec<bool> {
        for at in 0..self.params.len() {
            let typed = self.param_at(self.params[at].origin).unwrap_or(at);
            let size = argument_size(unit, self.params[typed].ty, pointer);
            let param = &mut self.params[at];
            param.size = size;
            let in_pieces = size > pointer && machine.aggregates_use_two;
            param.register = if in_pieces {
                param.registers.aggregate
            } else {
                param.registers.scalar
            };
            if !in_pieces {
                param.registers.fields = [0; 2];
            }
            if param.name.is_some() && param.has_type {
                param.member = signature::lone_member(unit, param, pointer);
            }
        }
        let mut reordered = vec![false; self.functions.len()];
        for &index in &self.finished {
            let function = &self.functions[index as usize];
            for &at in &function.params {
                let at = at as usize;
                let origin = self.param_at(self.params[at].origin);
                let Some(origin) = origin.filter(|_| !self.params[at].has_type) else {
                    continue;
                };
                let (name, ty, position) = (
                    self.params[origin].name,
                    self.params[origin].ty,
                    self.params[origin].index,
                );
                let param = &mut self.params[at];
                param.name = name;
                param.ty = ty;
                reordered[index as usize] |= param.index != position;
                let seen = param.clone();
                let origin = &mut self.params[origin];
                origin.has_location |= seen.has_location;
                origin.register = seen.register.or(origin.register);
                origin.registers.constant |= seen.registers.constant;
                origin.registers.stack |= seen.registers.stack;
                for place in 0..2 {
                    origin.registers.fields[place] |= seen.registers.fields[place];
                }
                origin.member = origin.member.or(seen.member);
                if seen.size != 0 {
                    origin.size = seen.size;
                }
            }
        }
        reordered
    }

    pub(crate) fn signature_changed(&self, function: &RawFunction) -> bool {
        if function.inlined {
            return false;
        }
        match self.function_at(function.origin) {
            Some(origin) => self.functions[origin].nocall,
            None => function.nocall,
        }
    }

    /// The function as it goes into [`Unit::functions`]; `None` for declarations and for functions
    /// without a name or with a parameter that has none.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is borrowed from another owner"
    )]
    fn candidate(
        &self,
        index: usize,
        unit: &mut Unit,
        references: &References,
        reordered: bool,
        sections: &Sections<'_>,
        pointer: u64,
        true_signature: bool,
        names: &mut Names,
    ) -> Option<Function> {
        let machine = sections.machine;
        let function = &self.functions[index];
        let origin = self
            .function_at(function.origin)
            .map(|at| &self.functions[at]);
        let specification = self
            .function_at(function.specification)
            .map(|at| &self.functions[at]);
        let name = function.name.or_else(|| origin.or(specification)?.name)?;
        let params = || function.params.iter().map(|&at| &self.params[at as usize]);
        if function.declaration || params().any(|param| param.name.is_none()) {
            return None;
        }
        let mut flags = FunctionFlags::default();
        let unexpected = params().any(|param| param.unexpected)
            && !params().any(|param| is_struct(unit, param.ty));
        flags.set(FunctionFlags::UNEXPECTED_REGISTER, unexpected);
        flags.set(
            FunctionFlags::OPTIMIZED_PARAMETERS,
            params().any(|param| param.optimized || !param.has_location),
        );
        let beyond = usize::from(machine.register_params);
        let uncertain = function.params.len() >= beyond
            && params().skip(beyond).any(|param| {
                unit.get(param.ty)
                    .is_some_and(|ty| ty.kind() == Kind::Struct && !ty.name().is_empty())
                    && layout::is_packed(unit, param.ty, pointer)
            });
        flags.set(FunctionFlags::UNCERTAIN_LOCATION, uncertain);
        flags.set(FunctionFlags::REORDERED_PARAMETERS, reordered);
        flags.set(
            FunctionFlags::SIGNATURE_CHANGED,
            function.clang && self.signature_changed(function),
        );
        flags.set(FunctionFlags::EXTERNAL, function.external);

        let result = match function.ty {
            0 => origin.map_or(0, |origin| origin.ty),
            ty => ty,
        };
        let mut dangling = 0;
        let result = references.resolve(result, &mut dangling);
        let start = unit.params.len() as u32;
        for param in params() {
            if reordered && (!param.has_location || param.optimized) {
                continue;
            }
            let mut name = param.name.unwrap_or_default();
            if true_signature && flags.contains(FunctionFlags::SIGNATURE_CHANGED) {
                if param.optimized {
                    continue;
                }
                if let Some((member, _)) = param.member {
                    name = signature::joined(name, member, names, sections.debug_str);
                }
            }
            unit.params.push((name, param.ty));
        }
        if function.variadic {
            unit.params.push((StringOffset::EMPTY, 0));
        }
        unit.dangling += dangling;
        Some(Function {
            name,
            address: function.address,
            result,
            params: start..unit.params.len() as u32,
            flags,
            decl_tags: function.tags.clone(),
        })
    }
}

/// Size of an argument: that of the first type on the way through typedefs, modifiers and elements
/// that has one.
fn argument_size(unit: &Unit, mut id: u32, pointer: u64) -> u64 {
    for _ in 0..LONGEST_CHAIN {
        let Some(ty) = unit.get(id) else { return 0 };
        id = match ty.kind() {
            Kind::Ptr => return pointer,
            Kind::Array => ty.tail().first().copied().unwrap_or(0),
            kind if kind.has_size() => return u64::from(ty.size_or_type()),
            kind if kind.has_target() => ty.size_or_type(),
            _ => return 0,
        };
    }
    0
}

/// Registers that an argument takes.
pub(crate) fn slots(size: u64, machine: Machine, pointer: u64) -> usize {
    if !machine.aggregates_use_two || size <= pointer {
        return 1;
    }
    usize::try_from(size.div_ceil(pointer.max(1)))
        .unwrap_or(usize::MAX)
        .clamp(1, 1 << 16)
}

/// Whether a parameter is a struct, through typedefs and const.
fn is_struct(unit: &Unit, mut id: u32) -> bool {
    for _ in 0..LONGEST_CHAIN {
        let Some(ty) = unit.get(id) else { return false };
        match ty.kind() {
            // A forward declaration is a structure_type DIE too.
            Kind::Struct => return true,
            Kind::Fwd => return !ty.kind_flag(),
            Kind::Const | Kind::Typedef => id = ty.size_or_type(),
            _ => return false,
        }
    }
    false
}
