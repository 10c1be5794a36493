//! Small inputs cost little, whatever they are made of.

use growth_tests::limits::{self, Usage};
use growth_tests::{Form, Selection};
use std::path::Path;
use std::time::Duration;

/// Bytes of the inputs.
const SIZE: usize = 64 << 10;
/// Processor time that a command may take on such an input: what it may take on 1 MB is twice as much. Commands whose cost
/// grows with their input take a hundredth of it, so that a busy machine makes no difference.
const MOST_TIME: Duration = Duration::from_secs(1);
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
        let is_cheap = usage.time <= MOST_TIME && usage.memory <= MOST_MEMORY;
        if !is_cheap || usage.exit.is_none() || usage.exit == Some(101) {
            dear.push(usage.clone());
        }
    };
    let own = [program.as_os_str().to_owned(), "btfscope".into()];
    limits::use_of_each(program, &own, &selection, SIZE, &folder, &mut note).unwrap();
    assert!(count > 100, "only {count} commands were run");
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
