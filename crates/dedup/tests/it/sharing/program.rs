//! Random C programs as units of BTF types.
//!
//! A unit never declares a struct or union of which there are several definitions. Which of them a type that
//! reaches the declaration is equal to depends on the order of a hash chain in libbpf, and that order turns
//! round whenever the table grows; sharing settles other declarations before, and so has a smaller table. A
//! forward enumeration can have several definitions: it is settled while enumerations are compared, when
//! both ways have the same table.

use super::writer::Writer;
use crate::common::Random;
use btf::{Info, Kind};

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
    /// Whether units may only declare what the program defines in two ways.
    pub declared_variants: bool,
    /// How many tags and units there are at most.
    pub most: usize,
}

impl Shape {
    /// A unit has each type once, as C compilers emit them: pointers, qualifiers, prototypes.
    pub const C: Shape = Shape {
        declared: 20,
        variants: 15,
        twice: 4,
        typedef_cycles: true,
        copies: 0,
        alike: 0,
        arrays: 0,
        declared_variants: false,
        most: 7,
    };

    /// Units say types twice: compilers do so with arrays, and with anonymous structs that are alike.
    pub const COPIES: Shape = Shape {
        twice: 0,
        copies: 10,
        alike: 20,
        arrays: 15,
        ..Shape::C
    };

    /// Many names with two definitions, which many units only declare.
    pub const VARIANTS: Shape = Shape {
        twice: 0,
        declared: 35,
        variants: 30,
        declared_variants: true,
        most: 14,
        ..Shape::C
    };
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expr {
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
pub struct Composite {
    pub union: bool,
    pub size: u32,
    pub members: Vec<(&'static str, Expr)>,
}

#[derive(Clone, Debug)]
pub enum Definition {
    Composite(Composite),
    Enum { wide: bool, values: u32 },
}

#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub definitions: Vec<Definition>,
    /// Units may say it forward.
    pub forward: bool,
}

/// Kinds in which a name means one thing: struct, union, enumeration.
fn class_of(definition: &Definition) -> u8 {
    match definition {
        Definition::Composite(composite) => u8::from(composite.union),
        Definition::Enum { .. } => 2,
    }
}

/// The declarations of all headers.
#[derive(Debug)]
pub struct Program {
    pub shape: Shape,
    pub tags: Vec<Tag>,
    pub typedefs: Vec<Vec<Expr>>,
    pub anonymous: Vec<Composite>,
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

/// A type whose words are offsets of names where [`btf::names_mut`] says so: indices of `names`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Words {
    pub words: Vec<u32>,
    pub names: Vec<String>,
}

/// The index type of arrays.
pub const INDEX: u32 = u32::MAX - 7;

impl Program {
    pub fn random(random: &mut Random, shape: Shape) -> Program {
        let tags = 1 + random.below(shape.most);
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
                false => Composite {
                    size: 64 + 8 * at as u32,
                    ..scope.composite(random)
                },
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
            let is_enum = matches!(definitions[0], Definition::Enum { .. });
            let forward = is_enum || definitions.len() == 1 || shape.declared_variants;
            // Now and then a struct and a union, or an enumeration, share a name.
            let class = class_of(&definitions[0]);
            let taken = |name: &String| {
                let mut tags = program.tags.iter();
                tags.any(|tag| tag.name == *name && class_of(&tag.definitions[0]) == class)
            };
            let before = program.tags.last().map(|tag| tag.name.clone());
            let before = before.filter(|name| random.chance(10) && !taken(name));
            let name = before.unwrap_or_else(|| format!("n{at}"));
            program.tags.push(Tag {
                name,
                definitions,
                forward,
            });
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
                    stack.extend(
                        self.anonymous[*number]
                            .members
                            .iter()
                            .map(|member| &member.1),
                    );
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
