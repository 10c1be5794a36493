//! Tables of abbreviations: from the codes of a unit to plans.
//!
//! Hardly a unit's table is another's, but all are put together from the same few thousand declarations. Each
//! distinct one is read once, by gimli.

use crate::read::abbreviations::next_declaration;
use crate::read::cursor::Cursor;
use crate::read::decode_plan::{DecodePlan, PlanWithSteps, Step};
use crate::read::fast_die::FastLayout;
use gimli::{Abbreviations, DebugAbbrev, Encoding, Error, LittleEndian};
use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// A plan of [`DecodePlans`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PlanIndex(u32);

/// Codes that leave out more than this many are looked up in a map: compilers number abbreviations one after the other.
const GAP: usize = 8;

/// The plans of all abbreviations that were met.
#[derive(Debug, Default)]
pub(crate) struct DecodePlans {
    plans: Vec<DecodePlan>,
    /// What each was made of: apart, since only tables are looked up by it.
    sources: Vec<Source>,
    /// Of all plans, one after the other.
    steps: Vec<Step>,
    /// The declarations without their codes, each behind the code 1 and before the end of a table.
    declarations: Vec<u8>,
    /// Plans by encoding and declaration.
    index: HashTable<u32>,
}

/// Which table of abbreviations: whose it is ([`crate::Sections::abbrev_identity`]), its offset, and how the units that
/// use it are encoded.
pub(crate) type AbbreviationTable = (u32, usize, Encoding);

/// A table of abbreviations.
#[derive(Debug, Default)]
pub(crate) struct CodeTable {
    /// Index in the plans and one more, by code; 0 where there is none.
    by_code: Vec<u32>,
    by_large_code: FxHashMap<u64, u32>,
}

impl CodeTable {
    /// The plan of the abbreviation with this code.
    #[inline]
    pub fn find(&self, code: u64) -> Result<PlanIndex, Error> {
        let known = usize::try_from(code)
            .ok()
            .and_then(|code| self.by_code.get(code));
        match known {
            Some(&known) if known != 0 => Ok(PlanIndex(known - 1)),
            _ => self.find_large(code),
        }
    }

    #[cold]
    fn find_large(&self, code: u64) -> Result<PlanIndex, Error> {
        let known = self.by_large_code.get(&code);
        known
            .map(|&known| PlanIndex(known))
            .ok_or(Error::InvalidAbbreviationCode(code))
    }

    fn insert(&mut self, code: u64, PlanIndex(plan): PlanIndex) -> Result<(), Error> {
        let twice = Err(Error::DuplicateAbbreviationCode(code));
        match usize::try_from(code) {
            Ok(small) if small <= self.by_code.len() + GAP => {
                if self.by_code.len() <= small {
                    self.by_code.resize(small + 1, 0);
                }
                match std::mem::replace(&mut self.by_code[small], plan + 1) {
                    0 => Ok(()),
                    _ => twice,
                }
            }
            _ => match self.by_large_code.insert(code, plan) {
                None => Ok(()),
                Some(_) => twice,
            },
        }
    }
}

/// The layouts of the abbreviations whose codes have one byte: little memory for what is read with each DIE.
#[derive(Debug)]
pub(crate) struct FastTable([Option<FastLayout>; FastTable::CODES]);

impl FastTable {
    const CODES: usize = 0x80;

    /// The layouts of a table's abbreviations.
    pub fn fill(&mut self, codes: &CodeTable, plans: &DecodePlans) {
        let mut known = codes.by_code.iter();
        for layout in &mut self.0 {
            let plan = known.next().and_then(|plan| plan.checked_sub(1));
            let plan = plan.and_then(|plan| plans.plans.get(plan as usize));
            *layout = plan.and_then(|plan| plan.fast);
        }
    }

    /// The layout of the abbreviation with this code.
    #[inline(always)] // once for each of millions
    pub fn get(&self, code: u8) -> Option<&FastLayout> {
        self.0.get(usize::from(code))?.as_ref()
    }
}

impl Default for FastTable {
    fn default() -> FastTable {
        FastTable([None; FastTable::CODES])
    }
}

impl DecodePlans {
    /// Bytes of the declarations that are known.
    pub fn bytes(&self) -> usize {
        self.declarations.len()
    }

    /// Reads the table at `offset` of `.debug_abbrev`, and tells how many bytes were read of it, also if it cannot be
    /// read to its end.
    pub fn read_table(
        &mut self,
        debug_abbrev: &[u8],
        offset: usize,
        encoding: Encoding,
    ) -> (usize, Result<CodeTable, Error>) {
        let end = |at: usize| Error::UnexpectedEof(gimli::ReaderOffsetId(at as u64));
        let mut codes = CodeTable::default();
        let Some(mut rest) = debug_abbrev.get(offset..) else {
            return (0, Err(end(offset)));
        };
        let all = rest.len();
        loop {
            let at = all - rest.len();
            let (code, declared) = match next_declaration(&mut rest) {
                Ok(Some(next)) => next,
                Ok(None) => return (all - rest.len(), Ok(codes)),
                // What is no declaration was looked through to the end of the section.
                Err(()) => return (all, Err(end(offset + at))),
            };
            let plan = self.plan_of(declared, encoding);
            if let Err(error) = plan.and_then(|plan| codes.insert(code, plan)) {
                return (all - rest.len(), Err(error));
            }
        }
    }

    /// The plan of a declaration.
    fn plan_of(&mut self, declared: &[u8], encoding: Encoding) -> Result<PlanIndex, Error> {
        let hash = hash(declared, encoding);
        let (sources, declarations) = (&self.sources, &self.declarations);
        let is_it = |&at: &u32| {
            sources.get(at as usize).is_some_and(|source| {
                source.encoding == encoding && source.declared(declarations) == declared
            })
        };
        if let Some(&known) = self.index.find(hash, is_it) {
            return Ok(PlanIndex(known));
        }
        let too_many = Error::UnsupportedOffset;
        let first = u32::try_from(self.declarations.len()).map_err(|_| too_many)?;
        self.declarations.push(1);
        self.declarations.extend_from_slice(declared);
        self.declarations.push(0);
        let last = u32::try_from(self.declarations.len()).map_err(|_| too_many)?;
        let read = self.table_of(first..last)?;
        let abbreviation = read.get(1).ok_or(Error::InvalidAbbreviationCode(1))?;
        let plan = DecodePlan::new(abbreviation, encoding, &mut self.steps);
        let at = self.plans.len() as u32;
        self.plans.push(plan);
        self.sources.push(Source {
            encoding,
            declaration: first..last,
        });
        let (sources, declarations) = (&self.sources, &self.declarations);
        self.index.insert_unique(hash, at, |&at| {
            let source = sources.get(at as usize);
            source.map_or(0, |source| {
                self::hash(source.declared(declarations), source.encoding)
            })
        });
        Ok(PlanIndex(at))
    }

    fn table_of(&self, bytes: Range<u32>) -> Result<Abbreviations, Error> {
        let bytes = self
            .declarations
            .get(bytes.start as usize..bytes.end as usize);
        // Abbreviations have no numbers of several bytes whose order would matter.
        DebugAbbrev::new(bytes.unwrap_or_default(), LittleEndian)
            .abbreviations(gimli::DebugAbbrevOffset(0))
    }

    /// The abbreviation of the DIE at the cursor, alone in a table and with the code 1, for a DIE that gimli is
    /// to read; `None` where there is no DIE. The cursor then stands before its attributes.
    pub fn for_gimli(
        &self,
        codes: &CodeTable,
        cursor: &mut Cursor<'_>,
    ) -> Result<Option<Abbreviations>, Error> {
        match cursor.code()? {
            0 => Ok(None),
            code => self.alone(codes.find(code)?).map(Some),
        }
    }

    /// The abbreviation of a plan, alone in a table and with the code 1.
    pub fn alone(&self, PlanIndex(plan): PlanIndex) -> Result<Abbreviations, Error> {
        let source = self.sources.get(plan as usize);
        let source = source.ok_or(Error::InvalidAbbreviationCode(1))?;
        self.table_of(source.declaration.clone())
    }

    /// The plan at an index that these plans gave.
    #[inline]
    pub fn plan(&self, PlanIndex(at): PlanIndex) -> PlanWithSteps<'_> {
        PlanWithSteps {
            plan: &self.plans[at as usize],
            all_steps: &self.steps,
        }
    }
}

fn hash(declared: &[u8], encoding: Encoding) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(declared);
    encoding.hash(&mut hasher);
    hasher.finish()
}

/// What a plan was made of.
#[derive(Clone, Debug)]
struct Source {
    encoding: Encoding,
    /// Where its declaration is among those of all plans.
    declaration: Range<u32>,
}

impl Source {
    /// The declaration, without its code.
    fn declared<'d>(&self, declarations: &'d [u8]) -> &'d [u8] {
        let (first, last) = (
            self.declaration.start as usize,
            self.declaration.end as usize,
        );
        declarations.get(first + 1..last - 1).unwrap_or_default()
    }
}
