//! Statistics of a finished job.

use super::Merge;
use crate::functions::{Functions, Selection};
use crate::plan::Plan;
use crate::statistics::{
    Functions as FunctionStatistics, KindRow, Measure, ReasonCount, Statistics, Strings, Units,
};
use btf::stats::{KindCounts, Row};
use btf::{Btf, Kind, StringOffset};
use rustc_hash::FxHashSet;

/// Bytes of the header that BTF is written with when nothing else is asked for.
const HEADER: u64 = 24;

/// Bytes of a table of all distinct names that types and functions say, before dedup.
pub(crate) fn used_string_bytes(btf: &Btf, functions: &Functions) -> u64 {
    let mut used: FxHashSet<u32> = FxHashSet::default();
    used.insert(0);
    for (_, ty) in btf.types() {
        used.extend(ty.names().map(|name| name.0));
    }
    used.extend(functions.params.iter().map(|&(name, _)| name));
    let len = |&offset: &u32| {
        btf.string(StringOffset(offset))
            .map_or(0, |name| name.len() as u64 + 1)
    };
    used.iter().map(len).sum()
}

impl Merge {
    pub(crate) fn statistics(
        &self,
        plan: &Plan,
        btf: &Btf,
        len: usize,
        string_bytes: u64,
        selection: &Selection,
    ) -> Statistics {
        let after = KindCounts::of(btf);
        let before: Vec<(Kind, Measure)> = self.counts.iter().collect();
        let kinds = Kind::ALL
            .into_iter()
            .map(|kind| KindRow {
                kind,
                before: before
                    .iter()
                    .find(|&&(of, _)| of == kind)
                    .map_or(Measure::default(), |&(_, it)| it),
                after: {
                    let Row { types, bytes } = after.row(kind);
                    Measure { types, bytes }
                },
            })
            .filter(|row| row.before.types != 0 || row.after.types != 0)
            .collect();
        let excluded_units: u64 = self.excluded.iter().map(|excluded| excluded.count).sum();
        let total = u64::from(plan.units());
        Statistics {
            input: plan.input.clone(),
            kinds,
            before: Measure {
                types: self.counts.types(),
                bytes: HEADER + self.counts.bytes() + string_bytes,
            },
            after: Measure {
                types: btf.len() as u64,
                bytes: len as u64,
            },
            strings: Strings {
                mentions: self.counts.mentions,
                mention_bytes: self.counts.mention_bytes,
                before_bytes: string_bytes,
                after_count: btf.strings().iter().count() as u64,
                after_bytes: btf.strings().as_bytes().len() as u64,
            },
            functions: FunctionStatistics {
                kept: selection.kept_count,
                skipped: selection.skipped.len() as u64,
                reasons: reasons(selection),
                without_symbol: selection.without_symbol
                    + self.functions.without_symbol.len() as u64,
                no_symbol_table: !self.functions_of_elf.has_table,
            },
            units: Units {
                total,
                encoded: total.saturating_sub(excluded_units + self.failed.len() as u64),
                excluded: self.excluded.clone(),
                split: self.split.units,
                split_bytes: self.split.bytes,
                failed: self.failed.clone(),
            },
            inexpressible: self.inexpressible.clone(),
            ..Statistics::default()
        }
    }
}

/// How many functions were left out for each reason, most first.
fn reasons(selection: &Selection) -> Vec<ReasonCount> {
    let mut counts: Vec<ReasonCount> = Vec::new();
    for reason in &selection.decisive {
        match counts
            .iter_mut()
            .find(|count| count.reason == reason.text())
        {
            Some(count) => count.count += 1,
            None => counts.push(ReasonCount {
                reason: reason.text().to_owned(),
                count: 1,
            }),
        }
    }
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.reason.cmp(&b.reason)));
    counts
}
