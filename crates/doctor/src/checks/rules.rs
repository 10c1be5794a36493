//! Whether the BTF can be read, and whether the kernel accepts it.

use super::EXAMPLES;
use crate::carried::{Carried, Held};
use crate::problem::Problem;
use btf::verify::{MAX_PROBLEMS, Subject, VerifyError, problems, verify_as};
use btf::{Btf, Error};
use std::sync::Arc;

/// The BTF of a file, or what is wrong with it.
pub(crate) fn read(carried: &Carried, base: Option<&Arc<Btf>>) -> Result<Btf, Problem> {
    let bytes = match &carried.btf {
        Held::Bytes(bytes) => bytes,
        Held::Absent => {
            return Err(Problem::NoBtf {
                has_dwarf: carried.beside.as_ref().is_some_and(|it| it.has_dwarf),
            });
        }
        Held::Empty => return Err(Problem::EmptyBtf { elsewhere: false }),
        Held::Elsewhere => return Err(Problem::EmptyBtf { elsewhere: true }),
        Held::Unreadable(error) => return Err(unreadable(".BTF", error)),
    };
    let btf = btf::parse(bytes, base.cloned()).map_err(|error| unreadable(".BTF", &error))?;
    // The checks copy names, those of types that are used often more than once.
    match explore::check_names(&btf, carried.budget) {
        Ok(()) => Ok(btf),
        Err(error) => Err(unreadable(".BTF", &error)),
    }
}

/// Why bytes are no BTF. A length that ends behind the file means that it was cut.
pub(crate) fn unreadable(section: &str, error: &impl ToString) -> Problem {
    Problem::UnreadableBtf {
        section: section.to_owned(),
        error: error.to_string(),
    }
}

/// What the newest kernel refuses of its own BTF or a module's.
pub(crate) fn refused(bytes: &[u8], btf: &Btf, base: Option<&Arc<Btf>>) -> Option<Problem> {
    match verify_as(bytes, base, Subject::Kernel) {
        Ok(_) => None,
        Err(VerifyError::Type(_)) => {
            let all = problems(btf, Subject::Kernel, MAX_PROBLEMS);
            Some(Problem::Refused {
                count: all.len() as u64,
                problems: all.iter().take(EXAMPLES).map(ToString::to_string).collect(),
            })
        }
        // The kernel knows fewer kinds than this program reads.
        Err(VerifyError::Unreadable(error @ Error::UnknownKind { .. })) => Some(header(&error)),
        Err(error) => Some(header(&error)),
    }
}

fn header(error: &impl ToString) -> Problem {
    Problem::Refused {
        count: 0,
        problems: vec![error.to_string()],
    }
}
