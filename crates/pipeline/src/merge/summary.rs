//! Statistics of a finished job.

use crate::functions::{FunctionTable, Selection};
use crate::plan::Plan;
use crate::sorting;
use crate::statistics::{
    FunctionStatistics, KindRow, Measure, ReasonCount, Statistics, StringStatistics, UnitStatistics,
};
use crate::tally::Tally;
use crate::type_counts::TypeCounts;
use btf::stats::{KindCounts, Row};
use btf::{Btf, Kind, StringOffset};
use encode::{Exclusion, Inexpressible};

/// Bytes of the header that BTF is written with when nothing else is asked for.
const HEADER: u64 = 24;

/// Sizes that the types of a result do not tell by themselves.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResultSizes {
    /// Bytes of a table of all distinct names before dedup.
    pub string_bytes_before: u64,
    /// Bytes of the `.BTF` section.
    pub section_bytes: u64,
}

/// Bytes of a table of all distinct names that types and functions say, before dedup.
pub(super) fn used_string_bytes(btf: &Btf, functions: &FunctionTable) -> u64 {
    // A bit for each offset.
    let mut used = vec![0_u64; btf.strings().end() as usize / 64 + 1];
    let mut bytes = 0;
    let mut add = |name: StringOffset| {
        let bit = 1 << (name.0 % 64);
        if let Some(word) = used.get_mut(name.0 as usize / 64)
            && *word & bit == 0
        {
            *word |= bit;
            bytes += btf.string(name).map_or(0, |name| name.len() as u64 + 1);
        }
    };
    add(StringOffset::EMPTY);
    for (_, ty) in btf.types() {
        ty.names().for_each(&mut add);
    }
    functions.params.iter().for_each(|param| add(param.name));
    bytes
}

/// All that a job says of itself when it ends; stages, memory and workers are the driver's to fill in.
pub(super) fn statistics(
    plan: &Plan,
    tally: Tally,
    functions: FunctionStatistics,
    btf: &Btf,
    sizes: ResultSizes,
) -> Statistics {
    let types = &tally.types;
    Statistics {
        input: plan.input.clone(),
        kinds: kinds(types, btf),
        before: Measure {
            types: types.types(),
            bytes: HEADER + types.bytes() + sizes.string_bytes_before,
        },
        after: Measure {
            types: btf.len() as u64,
            bytes: sizes.section_bytes,
        },
        strings: StringStatistics {
            mentions: types.mentions,
            mention_bytes: types.mention_bytes,
            before_bytes: sizes.string_bytes_before,
            after_count: btf.strings().iter().count() as u64,
            after_bytes: btf.strings().as_bytes().len() as u64,
        },
        functions,
        inexpressible: tally.inexpressible.rows(Inexpressible::text),
        dangling_references: tally.dangling,
        units: units(plan, tally),
        ..Statistics::default()
    }
}

/// The kinds that occur before or after dedup.
fn kinds(before: &TypeCounts, btf: &Btf) -> Vec<KindRow> {
    let after = KindCounts::of(btf);
    let row = |kind| {
        let Row { types, bytes } = after.row(kind);
        KindRow {
            kind,
            before: before.of(kind),
            after: Measure { types, bytes },
        }
    };
    let rows = Kind::ALL.into_iter().map(row);
    rows.filter(|row| row.before.types != 0 || row.after.types != 0)
        .collect()
}

/// What became of units.
fn units(plan: &Plan, tally: Tally) -> UnitStatistics {
    let total = u64::from(plan.units());
    let left_out = tally.excluded.total() + tally.failed.len() as u64;
    UnitStatistics {
        total,
        encoded: total.saturating_sub(left_out),
        excluded: tally.excluded.rows(Exclusion::text),
        split: tally.split.units,
        split_bytes: tally.split.bytes,
        failed: tally.failed,
    }
}

/// What became of the functions that were selected from.
pub(super) fn functions(selection: &Selection) -> FunctionStatistics {
    let mut reasons: Vec<ReasonCount> = Vec::new();
    for reason in &selection.decisive {
        ReasonCount::add(&mut reasons, reason.text(), 1);
    }
    sorting::sort_by(&mut reasons, |a, b| {
        let by_count = b.count.cmp(&a.count);
        by_count.then_with(|| a.reason.cmp(&b.reason))
    });
    FunctionStatistics {
        kept: selection.kept.len() as u64,
        skipped: selection.skipped.len() as u64,
        reasons,
        without_symbol: selection.without_symbol,
        no_symbol_table: false,
    }
}
