//! Where a BTF can be cut: no reference leads from one run of types into another.

use super::{Unfit, is_never_part};
use crate::libbpf;
use crate::sharing::tag_names::can_have_tag_name;
use btf::{Info, Kind, Type, TypeId, word_count};
use std::ops::Range;

/// Of so many types the place of one is known.
const BLOCK: u32 = 64;

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
    /// Where every [`BLOCK`]th type begins.
    marks: Vec<u32>,
}

impl Cuts {
    /// The id after the last.
    pub fn end(&self) -> u32 {
        self.end.id
    }

    /// The runs.
    pub fn runs(&self) -> impl Iterator<Item = Region> {
        let ends = self.starts.iter().skip(1).chain([&self.tail]);
        let both = self.starts.iter().zip(ends);
        both.map(|(&start, &end)| region(start, end))
    }

    /// A few types around one, to read no more than that.
    pub fn around(&self, id: u32) -> Region {
        let at = (id / BLOCK) as usize;
        let word = |at: usize| {
            self.marks
                .get(at)
                .map_or(self.end.word, |&word| word as usize)
        };
        Region {
            start: (id / BLOCK * BLOCK).max(1),
            end: (id / BLOCK + 1).saturating_mul(BLOCK).min(self.end.id),
            words: word(at)..word(at + 1),
        }
    }
}

fn region(start: Place, end: Place) -> Region {
    Region {
        start: start.id,
        end: end.id,
        words: start.word..end.word,
    }
}

/// Looks for the cuts, type by type.
///
/// There are as many runs as possible. Three sorts of references may cross a cut: those to an earlier INT
/// or FLOAT (an encoder has one index type for the arrays of all units), those from kinds that nothing refers
/// to, and those from the functions at the end.
pub(super) struct CutFinder {
    sure: u32,
    starts: Vec<Place>,
    /// How many runs there were at the least since [`CutFinder::next_run`] gave one.
    fewest: usize,
    /// How many of them it has given.
    given: usize,
    is_changed: bool,
    next: Place,
    marks: Vec<u32>,
    /// Where each type begins, from that of [`CutFinder::places_from`] on.
    places: Vec<u32>,
    places_from: u32,
    /// Of the same types those whose kind can have a tag name.
    tagged: Vec<u32>,
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
    /// Starts the search. A run has surely ended so many types before the last that was added.
    pub fn new(sure: u32) -> CutFinder {
        CutFinder {
            sure,
            starts: Vec::new(),
            fewest: 0,
            given: 0,
            is_changed: false,
            next: Place { id: 1, word: 0 },
            marks: vec![0],
            places: Vec::new(),
            places_from: 1,
            tagged: Vec::new(),
            tail: None,
            start: 0,
            furthest: 0,
            highest: 0,
            scalars: Vec::new(),
        }
    }

    /// The first word that was not added yet.
    pub fn next_word(&self) -> usize {
        self.next.word
    }

    /// The next run, if it is so far back that it has surely ended.
    pub fn next_run(&mut self) -> Option<Region> {
        self.is_changed |= self.given > 0 && self.fewest <= self.given;
        if self.is_changed {
            return None;
        }
        let &[start, end] = self.starts.get(self.given..self.given + 2)? else {
            return None;
        };
        if self.next.id - end.id < self.sure {
            return None;
        }
        self.given += 1;
        self.fewest = self.starts.len();
        Some(region(start, end))
    }

    /// Of a run that was given: where each type begins and the last one ends, and which types can have a tag name.
    pub fn places(&self, run: &Region) -> (&[u32], &[u32]) {
        let at = |id: u32| id.wrapping_sub(self.places_from) as usize;
        let places = self.places.get(at(run.start)..=at(run.end));
        let before = |end: u32| self.tagged.partition_point(|&id| id < end);
        let tagged = self.tagged.get(before(run.start)..before(run.end));
        (places.unwrap_or_default(), tagged.unwrap_or_default())
    }

    /// Forgets where the types of runs that were given begin.
    fn forget_places(&mut self) {
        let open = match self.starts.get(self.given) {
            Some(start) if !self.is_changed => start.id,
            _ => self.next.id,
        };
        let given = open.saturating_sub(self.places_from) as usize;
        self.places.drain(..given.min(self.places.len()));
        self.places_from = self.places_from.max(open);
        let given = self.tagged.partition_point(|&id| id < open);
        self.tagged.drain(..given);
    }

    /// How many runs were given; `None` if a reference led back into one of them, so that it is longer.
    pub fn given(&self) -> Option<usize> {
        (!self.is_changed).then_some(self.given)
    }

    /// Where the next run begins, or the next type.
    pub fn open_word(&self) -> usize {
        let open = self.starts.get(self.given);
        let open = open.filter(|_| !self.is_changed);
        open.map_or(self.next.word, |start| start.word)
    }

    /// Adds types, up to the last that cannot belong to the tail; to the end if these are the `last` ones.
    pub fn add_all(&mut self, words: &[u32], last: bool) -> Result<(), Unfit> {
        self.forget_places();
        let (mut at, mut added) = (0, 0);
        while let Some(&info) = words.get(at + 1) {
            let info = Info(info);
            let traits = KindTraits::of(info);
            if !traits.is_known {
                return Err(Unfit::Damaged);
            }
            let end = at + word_count(info).ok_or(Unfit::Damaged)?;
            if end > words.len() {
                break;
            }
            if !traits.belongs_to_tail {
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
        let (id, traits) = (self.next.id, KindTraits::of(ty.info()));
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
        if traits.can_have_tag_name {
            self.tagged.push(id);
        }
        if traits.is_scalar {
            let word = id as usize / 64;
            if word >= self.scalars.len() {
                self.scalars.resize(word + 1, 0);
            }
            self.scalars[word] |= 1 << (id % 64);
        }
        if !is_before_tail || traits.is_never_part {
            // Types below a declaration tag are settled before the types between the two.
            let leads = is_before_tail && ty.info().kind() == Kind::DeclTag;
            ty.refs().for_each(|TypeId(to)| {
                self.highest = self.highest.max(to);
                if leads {
                    self.furthest = self.furthest.max(to);
                }
            });
        } else {
            // The least reference but 0, less 1.
            let range = (u32::MAX, self.furthest);
            let (least, most) = ty.refs().fold(range, |(least, most), TypeId(to)| {
                (least.min(to.wrapping_sub(1)), most.max(to))
            });
            if most > id {
                self.furthest = most;
            }
            if least.saturating_add(1) < self.start {
                self.lead_back(ty);
            }
        }
        self.places.push(self.next.word as u32);
        if id.is_multiple_of(BLOCK) {
            self.marks.push(self.next.word as u32);
        }
        self.next = Place {
            id: id + 1,
            word: self.next.word + ty.words().len(),
        };
    }

    /// Joins runs into which a type refers that is no part of them.
    fn lead_back(&mut self, ty: Type<'_>) {
        for TypeId(to) in ty.refs() {
            if to < self.start && to != 0 && !self.is_scalar(to) {
                while self.starts.last().is_some_and(|start| start.id > to) {
                    self.starts.pop();
                }
                self.fewest = self.fewest.min(self.starts.len());
                self.start = self.starts.last().map_or(0, |start| start.id);
            }
        }
    }

    fn is_scalar(&self, id: u32) -> bool {
        let word = self.scalars.get(id as usize / 64);
        word.is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    /// The cuts, once all types were added.
    pub fn finish(self) -> Result<Cuts, Unfit> {
        let end = self.next;
        if self.highest.max(self.furthest) >= end.id {
            return Err(Unfit::Damaged);
        }
        let tail = self.tail.and_then(|(_, place)| place).unwrap_or(end);
        let cuts = Cuts {
            starts: self.starts,
            tail,
            end,
            marks: self.marks,
        };
        let longest = cuts.runs().map(|run| run.end - run.start).max();
        if longest.is_none_or(|longest| longest > tail.id / 8 * 7) || cuts.starts.len() < 2 {
            return Err(Unfit::OneRun);
        }
        Ok(cuts)
    }
}

/// What a kind is to the search for cuts.
#[derive(Clone, Copy)]
struct KindTraits {
    is_known: bool,
    is_never_part: bool,
    belongs_to_tail: bool,
    is_scalar: bool,
    can_have_tag_name: bool,
}

impl KindTraits {
    const fn of_kind(kind: Kind) -> KindTraits {
        // Locations are rare and small: the exact engine takes BTF that has them as it is.
        let location = matches!(kind, Kind::LocParam | Kind::LocProto | Kind::LocSec);
        KindTraits {
            is_known: libbpf::is_supported(kind) && !location,
            is_never_part: is_never_part(kind),
            belongs_to_tail: is_never_part(kind) || matches!(kind, Kind::Func | Kind::FuncProto),
            is_scalar: matches!(kind, Kind::Int | Kind::Float),
            can_have_tag_name: can_have_tag_name(kind),
        }
    }

    #[inline]
    fn of(info: Info) -> KindTraits {
        TRAITS[usize::from(info.kind_number()) % TRAITS.len()]
    }
}

/// By the number of the kind.
static TRAITS: [KindTraits; 128] = {
    let mut all = [KindTraits::of_kind(Kind::Void); 128];
    let mut number = 0;
    while number < all.len() {
        all[number] = KindTraits::of_kind(Kind::from_number(number as u8));
        number += 1;
    }
    all
};
