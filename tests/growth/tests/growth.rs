//! Small inputs cost little, whatever they are made of.

use growth_tests::limits::{self, Usage};
use growth_tests::{Form, GENERATORS, Growth, Selection, measure};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Bytes of the inputs.
const SIZE: usize = 64 << 10;
/// Processor time that a command may take on such an input: what it may take on 1 MB is twice as much. Most take a hundredth of it, none
/// more than 0.4 s, so that a busy machine makes no difference.
const MOST_TIME: Duration = Duration::from_secs(1);
/// The same for [`WHOLE_ALLOWANCE`].
const MOST_TIME_OF_ALLOWANCE: Duration = Duration::from_secs(4);
/// Generators for which a command uses up an allowance, which is the same for all small files, once for each of two files: up to 0.9 s in
/// the build of the tests on a quiet machine. More than ten seconds before the allowance.
const WHOLE_ALLOWANCE: [&str; 8] = [
    "deep-difference",
    "import-in-a-chain",
    "pointer-chain",
    "type-units-in-a-chain",
    "typedefs-of-one-name",
    "units-in-a-chain",
    "units-that-refer-to-one",
    "units-with-many-references",
];
/// Resident bytes: the program itself, what budgets allow to any input, and its part of the 200 MB of an input of 1 MB.
const MOST_MEMORY: u64 = 100_000_000;

/// Runs every command on inputs of these forms.
fn assert_cheap(name: &str, forms: &[Form]) {
    let program = Path::new(env!("CARGO_BIN_EXE_btfscope-growth-tests"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let selection = Selection {
        forms: forms.to_vec(),
        ..Selection::default()
    };
    let (mut count, mut dear) = (0, Vec::new());
    let mut note = |usage: &Usage| {
        count += 1;
        let most_time = match WHOLE_ALLOWANCE.contains(&usage.generator) {
            true => MOST_TIME_OF_ALLOWANCE,
            false => MOST_TIME,
        };
        let is_cheap = usage.time <= most_time && usage.memory <= MOST_MEMORY;
        if !is_cheap || usage.exit.is_none() || usage.exit == Some(101) {
            dear.push(usage.clone());
        }
    };
    let own = [program.as_os_str().to_owned(), "btfscope".into()];
    limits::use_of_each(program, &own, &selection, SIZE, &folder, &mut note).unwrap();
    assert!(count > 50, "only {count} commands were run");
    assert!(
        dear.is_empty(),
        "these cost too much, panic, or are ended by a signal: {dear:#?}\nsee how they grow by: btfscope-growth-tests exponents \
         --generator NAME --command COMMAND"
    );
}

#[test]
fn programs_with_dwarf_cost_little() {
    assert_cheap("dwarf", &[Form::Dwarf, Form::Object]);
}

#[test]
fn types_cost_little() {
    assert_cheap("types", &[Form::Types, Form::Split]);
}

#[test]
fn checks_of_programs_cost_little() {
    assert_cheap("programs", &[Form::Program]);
}

/// What a check says that may not cost as much as it would.
#[test]
fn a_check_beyond_its_budget_decides_nothing_and_says_how_to_go_on() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("undecided");
    let generator = GENERATORS.iter().copied().flatten();
    let mut generator = generator.filter(|one| one.name == "relocations-of-flavours");
    let input = (generator.next().unwrap().make)(2_000);
    fs::create_dir_all(&folder).unwrap();
    let (object, kernel) = (folder.join("FILE"), folder.join("BASE"));
    fs::write(&object, &input.file).unwrap();
    fs::write(&kernel, input.base.as_ref().unwrap()).unwrap();
    let core = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_btfscope-growth-tests"));
        command.args(["btfscope", "core"]).arg(&object).arg("--on");
        let output = command.arg(&kernel).args(more).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), said)
    };
    let (code, said) = core(&[]);
    assert_eq!(code, Some(2), "{said}");
    for part in [
        "unknown",
        "members and candidates to compare",
        "btfscope --budget 10",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    let (code, said) = core(&["--budget", "100"]);
    assert_eq!(code, Some(0), "{said}");
    fs::remove_dir_all(&folder).unwrap();
}

/// Generators and commands that are linear without a budget, and cheap: their inputs are doubled in the usual run. By hand,
/// `exponents` doubles all. Below the least that any file may take, costs that a budget limits grow by the square.
const DOUBLED: [(&str, &str); 8] = [
    ("=many-abbreviation-tables-by-turns", "encode all"),
    ("=functions-of-one-name", "encode"),
    ("=symbols-of-one-address", "encode"),
    ("=structs-of-one-name-other-members", "dedup"),
    ("=names-of-parameters-as-suffixes", "verify"),
    ("=module-that-repeats-the-base", "why"),
    ("=chain-in-the-base", "modules"),
    ("=sets-of-kfuncs-that-overlap", "functions kfuncs"),
];

/// The same of inputs so large that a budget refuses them, that types are coloured, or that a square shows.
const DOUBLED_LARGE: [(&str, &str); 6] = [
    ("=typedef-names-as-suffixes", "encode"),
    ("=struct-names-as-suffixes", "encode"),
    ("=member-names-as-suffixes", "encode"),
    ("=typedefs-of-one-long-line-string", "encode"),
    ("=large-unit-and-small-ones", "encode all"),
    ("=near-equal-rings", "dedup"),
];

#[test]
#[ignore = "needs valgrind"]
fn costs_grow_in_proportion_to_the_input() {
    let sizes = [8 << 10, 16 << 10, 32 << 10];
    assert_linear("doubled", &DOUBLED, &sizes);
}

#[test]
#[ignore = "needs valgrind"]
fn costs_of_large_inputs_grow_in_proportion_too() {
    assert_linear("doubled-large", &DOUBLED_LARGE, &[512 << 10, 1 << 20]);
}

fn assert_linear(name: &str, pairs: &[(&str, &str)], sizes: &[usize]) {
    let program = Path::new(env!("CARGO_BIN_EXE_btfscope-growth-tests"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (generators, commands): (Vec<&str>, Vec<&str>) = pairs.iter().copied().unzip();
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
    let selection = Selection {
        generators: owned(generators),
        commands: owned(commands),
        sizes: sizes.to_vec(),
        most_blocks: 1_000_000_000,
        ..Selection::default()
    };
    let all = Growth::of(measure(program, &selection, &folder).unwrap());
    for (generator, command) in pairs {
        let one = all
            .iter()
            .find(|one| one.generator == generator[1..] && one.command == *command);
        let one = one.unwrap_or_else(|| panic!("{generator} {command} was not measured"));
        assert!(
            !one.is_too_much(),
            "{generator} {command} grows faster than its input: {one:#?}"
        );
    }
}
