//! Makes of a result what the kernel accepts, as far as leaving out and simplifying can do it.
//!
//! Languages other than C have names that BTF may not contain, and compilers describe types without a size where a size is
//! needed: one such type, and the kernel refuses the whole BTF. Each round asks the verifier what is wrong, decides what
//! becomes of each type that breaks a rule ([`fate`]), and writes the types again ([`rewrite`]). What refers to a type that
//! was left out may break a rule then, so there are several rounds.

mod fate;
mod rewrite;

use crate::join::{Join, both};
use crate::plan::Plan;
use crate::statistics::ReasonCount;
use btf::verify::{Problem, Rule, Subject, are_accepted_together, is_each_accepted, problems};
use btf::{Btf, Kind, StringOffset};
use budget::Budget;
use dedup::Deduped;
use serde::{Deserialize, Serialize};

/// After so many rounds what is still wrong stays. A chain of arrays of arrays without a size takes a round each.
const MOST_ROUNDS: usize = 40;

/// What became of something that a kernel refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Mend {
    /// The name of a struct, union, or enumeration.
    TagName,
    /// The name of a member or parameter.
    PartName,
    /// An enumerator whose name the kernel refuses.
    Enumerator,
    /// A typedef whose name the kernel refuses.
    Typedef,
    /// A forward declaration whose name the kernel refuses.
    Forward,
    /// A function whose name the kernel refuses.
    Function,
    /// A variable whose name the kernel refuses, or that has no size.
    Variable,
    /// A parameter without a name, of a function.
    NamelessParameter,
    /// A member of a type without a size.
    Member,
    /// Members that are not in the order of their offsets.
    Order,
    /// A member that ends behind its struct.
    Misfit,
    /// A struct whose size is not constant.
    Size,
    /// An array of elements without a size.
    Array,
    /// A prototype with a parameter or result without a size.
    Prototype,
    /// An array of more than 4 GiB.
    LargeArray,
}

impl Mend {
    const ALL: [Mend; 15] = [
        Mend::TagName,
        Mend::PartName,
        Mend::Enumerator,
        Mend::Typedef,
        Mend::Forward,
        Mend::Function,
        Mend::Variable,
        Mend::NamelessParameter,
        Mend::Member,
        Mend::Order,
        Mend::Misfit,
        Mend::Size,
        Mend::Array,
        Mend::Prototype,
        Mend::LargeArray,
    ];

    /// What was found, and what became of it, as statistics show it.
    fn text(self) -> &'static str {
        match self {
            Mend::TagName => "names of structures and enumerations (left out)",
            Mend::PartName => "names of members and parameters (left out)",
            Mend::Enumerator => "values with a name that BTF may not have (left out)",
            Mend::Typedef => {
                "typedefs with a name that BTF may not have (written as what they stand for)"
            }
            Mend::Forward => "declared types with a name that BTF may not have (written as void)",
            Mend::Function => "functions with a name that BTF may not have (left out)",
            Mend::Variable => "variables without a name or size that BTF may have (left out)",
            Mend::NamelessParameter => "parameters without a name (named arg1, arg2, …)",
            Mend::Member => "members of types without a size (left out)",
            Mend::Order => "structures whose members are not in order (sorted by offset)",
            Mend::Misfit => "members that end behind their structure (left out)",
            Mend::Size => {
                "structures of a size that is not constant (written with that of their members)"
            }
            Mend::Array => "arrays of elements without a size (written as void)",
            Mend::Prototype => "prototypes with types without a size (written as void)",
            Mend::LargeArray => {
                "arrays of more than 4 GiB (written without their number of elements)"
            }
        }
    }
}

/// How often each [`Mend`] was necessary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mended {
    counts: [u64; Mend::ALL.len()],
    /// Whether the kernel takes the result as a program's BTF, so that nobody needs to check it once more.
    pub is_accepted: bool,
}

impl Mended {
    fn count(&mut self, mend: Mend) {
        self.counts[mend as usize] += 1;
    }

    /// Those that were necessary, as statistics show them.
    pub(crate) fn rows(&self) -> impl Iterator<Item = ReasonCount> + '_ {
        let counted = Mend::ALL.into_iter().zip(self.counts);
        counted
            .filter(|&(_, count)| count > 0)
            .map(|(mend, count)| ReasonCount {
                reason: mend.text().to_owned(),
                count,
            })
    }

    /// How often anything was necessary.
    pub(crate) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// Whether the kernel takes `btf` as a program's. Its own BTF it checks less strictly, so for most files nothing else is asked.
pub(crate) fn is_accepted(btf: &Btf, join: &dyn Join) -> bool {
    let halves = both(
        join,
        || is_each_accepted(btf, Subject::Program),
        || are_accepted_together(btf, Subject::Program),
    );
    halves == (true, true)
}

/// Changes what the kernel refuses, unless the options of the job keep it. Of a kernel and its modules the kernel checks
/// less than of a program. `is_accepted` is what [`is_accepted`] says.
pub(crate) fn mend_for(
    deduped: &mut Deduped,
    plan: &Plan,
    is_accepted: bool,
) -> Result<Mended, dedup::Error> {
    if plan.options.keep_refused || is_accepted {
        return Ok(Mended {
            is_accepted,
            ..Mended::default()
        });
    }
    let pointer = u64::from(plan.input.bits) / 8;
    let is_kernel = plan.input.identity.release.is_some() || deduped.btf.base().is_some();
    match is_kernel {
        true => mend(deduped, Subject::Kernel, pointer, plan.options.budget),
        false => mend(deduped, Subject::Program, pointer, plan.options.budget),
    }
}

/// Changes what the kernel refuses of BTF for `subject`, and deduplicates again if anything changed. The map of `deduped`
/// follows; types that were left out become void in it.
fn mend(
    deduped: &mut Deduped,
    subject: Subject,
    pointer: u64,
    budget: Budget,
) -> Result<Mended, dedup::Error> {
    // Names are offsets in one table already.
    let options = dedup::Options::default()
        .budget(budget)
        .rebuild_strings(false);
    let mut mended = Mended::default();
    for _ in 0..MOST_ROUNDS {
        // A type reports one problem a pass, so a BTF has no more than this.
        let most = deduped.btf.len().saturating_mul(3).max(1);
        let problems = problems(&deduped.btf, subject, most);
        let arguments = arguments(&mut deduped.btf, &problems)?;
        let fates = fate::decide(&deduped.btf, &problems, &arguments, pointer, &mut mended);
        let Some(fates) = fates else {
            mended.is_accepted = problems.is_empty() && matches!(subject, Subject::Program);
            break;
        };
        let (btf, map) = rewrite::rewrite(&deduped.btf, &fates)?;
        let again = dedup::dedup_observed(btf, &options, &mut ())?;
        let new_id = |id: btf::TypeId| {
            let own = id.index().checked_sub(deduped.btf.first_id().index());
            let rewritten = match own {
                Some(at) => map.get(at).copied().unwrap_or_default(),
                None => id,
            };
            again.new_id(rewritten)
        };
        let map = deduped.map.iter().map(|&id| new_id(id)).collect();
        deduped.map = map;
        deduped.btf = again.btf;
    }
    if mended.total() > 0 {
        dedup::rebuild_strings(&mut deduped.btf, budget)?;
    }
    Ok(mended)
}

/// Names for parameters that have none, as many as the longest prototype of a function with such parameters needs.
fn arguments(btf: &mut Btf, problems: &[Problem]) -> Result<Vec<StringOffset>, btf::Error> {
    let nameless =
        |problem: &&Problem| problem.rule == Rule::Parameter && problem.kind == Kind::Func;
    let params = |problem: &Problem| {
        let proto = btf.get(problem.id).and_then(|ty| btf.get(ty.target()?));
        proto.map_or(0, |proto| proto.params().len())
    };
    let most = problems
        .iter()
        .filter(nameless)
        .map(params)
        .max()
        .unwrap_or(0);
    let names = (1..=most).map(|number| btf.intern(format!("arg{number}").as_bytes()));
    names.collect()
}

/// Whether a value of the type has a size.
fn has_size(btf: &Btf, id: btf::TypeId) -> bool {
    btf::layout::strip_arrays(btf, id).is_some_and(|(_, ty, _)| {
        matches!(
            ty.kind(),
            Kind::Int
                | Kind::Ptr
                | Kind::Struct
                | Kind::Union
                | Kind::Enum
                | Kind::Enum64
                | Kind::Float
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use btf::TypeId;

    /// An enumeration whose values have all ends of some long names for names, and a typedef that the kernel refuses.
    fn overlapping_names() -> Btf {
        const LEN: u32 = 500;
        let mut btf = Btf::new();
        let mut values = Vec::new();
        for letter in b'a'..b'p' {
            let name = btf.intern(&vec![letter; LEN as usize]).unwrap();
            values.extend((0..LEN).map(|at| (StringOffset(name.0 + at), 0)));
        }
        let values = btf.add_enum("values", 4, false, &values).unwrap();
        btf.add_typedef("not<c>", values).unwrap();
        btf
    }

    #[test]
    fn strings_of_what_was_mended_obey_the_budget() {
        let mend_within = |times| {
            // As a job does: names are not copied yet.
            let options = dedup::Options::default().rebuild_strings(false);
            let mut deduped =
                dedup::dedup_observed(overlapping_names(), &options, &mut ()).unwrap();
            let budget = Budget::times(times);
            let mended = mend(&mut deduped, Subject::Program, 8, budget)?;
            assert_eq!(mended.total(), 1);
            assert_eq!(deduped.map, [TypeId(1), TypeId(1)]);
            Ok(())
        };
        let error: dedup::Error = mend_within(1).unwrap_err();
        assert!(matches!(error, dedup::Error::OverBudget(_)), "{error}");
        assert!(error.to_string().contains("--budget 10"), "{error}");
        mend_within(10).unwrap();
    }
}
