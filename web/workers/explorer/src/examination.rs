//! What the doctor finds in the user's files, which are read by ranges.

use budget::Budget;
use doctor::readers::Asked;
use doctor::{Carried, examine};
use js_sys::Uint8Array;
use protocol::explorer::write_report;
use protocol::files::GivenFile;
use workers::source::FileSource;

/// The report as bytes, or why there is none.
pub fn report(
    kernel: &GivenFile,
    modules: &[GivenFile],
    readers: &[Asked],
    budget: Budget,
) -> Result<Uint8Array, String> {
    let kernel = carried(kernel, budget)?;
    let modules = modules.iter().map(|module| carried(module, budget));
    let modules = modules.collect::<Result<Vec<_>, _>>()?;
    write_report(&examine(&kernel, &modules, readers, None))
}

fn carried(given: &GivenFile, budget: Budget) -> Result<Carried, String> {
    let name = given.file.name();
    let named = |cause: String| format!("{name}: {cause}");
    let source = FileSource::new(&given.file).map_err(named)?;
    Carried::read(&name, &source, budget).map_err(|error| named(error.to_string()))
}
