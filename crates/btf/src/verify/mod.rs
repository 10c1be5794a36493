//! The rules by which the kernel accepts BTF.
//!
//! Three passes, as in the kernel: the header and its sections, each type by itself, and then what types make of each
//! other: sizes, members that must fit, rings. A BTF that a program loads ([`BPF_BTF_LOAD`]) must pass all three. For the
//! kernel's own BTF and that of its modules, the kernel leaves out the third except for chains of modifiers: see
//! [`Subject`].
//!
//! The rules are those of one release: [`Release::NEWEST`] unless another is named. [`features`] lists what a BTF uses that
//! not every release accepts.
//!
//! Source: the requirements in the kernel's documentation of the [type encoding], and what kernels from Linux 5.10 to 7.3 say:
//! `tests/data/verdicts` has their verdicts on cases for each rule; the messages quoted here are those of their logs.
//!
//! ```
//! use btf::{Btf, TypeId, verify::{Rule, verify_types}};
//!
//! let mut btf = Btf::new();
//! btf.add_typedef("self", TypeId(1))?;
//! let problem = verify_types(&btf).unwrap_err();
//! assert_eq!(problem.rule, Rule::Loop);
//! assert_eq!(problem.id, TypeId(1));
//! # Ok::<(), btf::Error>(())
//! ```
//!
//! [`BPF_BTF_LOAD`]: https://docs.kernel.org/bpf/btf.html#bpf-btf-load
//! [type encoding]: https://docs.kernel.org/bpf/btf.html#type-encoding

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
mod error;
mod feature;
mod header;
mod members;
mod meta;
mod names;
mod release;
mod resolve;
mod rule;
mod sizes;
mod tags;

pub use error::VerifyError;
pub use feature::{Feature, FeatureUse, features};
pub use names::is_identifier;
pub use release::{NotRelease, Release};
pub use rule::{Problem, Rule};

use crate::{Btf, Kind, Type, TypeId};
use alloc::sync::Arc;

/// The largest type id that the kernel takes as a reference.
const MAX_TYPE: u32 = 0xf_ffff;
/// The largest type id that a type can have. The kernel says so in its log, leaves the rest out, and accepts.
const LAST_TYPE: u32 = 0xf_fffe;
/// The largest name offset the kernel takes.
const MAX_NAME_OFFSET: u32 = 0xff_ffff;

/// [`verify_all`] stops after this number of problems.
pub const MAX_PROBLEMS: usize = 1000;

/// What the BTF is for, which decides how much the kernel checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// A BPF program loads it: all passes, and at most 16 MiB.
    #[default]
    Program,
    /// It is the kernel's own or a module's: the first two passes and the order of type tags, without the limit of 16 MiB.
    Kernel,
}

/// Which kernel checks the BTF, and what the BTF is for.
///
/// ```
/// use btf::verify::{Rule, Target, problems};
///
/// let mut btf = btf::Btf::new();
/// btf.add_float("double", 8)?;
/// assert!(problems(&btf, Target::default(), 1).is_empty());
/// let old = Target { release: "5.10".parse()?, ..Target::default() };
/// assert_eq!(problems(&btf, old, 1)[0].rule, Rule::InfoWord);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// What the BTF is for.
    pub subject: Subject,
    /// The release of the kernel.
    pub release: Release,
}

impl From<Subject> for Target {
    /// The newest release.
    fn from(subject: Subject) -> Target {
        Target {
            subject,
            release: Release::NEWEST,
        }
    }
}

/// Reads the bytes of a `.BTF` section and checks them as those of a BPF program; with `base` as split BTF.
///
/// # Errors
///
/// [`VerifyError`]: the first problem that the kernel would report.
pub fn verify(bytes: &[u8], base: Option<&Arc<Btf>>) -> Result<Btf, VerifyError> {
    verify_as(bytes, base, Subject::Program)
}

/// Like [`verify`], for another kernel or another use: a [`Target`], or a [`Subject`] for the newest kernel.
///
/// # Errors
///
/// As [`verify`].
pub fn verify_as(
    bytes: &[u8],
    base: Option<&Arc<Btf>>,
    target: impl Into<Target>,
) -> Result<Btf, VerifyError> {
    let target = target.into();
    header::check(bytes, base.is_some(), target)?;
    let btf = crate::parse(bytes, base.cloned())?;
    match problems(&btf, target, 1).into_iter().next() {
        None => Ok(btf),
        Some(problem) => Err(VerifyError::Type(Box::new(problem))),
    }
}

/// Checks the own types of `btf` as those of a BPF program, without the header and the sections.
///
/// # Errors
///
/// [`Problem`]: the first that the kernel would report.
pub fn verify_types(btf: &Btf) -> Result<(), Problem> {
    match problems(btf, Subject::Program, 1).into_iter().next() {
        None => Ok(()),
        Some(problem) => Err(problem),
    }
}

/// All problems of the own types: at most one for each type and pass, and [`MAX_PROBLEMS`] in all. Types that only
/// contain a broken one are not reported.
pub fn verify_all(btf: &Btf) -> Vec<Problem> {
    problems(btf, Subject::Program, MAX_PROBLEMS)
}

/// Like [`verify_all`], for a [`Target`] or a [`Subject`], and with at most `most` problems.
pub fn problems(btf: &Btf, target: impl Into<Target>, most: usize) -> Vec<Problem> {
    let target = target.into();
    let mut list = List::new(btf, most);
    // When the list is full there is nothing more to do.
    let _full = each(btf, target, &mut list).and_then(|bad| together(btf, target, bad, &mut list));
    list.problems
}

/// Whether no own type breaks a rule by itself. With [`are_accepted_together`] this is whether there are no [`problems`]; the two
/// can be asked at the same time.
///
/// ```
/// use btf::verify::{Subject, are_accepted_together, is_each_accepted, problems};
///
/// let mut btf = btf::Btf::new();
/// btf.add_float("double", 3)?;
/// assert!(!is_each_accepted(&btf, Subject::Program), "no float has 3 bytes");
/// assert!(are_accepted_together(&btf, Subject::Program));
/// assert_eq!(problems(&btf, Subject::Program, 9).len(), 1);
/// # Ok::<(), btf::Error>(())
/// ```
pub fn is_each_accepted(btf: &Btf, target: impl Into<Target>) -> bool {
    each(btf, target.into(), &mut List::new(btf, 1)).is_ok()
}

/// Whether the own types break no rule on what types make of each other. It says nothing unless [`is_each_accepted`].
pub fn are_accepted_together(btf: &Btf, target: impl Into<Target>) -> bool {
    let bad = vec![false; btf.len()];
    together(btf, target.into(), bad, &mut List::new(btf, 1)).is_ok()
}

/// The pass over each type by itself; gives those that break a rule.
fn each(btf: &Btf, target: Target, list: &mut List<'_>) -> Result<Vec<bool>, Full> {
    let release = target.release;
    let mut bad = vec![false; btf.len()];
    for ((id, ty), bad) in btf.types().zip(&mut bad) {
        let checked = feature::check_info(ty, release)
            .and_then(|()| meta::check(btf, id.0, ty))
            .and_then(|()| match release < Release::NEWEST {
                true => feature::check(btf, ty, release),
                false => Ok(()),
            });
        if let Err(found) = checked {
            *bad = true;
            list.add(id, found)?;
        }
    }
    Ok(bad)
}

/// The passes over what types make of each other, but for the `bad` ones.
fn together(btf: &Btf, target: Target, bad: Vec<bool>, list: &mut List<'_>) -> Result<(), Full> {
    match target.subject {
        Subject::Program => resolve::check(btf, bad, list)?,
        Subject::Kernel => {}
    }
    tags::check(btf, target.release, list)
}

/// A rule broken, before it is known by which type.
struct Found {
    rule: Rule,
    part: Option<u32>,
    value: Option<u64>,
}

impl Found {
    fn new(rule: Rule) -> Found {
        Found {
            rule,
            part: None,
            value: None,
        }
    }

    fn part(mut self, index: usize) -> Found {
        self.part = u32::try_from(index).ok();
        self
    }

    fn value(mut self, value: u64) -> Found {
        self.value = Some(value);
        self
    }
}

/// The list has as many problems as were asked for.
struct Full;

struct List<'a> {
    btf: &'a Btf,
    most: usize,
    problems: Vec<Problem>,
}

impl<'a> List<'a> {
    fn new(btf: &'a Btf, most: usize) -> List<'a> {
        List {
            btf,
            most,
            problems: Vec::new(),
        }
    }

    fn add(&mut self, id: TypeId, found: Found) -> Result<(), Full> {
        if self.problems.len() < self.most {
            let problem = self.describe(id, found);
            self.problems.push(problem);
        }
        if self.problems.len() < self.most {
            Ok(())
        } else {
            Err(Full)
        }
    }

    fn describe(&self, id: TypeId, found: Found) -> Problem {
        let ty = self.btf.get(id);
        let part_name = ty
            .zip(found.part)
            .map(|(ty, part)| self.part_name(ty, part as usize))
            .unwrap_or_default();
        Problem {
            id,
            offset: self.btf.offset_of(id).unwrap_or_default(),
            kind: ty.map_or(Kind::Void, Type::kind),
            name: ty.map_or_else(String::new, |ty| shorten(&self.btf.str(ty.name()))),
            part: found.part,
            part_name,
            rule: found.rule,
            found: found.value,
        }
    }

    fn part_name(&self, ty: Type<'_>, part: usize) -> String {
        let name = match ty.kind() {
            Kind::Struct | Kind::Union => ty.member(part).map(|member| member.name),
            Kind::Enum | Kind::Enum64 => ty.enumerators().nth(part).map(|value| value.name),
            Kind::FuncProto => ty.params().nth(part).map(|param| param.name),
            Kind::Func => ty
                .target()
                .and_then(|proto| self.btf.get(proto))
                .and_then(|proto| proto.params().nth(part))
                .map(|param| param.name),
            Kind::Datasec => ty
                .variables()
                .nth(part)
                .and_then(|var| self.btf.get(var.ty))
                .map(Type::name),
            _ => None,
        };
        name.map_or_else(String::new, |name| shorten(&self.btf.str(name)))
    }
}

/// Names can be as long as the string section; a message shows the start.
fn shorten(name: &str) -> String {
    const SHOWN: usize = 128;
    match name.char_indices().nth(SHOWN) {
        None => name.to_owned(),
        Some((end, _)) => format!("{}…", &name[..end]),
    }
}
