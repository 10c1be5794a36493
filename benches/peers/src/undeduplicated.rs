//! The types of all units one after the other, as an encoder without dedup writes them: the input of dedup.
//!
//! They are the types that the engine counts as "before", less functions, variables and their tags, which it
//! adds once at the end.

use btf::{Btf, StringOffset, WriteOptions};
use elf::ReadAt;
use pipeline::{Options, Worker};

use crate::Trouble;

/// The BTF of all units of a file with DWARF, each with types of its own.
///
/// # Errors
///
/// When the file cannot be read, or has more types than BTF can number.
pub fn undeduplicated<R: ReadAt + ?Sized>(source: &R) -> Result<Btf, Trouble> {
    let plan = pipeline::plan(source, &Options::default())?;
    let mut worker = Worker::new(source, &plan)?;
    let mut all = Btf::new();
    let mut offsets = Vec::new();
    for unit in 0..plan.units() {
        let Some(one) = worker.encode_unit(&plan, unit)? else {
            continue;
        };
        append(&mut all, &one, &mut offsets)?;
    }
    Ok(all)
}

/// Puts the types of `one` behind those of `all`. `offsets` is room for the strings' new places.
fn append(all: &mut Btf, one: &Btf, offsets: &mut Vec<StringOffset>) -> Result<(), Trouble> {
    let before = u32::try_from(all.len())?;
    offsets.clear();
    offsets.resize(one.strings().as_bytes().len(), StringOffset(0));
    for (offset, string) in one.strings().iter() {
        let place = offsets.get_mut(offset.0 as usize);
        *place.ok_or("a string beyond its table")? = all.intern(string)?;
    }
    for (_, ty) in one.types() {
        let mut words = ty.words().to_vec();
        for id in btf::refs_mut(&mut words) {
            // Type 0 is void in every unit.
            if *id != 0 {
                *id = id.checked_add(before).ok_or("too many types")?;
            }
        }
        for name in btf::names_mut(&mut words) {
            *name = offsets
                .get(*name as usize)
                .ok_or("a name beyond the strings")?
                .0;
        }
        all.push(&words)?;
    }
    Ok(())
}

/// Its bytes, in the form that every reader knows.
///
/// # Errors
///
/// When they are more than BTF can hold.
pub fn bytes(btf: &Btf) -> Result<Vec<u8>, Trouble> {
    Ok(btf.to_bytes(WriteOptions::default())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine_tests::FileSource;
    use std::path::Path;

    #[test]
    fn the_samples_types_are_those_counted_before_dedup_and_dedup_to_a_part() {
        let sample = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/sample/sample.elf"
        ));
        let all = undeduplicated(&FileSource::open(sample)).unwrap();
        all.check_references().unwrap();
        let again = btf::parse(&bytes(&all).unwrap(), None).unwrap();
        assert_eq!(again.len(), all.len());
        // Every unit of seven has an int of its own.
        let ints = again
            .types()
            .filter(|(id, ty)| ty.kind() == btf::Kind::Int && again.name(*id) == "int");
        assert!(ints.count() >= 6);
    }
}
