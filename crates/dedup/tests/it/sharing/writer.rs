//! A unit of a program, as its types are written one after the other.

use super::program::{Composite, Definition, Expr, INDEX, Program, Tag, Unit, Words, typed};
use crate::common::Random;
use btf::{Info, Kind};
use std::collections::HashMap;

/// A unit being written. References are indices of `types` plus 1 until the end.
pub struct Writer<'a> {
    program: &'a Program,
    pub random: &'a mut Random,
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
    pub fn new(program: &'a Program, random: &'a mut Random) -> Writer<'a> {
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

    pub fn int(&mut self, which: usize) -> usize {
        let (name, size, data) = [
            ("int", 4, 0x0100_0020),
            ("char", 1, 0x0100_0008),
            ("unsigned int", 4, 0x20),
        ][which];
        self.put(typed(Kind::Int, false, name, &[size, data], &[]))
    }

    /// The type an expression means, or `usize::MAX` for void.
    pub fn expr(&mut self, expr: &Expr) -> usize {
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
        let Tag {
            name,
            definitions,
            forward,
        } = &self.program.tags[tag];
        let definition = &definitions[self.random.below(definitions.len())];
        // A unit that says a tag twice has two definitions of it, or a definition and a forward.
        let declared = *forward && self.random.chance(shape.declared);
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
    pub fn fill(&mut self) {
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
    pub fn finish(self, int: usize, functions: &[Vec<usize>]) -> Unit {
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
            for word in btf::refs_mut(&mut own.words) {
                *word = translate(*word);
            }
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
