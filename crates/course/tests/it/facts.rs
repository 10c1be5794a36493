//! Figures of the lessons are in the table of facts, and true.

use crate::common::{said, unpacked};
use course::{KERNEL_BYTES, KERNEL_TYPES, facts, lessons};

#[test]
fn every_large_number_of_the_lessons_is_in_the_table_of_facts() {
    let known: Vec<String> = facts()
        .iter()
        .map(|fact| fact.says.to_lowercase())
        .collect();
    let mut used = vec![false; known.len()];
    for lesson in lessons() {
        let text = said(lesson).to_lowercase();
        for (known, used) in known.iter().zip(&mut used) {
            *used |= text.contains(known.as_str());
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        for (at, word) in words.iter().enumerate() {
            let number = word.trim_matches(|c: char| !c.is_ascii_digit());
            let digits = number.chars().filter(char::is_ascii_digit).count();
            let unit = words.get(at + 1).copied().unwrap_or_default();
            let unit = unit.trim_matches(|c: char| !c.is_alphanumeric());
            let measured = matches!(unit, "million" | "mb" | "kb");
            let is_number = number
                .chars()
                .all(|c| c.is_ascii_digit() || ",.".contains(c));
            if !is_number || word.starts_with("0x") || digits < 3 && !measured {
                continue;
            }
            let wanted = if measured {
                format!("{number} {unit}")
            } else {
                number.to_owned()
            };
            assert!(known.contains(&wanted), "{}: {wanted}", lesson.slug);
        }
    }
    // What no lesson says is for the page's tables.
    let others = ["types-before", "types-after", "kept-before", "kept-bytes"];
    for (fact, used) in facts().iter().zip(used) {
        assert!(
            used || others.contains(&fact.key),
            "no lesson says {}",
            fact.key
        );
    }
}

#[test]
fn facts_are_true_where_the_repository_has_the_data() {
    use btf::{Btf, Kind};
    let bytes = unpacked("tests/oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz");
    let kernel = Btf::parse(&bytes).expect("BTF");
    let grouped = |number: usize| {
        let digits = number.to_string();
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    };
    let count = |kind: Kind| kernel.types().filter(|(_, ty)| ty.kind() == kind).count();
    let mega = |bytes: usize, places: usize| format!("{:.places$} MB", bytes as f64 / 1e6);
    for (key, found) in [
        ("types-after", grouped(kernel.len())),
        ("bytes-after", mega(bytes.len(), 1)),
        ("forwards-after", count(Kind::Fwd).to_string()),
        ("prototypes-after", grouped(count(Kind::FuncProto))),
        ("strings-after", grouped(kernel.strings().iter().count())),
        (
            "string-bytes-after",
            mega(kernel.strings().as_bytes().len(), 2),
        ),
    ] {
        assert_eq!(course::fact(key), found, "{key}");
    }
    assert_eq!(KERNEL_TYPES.1, kernel.len() as u64);
    assert_eq!(KERNEL_BYTES.1, bytes.len() as u64);
    for kind in [
        Kind::Ptr,
        Kind::Struct,
        Kind::Typedef,
        Kind::Const,
        Kind::Union,
        Kind::Array,
    ] {
        assert!(count(kind) < count(Kind::FuncProto), "{kind:?}");
    }
    for (key, module) in [("xfs", "xfs"), ("tcp-bbr", "tcp_bbr")] {
        let path = format!("tests/oracle/modules/{module}-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz");
        let found = format!("{:.0} kB", unpacked(&path).len() as f64 / 1e3);
        assert_eq!(course::fact(key), found);
    }
    // The length of the header is in the second word.
    let header = |path: &str| unpacked(path)[4];
    assert_eq!(header("tests/sample/sample.pahole-1.32.btf"), 24);
    assert_eq!(header("tests/sample/sample.pahole-1.32.all.btf"), 32);
}

#[test]
fn the_kernel_keeps_apart_what_lesson_nine_says() {
    let bytes = unpacked("tests/oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz");
    let kernel = btf::Btf::parse(&bytes).expect("BTF");
    let repeated = explore::why::repeated(&kernel);
    let names = [
        "None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
        "Eleven",
    ];
    let mut all: Vec<String> = repeated.iter().map(|one| one.title(&kernel)).collect();
    all.dedup();
    assert_eq!(course::fact("names-twice"), names[all.len()], "{all:?}");
    let explorer = explore::Explorer::new(kernel.clone(), None);
    let pair = repeated
        .iter()
        .find(|one| one.title(&kernel).contains("elf_note_info"));
    let trails = pair.expect("two of them").trails(&explorer);
    let cause = trails[0].sentence();
    let lesson = said(&lessons()[8]);
    for member in ["siginfo_t csigdata", "compat_siginfo_t csigdata"] {
        assert!(cause.contains(&format!("`{member}`")), "{cause}");
        assert!(lesson.contains(member), "{lesson}");
    }
    // Not a step below: the lesson says so.
    assert_eq!(trails[0].steps.len(), 1);
}
