//! Whether two types are copies of each other, by their words alone, whatever the engine already knows of their
//! equality.
//!
//! This deviates from libbpf 1.8 in one point. libbpf compares the elements of an array with themselves, so two copies
//! that differ in the element type of an array alone count as identical. That happens in made-up graphs only, and the
//! result there is a wrong type; `Options::trust_array_lengths` asks for it.

use super::{Steps, shape, ty};
use crate::Error;
use btf::{Btf, Kind};
use rustc_hash::FxHashMap;

/// How many structs, arrays and prototypes deep copies are recognised.
const DEPTH: u8 = 16;
/// Above this many entries the memory of one comparison is given back before the next.
const KEEP: usize = 4096;

/// The comparison, with buffers that are kept between runs.
pub(super) struct Identical {
    trust_array_lengths: bool,
    match_enums: bool,
    stack: Vec<(u32, u32, u8)>,
    /// Pairs that are on the way, and the smallest depth that was left for them. A pair that holds with
    /// less depth left holds with more; a pair that is met again below itself is a loop.
    seen: FxHashMap<(u32, u32), u8>,
}

impl Identical {
    pub(super) fn new(trust_array_lengths: bool, match_enums: bool) -> Identical {
        Identical {
            trust_array_lengths,
            match_enums,
            stack: Vec::new(),
            seen: FxHashMap::default(),
        }
    }

    pub(super) fn compare(
        &mut self,
        btf: &Btf,
        a: u32,
        b: u32,
        budget: &mut Steps,
        root: u32,
    ) -> Result<bool, Error> {
        if self.seen.capacity() > KEEP {
            self.seen = FxHashMap::default();
        }
        self.seen.clear();
        self.stack.clear();
        self.stack.push((a, b, DEPTH));
        while let Some((a, b, depth)) = self.stack.pop() {
            budget.spend(1, btf, root)?;
            if depth == 0 {
                return Ok(false);
            }
            let least = self.seen.entry((a, b)).or_insert(u8::MAX);
            if *least <= depth {
                continue;
            }
            *least = depth;
            budget.spend(u64::from(ty(btf, a).vlen()), btf, root)?;
            if !self.same_parts(btf, a, b, depth) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Compares the words of two types and puts what they refer to on the stack.
    fn same_parts(&mut self, btf: &Btf, a: u32, b: u32, depth: u8) -> bool {
        let (a, b) = (ty(btf, a), ty(btf, b));
        if a.kind() != b.kind() {
            return false;
        }
        let below = depth.saturating_sub(1);
        let trust_array_lengths = self.trust_array_lengths;
        let stack = &mut self.stack;
        let mut part = |a: u32, b: u32| {
            if a != b {
                stack.push((a, b, below));
            }
        };
        match a.kind() {
            Kind::Void => true,
            Kind::Int | Kind::Float | Kind::Fwd => shape::same_words(a, b),
            Kind::Enum | Kind::Enum64 if self.match_enums => shape::compatible_enums(a, b),
            Kind::Enum | Kind::Enum64 => shape::same_words(a, b),
            Kind::Ptr
            | Kind::Const
            | Kind::Volatile
            | Kind::Restrict
            | Kind::Typedef
            | Kind::Func
            | Kind::TypeTag => {
                stack.push((a.size_or_type(), b.size_or_type(), depth));
                shape::same_head(a, b)
            }
            Kind::Array => {
                if let (&[element_a, index_a, _], &[element_b, index_b, _]) = (a.tail(), b.tail())
                    && !trust_array_lengths
                {
                    part(element_a, element_b);
                    part(index_a, index_b);
                }
                shape::same_length(a, b)
            }
            Kind::Struct | Kind::Union if shape::same_layout(a, b) => {
                let parts = (a.tail().as_chunks::<3>().0, b.tail().as_chunks::<3>().0);
                for (a, b) in parts.0.iter().zip(parts.1) {
                    part(a[1], b[1]);
                }
                true
            }
            Kind::FuncProto if shape::same_params(a, b) => {
                part(a.size_or_type(), b.size_or_type());
                let parts = (a.tail().as_chunks::<2>().0, b.tail().as_chunks::<2>().0);
                for (a, b) in parts.0.iter().zip(parts.1) {
                    part(a[1], b[1]);
                }
                true
            }
            _ => false,
        }
    }
}
