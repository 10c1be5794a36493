//! Where a BTF can be cut: no reference leads from one run of types into another.

use super::{Unfit, is_never_part};
use crate::libbpf;
use btf::{Btf, Kind, TypeId};

/// Where runs begin, and where the last one ends.
pub(super) struct Cuts {
    /// Id of the first type of each run.
    pub starts: Vec<u32>,
    /// Id of the first type after the last run: functions and what belongs to them, for all units.
    pub tail: u32,
}

impl Cuts {
    /// Cuts `btf` into as many runs as possible. Three sorts of references may cross a cut: those to an earlier INT
    /// or FLOAT (an encoder has one index type for the arrays of all units), those from kinds that nothing refers
    /// to, and those from the functions at the end.
    pub fn of(btf: &Btf) -> Result<Cuts, Unfit> {
        let end = btf.end_id().0;
        let kind = |id: u32| btf.kind(TypeId(id));
        let mut tail = end;
        while tail > 1 && belongs_to_tail(kind(tail - 1)) {
            tail -= 1;
        }
        let mut starts: Vec<u32> = Vec::new();
        let (mut start, mut furthest) = (0, 0);
        for (TypeId(id), ty) in btf.types() {
            let own = ty.kind();
            if !is_known(own) {
                return Err(Unfit::Damaged);
            }
            if id > furthest && id < tail {
                start = id;
                starts.push(id);
            }
            if id >= tail || is_never_part(own) {
                // Types below a declaration tag are settled before the types between the two.
                let leads = own == Kind::DeclTag && id < tail;
                ty.refs().for_each(|TypeId(to)| {
                    if leads || to >= end {
                        furthest = furthest.max(to);
                    }
                });
            } else {
                ty.refs().for_each(|TypeId(to)| {
                    if to > id {
                        furthest = furthest.max(to);
                    } else if to < start && to != 0 && !is_scalar(kind(to)) {
                        while starts.last().is_some_and(|&start| start > to) {
                            starts.pop();
                        }
                        start = starts.last().copied().unwrap_or(0);
                    }
                });
            }
            if furthest >= end {
                return Err(Unfit::Damaged);
            }
            tail = tail.max(furthest + 1);
        }
        let cuts = Cuts { starts, tail };
        let longest = cuts.runs().map(|(start, end)| end - start).max();
        if longest.is_none_or(|longest| longest > cuts.tail / 8 * 7) || cuts.starts.len() < 2 {
            return Err(Unfit::OneRun);
        }
        Ok(cuts)
    }

    /// First id of each run, and one past its last.
    pub fn runs(&self) -> impl Iterator<Item = (u32, u32)> {
        let ends = self.starts.iter().skip(1).chain([&self.tail]);
        self.starts
            .iter()
            .zip(ends)
            .map(|(&start, &end)| (start, end))
    }
}

/// Locations are rare and small: the exact engine takes BTF that has them as it is.
fn is_known(kind: Kind) -> bool {
    let location = matches!(kind, Kind::LocParam | Kind::LocProto | Kind::LocSec);
    libbpf::is_supported(kind) && !location
}

fn is_scalar(kind: Kind) -> bool {
    matches!(kind, Kind::Int | Kind::Float)
}

fn belongs_to_tail(kind: Kind) -> bool {
    is_never_part(kind) || matches!(kind, Kind::Func | Kind::FuncProto)
}
