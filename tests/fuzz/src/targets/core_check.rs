//! The check of BPF objects.

use core_check::{
    Checker, Keep, Kernel, Object, Report, SymbolNames, header, minimal, minimal_split,
};

/// Checks an object on a kernel that has the object's own types, where much resolves, and on one that has none.
pub fn run(data: &[u8]) {
    let _ = core_check::embedded(data);
    let Ok(object) = Object::read("object", data) else {
        return;
    };
    let own = object.btf.clone().unwrap_or_default();
    let mut kernel = Kernel::new("6.1", own.into());
    kernel.symbols = Some(SymbolNames::parse(data));
    let kernels = [kernel, Kernel::new("6.2", btf::Btf::new().into())];
    let checker = Checker::new(&object);
    let answers = kernels.iter().map(|kernel| checker.check(kernel)).collect();
    let names = kernels.iter().map(|kernel| kernel.name.clone()).collect();
    let report = Report::of(names, &[answers]);
    let _ = (
        report.text(true),
        report.markdown(),
        report.csv(),
        report.json(),
    );
    let objects = std::slice::from_ref(&object);
    for kernel in &kernels {
        for keep in [Keep::Relocations, Keep::All] {
            if let Ok(small) = minimal(objects, kernel, keep) {
                small
                    .check_references()
                    .expect("what is written refers to itself");
            }
            if let Ok(small) = minimal_split(objects, kernel, keep) {
                for (_, module) in &small.modules {
                    module
                        .check_references()
                        .expect("what is written refers to itself and its base");
                }
            }
        }
    }
    let [own, other] = &kernels;
    let _ = header(&[&object], &[own, other]);
}
