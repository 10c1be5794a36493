//! Signatures as 128-bit hashes.

use crate::{Btf, Data, Kind, Type, TypeId, Word};
use alloc::vec;
use alloc::vec::Vec;
use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;

/// A kind with a name, hashed.
type NameKey = u128;
/// Names that have more than one definition.
pub(super) type Several = HashSet<NameKey, FxBuildHasher>;

/// Not hashed yet.
const UNKNOWN: u128 = 0;
/// Being hashed: a reference to it from within closes a ring of unnamed types.
const OPEN: u128 = 1;

/// The signatures of a BTF's types, made as they are asked for.
pub(super) struct Signatures<'a> {
    btf: &'a Btf,
    /// By id, base included: what a reference to the type contributes.
    references: Vec<u128>,
    /// Digests of the definitions whose names have several.
    marks: HashMap<TypeId, u128, FxBuildHasher>,
}

/// The structs, unions and enumerations that share kind and name with another one of the same BTF, bases
/// included.
pub(super) fn names_with_several_definitions(btfs: &[&Btf]) -> Several {
    let mut several = Several::default();
    let mut seen = Several::default();
    for &btf in btfs {
        seen.clear();
        for (_, ty) in all_types(btf) {
            let key = name_key(btf, ty);
            if is_definition(ty) && !seen.insert(key) {
                several.insert(key);
            }
        }
    }
    several
}

impl<'a> Signatures<'a> {
    pub(super) fn new(btf: &'a Btf, several: &Several) -> Signatures<'a> {
        let mut signatures = Signatures {
            btf,
            references: vec![UNKNOWN; btf.end_id().index()],
            marks: HashMap::default(),
        };
        let mut marks = HashMap::default();
        if !several.is_empty() {
            for (id, ty) in all_types(btf) {
                if is_definition(ty) && several.contains(&name_key(btf, ty)) {
                    marks.insert(id, signatures.of(ty));
                }
            }
        }
        // The digests were made without marks; everything else is made with them.
        if !marks.is_empty() {
            signatures.references.fill(UNKNOWN);
            signatures.marks = marks;
        }
        signatures
    }

    pub(super) fn btf(&self) -> &'a Btf {
        self.btf
    }

    /// The digest in references to this type, if its name has several definitions.
    pub(super) fn mark(&self, id: TypeId) -> Option<u128> {
        self.marks.get(&id).copied()
    }

    /// The signatures of all own types with their ids, in ascending order.
    pub(super) fn sorted(&mut self) -> Vec<(u128, TypeId)> {
        let btf = self.btf;
        let mut list: Vec<(u128, TypeId)> = btf.types().map(|(id, ty)| (self.of(ty), id)).collect();
        list.sort_unstable();
        list
    }

    /// The signature of a type.
    fn of(&mut self, ty: Type<'a>) -> u128 {
        ty.refs().for_each(|target| self.hash_reference(target));
        self.body(ty)
    }

    /// Sees to it that `references` has the hash of a reference to `id`.
    fn hash_reference(&mut self, id: TypeId) {
        if self.known(id) != UNKNOWN {
            return;
        }
        let mut stack = vec![id];
        while let Some(&id) = stack.last() {
            let known = self.known(id);
            let Some(ty) = self.btf.get(id).filter(|_| known <= OPEN) else {
                stack.pop();
                continue;
            };
            if known == UNKNOWN && !stands_for_itself(ty) {
                self.references[id.index()] = OPEN;
                stack.extend(ty.refs().filter(|&target| {
                    self.known(target) == UNKNOWN && self.btf.get(target).is_some()
                }));
                continue;
            }
            self.references[id.index()] = if stands_for_itself(ty) {
                self.by_name(id, ty)
            } else {
                self.body(ty)
            };
            stack.pop();
        }
    }

    fn known(&self, id: TypeId) -> u128 {
        // `void`, and a reference to a type there is not, are known by their ids.
        let void_or_missing = u128::from(id.0) + 2;
        match self.references.get(id.index()) {
            Some(&known) if id != TypeId::VOID => known,
            _ => void_or_missing,
        }
    }

    fn by_name(&self, id: TypeId, ty: Type<'_>) -> u128 {
        let mut mix = Mix::new(u64::from(ty.info().kind_number()) | 0x100);
        mix.bytes(self.name(ty.name()));
        match ty.data() {
            Data::Int(_) | Data::Float { .. } => {
                mix.word(ty.size_or_type().into());
                mix.words(ty.tail());
            }
            Data::Fwd(_) => mix.word(ty.kind_flag().into()),
            _ => {
                if let Some(mark) = self.marks.get(&id) {
                    mix.wide(*mark);
                }
            }
        }
        mix.finish()
    }

    /// The type spelled out, what it refers to being in `references`.
    fn body(&self, ty: Type<'_>) -> u128 {
        let mut mix = Mix::new(ty.info().kind_number().into());
        mix.bytes(self.name(ty.name()));
        match ty.data() {
            Data::Int(_) | Data::Float { .. } => {
                mix.word(ty.size_or_type().into());
                mix.words(ty.tail());
            }
            Data::Fwd(_) => mix.word(ty.kind_flag().into()),
            Data::Ptr { target }
            | Data::Typedef { target }
            | Data::Volatile { target }
            | Data::Const { target }
            | Data::Restrict { target } => mix.wide(self.known(target)),
            Data::TypeTag { target } => {
                mix.word(ty.kind_flag().into());
                mix.wide(self.known(target));
            }
            Data::DeclTag { target, .. } => {
                mix.word(ty.kind_flag().into());
                mix.words(ty.tail());
                mix.wide(self.known(target));
            }
            Data::Array(array) => {
                mix.word(array.count.into());
                mix.wide(self.known(array.element));
                mix.wide(self.known(array.index));
            }
            Data::Struct { size, .. } | Data::Union { size, .. } => {
                mix.word(u64::from(size) << 32 | u64::from(ty.vlen()));
                for member in ty.members() {
                    mix.bytes(self.name(member.name));
                    mix.word(u64::from(member.bit_offset) << 8 | u64::from(member.bitfield_size));
                    mix.wide(self.known(member.ty));
                }
            }
            Data::Enum { size, signed } | Data::Enum64 { size, signed } => {
                mix.word(u64::from(size) << 32 | u64::from(ty.vlen()));
                mix.word(signed.into());
                for value in ty.enumerators() {
                    mix.bytes(self.name(value.name));
                    mix.word(value.value as u64);
                }
            }
            Data::Func { proto, linkage } => {
                mix.word(linkage.number().into());
                mix.wide(self.known(proto));
            }
            Data::Var { target, linkage } => {
                mix.word(linkage.number().into());
                mix.wide(self.known(target));
            }
            Data::FuncProto { result } => {
                mix.word(ty.vlen().into());
                mix.wide(self.known(result));
                for param in ty.params() {
                    mix.bytes(self.name(param.name));
                    mix.wide(self.known(param.ty));
                }
            }
            Data::Datasec { size } => {
                mix.word(u64::from(size) << 32 | u64::from(ty.vlen()));
                for var in ty.variables() {
                    mix.wide(self.known(var.ty));
                    mix.word(u64::from(var.offset) << 32 | u64::from(var.size));
                }
            }
            Data::Other => self.other(&mut mix, ty),
        }
        mix.finish()
    }

    fn other(&self, mix: &mut Mix, ty: Type<'_>) {
        mix.word(u64::from(ty.info().0));
        mix.word(ty.size_or_type().into());
        for (index, &word) in ty.tail().iter().enumerate() {
            match ty.kind().shape().and_then(|shape| shape.word(index)) {
                Some(Word::Type) => mix.wide(self.known(TypeId(word))),
                _ => mix.word(word.into()),
            }
        }
    }

    fn name(&self, offset: crate::StringOffset) -> &'a [u8] {
        self.btf.string(offset).unwrap_or_default()
    }
}

/// Whether references name the type instead of spelling it out.
pub(super) fn stands_for_itself(ty: Type<'_>) -> bool {
    match ty.kind() {
        Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 => !ty.name().is_empty(),
        Kind::Int
        | Kind::Float
        | Kind::Fwd
        | Kind::Typedef
        | Kind::Func
        | Kind::Var
        | Kind::Datasec
        | Kind::DeclTag => true,
        _ => false,
    }
}

fn is_definition(ty: Type<'_>) -> bool {
    (ty.kind().is_composite() || ty.kind().is_any_enum()) && !ty.name().is_empty()
}

fn name_key(btf: &Btf, ty: Type<'_>) -> NameKey {
    let mut mix = Mix::new(ty.info().kind_number().into());
    mix.bytes(btf.string(ty.name()).unwrap_or_default());
    mix.finish()
}

/// Own types and those of the bases.
fn all_types(btf: &Btf) -> impl Iterator<Item = (TypeId, Type<'_>)> {
    let chain = core::iter::successors(Some(btf), |btf| btf.base().map(AsRef::as_ref));
    chain.flat_map(Btf::types)
}

/// A hash of 128 bits: no defence against those who look for collisions, but none by chance.
struct Mix(u128);

impl Mix {
    // An odd number with no pattern: the golden ratio in 128 bits.
    const FACTOR: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

    fn new(seed: u64) -> Mix {
        let mut mix = Mix(Mix::FACTOR);
        mix.word(seed);
        mix
    }

    fn wide(&mut self, value: u128) {
        let product = (self.0 ^ value).wrapping_mul(Mix::FACTOR);
        self.0 = product.rotate_right(64) ^ (product >> 29);
    }

    fn word(&mut self, value: u64) {
        self.wide(value.into());
    }

    fn words(&mut self, words: &[u32]) {
        self.word(words.len() as u64);
        for &word in words {
            self.word(word.into());
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        let (chunks, rest) = bytes.as_chunks::<16>();
        for &chunk in chunks {
            self.wide(u128::from_le_bytes(chunk));
        }
        let mut last = [0; 16];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        self.wide(u128::from_le_bytes(last));
    }

    /// Never one of the values that `references` sets aside, for all BTF that there can be.
    fn finish(mut self) -> u128 {
        self.wide(Mix::FACTOR >> 1);
        self.0 | 1 << 127
    }
}
