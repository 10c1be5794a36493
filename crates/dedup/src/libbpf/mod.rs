//! The exact engine: any BTF in, the result of libbpf's `btf__dedup` out.
//!
//! The algorithm and the order of its results are libbpf's (LGPL-2.1 OR BSD-2-Clause; see NOTICE), the code is not.
//!
//! One pass a file: `strings`, `primitives` (with `enums`), `composites` (with the walk in `equivalence`, and `colours` by `refinement`),
//! `forwards`, `reference_types`, `compaction`. Their state is in flat arrays indexed by type id; no pass recurses or allocates per
//! type.

mod colours;
mod compaction;
mod composites;
mod enums;
mod equivalence;
mod forwards;
mod hypothesis;
mod identical;
mod nameless;
mod primitives;
mod reference_types;
mod refinement;
mod shape;
mod strings;
mod table;

pub use strings::NewStrings;
pub(crate) use strings::rebuild as rebuild_strings;

use crate::{Deduped, Error, Observer, Options, Pass};
use btf::{Btf, Kind, Type, TypeId};
use budget::Budget;
use enums::Enums;
use hypothesis::Hypothesis;
use identical::Identical;
use table::{Entry, Table};

/// In the map: nothing is known of the type yet.
const UNSETTLED: u32 = u32::MAX;
/// In the map: the reference pass is working on the type or on what it refers to.
const IN_PROGRESS: u32 = u32::MAX - 1;
/// Ids from here on are no ids.
const ID_LIMIT: u32 = 0x7fff_ffff;

/// Steps a run may take: pairs visited, members compared, entries of the table read. A kernel takes 25 per type, its
/// modules up to 45 (types of module and base together).
const STEPS_PER_TYPE: u64 = 450;
/// Steps after which types are coloured, so that those of different colours are not walked: where walks fail far below.
const STEPS_BEFORE_COLOURS: u64 = 60;
/// Steps a run may take once types are coloured. The BTFs of two or three kernels in one file take two per type then, and no
/// file that takes fewer than [`STEPS_BEFORE_COLOURS`] in all is coloured.
const STEPS_AFTER_COLOURS: u64 = 100;
const STEPS_AT_LEAST: u64 = 10_000_000;
/// The factor on the steps if forwards match nothing: a kernel then has hundreds of variants of its larger structs, and
/// each new one is compared with many of them, unless types are coloured.
const WITHOUT_FORWARDS: u64 = 100;

pub(crate) fn run<O: Observer>(
    btf: Btf,
    options: &Options,
    observer: &mut O,
) -> Result<Deduped, Error> {
    let kinds = check(&btf)?;
    let mut engine = Engine::new(btf, kinds, options, observer);
    if options.rebuild_strings {
        engine.observer.pass_start(Pass::Strings);
        strings::rebuild(&mut engine.btf, None, options.budget)?;
    }
    engine.enter_base()?;
    engine.observer.pass_start(Pass::Primitives);
    engine.primitives()?;
    engine.observer.pass_start(Pass::Composites);
    engine.composites()?;
    if options.resolve_forwards {
        engine.observer.pass_start(Pass::Forwards);
        engine.forwards();
    }
    engine.observer.pass_start(Pass::References);
    engine.reference_types()?;
    engine.finish()
}

/// Everything later passes rely on: references, names and kinds of the input and its bases. Gives the number of
/// the kind of each type.
fn check(btf: &Btf) -> Result<Vec<u8>, Error> {
    if btf.end_id().0 >= ID_LIMIT {
        return Err(Error::TooManyTypes {
            count: btf.end_id().0 - 1,
        });
    }
    let mut kinds = vec![Kind::Void.number(); btf.end_id().index()];
    let mut part = Some(btf);
    while let Some(btf) = part {
        btf.check_references()?;
        for (id, ty) in btf.types() {
            let kind = ty.kind();
            if !is_supported(kind) {
                return Err(Error::UnsupportedKind { id, kind });
            }
            kinds[id.index()] = kind.number();
        }
        part = btf.base().map(|base| &**base);
    }
    Ok(kinds)
}

/// Whether the kind has a rule. Each is named, so that no other is merged by a wrong one. Those of the kinds of locations
/// are our own, after the closest kinds of libbpf's algorithm: LOC_PARAM as INT, LOC_PROTO as FUNC_PROTO, LOCSEC as DATASEC.
pub(crate) const fn is_supported(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Int
            | Kind::Ptr
            | Kind::Array
            | Kind::Struct
            | Kind::Union
            | Kind::Enum
            | Kind::Fwd
            | Kind::Typedef
            | Kind::Volatile
            | Kind::Const
            | Kind::Restrict
            | Kind::Func
            | Kind::FuncProto
            | Kind::Var
            | Kind::Datasec
            | Kind::Float
            | Kind::DeclTag
            | Kind::TypeTag
            | Kind::Enum64
            | Kind::LocParam
            | Kind::LocProto
            | Kind::LocSec
    )
}

/// Whether types of the kind are all kept: variables, and the sections that list what a file has where.
fn is_never_merged(kind: Kind) -> bool {
    matches!(kind, Kind::Var | Kind::Datasec | Kind::LocSec)
}

/// The state of a run.
struct Engine<'o, O> {
    btf: Btf,
    /// The id of the first type that is not the base's.
    first: u32,
    /// The id behind that of the last type.
    end: u32,
    force_collisions: bool,
    match_forwards: bool,
    match_enums: bool,
    walk_typedefs: bool,
    allow_copies: bool,
    /// The kind of each type. No other field is read as often, and unlike the types' words these fit into a processor's
    /// cache.
    kinds: Vec<u8>,
    /// For each type the one it is replaced by, itself when it is kept, or [`UNSETTLED`]. Chains are
    /// followed to their end.
    map: Vec<u32>,
    table: Table,
    enums: Enums,
    hypothesis: Hypothesis,
    /// The stack of the walk, kept for the next one.
    pairs: Vec<equivalence::Pair>,
    identical: Identical,
    /// Whether the hash of structs and unions without a name tells more of them apart than their own words. An observer sees
    /// every walk, and where arrays of other elements can be equal, more types can.
    finer_hashes: bool,
    /// The colour of each type, once comparing has taken long.
    colours: Option<Vec<u64>>,
    /// After how many steps types are coloured; `None` if they are, or cannot be.
    colours_after: Option<u64>,
    budget: Steps,
    observer: &'o mut O,
}

impl<'o, O: Observer> Engine<'o, O> {
    fn new(btf: Btf, kinds: Vec<u8>, options: &Options, observer: &'o mut O) -> Engine<'o, O> {
        let (first, end) = (btf.first_id().0, btf.end_id().0);
        let mut map = vec![UNSETTLED; end as usize];
        for ((id, slot), kind) in (0..end).zip(&mut map).zip(&kinds) {
            if id < first || is_never_merged(Kind::from_number(*kind)) {
                *slot = id;
            }
        }
        Engine {
            first,
            end,
            force_collisions: options.force_collisions,
            match_forwards: options.match_forwards,
            match_enums: options.match_forwards && options.match_enums,
            walk_typedefs: options.walk_typedefs,
            allow_copies: options.allow_copies,
            kinds,
            map,
            table: Table::new(),
            enums: Enums::default(),
            hypothesis: Hypothesis::new(end as usize),
            pairs: Vec::new(),
            identical: Identical::new(
                options.trust_array_lengths,
                options.match_forwards && options.match_enums,
            ),
            finer_hashes: !O::ACTIVE && !options.trust_array_lengths,
            colours: None,
            // As above: an observer sees every walk, and arrays of other elements have other colours.
            colours_after: match options.colour_first {
                true => Some(0),
                false => Some(STEPS_AT_LEAST / 10 + STEPS_BEFORE_COLOURS * u64::from(end)),
            }
            .filter(|_| !O::ACTIVE && !options.trust_array_lengths),
            budget: Steps::new(end, options),
            observer,
            btf,
        }
    }

    /// Puts the types of the base into the table.
    fn enter_base(&mut self) -> Result<(), Error> {
        for id in 1..self.first {
            if !is_never_merged(self.kind(id)) {
                let hash = self.hash(ty(&self.btf, id));
                self.table.insert(hash, id);
                if self.kind(id).is_any_enum() {
                    self.enter_enum(id)?;
                }
                self.observer.base_entered(TypeId(id), hash);
            }
        }
        Ok(())
    }

    #[inline]
    fn kind(&self, id: u32) -> Kind {
        Kind::from_number(self.kinds[id as usize])
    }

    fn hash(&self, ty: Type<'_>) -> u64 {
        if self.force_collisions {
            0
        } else if self.finer_hashes && ty.kind().is_composite() && ty.name().is_empty() {
            nameless::hash(&self.btf, ty)
        } else {
            shape::hash(ty)
        }
    }

    /// The first kept type with this hash at or after `at`, and where to go on.
    fn next_candidate(&mut self, hash: u64, mut at: u32, id: u32) -> Result<Option<Entry>, Error> {
        while let Some(entry) = self.table.entry(at) {
            self.budget.spend(1, &self.btf, id)?;
            if entry.hash == hash {
                if O::ACTIVE {
                    self.observer.candidate(TypeId(id), TypeId(entry.id));
                }
                return Ok(Some(entry));
            }
            at = entry.next;
        }
        Ok(None)
    }

    /// Opens the bucket of `hash` for `id`.
    fn open_bucket(&mut self, hash: u64, id: u32) -> u32 {
        self.observer.bucket(TypeId(id), hash);
        self.table.bucket(hash)
    }

    fn not_equal(&mut self, candidate: u32, canonical: u32) {
        if O::ACTIVE {
            let reason = shape::difference(ty(&self.btf, candidate), ty(&self.btf, canonical));
            self.observer
                .not_equal(TypeId(candidate), TypeId(canonical), reason);
        }
    }
}

/// The type with this id; `void` for 0. Ids have been checked at the start.
#[inline]
fn ty(btf: &Btf, id: u32) -> Type<'_> {
    btf.get(TypeId(id))
        .or_else(|| Type::from_words(&shape::VOID))
        .unwrap_or_else(|| unreachable!("three words make a type"))
}

/// The type that stands for `id`: the end of its chain.
#[inline]
fn resolve(map: &[u32], mut id: u32) -> u32 {
    loop {
        let next = map[id as usize];
        if next == id || next >= ID_LIMIT {
            return id;
        }
        id = next;
    }
}

/// Whether the type has found what stands for it.
#[inline]
fn is_settled(map: &[u32], id: u32) -> bool {
    map[id as usize] < ID_LIMIT
}

/// Bounds the work that an input can cause.
struct Steps {
    spent: u64,
    limit: u64,
    /// Of which the limit is a part.
    budget: Budget,
}

impl Steps {
    fn new(types: u32, options: &Options) -> Steps {
        let per_type = match options.match_forwards {
            true => STEPS_PER_TYPE,
            false => STEPS_PER_TYPE * WITHOUT_FORWARDS,
        };
        Steps {
            spent: 0,
            limit: Steps::allowed(per_type, types, options.budget),
            budget: options.budget,
        }
    }

    fn allowed(per_type: u64, types: u32, budget: Budget) -> u64 {
        let limit = STEPS_AT_LEAST + per_type * u64::from(types);
        limit.saturating_mul(budget.multiple().into())
    }

    /// Types are coloured from here on: walks fail seldom.
    fn coloured(&mut self, types: u32) {
        let more = Steps::allowed(STEPS_AFTER_COLOURS, types, self.budget);
        self.limit = self.limit.min(self.spent.saturating_add(more));
    }

    #[inline]
    fn spend(&mut self, steps: u64, btf: &Btf, id: u32) -> Result<(), Error> {
        self.spent += steps;
        if self.spent > self.limit {
            return Err(Error::Budget {
                id: TypeId(id),
                name: btf.name(TypeId(id)).into_owned(),
                steps: self.spent,
                budget: self.budget,
            });
        }
        Ok(())
    }
}
