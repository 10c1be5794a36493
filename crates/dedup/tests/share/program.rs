//! Random C programs as units of BTF types, each type once a unit as compilers emit them.

use crate::common::Random;
use btf::{Info, Kind};
use std::collections::HashMap;

/// What can be in a program; percentages.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Tags that a unit only declares.
    pub declared: usize,
    /// Tags that the program defines in two ways.
    pub variants: usize,
    /// Tags that a unit defines twice.
    pub twice: usize,
    /// Typedefs through which a cycle can go with no struct on it.
    pub typedef_cycles: bool,
    /// Types that a unit says once more where it could say the first again.
    pub copies: usize,
    /// Anonymous structs that are like another one.
    pub alike: usize,
    /// Arrays that a unit says once more.
    pub arrays: usize,
}

impl Shape {
    /// What C compilers emit.
    pub const C: Shape = Shape {
        declared: 20,
        variants: 15,
        twice: 4,
        typedef_cycles: true,
        copies: 0,
        alike: 20,
        arrays: 15,
    };
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Expr {
    Void,
    Int(usize),
    Tag(usize),
    Typedef(usize),
    Anonymous(usize),
    Modified(Kind, Box<Expr>),
    Array(u32, Box<Expr>),
    Proto(Vec<Expr>),
}

#[derive(Clone, Debug)]
struct Composite {
    union: bool,
    size: u32,
    members: Vec<(&'static str, Expr)>,
}

#[derive(Clone, Debug)]
enum Definition {
    Composite(Composite),
    Enum { wide: bool, values: u32 },
}

#[derive(Debug)]
struct Tag {
    name: String,
    definitions: Vec<Definition>,
}

/// The declarations of all headers.
#[derive(Debug)]
pub struct Program {
    shape: Shape,
    tags: Vec<Tag>,
    typedefs: Vec<Vec<Expr>>,
    anonymous: Vec<Composite>,
}

/// The types of a unit. References are ids from 1 on within the unit; names are spelled out.
#[derive(Debug, Default)]
pub struct Unit {
    pub types: Vec<Words>,
    /// What stands beside the types: variables and tags, by name, kind and target.
    pub beside: Vec<Words>,
    /// Functions: name, result and parameters.
    pub functions: Vec<(String, Vec<u32>)>,
    /// The unit's `int`.
    pub int: u32,
}

/// A type whose words are offsets of names where [`btf::for_each_name`] says so: indices of `names`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Words {
    pub words: Vec<u32>,
    pub names: Vec<String>,
}

/// The index type of arrays.
pub const INDEX: u32 = u32::MAX - 7;

impl Program {
    pub fn random(random: &mut Random, shape: Shape) -> Program {
        let tags = 1 + random.below(7);
        let mut program = Program {
            shape,
            tags: Vec::new(),
            typedefs: vec![Vec::new(); random.below(4)],
            anonymous: Vec::new(),
        };
        let scope = Scope {
            tags,
            typedefs: program.typedefs.len(),
            anonymous: 0,
        };
        for at in 0..random.below(4) {
            let scope = Scope {
                anonymous: at,
                ..scope
            };
            let composite = match random.chance(shape.alike) && at > 0 {
                true => program.anonymous[random.below(at)].clone(),
                false => scope.composite(random),
            };
            program.anonymous.push(composite);
        }
        let scope = Scope {
            anonymous: program.anonymous.len(),
            ..scope
        };
        for at in 0..tags {
            let mut definitions = vec![scope.definition(random)];
            if random.chance(shape.variants) {
                let first = &definitions[0];
                definitions.push(variant(first, scope, random));
            }
            // Now and then a struct and a union, or an enumeration, share a name.
            let same = at > 0 && random.chance(10);
            let name = if same {
                program.tags[at - 1].name.clone()
            } else {
                format!("n{at}")
            };
            program.tags.push(Tag { name, definitions });
        }
        for at in 0..program.typedefs.len() {
            let ways = 1 + usize::from(random.chance(shape.variants));
            let scope = Scope {
                typedefs: at,
                ..scope
            };
            program.typedefs[at] = (0..ways).map(|_| scope.expr(random, 2)).collect();
            if shape.typedef_cycles && random.chance(15) {
                // typedef void (*t)(t);
                let own = Expr::Proto(vec![scope.expr(random, 1), Expr::Typedef(at)]);
                program.typedefs[at][0] = Expr::Modified(Kind::Ptr, Box::new(own));
            }
        }
        program.point_where_values_would_recur();
        program
    }

    /// A struct that holds itself by value is no C: such members become pointers.
    fn point_where_values_would_recur(&mut self) {
        for at in 0..self.anonymous.len() {
            for member in 0..self.anonymous[at].members.len() {
                let of = self.anonymous[at].members[member].1.clone();
                if self.holds(&of, &Expr::Anonymous(at)) {
                    self.anonymous[at].members[member].1 = Expr::Modified(Kind::Ptr, Box::new(of));
                }
            }
        }
        for at in 0..self.tags.len() {
            for way in 0..self.tags[at].definitions.len() {
                let Definition::Composite(composite) = &self.tags[at].definitions[way] else {
                    continue;
                };
                let mut composite = composite.clone();
                for (_, of) in &mut composite.members {
                    if self.holds(of, &Expr::Tag(at)) {
                        *of = Expr::Modified(Kind::Ptr, Box::new(of.clone()));
                    }
                }
                self.tags[at].definitions[way] = Definition::Composite(composite);
            }
        }
    }

    /// Whether a value of `expr` has one of `what` in it.
    fn holds(&self, expr: &Expr, what: &Expr) -> bool {
        let mut seen: Vec<&Expr> = Vec::new();
        let mut stack = vec![expr];
        while let Some(expr) = stack.pop() {
            if expr == what {
                return true;
            }
            if seen.contains(&expr) {
                continue;
            }
            seen.push(expr);
            match expr {
                Expr::Void | Expr::Int(_) | Expr::Proto(_) | Expr::Modified(Kind::Ptr, _) => {}
                Expr::Modified(_, inner) | Expr::Array(_, inner) => stack.push(inner),
                Expr::Typedef(number) => stack.extend(&self.typedefs[*number]),
                Expr::Anonymous(number) => {
                    stack.extend(self.anonymous[*number].members.iter().map(|member| &member.1));
                }
                Expr::Tag(tag) => {
                    for definition in &self.tags[*tag].definitions {
                        if let Definition::Composite(composite) = definition {
                            stack.extend(composite.members.iter().map(|member| &member.1));
                        }
                    }
                }
            }
        }
        false
    }

    /// What one unit includes of the program.
    pub fn unit(&self, random: &mut Random) -> Unit {
        let mut writer = Writer::new(self, random);
        let int = writer.int(0);
        let scope = Scope {
            tags: self.tags.len(),
            typedefs: self.typedefs.len(),
            anonymous: self.anonymous.len(),
        };
        for _ in 0..1 + writer.random.below(4) {
            let root = scope.expr(writer.random, 2);
            writer.expr(&root);
        }
        let functions: Vec<Vec<usize>> = (0..writer.random.below(2))
            .map(|_| {
                (0..1 + writer.random.below(3))
                    .map(|_| {
                        let of = scope.expr(writer.random, 1);
                        writer.expr(&of)
                    })
                    .collect()
            })
            .collect();
        writer.fill();
        writer.finish(int, &functions)
    }
}

fn variant(first: &Definition, scope: Scope, random: &mut Random) -> Definition {
    match first {
        Definition::Composite(first) if random.chance(60) => {
            let mut other = first.clone();
            match random.below(3) {
                0 => other.size += 8,
                1 => other.members.push(("more", Expr::Int(0))),
                _ => {
                    if let Some(member) = other.members.first_mut() {
                        member.1 = scope.expr(random, 1);
                    }
                }
            }
            Definition::Composite(other)
        }
        Definition::Composite(first) => Definition::Composite(Composite {
            union: first.union,
            ..scope.composite(random)
        }),
        Definition::Enum { wide, values } => Definition::Enum {
            wide: *wide,
            values: values + 1,
        },
    }
}

/// What expressions can mention.
#[derive(Clone, Copy)]
struct Scope {
    tags: usize,
    typedefs: usize,
    anonymous: usize,
}

impl Scope {
    fn expr(self, random: &mut Random, depth: usize) -> Expr {
        let inner = |random: &mut Random| Box::new(self.expr(random, depth.saturating_sub(1)));
        match random.below(if depth == 0 { 7 } else { 14 }) {
            0 => Expr::Void,
            1 => Expr::Int(random.below(3)),
            2 if self.typedefs > 0 => Expr::Typedef(random.below(self.typedefs)),
            3 if self.anonymous > 0 => Expr::Anonymous(random.below(self.anonymous)),
            2..=6 => Expr::Tag(random.below(self.tags)),
            7..=9 => Expr::Modified(Kind::Ptr, inner(random)),
            10 => Expr::Modified(
                random.pick(&[Kind::Const, Kind::Volatile, Kind::Restrict]),
                inner(random),
            ),
            11 | 12 => Expr::Array(1 + random.below(2) as u32, inner(random)),
            _ => Expr::Proto((0..1 + random.below(3)).map(|_| *inner(random)).collect()),
        }
    }

    fn composite(self, random: &mut Random) -> Composite {
        let names = ["a", "b", "", "c"];
        let count = random.below(4);
        Composite {
            union: random.chance(25),
            size: 8 * count as u32,
            members: (0..count)
                .map(|at| (names[at], self.expr(random, 2)))
                .collect(),
        }
    }

    fn definition(self, random: &mut Random) -> Definition {
        if random.chance(20) {
            return Definition::Enum {
                wide: random.chance(30),
                values: 1 + random.below(2) as u32,
            };
        }
        Definition::Composite(self.composite(random))
    }
}

/// A unit being written. References are indices of `types` plus 1 until the end.
struct Writer<'a> {
    program: &'a Program,
    random: &'a mut Random,
    types: Vec<Words>,
    /// For each tag the type of each of its definitions in this unit; more than one is rare.
    tags: HashMap<usize, Vec<usize>>,
    typedefs: HashMap<usize, usize>,
    anonymous: HashMap<usize, usize>,
    by_words: HashMap<Words, usize>,
    /// Types whose words are to be filled in.
    open: Vec<(usize, Open)>,
}

enum Open {
    Composite {
        tag: Option<usize>,
        composite: Composite,
    },
    Typedef(usize, Expr),
}

impl<'a> Writer<'a> {
    fn new(program: &'a Program, random: &'a mut Random) -> Writer<'a> {
        Writer {
            program,
            random,
            types: Vec::new(),
            tags: HashMap::new(),
            typedefs: HashMap::new(),
            anonymous: HashMap::new(),
            by_words: HashMap::new(),
            open: Vec::new(),
        }
    }

    /// The type for some words; the one that is there, if there is one.
    fn put(&mut self, words: Words) -> usize {
        if let Some(&at) = self.by_words.get(&words)
            && !self.random.chance(self.program.shape.copies)
        {
            return at;
        }
        let at = self.add(words.clone());
        self.by_words.insert(words, at);
        at
    }

    fn add(&mut self, words: Words) -> usize {
        self.types.push(words);
        self.types.len() - 1
    }

    fn reserve(&mut self) -> usize {
        self.add(Words {
            words: Vec::new(),
            names: Vec::new(),
        })
    }

    fn int(&mut self, which: usize) -> usize {
        let (name, size, data) = [
            ("int", 4, 0x0100_0020),
            ("char", 1, 0x0100_0008),
            ("unsigned int", 4, 0x20),
        ][which];
        self.put(typed(Kind::Int, false, name, &[size, data], &[]))
    }

    /// The type an expression means, or `usize::MAX` for void.
    fn expr(&mut self, expr: &Expr) -> usize {
        match expr {
            Expr::Void => usize::MAX,
            Expr::Int(which) => self.int(*which),
            Expr::Tag(tag) => self.tag(*tag),
            Expr::Typedef(number) => {
                if let Some(&at) = self.typedefs.get(number) {
                    return at;
                }
                let at = self.reserve();
                self.typedefs.insert(*number, at);
                let target = self
                    .random
                    .pick(&self.program.typedefs[*number].iter().collect::<Vec<_>>());
                self.open.push((at, Open::Typedef(*number, target.clone())));
                at
            }
            Expr::Anonymous(number) => {
                if let Some(&at) = self.anonymous.get(number) {
                    return at;
                }
                let at = self.reserve();
                self.anonymous.insert(*number, at);
                let composite = self.program.anonymous[*number].clone();
                self.open.push((
                    at,
                    Open::Composite {
                        tag: None,
                        composite,
                    },
                ));
                at
            }
            Expr::Modified(kind, inner) => {
                let target = self.expr(inner);
                self.put(typed(*kind, false, "", &[id(target)], &[]))
            }
            // Compilers share arrays less than other types.
            Expr::Array(count, inner) => {
                let element = self.expr(inner);
                let words = typed(
                    Kind::Array,
                    false,
                    "",
                    &[0, id(element), INDEX, *count],
                    &[],
                );
                if self.random.chance(self.program.shape.arrays) {
                    self.add(words)
                } else {
                    self.put(words)
                }
            }
            Expr::Proto(parts) => {
                let parts: Vec<usize> = parts.iter().map(|part| self.expr(part)).collect();
                let params: Vec<(&str, Vec<u32>)> = parts[1..]
                    .iter()
                    .map(|&part| ("", vec![id(part)]))
                    .collect();
                self.put(typed(Kind::FuncProto, false, "", &[id(parts[0])], &params))
            }
        }
    }

    fn tag(&mut self, tag: usize) -> usize {
        let shape = self.program.shape;
        let known = self.tags.get(&tag).cloned().unwrap_or_default();
        let again = known.len() == 1 && self.random.chance(shape.twice);
        if !known.is_empty() && !again {
            return self.random.pick(&known);
        }
        let Tag { name, definitions } = &self.program.tags[tag];
        let definition = &definitions[self.random.below(definitions.len())];
        let declared = self.random.chance(shape.declared);
        let at = match definition {
            Definition::Composite(composite) if declared => {
                self.add(typed(Kind::Fwd, composite.union, name, &[0], &[]))
            }
            Definition::Composite(composite) => {
                let at = self.reserve();
                self.open.push((
                    at,
                    Open::Composite {
                        tag: Some(tag),
                        composite: composite.clone(),
                    },
                ));
                at
            }
            Definition::Enum { .. } if declared => {
                self.add(typed(Kind::Enum, false, name, &[4], &[]))
            }
            Definition::Enum { wide, values } => {
                let kind = if *wide { Kind::Enum64 } else { Kind::Enum };
                let words = if *wide { 2 } else { 1 };
                let values: Vec<(&str, Vec<u32>)> = (0..*values)
                    .map(|value| (["E0", "E1", "E2"][value as usize], vec![value; words]))
                    .collect();
                self.add(typed(kind, false, name, &[4 * words as u32], &values))
            }
        };
        self.tags.entry(tag).or_default().push(at);
        at
    }

    /// Writes what was reserved, and what that mentions.
    fn fill(&mut self) {
        while let Some((at, open)) = self.open.pop() {
            self.types[at] = match open {
                Open::Typedef(number, target) => {
                    let target = self.expr(&target);
                    typed(
                        Kind::Typedef,
                        false,
                        &format!("t{number}"),
                        &[id(target)],
                        &[],
                    )
                }
                Open::Composite { tag, composite } => {
                    let members: Vec<(&str, Vec<u32>)> = composite
                        .members
                        .iter()
                        .enumerate()
                        .map(|(place, (name, of))| {
                            (*name, vec![id(self.expr(of)), 64 * place as u32])
                        })
                        .collect();
                    let name = tag.map_or("", |tag| &self.program.tags[tag].name);
                    let kind = if composite.union {
                        Kind::Union
                    } else {
                        Kind::Struct
                    };
                    typed(kind, false, name, &[composite.size], &members)
                }
            };
        }
    }

    /// Puts the types into some order and adds what stands beside them.
    fn finish(self, int: usize, functions: &[Vec<usize>]) -> Unit {
        let Writer { random, types, .. } = self;
        let mut order: Vec<usize> = (0..types.len()).collect();
        match random.below(3) {
            0 => {}
            1 => order.reverse(),
            _ => (1..order.len()).for_each(|at| order.swap(at, random.below(at + 1))),
        }
        let mut ids = vec![0; types.len()];
        for (place, &at) in order.iter().enumerate() {
            ids[at] = place as u32 + 1;
        }
        let translate = |word: u32| match word {
            0 | INDEX => word,
            other => ids[other as usize - 1],
        };
        let renumbered = |words: &Words| {
            let mut own = words.clone();
            let Ok(()) = btf::for_each_ref(&mut own.words, |word| {
                *word = translate(*word);
                Ok::<(), std::convert::Infallible>(())
            });
            own
        };
        let written: Vec<Words> = order.iter().map(|&at| renumbered(&types[at])).collect();
        let mut beside = Vec::new();
        for (at, words) in written.iter().enumerate() {
            if Info(words.words[1]).kind() == Kind::Struct && random.chance(10) {
                beside.push(typed(
                    Kind::DeclTag,
                    false,
                    "marked",
                    &[at as u32 + 1, u32::MAX],
                    &[],
                ));
            } else if random.chance(3) {
                beside.push(typed(Kind::Var, false, "v", &[at as u32 + 1, 1], &[]));
            }
        }
        let functions = functions
            .iter()
            .enumerate()
            .map(|(at, parts)| {
                (
                    format!("f{at}"),
                    parts.iter().map(|&part| translate(id(part))).collect(),
                )
            })
            .collect();
        Unit {
            types: written,
            beside,
            functions,
            int: translate(id(int)),
        }
    }
}

fn id(at: usize) -> u32 {
    match at {
        usize::MAX => 0,
        at => at as u32 + 1,
    }
}

/// Words of a type: `rest` after name and info, then parts with their names.
pub fn typed(
    kind: Kind,
    flag: bool,
    name: &str,
    rest: &[u32],
    parts: &[(&str, Vec<u32>)],
) -> Words {
    let mut words = vec![0, Info::new(kind, parts.len() as u32, flag).0];
    let mut names = vec![name.to_owned()];
    words.extend(rest);
    for (name, part) in parts {
        words.push(0);
        words.extend(part);
        names.push((*name).to_owned());
    }
    Words { words, names }
}
