//! What subprogram DIEs say about functions, by the rules of docs/function-rules.md.
//!
//! ```text
//! walk ──RawFunction, RawParam──> instances ──> arrival or remains ──> findings ──> Function
//!  └─location, expression           (§4)         (§7.1, §7.2, §7.3)       (§8)
//!          (§5)
//! ```
//!
//! Which descriptions become a FUNC is a question of the whole file, and not decided here.

mod argument;
mod arrival;
mod expression;
mod findings;
mod instances;
pub(crate) mod location;
mod remains;

use crate::debug_str::DebugStr;
use crate::die_index::DieIndex;
use crate::names::Names;
use crate::types::type_ids::TypeIds;
use crate::unit::{Function, FunctionFlags, Unit};
use crate::unit_context::UnitContext;
use argument::{Argument, Convention, size_of_argument};
use btf::StringOffset;
use expression::OnEntry;

/// A subprogram DIE, as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawFunction {
    pub key: u32,
    pub name: Option<StringOffset>,
    /// The word of the type it returns.
    pub ty: u32,
    /// The words of its abstract origin and of its specification.
    pub origin: u32,
    pub specification: u32,
    /// 0 when the DIE has none.
    pub address: u64,
    pub declaration: bool,
    pub external: bool,
    /// Whether it is inlined somewhere (`DW_AT_inline`): an abstract instance.
    pub inlined: bool,
    /// Whether its calling convention is `DW_CC_nocall`.
    pub nocall: bool,
    /// Whether it is in a unit that clang made.
    pub clang: bool,
    /// Whether `...` follows its parameters.
    pub variadic: bool,
    /// Its first and its last parameter in [`Functions::params`], where each names the next one.
    pub params: Option<(u32, u32)>,
    /// Its tags and those of its parameters.
    pub tags: Vec<(StringOffset, i32)>,
    /// Whether its parameters are in another order than its abstract origin's: known in the end.
    pub reordered: bool,
}

/// A parameter of a subprogram DIE.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawParam {
    pub key: u32,
    pub name: Option<StringOffset>,
    /// The word of its type; in the end its id.
    pub ty: u32,
    pub has_type: bool,
    /// The word of its abstract origin.
    pub origin: u32,
    pub has_location: bool,
    pub on_entry: OnEntry,
    /// The next parameter of its DIE; parameters of another one may stand between them.
    pub next: Option<u32>,
    /// Its place among the parameters of its DIE.
    pub index: u32,
    /// Where the only piece starts that its own location has, whatever instances tell: known in the end.
    pub lone_start: Option<u64>,
    /// The register in which the argument is found: known in the end.
    pub register: Option<u8>,
    /// The place of its abstract origin in [`Functions::params`]: known in the end.
    pub origin_place: Option<u32>,
    /// The type that has the argument's size: known in the end.
    pub size_from: u32,
}

/// The functions of a unit and of what it refers to.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    pub functions: Vec<RawFunction>,
    pub params: Vec<RawParam>,
    /// Functions to be described, in the order in which their DIEs ended.
    pub finished: Vec<u32>,
    pub function_index: DieIndex,
    pub param_index: DieIndex,
    /// Parameters of the function at hand.
    arguments: Vec<Argument>,
}

impl Functions {
    /// Adds a parameter to a function, and gives its place among the function's.
    pub(crate) fn add_param(&mut self, function: u32, param: RawParam) -> u32 {
        let at = self.params.len() as u32;
        let owner = &mut self.functions[function as usize];
        let index = match owner.params {
            Some((first, last)) => {
                owner.params = Some((first, at));
                let last = &mut self.params[last as usize];
                last.next = Some(at);
                last.index + 1
            }
            None => {
                owner.params = Some((at, at));
                0
            }
        };
        self.params.push(RawParam { index, ..param });
        index
    }

    /// The parameters of a function.
    fn params_of(&self, function: &RawFunction) -> impl Iterator<Item = &RawParam> {
        let first = function.params.map(|(first, _)| first);
        let param = |at: u32| self.params.get(at as usize);
        std::iter::successors(first.and_then(param), move |it| it.next.and_then(param))
    }

    /// Forgets all functions and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.functions.clear();
        self.params.clear();
        self.finished.clear();
    }

    /// Adds the descriptions of all functions to the unit, whose types are complete.
    pub(crate) fn conclude(
        &mut self,
        unit: &mut Unit,
        type_ids: &TypeIds,
        context: &mut UnitContext<'_, '_>,
        pointer: u64,
    ) {
        let (sections, names) = (context.sections, &mut *context.names);
        let true_signature = context.choices.true_signature;
        let convention = Convention::new(sections.machine, pointer);
        let mut dangling = 0;
        for param in &mut self.params {
            param.ty = type_ids.resolve(param.ty, &mut dangling);
        }
        self.settle_params(unit, &convention);
        self.join_instances();
        for at in 0..self.finished.len() {
            let index = self.finished[at] as usize;
            let function = &self.functions[index];
            let Some(name) = self.name_described(function) else {
                continue;
            };
            let result = type_ids.resolve(self.result(function), &mut dangling);
            let flags = self.judge(index, unit, &convention, true_signature);
            let params = self.write_params(index, unit, sections.debug_str, names);
            let function = &mut self.functions[index];
            unit.functions.push(Function {
                key: function.key,
                name,
                address: function.address,
                result,
                params,
                flags,
                decl_tags: std::mem::take(&mut function.tags),
            });
        }
        unit.dangling += dangling;
    }

    /// The name of a function that is described (§2).
    fn name_described(&self, function: &RawFunction) -> Option<StringOffset> {
        let has_names = || self.params_of(function).all(|param| param.name.is_some());
        let is_described = !function.declaration && has_names();
        is_described.then(|| self.name(function)).flatten()
    }

    /// Puts a function's parameters into `arguments`, judges them (§7), and gives what they show (§8).
    fn judge(
        &mut self,
        index: usize,
        unit: &Unit,
        convention: &Convention,
        true_signature: bool,
    ) -> FunctionFlags {
        let mut arguments = std::mem::take(&mut self.arguments);
        arguments.clear();
        let function = &self.functions[index];
        let params = || self.params_of(function);
        arguments.extend(params().map(Argument::new));

        let is_changed = self.is_changed(function);
        let asks_remains = is_changed && true_signature;
        // Where no parameter has a location, as in most abstract instances, no size matters.
        if asks_remains || arguments.iter().any(|argument| argument.has_location) {
            for (argument, param) in arguments.iter_mut().zip(params()) {
                let size = size_of_argument(unit, param.size_from, convention.word);
                argument.measure(size, convention);
                if asks_remains {
                    argument.lone_member = remains::lone_member(unit, param);
                }
            }
            match (function.clang, is_changed) {
                (true, true) if true_signature => {
                    let _registers = remains::judge(&mut arguments, convention);
                }
                (true, false) => arrival::judge_kept_by_clang(&mut arguments, convention),
                _ => arrival::judge(&mut arguments, convention),
            }
        }

        let mut flags = findings::of_parameters(&arguments, unit, convention);
        flags.set(FunctionFlags::REORDERED_PARAMETERS, function.reordered);
        flags.set(FunctionFlags::SIGNATURE_CHANGED, is_changed);
        flags.set(FunctionFlags::EXTERNAL, function.external);
        self.arguments = arguments;
        flags
    }

    /// Adds the parameters in `arguments`, as far as they are left, to those of the unit.
    fn write_params(
        &self,
        index: usize,
        unit: &mut Unit,
        debug_str: DebugStr<'_>,
        names: &mut Names,
    ) -> std::ops::Range<u32> {
        let function = &self.functions[index];
        let first = unit.params.len() as u32;
        for argument in &self.arguments {
            // A reordered description loses more (§8).
            let is_lost = function.reordered && (!argument.has_location || argument.optimised);
            if !argument.gone && !is_lost {
                let name = remains::written_name(argument, debug_str, names);
                unit.params.push((name, argument.ty));
            }
        }
        if function.variadic {
            unit.params.push((StringOffset::EMPTY, 0));
        }
        first..unit.params.len() as u32
    }
}
