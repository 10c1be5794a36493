//! What named readers refuse, and the table in the documentation.

use crate::fixtures::{Kernel, types};
use btf::{HeaderForm, WriteOptions};
use budget::Budget;
use doctor::readers::{Content, Reader, measured};
use doctor::{Carried, Report, examine};
use std::path::Path;

fn with_layout(readers: &[&str]) -> Report {
    let btf = types(Kernel::default());
    let header = HeaderForm::Layout;
    let bytes = btf.to_bytes(WriteOptions { header }).unwrap();
    let kernel = Carried::read("vmlinux.btf", bytes.as_slice(), Budget::STANDARD).unwrap();
    let readers: Vec<_> = readers.iter().map(|text| text.parse().unwrap()).collect();
    examine(&kernel, &[], &readers, None)
}

#[test]
fn a_layout_section_is_named_for_readers_that_refuse_it() {
    let report = with_layout(&["libbpf=1.5", "cilium=0.11", "kernel=6.12", "kernel=7.2"]);
    let found: Vec<String> = report.findings.iter().map(|one| one.heading()).collect();
    let expected = [
        "cilium/ebpf 0.11 does not read a layout section",
        "Linux 6.12 does not read a layout section",
    ];
    assert_eq!(found, expected);
    assert!(
        report.findings[1]
            .cause()
            .contains("accepted since Linux 7.1")
    );
    let passed: Vec<&str> = report.passed.iter().map(|one| one.check.as_str()).collect();
    assert!(
        passed.contains(&"libbpf 1.5") && passed.contains(&"Linux 7.2"),
        "{passed:?}"
    );
}

#[test]
fn a_version_that_was_not_measured_is_a_warning() {
    let report = with_layout(&["cilium=0.17"]);
    assert_eq!(report.findings[0].problem.code(), "reader-unknown");
    let cause = report.findings[0].cause();
    assert!(
        cause.contains("0.11.0 refuses it, 0.22.0 reads it"),
        "{cause}"
    );
}

#[test]
fn what_names_no_reader_is_told() {
    let refused = |text: &str| {
        text.parse::<doctor::readers::Asked>()
            .unwrap_err()
            .to_string()
    };
    assert!(refused("libbpf").contains("has no version"));
    assert!(refused("libfoo=1").contains("those are libbpf, bpftool"));
    assert!(refused("libbpf=new").contains("no version"));
    assert!(refused("kernel=2.6").contains("not known"));
}

/// The table in `docs/consumers.md` is that of the recorded verdicts.
#[test]
fn the_documented_table_is_the_measured_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/consumers.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- verdicts -->\n").unwrap();
    let (own, after) = rest.split_once("<!-- end -->").unwrap();
    let table = table();
    if std::env::var_os("BTFSCOPE_BLESS").is_some() {
        let new = format!("{before}<!-- verdicts -->\n{table}<!-- end -->{after}");
        std::fs::write(&path, new).unwrap();
    } else {
        assert_eq!(own, table, "BTFSCOPE_BLESS=1");
    }
}

fn table() -> String {
    let inputs = Content::MEASURED.map(|content| content.input().unwrap());
    let mut text = format!("\n| reader | version | {} |\n|---|---|", inputs.join(" | "));
    text.push_str(&":---:|".repeat(inputs.len()));
    text.push('\n');
    let mut last = None;
    for one in measured() {
        if last == Some((one.reader, one.version)) {
            continue;
        }
        last = Some((one.reader, one.version));
        let sign = |input: &&str| {
            let mut own = measured().filter(|other| {
                (other.reader, other.version, other.input) == (one.reader, one.version, *input)
            });
            match own.next().map(|verdict| verdict.refuses.is_none()) {
                Some(true) => "✓",
                Some(false) => "✕",
                None => "–",
            }
        };
        let signs: Vec<&str> = inputs.iter().map(sign).collect();
        text.push_str(&format!(
            "| {} | {} | {} |\n",
            one.reader.title(),
            one.version,
            signs.join(" | ")
        ));
    }
    assert!(measured().any(|one| one.reader == Reader::Libbpf));
    text.push('\n');
    text
}
