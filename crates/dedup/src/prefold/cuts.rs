//! Where a BTF can be cut: no reference leads from one run of types into another.

use super::source::Types;
use super::{Unfit, is_never_part};
use crate::libbpf;
use btf::{Info, Kind, Type, TypeId, word_count};
use std::ops::Range;

/// How many words are looked at at once.
const PIECE: usize = 1 << 14;

/// A type, and where its words begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    id: u32,
    word: usize,
}

/// Types that follow each other.
#[derive(Debug)]
pub(super) struct Region {
    /// The id of the first, and that after the last.
    pub start: u32,
    pub end: u32,
    /// Their words, among those of all types.
    pub words: Range<usize>,
}

/// Where runs begin, and where the last one ends.
pub(super) struct Cuts {
    /// The first type of each run.
    starts: Vec<Place>,
    /// The first type after the last run: functions and what belongs to them, for all units.
    tail: Place,
    end: Place,
}

impl Cuts {
    /// Cuts types into as many runs as possible. Three sorts of references may cross a cut: those to an earlier INT
    /// or FLOAT (an encoder has one index type for the arrays of all units), those from kinds that nothing refers
    /// to, and those from the functions at the end.
    pub fn of(types: &mut dyn Types) -> Result<Cuts, Unfit> {
        let count = types.count();
        let mut finder = CutFinder {
            starts: Vec::new(),
            next: Place { id: 1, word: 0 },
            tail: None,
            start: 0,
            furthest: 0,
            highest: 0,
            scalars: Vec::new(),
        };
        let mut size = PIECE;
        loop {
            let from = finder.next.word;
            let end = from.saturating_add(size).min(count);
            let words = types.words(from..end).ok_or(Unfit::Damaged)?;
            finder.add_all(words, end == count)?;
            if end == count {
                return finder.finish();
            }
            // One type, or what may be the end of all, can be longer than a piece.
            size = match finder.next.word == from {
                true => size.saturating_mul(2),
                false => PIECE,
            };
        }
    }

    /// The runs.
    pub fn runs(&self) -> impl Iterator<Item = Region> {
        let ends = self.starts.iter().skip(1).chain([&self.tail]);
        let both = self.starts.iter().zip(ends);
        both.map(|(&start, &end)| Cuts::region(start, end))
    }

    /// The runs, and what follows the last.
    pub fn regions(&self) -> impl Iterator<Item = Region> {
        self.runs().chain([Cuts::region(self.tail, self.end)])
    }

    /// The id after the last.
    pub fn end(&self) -> u32 {
        self.end.id
    }

    fn region(start: Place, end: Place) -> Region {
        Region {
            start: start.id,
            end: end.id,
            words: start.word..end.word,
        }
    }
}

struct CutFinder {
    starts: Vec<Place>,
    next: Place,
    /// The id of the first type after the last run, once all types before it were seen, and its place once that is reached.
    tail: Option<(u32, Option<Place>)>,
    /// The id at which the run at hand starts, and the furthest that its types refer to.
    start: u32,
    furthest: u32,
    /// The highest id that any type refers to.
    highest: u32,
    /// Whether a type is an INT or FLOAT, a bit for each id.
    scalars: Vec<u64>,
}

impl CutFinder {
    /// Adds types, up to the last that cannot belong to the tail; to the end if these are the `last` ones.
    fn add_all(&mut self, words: &[u32], last: bool) -> Result<(), Unfit> {
        let (mut at, mut added) = (0, 0);
        while let Some(&info) = words.get(at + 1) {
            let info = Info(info);
            if !is_known(info.kind()) {
                return Err(Unfit::Damaged);
            }
            let end = at + word_count(info).ok_or(Unfit::Damaged)?;
            if end > words.len() {
                break;
            }
            if !belongs_to_tail(info.kind()) {
                self.add_up_to(words, &mut added, at);
                if let Some(ty) = words.get(at..end).and_then(Type::from_words) {
                    self.add(ty);
                }
                added = end;
            }
            at = end;
        }
        if last {
            if at != words.len() {
                return Err(Unfit::Damaged);
            }
            self.tail = Some((self.next.id.max(self.furthest.saturating_add(1)), None));
            self.add_up_to(words, &mut added, at);
        }
        Ok(())
    }

    /// Adds types that turned out not to be the end of all.
    fn add_up_to(&mut self, words: &[u32], added: &mut usize, end: usize) {
        while *added < end {
            let rest = words.get(*added..end).unwrap_or_default();
            let count = rest.get(1).and_then(|&info| word_count(Info(info)));
            let ty = count.and_then(|count| Type::from_words(rest.get(..count)?));
            let Some(ty) = ty else { break };
            self.add(ty);
            *added += ty.words().len();
        }
    }

    #[inline]
    fn add(&mut self, ty: Type<'_>) {
        let (id, kind) = (self.next.id, ty.info().kind());
        let is_before_tail = match &mut self.tail {
            None => true,
            Some((tail, place)) => {
                *tail = (*tail).max(self.furthest.saturating_add(1));
                if id == *tail {
                    *place = Some(self.next);
                }
                id < *tail
            }
        };
        if id > self.furthest && is_before_tail {
            self.start = id;
            self.starts.push(self.next);
        }
        let (bit, word) = (id % 64, id as usize / 64);
        if word >= self.scalars.len() {
            self.scalars.resize(word + 1, 0);
        }
        if matches!(kind, Kind::Int | Kind::Float) {
            self.scalars[word] |= 1 << bit;
        }
        if !is_before_tail || is_never_part(kind) {
            // Types below a declaration tag are settled before the types between the two.
            let leads = kind == Kind::DeclTag && is_before_tail;
            ty.refs().for_each(|TypeId(to)| {
                self.highest = self.highest.max(to);
                if leads {
                    self.furthest = self.furthest.max(to);
                }
            });
        } else {
            ty.refs().for_each(|TypeId(to)| {
                if to > id {
                    self.furthest = self.furthest.max(to);
                } else if to < self.start && to != 0 && !self.is_scalar(to) {
                    while self.starts.last().is_some_and(|start| start.id > to) {
                        self.starts.pop();
                    }
                    self.start = self.starts.last().map_or(0, |start| start.id);
                }
            });
        }
        self.next = Place {
            id: id + 1,
            word: self.next.word + ty.words().len(),
        };
    }

    fn is_scalar(&self, id: u32) -> bool {
        let word = self.scalars.get(id as usize / 64);
        word.is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    fn finish(self) -> Result<Cuts, Unfit> {
        let end = self.next;
        if self.highest.max(self.furthest) >= end.id {
            return Err(Unfit::Damaged);
        }
        let tail = self.tail.and_then(|(_, place)| place).unwrap_or(end);
        let (starts, tail_id) = (self.starts, tail.id);
        let cuts = Cuts { starts, tail, end };
        let longest = cuts.runs().map(|run| run.end - run.start).max();
        if longest.is_none_or(|longest| longest > tail_id / 8 * 7) || cuts.starts.len() < 2 {
            return Err(Unfit::OneRun);
        }
        Ok(cuts)
    }
}

/// Locations are rare and small: the exact engine takes BTF that has them as it is.
fn is_known(kind: Kind) -> bool {
    let location = matches!(kind, Kind::LocParam | Kind::LocProto | Kind::LocSec);
    libbpf::is_supported(kind) && !location
}

fn belongs_to_tail(kind: Kind) -> bool {
    is_never_part(kind) || matches!(kind, Kind::Func | Kind::FuncProto)
}
