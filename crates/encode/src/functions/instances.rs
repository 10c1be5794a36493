//! What concrete and abstract instances of a function tell each other: docs/function-rules.md, §4.

use super::argument::{Convention, size_of_argument};
use super::expression::PieceStarts;
use super::{Functions, RawFunction, RawParam};
use crate::types::type_ids::KEY;
use crate::unit::Unit;
use btf::StringOffset;

impl Functions {
    /// Settles what each parameter says for itself: its size, by the type that its abstract origin's DIE
    /// has, and its register. Types are ids by now.
    pub(super) fn settle_params(&mut self, unit: &Unit, convention: &Convention) {
        for place in 0..self.params.len() {
            let param = &self.params[place];
            let origin = key_of(param.origin)
                .and_then(|key| self.param_index.find(&self.params, key, |it| it.key));
            let size_from = origin.map_or(param.ty, |origin| self.params[origin].ty);
            let param = &mut self.params[place];
            param.origin_place = origin.map(|origin| origin as u32);
            param.size_from = size_from;
            if param.has_location {
                let size = size_of_argument(unit, size_from, convention.word);
                param.settle_register(size, convention);
            }
        }
    }

    /// Passes on what the parameters of concrete and abstract instances say.
    pub(super) fn join_instances(&mut self) {
        for &index in &self.finished {
            let function = &mut self.functions[index as usize];
            let mut next = function.params.map(|(first, _)| first);
            while let Some(place) = next {
                let place = place as usize;
                let param = &self.params[place];
                next = param.next;
                if let Some(origin) = param.origin_place
                    && !param.has_type
                    && let Ok([param, origin]) =
                        self.params.get_disjoint_mut([place, origin as usize])
                {
                    param.tell(origin);
                    function.reordered |= param.index != origin.index;
                }
            }
        }
    }

    /// The function that a word refers to.
    pub(super) fn function(&self, word: u32) -> Option<&RawFunction> {
        let key = key_of(word)?;
        let place = self
            .function_index
            .find(&self.functions, key, |it| it.key)?;
        self.functions.get(place)
    }

    /// A function's name (§3).
    pub(super) fn name(&self, function: &RawFunction) -> Option<StringOffset> {
        if function.name.is_some() {
            return function.name;
        }
        match self.function(function.origin) {
            Some(origin) => origin.name,
            None => self.function(function.specification)?.name,
        }
    }

    /// The word of the type that a function returns (§3).
    pub(super) fn result(&self, function: &RawFunction) -> u32 {
        match function.ty {
            0 => self.function(function.origin).map_or(0, |origin| origin.ty),
            own => own,
        }
    }

    /// Whether clang says that it changed the function's signature (§7).
    pub(super) fn is_changed(&self, function: &RawFunction) -> bool {
        function.clang
            && !function.inlined
            && self.function(function.origin).unwrap_or(function).nocall
    }
}

impl RawParam {
    /// Chooses the register by which the argument is found (§6).
    fn settle_register(&mut self, size: u64, convention: &Convention) {
        if convention.is_in_pieces(size) {
            self.register = self.on_entry.piece;
            self.lone_start = self.on_entry.starts.only(convention.word);
        } else {
            self.register = self.on_entry.single;
            self.on_entry.starts = PieceStarts::default();
        }
    }

    /// Takes name and type from its abstract origin, and tells it where the argument is.
    fn tell(&mut self, origin: &mut RawParam) {
        self.name = origin.name;
        self.ty = origin.ty;
        origin.has_location |= self.has_location;
        origin.register = self.register.or(origin.register);
        origin.on_entry.constant |= self.on_entry.constant;
        origin.on_entry.in_frame |= self.on_entry.in_frame;
        origin.on_entry.starts.unite(self.on_entry.starts);
    }
}

/// The key of the DIE that a word refers to.
fn key_of(word: u32) -> Option<u32> {
    (word & KEY != 0).then_some(word & !KEY)
}

#[cfg(test)]
mod tests {
    use super::super::expression::OnEntry;
    use super::*;
    use crate::sections::Machine;

    const X86_64: u16 = 62;

    /// A concrete instance at key 1 with two parameters, whose origins are those of an abstract one at
    /// key 10: `origins` are their places there.
    fn instances(origins: [u32; 2]) -> Functions {
        let mut functions = Functions::default();
        let param = |index: u32| RawParam {
            key: 2 + index,
            origin: (11 + origins[index as usize]) | KEY,
            has_location: index == 0,
            on_entry: OnEntry {
                single: (index == 0).then_some(5),
                ..OnEntry::default()
            },
            ..RawParam::default()
        };
        let declared = |index: u32| RawParam {
            key: 11 + index,
            name: Some(StringOffset(1 + index)),
            has_type: true,
            ..RawParam::default()
        };
        functions.functions = vec![
            RawFunction {
                key: 1,
                origin: 10 | KEY,
                clang: true,
                nocall: true,
                ..RawFunction::default()
            },
            RawFunction {
                key: 10,
                name: Some(StringOffset(9)),
                ..RawFunction::default()
            },
        ];
        for index in [0, 1] {
            functions.add_param(0, param(index));
        }
        for index in [0, 1] {
            functions.add_param(1, declared(index));
        }
        functions.finished = vec![0, 1];
        functions.function_index.close_own(2);
        functions.param_index.close_own(4);
        let convention = Convention::new(Machine::from_elf(X86_64), 8);
        functions.settle_params(&Unit::default(), &convention);
        functions.join_instances();
        functions
    }

    #[test]
    fn instances_tell_each_other_names_and_registers() {
        let joined = instances([0, 1]);
        let names: Vec<_> = joined.params.iter().filter_map(|it| it.name).collect();
        assert_eq!(names, [1, 2, 1, 2].map(StringOffset));
        let registers: Vec<_> = joined.params.iter().map(|it| it.register).collect();
        assert_eq!(registers, [Some(5), None, Some(5), None]);
        let located: Vec<_> = joined.params.iter().map(|it| it.has_location).collect();
        assert_eq!(located, [true, false, true, false]);
        assert!(!joined.functions[0].reordered);
        assert_eq!(joined.name(&joined.functions[0]), Some(StringOffset(9)));
    }

    #[test]
    fn a_concrete_instance_is_reordered_if_its_origin_has_another_order() {
        let joined = instances([1, 0]);
        assert!(joined.functions[0].reordered && !joined.functions[1].reordered);
        assert_eq!(joined.params[3].register, Some(5));
    }

    #[test]
    fn the_origin_alone_says_whether_clang_changed_the_signature() {
        let mut joined = instances([0, 1]);
        assert!(!joined.is_changed(&joined.functions[0]));
        joined.functions[1].nocall = true;
        assert!(joined.is_changed(&joined.functions[0]));
        joined.functions[0].origin = 0;
        joined.functions[1].nocall = false;
        assert!(joined.is_changed(&joined.functions[0]), "its own");
        joined.functions[0].inlined = true;
        assert!(!joined.is_changed(&joined.functions[0]));
    }
}
