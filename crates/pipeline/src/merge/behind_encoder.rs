//! What kernel builds do behind the encoder, in their order: docs/kernel-builds.md.
//!
//! Kfuncs change, equal types become one again, and split BTF is distilled; then types are sorted.

use crate::error::Error;
use crate::functions::finished;
use crate::functions::kfuncs::Kfuncs;
use crate::kernel_build::KernelBuild;
use crate::options::Options;
use crate::outcome::DistilledBytes;
use btf::Btf;
use budget::Budget;
use dedup::Deduped;

/// Changes the types of kfuncs, and deduplicates again where the rules say so. The map follows.
pub(super) fn change(
    mut deduped: Deduped,
    rules: Option<KernelBuild>,
    kfuncs: &Kfuncs,
    budget: Budget,
) -> Result<Deduped, Error> {
    let Some(rules) = rules else {
        return Ok(deduped);
    };
    finished::change_kfuncs(&mut deduped.btf, &kfuncs.at_symbol, rules)?;
    if rules < KernelBuild::DeduplicatesAgain {
        return Ok(deduped);
    }
    let options = dedup::Options::default().budget(budget);
    let again = dedup::dedup_observed(deduped.btf, &options, &mut ())?;
    for id in &mut deduped.map {
        *id = again.new_id(*id);
    }
    deduped.btf = again.btf;
    Ok(deduped)
}

/// Distils the base of split BTF where the options ask for it. The types are not sorted yet; if they are to be, those of
/// the distilled result are sorted by themselves, together with those that distilling takes over from the base.
pub(super) fn distill(btf: &Btf, options: &Options) -> Result<Option<DistilledBytes>, Error> {
    if !options.features.distilled_base || btf.base().is_none() {
        return Ok(None);
    }
    let mut distilled = btf::distill::distill(btf)?;
    if options.sort {
        distilled.split.sort_by_name();
    }
    let write = options.write_options();
    Ok(Some(DistilledBytes {
        split: distilled.split.to_bytes(write)?,
        base: distilled.base.to_bytes(write)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use btf::{Info, Kind};

    #[test]
    fn what_is_deduplicated_again_obeys_the_budget() {
        const COUNT: u32 = 4_000;
        // A typedef for each end of one long name.
        let mut btf = Btf::new();
        let name = btf.intern(&vec![b'a'; COUNT as usize]).unwrap().0;
        for at in 0..COUNT {
            let words = [name + at, Info::new(Kind::Typedef, 0, false).0, 0];
            btf.push(&words).unwrap();
        }
        // As a job does: names are not copied yet.
        let options = dedup::Options::default().rebuild_strings(false);
        let deduped = dedup::dedup_observed(btf, &options, &mut ()).unwrap();
        let change_within = |times| {
            let rules = Some(KernelBuild::DeduplicatesAgain);
            let kfuncs = Kfuncs::default();
            change(deduped.clone(), rules, &kfuncs, Budget::times(times))
        };
        let error = change_within(1).unwrap_err();
        assert!(
            matches!(error, Error::Dedup(dedup::Error::OverBudget(_))),
            "{error}"
        );
        assert!(error.to_string().contains("--budget 10"), "{error}");
        assert_eq!(change_within(10).unwrap().btf.len(), COUNT as usize);
    }
}
