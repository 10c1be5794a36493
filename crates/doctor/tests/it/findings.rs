//! What the doctor finds in each of the small files.

use crate::fixtures::{all, folder};
use budget::Budget;
use doctor::{Carried, Report, Severity, examine};

fn carried(name: &str) -> Carried {
    let (name, bytes) = all()
        .into_iter()
        .find(|(own, _)| *own == name)
        .expect("a file of that name");
    Carried::read(name, bytes.as_slice(), Budget::STANDARD).expect("ELF")
}

fn examined(kernel: &str, modules: &[&str]) -> Report {
    let modules: Vec<Carried> = modules.iter().map(|name| carried(name)).collect();
    examine(&carried(kernel), &modules, &[], None)
}

fn codes(report: &Report) -> Vec<&'static str> {
    let findings = report.findings.iter();
    findings.map(|finding| finding.problem.code()).collect()
}

#[test]
fn a_healthy_kernel_with_its_modules_has_no_finding() {
    let report = examined("healthy.elf", &["healthy.ko", "healthy-distilled.ko"]);
    assert_eq!(codes(&report), [""; 0], "{:#?}", report.findings);
    let checks: Vec<&str> = report.passed.iter().map(|one| one.check.as_str()).collect();
    for check in [
        "Header",
        "Types",
        "Kfuncs",
        "Functions",
        "Order",
        "healthy.ko",
    ] {
        assert!(checks.contains(&check), "{check}: {checks:?}");
    }
    assert_eq!(report.release.as_deref(), Some("7.2.0-example"));
}

/// The name of a kernel's file is the code of what is wrong with it.
#[test]
fn each_kernel_has_the_finding_that_its_name_says_and_no_other() {
    for (name, _) in all() {
        let Some(code) = name.strip_suffix(".elf").filter(|name| *name != "healthy") else {
            continue;
        };
        let report = examined(name, &[]);
        assert_eq!(codes(&report), [code], "{:#?}", report.findings);
        let finding = &report.findings[0];
        for text in [finding.heading(), finding.cause(), finding.fix()] {
            assert!(!text.is_empty(), "{code}");
        }
        assert!(
            finding.cause().ends_with('.') && finding.fix().ends_with('.'),
            "{code}"
        );
    }
}

#[test]
fn each_module_has_the_finding_that_its_name_says_and_no_other() {
    for (name, _) in all() {
        let code = name
            .strip_suffix(".ko")
            .filter(|name| !name.starts_with("healthy"));
        let Some(code) = code else { continue };
        let report = examined("healthy.elf", &[name]);
        let mut found = codes(&report);
        // The module without BTF has two things wrong.
        found.retain(|found| code != "module-struct" || *found != "no-btf");
        assert_eq!(found, [code], "{:#?}", report.findings);
        assert_eq!(report.worst(), Some(Severity::Error));
    }
}

#[test]
fn findings_carry_the_numbers_that_prove_them() {
    let report = examined("core-type-repeated.elf", &[]);
    let evidence = report.findings[0].evidence();
    assert_eq!(evidence[0], "[15] struct task_struct, 8 bytes");
    assert!(
        evidence[2].contains("`int pid`") && evidence[2].contains("`int state`"),
        "{evidence:?}"
    );
    let report = examined("implicit-arguments.elf", &[]);
    assert_eq!(report.findings[0].evidence(), ["example_dispatch"]);
    let json = report.json();
    assert_eq!(json["findings"][0]["code"], "implicit-arguments");
    assert_eq!(json["errors"], 1);
    assert!(report.markdown().starts_with("# 1 finding: 1 error\n"));
}

#[test]
fn raw_btf_is_examined_for_what_it_can_tell() {
    let btf = crate::fixtures::types(crate::fixtures::Kernel::default());
    let bytes = btf.to_bytes(btf::WriteOptions::default()).unwrap();
    let raw = Carried::read("vmlinux", bytes.as_slice(), Budget::STANDARD).unwrap();
    assert_eq!(codes(&examine(&raw, &[], &[], None)), [""; 0]);
    let empty = Carried::read("vmlinux", [].as_slice(), Budget::STANDARD).unwrap();
    assert_eq!(codes(&examine(&empty, &[], &[], None)), ["empty-btf"]);
    assert!(Carried::read("vmlinuz", b"MZ and more".as_slice(), Budget::STANDARD).is_err());
}

#[test]
fn names_that_are_far_longer_than_the_file_are_refused_until_the_budget_allows_them() {
    let mut btf = btf::Btf::new();
    let start = btf.intern(&[b'a'; 6_000]).expect("fits").0;
    for at in 0..6_000 {
        let info = btf::Info::new(btf::Kind::Typedef, 0, false).0;
        btf.push(&[start + at, info, 0]).expect("a typedef");
    }
    let bytes = btf.to_bytes(btf::WriteOptions::default()).unwrap();
    let codes = |times: u32| {
        let kernel = Carried::read("vmlinux", bytes.as_slice(), Budget::times(times)).unwrap();
        let report = examine(&kernel, &[], &[], None);
        (codes(&report), report.findings[0].cause())
    };
    let (refused, cause) = codes(1);
    assert_eq!(refused, ["unreadable-btf"]);
    assert!(
        cause.contains("bytes of names") && cause.contains("--budget 10"),
        "{cause}"
    );
    let (found, _) = codes(20);
    assert_eq!(found, ["names-cut"]);
}

/// The committed files are those made here, so that the command's tests examine the same.
#[test]
fn the_committed_files_are_these() {
    for (name, bytes) in all() {
        let path = folder().join(name);
        if std::env::var_os("BTFSCOPE_BLESS").is_some() {
            std::fs::write(&path, &bytes).expect("written");
        }
        assert_eq!(
            std::fs::read(&path).ok(),
            Some(bytes),
            "{}: BTFSCOPE_BLESS=1",
            path.display()
        );
    }
}
