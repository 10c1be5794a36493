//! What kernels say of BTF, written down for every case, and whether we say the same.
//!
//! `data/verdicts` has the answers by release. Where `BTFSCOPE_ASK_KERNEL` names a kernel (`this` for the one that runs,
//! or the file of one that qemu boots) it is asked whether it still says so; `BTFSCOPE_BLESS=1` then writes down what
//! it says.

mod families;
mod headers;
mod live;
mod rules;
mod together;
mod types;

use btf::Endian;
use btf::verify::{Rule, Subject, Target, VerifyError, verify, verify_as};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use types::Types;

struct Case {
    family: &'static str,
    name: String,
    /// The rule that it is at the border of, if it is about one.
    rule: Option<Rule>,
    bytes: Vec<u8>,
    /// The same in the other byte order, if it is small and its header sound.
    swapped: Option<Vec<u8>>,
}

impl Case {
    fn of(family: &'static str, name: String, rule: Option<Rule>, types: Types) -> Case {
        let bytes = types.bytes(Endian::Little);
        let swapped = (bytes.len() < 1 << 20).then(|| types.bytes(Endian::Big));
        Case {
            family,
            name,
            rule,
            bytes,
            swapped,
        }
    }

    fn key(&self) -> (&'static str, String) {
        (self.family, self.title())
    }

    fn title(&self) -> String {
        match self.rule {
            Some(rule) => format!("{rule:?}: {}", self.name),
            None => self.name.clone(),
        }
    }
}

const FAMILIES: [&str; 8] = [
    "rules",
    "names",
    "info words",
    "references",
    "rings",
    "members",
    "headers",
    "wide headers",
];

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for &(rule, name, make) in rules::BORDERS.iter().chain(together::BORDERS) {
        let mut types = Types::new();
        make(&mut types);
        cases.push(Case::of("rules", name.to_owned(), Some(rule), types));
    }
    let mut add = |family, list: Vec<families::Made>| {
        cases.extend(
            list.into_iter()
                .map(|(name, types)| Case::of(family, name, None, types)),
        );
    };
    add("names", families::names());
    add("info words", families::info_words());
    add("references", families::references());
    add("rings", families::rings());
    add("members", families::members());
    for (family, list) in [
        ("headers", headers::plain()),
        ("wide headers", headers::wide()),
    ] {
        cases.extend(list.into_iter().map(|(name, bytes)| Case {
            family,
            name,
            rule: None,
            bytes,
            swapped: None,
        }));
    }
    cases
}

/// The newest kernel that was asked: all its verdicts are written down, of the others those that differ.
const NEWEST: &str = "7.2";
const OTHERS: [&str; 9] = [
    "7.3", "7.1", "7.0", "6.19", "6.18", "6.16", "6.12", "6.1", "5.10",
];

fn path(release: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/verdicts/{release}.txt"))
}

/// By family and title.
type Verdicts = BTreeMap<(&'static str, String), String>;

/// The verdicts as they are written down.
fn text(kernel: &str, cases: &[Case], verdicts: &Verdicts) -> String {
    let mut text = format!(
        "# What a kernel says when BPF_BTF_LOAD gives it the BTF of crates/btf/tests/it/verdicts: \"accepted\", or the\n\
         # error and the last line of its log. Of all but the newest kernel the answers that differ from its. Written by\n\
         #   BTFSCOPE_ASK_KERNEL=VMLINUZ BTFSCOPE_BLESS=1 cargo test -p btfscope-btf --test it verdicts::the_kernel_itself\n\
         kernel {kernel}\n"
    );
    let mut family = "";
    for case in cases {
        let Some(verdict) = verdicts.get(&case.key()) else {
            continue;
        };
        if case.family != family {
            family = case.family;
            let _ = write!(text, "\n== {family}\n");
        }
        let _ = writeln!(text, "{} => {verdict}", case.title());
    }
    text
}

/// What is written down of a release.
fn recorded(release: &str) -> Verdicts {
    let text = std::fs::read_to_string(path(release)).unwrap_or_default();
    let mut verdicts = match release {
        NEWEST => Verdicts::new(),
        _ => recorded(NEWEST),
    };
    let mut family = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            family = FAMILIES.iter().find(|known| **known == name).unwrap();
        } else if let Some((title, verdict)) = line.split_once(" => ") {
            verdicts.insert((family, title.to_owned()), verdict.to_owned());
        }
    }
    verdicts
}

/// Whether our verdict is the one that is written down, for the same reason.
fn agrees(ours: &Result<(), VerifyError>, recorded: &str) -> bool {
    let Err(error) = ours else {
        return recorded == "accepted";
    };
    let said = error.to_string();
    let Some((_, words)) = said.rsplit_once("(kernel: ") else {
        return false;
    };
    // Numbers that the kernel says are left out of what we quote.
    let mut rest = recorded;
    recorded != "accepted"
        && words
            .trim_end_matches(')')
            .split('…')
            .all(|part| match rest.find(part) {
                Some(at) => {
                    rest = &rest[at + part.len()..];
                    true
                }
                None => false,
            })
}

/// What we refuse and the newest kernel does not.
const STRICTER: [(&str, &str, &str); 2] = [
    (
        "rules",
        "TooManyTypes: 1,048,575 types",
        "the kernel complains in its log, leaves the last out, and accepts",
    ),
    (
        "wide headers",
        "strings in front of the types",
        "libbpf does not read it, nor do we",
    ),
];

#[test]
fn our_verdicts_are_the_kernels() {
    let mut newest = recorded(NEWEST);
    let mut wrong = String::new();
    for case in cases() {
        let key = case.key();
        let Some(kernels) = newest.remove(&key) else {
            let _ = writeln!(wrong, "{key:?} is not written down, or stands there twice");
            continue;
        };
        let stricter = STRICTER.iter().any(|one| (one.0, one.1) == (key.0, &key.1));
        for bytes in [Some(&case.bytes), case.swapped.as_ref()]
            .into_iter()
            .flatten()
        {
            let ours = verify(bytes, None).map(drop);
            let same = match &ours {
                Err(_) if stricter => kernels == "accepted",
                _ => !stricter && agrees(&ours, &kernels),
            };
            if !same {
                let ours = ours.map_or_else(|error| error.to_string(), |()| "accepted".into());
                let _ = writeln!(wrong, "{key:?}: {ours}\n    kernel: {kernels}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(newest, Verdicts::new(), "cases that there are no more");
}

/// What releases refuse with other words than we: kinds that they have no bits for, and a section with two faults.
const OTHER_WORDS: [&str; 6] = [
    "kind 23",
    "kind 31",
    "kind 32",
    "kind 64",
    "kind 127",
    "SizeZero: a section of 0 bytes",
];

/// What releases accept and we refuse in their name: the family and the title of the case begin like this.
const ACCEPTED_THERE: [(&str, &str, &str); 1] = [(
    "5.10",
    "FUNC_PROTO that gives ",
    "a VAR or DATASEC as a result, which no compiler writes",
)];

#[test]
fn our_verdicts_are_those_of_each_release() {
    let mut wrong = String::new();
    for release in OTHERS {
        let recorded = recorded(release);
        let target = Target {
            release: release.parse().unwrap(),
            subject: Subject::Program,
        };
        for case in cases() {
            let key = case.key();
            let kernels = &recorded[&key];
            let excepted = (OTHER_WORDS.contains(&&*key.1) && kernels != "accepted")
                || STRICTER.iter().any(|one| (one.0, one.1) == (key.0, &key.1))
                || ACCEPTED_THERE
                    .iter()
                    .any(|one| one.0 == release && key.1.starts_with(one.1));
            let ours = verify_as(&case.bytes, None, target).map(drop);
            if !(agrees(&ours, kernels) || excepted && ours.is_err()) {
                let ours = ours.map_or_else(|error| error.to_string(), |()| "accepted".into());
                let _ = writeln!(wrong, "{release} {key:?}: {ours}\n    kernel: {kernels}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Rules that the newest release no longer has: `our_verdicts_are_those_of_each_release` sees to them.
const OF_OLDER_RELEASES: [Rule; 3] = [Rule::InfoWord, Rule::VlenZero, Rule::TypeTagOrder];

/// Rules that an earlier one always comes before, the kernel's as ours.
const NEVER_FIRST: [Rule; 1] = [
    // The VAR itself is refused for its type.
    Rule::VariableType,
];

#[test]
fn every_rule_is_kept_and_broken_by_a_case() {
    let recorded = recorded(NEWEST);
    let mut seen: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for case in cases() {
        let Some(about) = case.rule else {
            continue;
        };
        let counts = seen.entry(format!("{about:?}")).or_default();
        match verify(&case.bytes, None) {
            Ok(_) if recorded[&case.key()] == "accepted" => counts.0 += 1,
            Err(VerifyError::Type(problem)) if problem.rule == about => counts.1 += 1,
            _ => {}
        }
    }
    for rule in Rule::ALL {
        if OF_OLDER_RELEASES.contains(&rule) {
            continue;
        }
        let (kept, broken) = seen.remove(&format!("{rule:?}")).unwrap_or_default();
        assert!(kept > 0, "{rule:?} is kept by no case");
        assert_eq!(
            broken == 0,
            NEVER_FIRST.contains(&rule),
            "{rule:?}: {broken}"
        );
    }
}

#[test]
fn the_kernel_itself_says_so() {
    let cases = cases();
    let bytes: Vec<&[u8]> = cases.iter().map(|case| case.bytes.as_slice()).collect();
    let Some(answers) = live::ask(&bytes) else {
        return;
    };
    let said: Verdicts = cases.iter().map(Case::key).zip(answers.verdicts).collect();
    let number = |release: &&&str| answers.kernel.starts_with(&format!("{release}."));
    let known = [NEWEST].iter().chain(&OTHERS).find(number).copied();
    let blessing = std::env::var_os("BTFSCOPE_BLESS").is_some();
    if let Some(release) = known.filter(|_| blessing) {
        let newest = match release {
            NEWEST => Verdicts::new(),
            _ => recorded(NEWEST),
        };
        let other = |(key, verdict): &(_, String)| newest.get(key) != Some(verdict);
        let new = said.into_iter().filter(other).collect();
        std::fs::write(path(release), text(&answers.kernel, &cases, &new)).unwrap();
        return;
    }
    // A release that is not written down answers like one of those.
    let releases = known.map_or_else(|| [&[NEWEST][..], &OTHERS].concat(), |known| vec![known]);
    let recorded: Vec<Verdicts> = releases.into_iter().map(recorded).collect();
    let mut other = String::new();
    for (key, verdict) in &said {
        if !recorded
            .iter()
            .any(|recorded| recorded.get(key) == Some(verdict))
        {
            let _ = writeln!(other, "{key:?}: {verdict}");
        }
    }
    assert!(
        other.is_empty(),
        "{} says otherwise:\n{other}",
        answers.kernel
    );
}
