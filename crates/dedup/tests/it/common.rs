//! Random programs: a graph of types as C has them, of which several units show parts.

use btf::{Btf, Info, Kind, StringTable};
use std::sync::Arc;

/// A small generator of random numbers (SplitMix64), so that a seed names a case.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// A type of the program. References are indices into the program; `None` is `void`.
#[derive(Clone)]
struct Source {
    kind: Kind,
    name: String,
    flag: bool,
    /// Size, or nothing for kinds with a target.
    size: u32,
    /// Names and plain words of members, enumerators or parameters.
    parts: Vec<(String, Vec<u32>)>,
    /// The target or the result first, then what the parts refer to; an array's element and index.
    refs: Vec<Option<usize>>,
    /// Words of the tail that are neither names nor references.
    tail: Vec<u32>,
    /// vlen of a FUNC: its linkage.
    linkage: u32,
}

pub struct Program {
    types: Vec<Source>,
    traits: Traits,
}

/// What makes comparing types of a program hard.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// In percent, how many tags a unit only declares.
    pub declared: usize,
    /// In percent, how many tags a unit defines in its own way.
    pub variants: usize,
    /// Whether a unit can have several copies of a type.
    pub copies: bool,
    /// Whether tags can be anonymous or name several structs of the program.
    pub same_tags: bool,
}

impl Traits {
    /// All of it.
    pub const HARD: Traits = Traits {
        declared: 20,
        variants: 4,
        copies: true,
        same_tags: true,
    };
}

const PRIMITIVES: usize = 9;

impl Program {
    pub fn random(random: &mut Random, traits: Traits) -> Program {
        let count = PRIMITIVES + 2 + random.below(24);
        let mut program = Program {
            types: Vec::new(),
            traits,
        };
        // Which indices are structs or unions is settled first: they may be referred to from anywhere.
        let composite: Vec<bool> = (0..count)
            .map(|at| at >= PRIMITIVES && random.chance(45))
            .collect();
        let on_top: Vec<bool> = (0..count)
            .map(|at| at >= PRIMITIVES && !composite[at] && random.chance(15))
            .collect();
        let values: Vec<usize> = (0..count).filter(|&at| !on_top[at]).collect();
        for at in 0..count {
            let ty = if at < PRIMITIVES {
                primitive(at, random)
            } else if composite[at] {
                composite_type(random, &values)
            } else {
                reference(random, at, &composite, on_top[at], &program)
            };
            let rename = !traits.same_tags && (ty.kind.is_composite() || ty.kind.is_any_enum());
            program.types.push(if rename {
                Source {
                    name: format!("tag{at}"),
                    ..ty
                }
            } else {
                ty
            });
        }
        program
    }

    /// Adds the types that some units show of this program.
    pub fn add_units(&self, btf: &mut Btf, units: usize, random: &mut Random) {
        let start = btf.strings().start();
        let mut strings = btf.strings().as_bytes().to_vec();
        for _ in 0..units {
            self.add_unit(btf, &mut strings, start, random);
        }
        btf.set_strings(StringTable::from_bytes(start, strings));
    }

    fn add_unit(&self, btf: &mut Btf, strings: &mut Vec<u8>, start: u32, random: &mut Random) {
        // What this unit sees of each tag: a declaration, a definition, or a definition of its own.
        let hidden: Vec<bool> = self
            .types
            .iter()
            .map(|_| random.chance(self.traits.declared))
            .collect();
        let other: Vec<bool> = self
            .types
            .iter()
            .map(|_| random.chance(self.traits.variants))
            .collect();
        let copies = random.pick(&[0, 0, 10, 25]) * usize::from(self.traits.copies);
        let mut locals: Vec<(usize, Vec<u32>)> = Vec::new();
        let mut of: Vec<Vec<u32>> = vec![Vec::new(); self.types.len()];
        for _ in 0..1 + random.below(4) {
            let root = random.below(self.types.len());
            of[root].push(locals.len() as u32);
            locals.push((root, Vec::new()));
        }
        let mut at = 0;
        while at < locals.len() {
            let source = locals[at].0;
            let refs = &self.types[source].refs;
            let declared = hidden[source] && self.can_hide(source);
            for target in refs.iter().filter(|_| !declared) {
                let local = match *target {
                    None => u32::MAX,
                    Some(target) => {
                        if of[target].is_empty()
                            || (random.chance(copies) && of[target].len() < 3 && locals.len() < 120)
                        {
                            of[target].push(locals.len() as u32);
                            locals.push((target, Vec::new()));
                        }
                        random.pick(&of[target])
                    }
                };
                locals[at].1.push(local);
            }
            at += 1;
        }
        let mut order: Vec<usize> = (0..locals.len()).collect();
        match random.below(3) {
            0 => {}
            1 => order.reverse(),
            _ => (1..order.len()).for_each(|at| order.swap(at, random.below(at + 1))),
        }
        let first = btf.end_id().0;
        let mut ids = vec![0u32; locals.len()];
        for (place, &local) in order.iter().enumerate() {
            ids[local] = first + place as u32;
        }
        for &local in &order {
            let (source, refs) = &locals[local];
            let refs: Vec<u32> = refs
                .iter()
                .map(|&local| ids.get(local as usize).copied().unwrap_or(0))
                .collect();
            let mut ty = self.types[*source].clone();
            if hidden[*source] && self.can_hide(*source) {
                ty = declaration(ty);
            } else if other[*source] && ty.kind.has_size() {
                ty.size = ty.size.wrapping_add(4);
            }
            let words = words(&ty, &refs, strings, start, random);
            btf.push(&words).unwrap();
        }
    }

    fn can_hide(&self, at: usize) -> bool {
        let ty = &self.types[at];
        !ty.name.is_empty() && (ty.kind.is_composite() || ty.kind.is_any_enum())
    }
}

fn declaration(mut ty: Source) -> Source {
    if ty.kind.is_composite() {
        ty.flag = ty.kind == Kind::Union;
        ty.kind = Kind::Fwd;
        ty.size = 0;
    }
    ty.parts.clear();
    ty.refs.clear();
    ty
}

fn source(kind: Kind, name: &str) -> Source {
    Source {
        kind,
        name: name.to_owned(),
        flag: false,
        size: 0,
        parts: Vec::new(),
        refs: Vec::new(),
        tail: Vec::new(),
        linkage: 0,
    }
}

fn primitive(at: usize, random: &mut Random) -> Source {
    match at {
        0 | 1 => Source {
            size: [4, 1][at],
            tail: vec![[0x0100_0020, 8][at]],
            ..source(Kind::Int, ["int", "char"][at])
        },
        2 => Source {
            size: 8,
            ..source(Kind::Float, "double")
        },
        8 => source(Kind::Fwd, ["never", "s0"][random.below(2)]),
        _ => {
            let wide = random.chance(30);
            let values = 1 + random.below(2);
            Source {
                size: if wide { 8 } else { 4 },
                flag: random.chance(10),
                parts: (0..values)
                    .map(|value| {
                        (
                            format!("E{value}"),
                            vec![value as u32; 1 + usize::from(wide)],
                        )
                    })
                    .collect(),
                ..source(
                    if wide { Kind::Enum64 } else { Kind::Enum },
                    random.pick(&["", "e0", "e0", "e1", "s0"]),
                )
            }
        }
    }
}

fn composite_type(random: &mut Random, values: &[usize]) -> Source {
    let members = random.below(4);
    let kind = random.pick(&[Kind::Struct, Kind::Struct, Kind::Union]);
    Source {
        size: 8 * members as u32,
        flag: random.chance(10),
        parts: (0..members)
            .map(|at| {
                (
                    ["a", "b", "", "c"][random.below(4)].to_owned(),
                    vec![64 * at as u32],
                )
            })
            .collect(),
        refs: (0..members).map(|_| Some(random.pick(values))).collect(),
        ..source(kind, random.pick(&["", "s0", "s1", "s2", "s3", "s4"]))
    }
}

/// A type that says something about another. Without a struct in between it refers to earlier types
/// only, so that there are no loops that C cannot have. `on_top` ones are referred to by nothing.
fn reference(
    random: &mut Random,
    at: usize,
    composite: &[bool],
    on_top: bool,
    program: &Program,
) -> Source {
    let usable = |target: usize| {
        let plain = |kind| !matches!(kind, Kind::DeclTag | Kind::Var | Kind::Datasec);
        composite[target] || target < at && plain(program.types[target].kind)
    };
    let candidates: Vec<usize> = (0..composite.len()).filter(|&at| usable(at)).collect();
    let target = |random: &mut Random| (!random.chance(10)).then(|| random.pick(&candidates));
    let refs = vec![target(random)];
    match if on_top {
        18 + random.below(2)
    } else {
        random.below(18)
    } {
        0..=5 => Source {
            refs,
            ..source(Kind::Ptr, "")
        },
        6..=8 => Source {
            refs,
            ..source(Kind::Typedef, random.pick(&["t0", "t1", "s0"]))
        },
        9 => Source {
            refs,
            ..source(Kind::Const, "")
        },
        10 => Source {
            refs,
            ..source(Kind::Volatile, "")
        },
        11 => Source {
            refs,
            ..source(Kind::Restrict, "")
        },
        12 => Source {
            refs,
            ..source(Kind::TypeTag, random.pick(&["user", "rcu"]))
        },
        13 | 14 => Source {
            refs: vec![
                refs[0],
                if random.chance(80) {
                    Some(0)
                } else {
                    target(random)
                },
            ],
            tail: vec![1 + random.below(2) as u32],
            ..source(Kind::Array, "")
        },
        15 | 16 => {
            let params = random.below(3);
            let mut refs = refs;
            refs.extend((0..params).map(|_| target(random)));
            Source {
                parts: (0..params)
                    .map(|_| (["x", "y", ""][random.below(3)].to_owned(), vec![]))
                    .collect(),
                refs,
                ..source(Kind::FuncProto, "")
            }
        }
        17 => Source {
            // Readers refuse functions of anything else.
            refs: match (0..at).rfind(|&at| program.types[at].kind == Kind::FuncProto) {
                Some(proto) => vec![Some(proto)],
                None => {
                    return Source {
                        refs,
                        ..source(Kind::Ptr, "")
                    };
                }
            },
            linkage: random.below(2) as u32,
            ..source(Kind::Func, random.pick(&["f0", "f1"]))
        },
        18 => Source {
            refs,
            tail: vec![random.below(2) as u32],
            ..source(Kind::Var, random.pick(&["v0", "v1"]))
        },
        _ => Source {
            refs,
            tail: vec![u32::MAX],
            ..source(Kind::DeclTag, random.pick(&["tag", "kfunc"]))
        },
    }
}

fn words(
    ty: &Source,
    refs: &[u32],
    strings: &mut Vec<u8>,
    start: u32,
    random: &mut Random,
) -> Vec<u32> {
    let mut name = |name: &str| place(name, strings, start, random);
    let vlen = if ty.kind == Kind::Func {
        ty.linkage
    } else {
        ty.parts.len() as u32
    };
    let info = Info::new(ty.kind, vlen, ty.flag).0;
    let mut words = vec![name(&ty.name), info, ty.size];
    match ty.kind {
        Kind::Array => words.extend(refs),
        Kind::Struct | Kind::Union => {
            for ((part, offset), target) in ty.parts.iter().zip(refs) {
                words.extend([name(part), *target, offset[0]]);
            }
        }
        Kind::Enum | Kind::Enum64 => {
            for (part, value) in &ty.parts {
                words.push(name(part));
                words.extend(value);
            }
        }
        Kind::FuncProto => {
            words[2] = refs[0];
            for ((part, _), target) in ty.parts.iter().zip(&refs[1..]) {
                words.extend([name(part), *target]);
            }
        }
        _ => words[2] = refs.first().copied().unwrap_or(ty.size),
    }
    words.extend(&ty.tail);
    words
}

/// A string, now and then once more although it is there.
fn place(name: &str, strings: &mut Vec<u8>, start: u32, random: &mut Random) -> u32 {
    if name.is_empty() {
        return 0;
    }
    if !random.chance(20) {
        let mut at = 0;
        for held in strings.split(|&byte| byte == 0) {
            if held == name.as_bytes() {
                return start + at as u32;
            }
            at += held.len() + 1;
        }
    }
    let at = strings.len() as u32;
    strings.extend_from_slice(name.as_bytes());
    strings.push(0);
    start + at
}

/// Several units of one random program.
pub fn random_units(seed: u64, traits: Traits) -> Btf {
    let mut random = Random(seed);
    let program = Program::random(&mut random, traits);
    let mut btf = Btf::new();
    let units = 2 + random.below(6);
    program.add_units(&mut btf, units, &mut random);
    btf
}

/// Split BTF: some units of a program on a base of other units of it. `base` finishes the base.
pub fn random_split(seed: u64, traits: Traits, base: impl FnOnce(Btf) -> Btf) -> Btf {
    let mut random = Random(seed);
    let program = Program::random(&mut random, traits);
    let mut btf = Btf::new();
    let units = 1 + random.below(4);
    program.add_units(&mut btf, units, &mut random);
    let mut split = Btf::split(Arc::new(base(btf)));
    let units = 1 + random.below(4);
    program.add_units(&mut split, units, &mut random);
    split
}

/// The bytes of the result and its map, to compare whole runs.
pub fn outcome(deduped: &dedup::Deduped) -> (Vec<u8>, Vec<btf::TypeId>) {
    let bytes = deduped.btf.to_bytes(btf::WriteOptions::default()).unwrap();
    (bytes, deduped.map.clone())
}

/// Types as words with names written out, so that two BTFs compare whatever their string sections.
pub fn spelled(btf: &Btf) -> Vec<(Vec<u32>, Vec<String>)> {
    btf.types()
        .map(|(_, ty)| {
            let mut words = ty.words().to_vec();
            let mut names = Vec::new();
            for name in btf::names_mut(&mut words) {
                names.push(btf.str(btf::StringOffset(*name)).into_owned());
                *name = 0;
            }
            (words, names)
        })
        .collect()
}
