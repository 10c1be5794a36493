//! Reads what units say of themselves, without encoding them.

use crate::read::cursor::Cursor;
use crate::read::known_tables::KnownTables;
use crate::read::plan_table::DecodePlans;
use crate::sections::{Sections, Slice};
use crate::spending::Spending;
use gimli::{Abbreviations, UnitHeader, UnitOffset};

/// Reads what units of a file say of themselves: names, skeletons, signatures. Each table of abbreviations is read once.
///
/// ```
/// use encode::{Sections, Spending, UnitBytes, UnitReader};
///
/// let budget = budget::Budget::STANDARD;
/// let mut reader = UnitReader::new(Spending::new(budget, 1000, 100));
/// let damaged = UnitBytes { offset: 0, bytes: &[1, 2, 3] };
/// assert_eq!(reader.name(&Sections::default(), damaged), None);
/// ```
#[derive(Debug)]
pub struct UnitReader {
    pub(crate) plans: DecodePlans,
    pub(crate) tables: KnownTables,
    pub(crate) spending: Spending,
}

/// The own DIE of a unit: its abbreviation, alone in a table with the code 1, and where its attributes begin.
pub(crate) struct Root {
    pub abbreviation: Abbreviations,
    pub attributes: UnitOffset,
}

impl UnitReader {
    /// A reader that has read nothing yet. Once `spending` is used up, further tables cannot be read.
    #[must_use]
    pub fn new(spending: Spending) -> UnitReader {
        UnitReader {
            plans: DecodePlans::default(),
            tables: KnownTables::default(),
            spending,
        }
    }

    /// The own DIE of a unit; `None` if there is none, or it cannot be read.
    pub(crate) fn root(
        &mut self,
        sections: &Sections<'_>,
        header: &UnitHeader<Slice<'_>>,
        bytes: &[u8],
    ) -> Option<Root> {
        let (encoding, offset) = (header.encoding(), header.debug_abbrev_offset().0);
        let table = (sections.abbrev_identity, offset, encoding);
        let codes = self
            .tables
            .get(
                table,
                sections.debug_abbrev,
                &mut self.plans,
                &mut self.spending,
            )
            .ok()?;
        let start = header.size_of_header();
        let mut cursor = Cursor::new(bytes, start, encoding, sections.big_endian);
        let abbreviation = self.plans.for_gimli(codes, &mut cursor).ok()??;
        Some(Root {
            abbreviation,
            attributes: UnitOffset(cursor.position),
        })
    }
}
