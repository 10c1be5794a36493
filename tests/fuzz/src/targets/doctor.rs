//! The doctor's examination.

use doctor::readers::Asked;
use doctor::{Carried, examine};

/// Examines a file as a kernel and as a module of itself.
pub fn run(data: &[u8]) {
    let Ok(kernel) = Carried::read("kernel", data, Default::default()) else {
        return;
    };
    let Ok(module) = Carried::read("module.ko", data, Default::default()) else {
        return;
    };
    let readers: Vec<Asked> = Vec::new();
    let report = examine(&kernel, &[module], &readers, None);
    let _ = (report.heading(), report.json(), report.markdown());
}
