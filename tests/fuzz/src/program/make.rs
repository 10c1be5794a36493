//! Making a program of choices.

use std::collections::HashSet;

use super::{Bytes, Encoding, Function, Member, Modifier, Program, Ref, Shown, Type, Variable};

/// Types of the pool, at most.
const MOST_TYPES: usize = 60;
/// Bytes of a type by value, so that sizes stay within 32 bits.
const MOST_BYTES: u32 = 1 << 20;

impl Program {
    /// The program of these choices.
    #[must_use]
    pub fn make(bytes: &mut Bytes<'_>) -> Program {
        let mut program = Program {
            types: vec![Type::Base {
                size: 4,
                encoding: Encoding::Signed,
            }],
            units: Vec::new(),
            functions: Vec::new(),
            variables: Vec::new(),
            version: bytes.one_of(&[5, 4, 3]),
            is_64: !bytes.chance(64),
            big_endian: bytes.chance(64),
        };
        program.add_types(bytes);
        let units = 1 + bytes.below(5);
        for _ in 0..units {
            program.add_unit(bytes);
        }
        program.add_functions(bytes);
        program
    }

    fn add_types(&mut self, bytes: &mut Bytes<'_>) {
        let count = 1 + bytes.below(MOST_TYPES);
        // Records that pointers of earlier types may lead to: their places are known before their members.
        let records: Vec<bool> = (0..=count).map(|at| at > 0 && bytes.chance(90)).collect();
        // Without a name, only content tells types apart.
        let mut contents: HashSet<Type> = HashSet::new();
        for at in 1..=count {
            let ty = if records[at] {
                self.record(bytes, true)
            } else {
                self.other(bytes, &records)
            };
            self.types.push(ty);
            let is_new = contents.insert(self.types[at].clone());
            if self.name(at).is_none() && !is_new {
                // The same content again: a name makes it another type.
                self.types[at] = Type::Typedef(Some(0));
            }
        }
    }

    /// A type that is no named record.
    fn other(&self, bytes: &mut Bytes<'_>, records: &[bool]) -> Type {
        match bytes.below(10) {
            0 | 9 => Type::Pointer(self.target(bytes, records)),
            1 => {
                let all = [Modifier::Const, Modifier::Volatile, Modifier::Restrict];
                let modifier = bytes.one_of(&all);
                Type::Modifier(modifier, self.target_by_value(bytes))
            }
            2 => Type::Typedef(self.target_by_value(bytes)),
            3 => {
                let element = self.sized(bytes);
                let most = MOST_BYTES / self.size(element).max(1);
                let count = (bytes.below(1000) as u32).min(most);
                Type::Array { element, count }
            }
            4 => self.record(bytes, false),
            5 => self.enumeration(bytes),
            6 => Type::Prototype {
                result: self.target_by_value(bytes),
                params: (0..bytes.below(4)).map(|_| self.sized(bytes)).collect(),
                variadic: bytes.chance(40),
            },
            7 => Type::Base {
                size: bytes.one_of(&[4, 8, 2, 12, 16]),
                encoding: Encoding::Float,
            },
            _ => Type::Base {
                size: bytes.one_of(&[1, 2, 4, 8, 16]),
                encoding: bytes.one_of(&[Encoding::Signed, Encoding::Unsigned, Encoding::Bool]),
            },
        }
    }

    fn enumeration(&self, bytes: &mut Bytes<'_>) -> Type {
        let size = bytes.one_of(&[4, 1, 2, 8]);
        // Whether 64 bits are signed depends on a type of the enumeration, which C does not give it.
        let signed = bytes.chance(100) && size < 8;
        let bits = size * 8;
        let values: Vec<i64> = (0..1 + bytes.below(4))
            .map(|_| {
                let value = (bytes.below(1 << 16) as i64) << (bytes.below(bits as usize));
                // Into the range of the type.
                match (signed, bits) {
                    (true, _) => value << (64 - bits) >> (64 - bits),
                    (false, 64) => value & i64::MAX,
                    (false, _) => value & ((1 << bits) - 1),
                }
            })
            .collect();
        Type::Enum {
            // An anonymous one is told apart by its enumerators, whose names have its place.
            named: bytes.chance(180),
            size,
            signed,
            values,
        }
    }

    fn record(&self, bytes: &mut Bytes<'_>, named: bool) -> Type {
        let union = bytes.chance(60);
        let (mut members, mut end, mut size) = (Vec::new(), 0_u32, 0);
        for _ in 0..bytes.below(7) {
            if size > MOST_BYTES {
                break;
            }
            let ty = self.sized(bytes);
            let width = match self.types[ty] {
                Type::Base {
                    size,
                    encoding: Encoding::Signed | Encoding::Unsigned,
                } if size <= 8 && bytes.chance(90) => 1 + bytes.below(size as usize * 8) as u32,
                _ => 0,
            };
            let bit_offset = match (union, width) {
                (true, _) => 0,
                (false, 0) => end.next_multiple_of(8) + 8 * bytes.below(4) as u32,
                // A bit-field lies within one number of its type.
                (false, width) => {
                    let storage = self.size(ty) * 8;
                    let fits = end % storage + width <= storage;
                    if fits {
                        end
                    } else {
                        end.next_multiple_of(storage)
                    }
                }
            };
            let bits = if width == 0 { self.size(ty) * 8 } else { width };
            end = bit_offset + bits;
            size = size.max(end.div_ceil(8));
            members.push(Member {
                named: !bytes.chance(20),
                ty,
                bit_offset,
                width,
            });
        }
        // The last bit-field's number is inside the record. A record without members has no byte in C; in C++ it has one,
        // which counts as none.
        let behind = if members.is_empty() {
            0
        } else {
            bytes.below(3) as u32
        };
        Type::Composite {
            union,
            named,
            size: size.next_multiple_of(8) + behind,
            members,
        }
    }

    /// What a pointer may lead to: any type so far, void, or a record that comes later.
    fn target(&self, bytes: &mut Bytes<'_>, records: &[bool]) -> Ref {
        if bytes.chance(100) {
            let later: Vec<usize> = (1..records.len()).filter(|at| records[*at]).collect();
            if !later.is_empty() {
                return Some(bytes.one_of(&later));
            }
        }
        self.target_by_value(bytes)
    }

    fn target_by_value(&self, bytes: &mut Bytes<'_>) -> Ref {
        if bytes.chance(30) {
            return None;
        }
        Some(bytes.below(self.types.len()))
    }

    /// A type so far that a member can be of.
    fn sized(&self, bytes: &mut Bytes<'_>) -> usize {
        let ty = bytes.below(self.types.len());
        let size = self.size(ty);
        if size == 0 || size > MOST_BYTES {
            0
        } else {
            ty
        }
    }

    /// A unit: some types with all that they need, in any order after `int`.
    fn add_unit(&mut self, bytes: &mut Bytes<'_>) {
        let mut open: Vec<(usize, bool)> = vec![(0, true)];
        for _ in 0..1 + bytes.below(12) {
            open.push((bytes.below(self.types.len()), true));
        }
        let mut shown: Vec<Shown> = Vec::new();
        while let Some((ty, whole)) = open.pop() {
            let declared = Shown::Declared(ty);
            if shown.contains(&Shown::Whole(ty)) || (!whole && shown.contains(&declared)) {
                continue;
            }
            shown.retain(|one| *one != declared);
            if whole {
                shown.push(Shown::Whole(ty));
                open.extend(self.needs(ty, bytes));
            } else {
                shown.push(declared);
            }
        }
        shown.retain(|one| *one != Shown::Whole(0));
        let mut unit = vec![Shown::Whole(0)];
        while !shown.is_empty() {
            let at = bytes.below(shown.len());
            unit.push(shown.swap_remove(at));
        }
        // gimli writes numbers first, whatever the order of entries, since expressions can refer to them.
        let is_number = |shown: &Shown| match shown {
            Shown::Whole(ty) => matches!(self.types[*ty], Type::Base { .. }),
            Shown::Declared(_) => false,
        };
        unit.sort_by_key(|shown| !is_number(shown));
        self.units.push(unit);
    }

    /// The types that a type refers to, and whether they are needed whole.
    fn needs(&self, ty: usize, bytes: &mut Bytes<'_>) -> Vec<(usize, bool)> {
        let mut behind_pointer = |of: usize| {
            let named = matches!(self.types[of], Type::Composite { named: true, .. });
            (of, !(named && bytes.chance(110)))
        };
        match &self.types[ty] {
            Type::Base { .. } | Type::Enum { .. } => Vec::new(),
            Type::Pointer(of) => of.iter().map(|of| behind_pointer(*of)).collect(),
            Type::Modifier(_, of) | Type::Typedef(of) => of.iter().map(|of| (*of, true)).collect(),
            Type::Array { element, .. } => vec![(*element, true)],
            Type::Composite { members, .. } => {
                members.iter().map(|member| (member.ty, true)).collect()
            }
            Type::Prototype { result, params, .. } => {
                let all = result.iter().chain(params);
                all.map(|of| (*of, true)).collect()
            }
        }
    }

    /// Functions and variables of the types that their unit has.
    fn add_functions(&mut self, bytes: &mut Bytes<'_>) {
        for unit in 0..self.units.len() {
            let whole = |shown: &Shown| match shown {
                Shown::Whole(ty) => Some(*ty),
                Shown::Declared(_) => None,
            };
            let sized = |ty: &usize| self.size(*ty) > 0;
            let types: Vec<usize> = self.units[unit]
                .iter()
                .filter_map(whole)
                .filter(sized)
                .collect();
            // A packed struct on the stack makes the place of a parameter uncertain, and the function is left out: with 32 bits
            // all parameters are there.
            let may_be_packed = |ty: &usize| {
                let ty = self.types.get(*ty);
                !self.is_64 && matches!(ty, Some(Type::Composite { union: false, .. }))
            };
            let passed: Vec<usize> = types
                .iter()
                .copied()
                .filter(|ty| !may_be_packed(ty))
                .collect();
            let mut functions = Vec::new();
            for _ in 0..bytes.below(4) {
                let result = bytes.chance(200).then(|| bytes.one_of(&types));
                let count = if passed.is_empty() { 0 } else { bytes.below(4) };
                let params = (0..count).map(|_| bytes.one_of(&passed)).collect();
                functions.push(Function {
                    unit,
                    result,
                    params,
                });
            }
            let variables: Vec<Variable> = (0..bytes.below(3))
                .map(|_| Variable {
                    unit,
                    ty: bytes.one_of(&types),
                })
                .collect();
            self.functions.extend(functions);
            self.variables.extend(variables);
        }
    }
}
