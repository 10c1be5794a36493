//! The objects of a file: it is one, or a program that contains some.

use super::{AttachTo, ExternKind, Object, ObjectError, embedded};
use budget::Budget;
use elf::ReadAt;

/// The largest program that is searched for objects.
const LARGEST_PROGRAM: u64 = 1 << 30;

impl Object {
    /// Reads the object that a file is, or those that a program contains. Several objects of a program get a number behind the name.
    ///
    /// # Errors
    ///
    /// [`ObjectError`] if the file is neither, or if an object is damaged.
    pub fn read_all<R: ReadAt + ?Sized>(
        name: &str,
        source: &R,
        budget: Budget,
    ) -> Result<Vec<Object>, ObjectError> {
        match Object::read_within(name, source, budget) {
            Err(ObjectError::Machine { .. }) => {}
            read => return read.map(|object| vec![object]),
        }
        let bytes = whole(source)?;
        let found = embedded(&bytes);
        let only = found.len() == 1;
        let objects = found.into_iter().enumerate().map(|(number, range)| {
            let object: &[u8] = &bytes[range];
            match only {
                true => Object::read_within(name, object, budget),
                false => Object::read_within(&format!("{name}#{}", number + 1), object, budget),
            }
        });
        let objects = objects.collect::<Result<Vec<Object>, ObjectError>>()?;
        match objects.is_empty() {
            true => Err(ObjectError::NoObject),
            false => Ok(objects),
        }
    }

    /// Whether an answer depends on the kernel's symbols.
    pub fn asks_for_symbols(&self) -> bool {
        let mut externs = self.externs.iter();
        let mut kinds = (self.programs.iter()).filter_map(|program| program.kind.as_ref());
        externs.any(|one| matches!(one.kind, ExternKind::Symbol | ExternKind::Function))
            || kinds.any(|kind| matches!(kind.attach, AttachTo::Kprobe | AttachTo::Function))
    }
}

/// All bytes of a program.
fn whole<R: ReadAt + ?Sized>(source: &R) -> Result<Vec<u8>, ObjectError> {
    let len = source.len();
    let too_large = ObjectError::TooLarge { len };
    if len > LARGEST_PROGRAM {
        return Err(too_large);
    }
    let count = usize::try_from(len).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(count).is_err() {
        return Err(too_large);
    }
    bytes.resize(count, 0);
    source.read_at(0, &mut bytes).map_err(elf::Error::from)?;
    Ok(bytes)
}
