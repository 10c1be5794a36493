//! Lines of the declarations that belong to a step: the member or type that it is about, and the path of the walk.
//!
//! A type does not record its lines, so they are found by name.

use super::Graph;
use crate::{Moment, raw};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Lines of one unit's text, from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Lines that the step is about.
    pub current: Vec<usize>,
    /// Lines of the types on the path of the walk.
    pub path: Vec<usize>,
}

/// The lines of each text that a step is about: the base's, if there is one, then the units'.
pub fn lines(graph: &Graph, moment: &Moment, texts: &[String]) -> Vec<Lines> {
    let mut first = 1;
    let mut all = Vec::new();
    for (unit, text) in texts.iter().enumerate() {
        let own = graph
            .nodes
            .iter()
            .filter(|node| node.unit as usize == unit)
            .count() as u32;
        let declared = Declared::of(graph, text, first..first + own);
        all.push(of_unit(graph, moment, &declared));
        first += own;
    }
    all
}

fn of_unit(graph: &Graph, moment: &Moment, declared: &Declared) -> Lines {
    let mut lines = Lines::default();
    let own = [moment.canonical, moment.candidate].into_iter().flatten();
    for id in own.filter(|id| declared.ids.contains(id)) {
        // The member through which the walk came here says more than the type.
        let via = moment.path.windows(2).find_map(|pair| match pair {
            [(a, b, _), (c, d, _)] if *c == id => Some(*a).filter(|_| *a != *b || *c == *d),
            [(_, b, _), (_, d, _)] if *d == id => Some(*b),
            _ => None,
        });
        let via = via.and_then(|from| declared.member(graph, from, id));
        let whole = || declared.types.get(&id).cloned();
        let user = || declared.users(graph, id);
        lines
            .current
            .extend(via.or_else(whole).or_else(user).into_iter().flatten());
    }
    let walked = moment.path.iter().flat_map(|&(a, b, _)| [a, b]);
    for id in walked.filter(|id| declared.ids.contains(id)) {
        lines
            .path
            .extend(declared.types.get(&id).cloned().into_iter().flatten());
    }
    for list in [&mut lines.current, &mut lines.path] {
        list.sort_unstable();
        list.dedup();
    }
    lines
}

/// Where a unit's text declares its types.
struct Declared {
    ids: std::ops::Range<u32>,
    /// Lines of types that have a declaration of their own.
    types: BTreeMap<u32, RangeInclusive<usize>>,
    /// Line of the member or parameter of this number.
    members: BTreeMap<(u32, usize), usize>,
}

impl Declared {
    fn of(graph: &Graph, text: &str, ids: std::ops::Range<u32>) -> Declared {
        let mut declared = Declared {
            ids: ids.clone(),
            types: BTreeMap::new(),
            members: BTreeMap::new(),
        };
        match raw::is_raw(text) {
            // The types of a base that contains copies get new ids.
            true if text.lines().filter(|line| line.starts_with('[')).count() != ids.len() => {}
            true => declared.printed(text, ids),
            false => {
                let lines: Vec<Vec<&str>> = text.lines().map(words).collect();
                for id in ids {
                    declared.in_c(graph, &lines, id);
                }
            }
        }
        declared
    }

    /// Types as bpftool prints them: `[4] STRUCT …`, members on lines of their own.
    fn printed(&mut self, text: &str, ids: std::ops::Range<u32>) {
        let shift = ids.start - 1;
        let mut open: Option<(u32, usize)> = None;
        for (line, text) in (1..).zip(text.lines()) {
            let number = text.strip_prefix('[').and_then(|rest| {
                let (number, _) = rest.split_once(']')?;
                number.parse::<u32>().ok()
            });
            match (number, open) {
                (Some(number), _) => {
                    let id = number.saturating_add(shift);
                    self.types.insert(id, line..=line);
                    open = Some((id, 0));
                }
                (None, Some((id, member))) if !text.trim().is_empty() => {
                    self.members.insert((id, member), line);
                    if let Some(range) = self.types.get_mut(&id) {
                        *range = *range.start()..=line;
                    }
                    open = Some((id, member + 1));
                }
                _ => {}
            }
        }
    }

    fn in_c(&mut self, graph: &Graph, lines: &[Vec<&str>], id: u32) {
        let Some(node) = graph.node(id) else { return };
        let Some(name) = node.label.split([' ', ';']).find(|word| {
            !["struct", "union", "enum", "typedef", "function", "variable"].contains(word)
        }) else {
            return;
        };
        let range = match node.kind.as_str() {
            "STRUCT" | "UNION" | "ENUM" | "ENUM64" if !name.starts_with('{') => {
                let keyword = match node.kind.as_str() {
                    "STRUCT" => "struct",
                    "UNION" => "union",
                    _ => "enum",
                };
                block(lines, keyword, name)
            }
            "FWD" => {
                let keyword = node.label.split(' ').next().unwrap_or_default();
                find(lines, &[keyword, name, ";"]).or_else(|| find(lines, &[keyword, name]))
            }
            "TYPEDEF" => lines
                .iter()
                .position(|line| line.contains(&"typedef") && line.contains(&name))
                .map(|at| at..=at),
            "FUNC" => find(lines, &[name, "("]),
            _ => None,
        };
        let Some(range) = range else { return };
        for (number, (member, _)) in node.refs.iter().enumerate() {
            let line = range
                .clone()
                .filter(|&at| at != *range.start() || range.start() == range.end())
                .find(|&at| {
                    lines
                        .get(at)
                        .is_some_and(|line| line.contains(&member.as_str()))
                });
            if let Some(line) = line {
                self.members.insert((id, number), line + 1);
            }
        }
        self.types.insert(id, range.start() + 1..=range.end() + 1);
    }

    /// The line of the member through which one type refers to another.
    fn member(&self, graph: &Graph, from: u32, to: u32) -> Option<RangeInclusive<usize>> {
        let refs = &graph.node(from)?.refs;
        let number = refs.iter().position(|(_, target)| *target == to)?;
        let line = *self.members.get(&(from, number))?;
        Some(line..=line)
    }

    /// The line of a member whose type is this one, or refers to it.
    fn users(&self, graph: &Graph, id: u32) -> Option<RangeInclusive<usize>> {
        let mut wanted = id;
        // Chains of pointers and modifiers are short.
        for _ in 0..4 {
            let mut users = self.ids.clone().filter(|&user| {
                let refs = graph.node(user).map(|node| node.refs.as_slice());
                refs.unwrap_or_default().iter().any(|(_, to)| *to == wanted)
            });
            let user = users.next()?;
            if let Some(line) = self.member(graph, user, wanted) {
                return Some(line);
            }
            if let Some(range) = self.types.get(&user) {
                return Some(range.clone());
            }
            wanted = user;
        }
        None
    }
}

/// The words and signs of a line; a comment to the end of the line is left out.
fn words(line: &str) -> Vec<&str> {
    let line = line.split("//").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut start = None;
    for (at, letter) in line.char_indices() {
        let is_word = letter.is_alphanumeric() || letter == '_';
        match (is_word, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.extend(line.get(from..at));
                start = None;
            }
            _ => {}
        }
        if !is_word && !letter.is_whitespace() {
            found.extend(line.get(at..at + letter.len_utf8()));
        }
    }
    if let Some(from) = start {
        found.extend(line.get(from..));
    }
    found
}

/// The line on which words follow each other.
fn find(lines: &[Vec<&str>], wanted: &[&str]) -> Option<RangeInclusive<usize>> {
    let at = lines
        .iter()
        .position(|line| line.windows(wanted.len()).any(|part| part == wanted))?;
    Some(at..=at)
}

/// The lines from `struct name {` to its closing brace.
fn block(lines: &[Vec<&str>], keyword: &str, name: &str) -> Option<RangeInclusive<usize>> {
    let start = lines.iter().enumerate().position(|(at, line)| {
        let begins = |wanted: &[&str]| line.windows(wanted.len()).any(|part| part == wanted);
        let next = lines.get(at + 1).and_then(|line| line.first());
        begins(&[keyword, name, "{"])
            || line.ends_with(&[keyword, name]) && next == Some(&"{")
            || begins(&[keyword, name, "__attribute__"])
    })?;
    let mut depth = 0_usize;
    let mut opened = false;
    for (at, line) in lines.iter().enumerate().skip(start) {
        let skipped = match at == start {
            true => line.windows(2).position(|part| part == [keyword, name]),
            false => None,
        };
        for word in line.iter().skip(skipped.unwrap_or(0)) {
            match *word {
                "{" => (depth, opened) = (depth + 1, true),
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if opened && depth == 0 {
                return Some(start..=at);
            }
        }
    }
    Some(start..=start)
}
