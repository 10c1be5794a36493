//! A rule each: a small program, a small kernel, and what becomes of the relocation.

use crate::clang::{check, kernel, object};
use core_check::{Answer, Cause, Checker, Fatal, Reach, RelocationKind, State, Verdict};

/// The value of the first relocation of a kind.
fn value(answer: &Answer, kind: RelocationKind) -> Option<u64> {
    let mut found = answer
        .relocations
        .iter()
        .filter(|one| one.kind == Some(kind));
    match &found.next()?.verdict {
        Verdict::Ok { to, .. } => Some(*to),
        _ => None,
    }
}

fn reaches(answer: &Answer) -> Vec<Reach> {
    let relocations = answer.relocations.iter();
    let poisoned = relocations.filter_map(|one| match &one.verdict {
        Verdict::Poisoned { reach, .. } => Some(*reach),
        _ => None,
    });
    poisoned.collect()
}

/// A program that reads `t->x`, and what is declared before it.
fn reads(declarations: &str) -> String {
    format!(
        "{declarations}\nSEC(\"socket\") int read(void *ctx) {{ struct t *t = ctx; u64 out = 0; probe_read(&out, 4, &t->x); return out; }}"
    )
}

#[test]
#[ignore = "needs clang"]
fn a_field_that_moved_has_the_kernels_offset() {
    let program = reads("struct t { int x; } CORE;");
    let answer = check(&program, "struct t { long a; union { int z; int x; }; } t;");
    assert_eq!(answer.state, State::Ok);
    assert_eq!(value(&answer, RelocationKind::ByteOff), Some(8));
}

#[test]
#[ignore = "needs clang"]
fn flavours_are_cut_from_the_names_of_both_sides() {
    let program = "struct t___mine { int x; } CORE;
        SEC(\"socket\") int read(void *ctx) { struct t___mine *t = ctx; return exists(t->x); }";
    let answer = check(program, "struct t___kernel { char a; int x; } t;");
    assert_eq!(value(&answer, RelocationKind::FieldExists), Some(1));
}

#[test]
#[ignore = "needs clang"]
fn members_of_another_kind_count_as_absent_and_of_another_size_do_not() {
    let program = reads("struct t { int x; } CORE;");
    let answer = check(&program, "struct t { void *x; } t;");
    assert_eq!(reaches(&answer), [Reach::Reached]);
    let Verdict::Poisoned { missing, .. } = &answer.relocations[0].verdict else {
        panic!("it is poisoned");
    };
    assert_eq!(
        missing.cause,
        Cause::MemberKind {
            kernel_has: "void *x".to_owned()
        }
    );
    let answer = check(&program, "struct t { unsigned long long x; } t;");
    assert_eq!(answer.state, State::Ok);
}

#[test]
#[ignore = "needs clang"]
fn loads_take_the_kernels_size_if_both_are_unsigned_and_are_poisoned_otherwise() {
    let program = |ty: &str| {
        format!(
            "struct t {{ {ty} x; }} CORE; SEC(\"tp_btf/x\") int read(u64 *ctx) {{ struct t *t = (void *)ctx[0]; return t->x; }}"
        )
    };
    let kernel = |ty: &str| {
        format!(
            "struct t {{ {ty} x; }} t; typedef void (*btf_trace_x)(void *, struct t *); btf_trace_x y;"
        )
    };
    let answer = check(&program("u32"), &kernel("unsigned long long"));
    let Verdict::Ok { size, .. } = &answer.relocations[0].verdict else {
        panic!("the load is resized: {:?}", answer.relocations);
    };
    assert_eq!(*size, Some((4, 8)));
    let answer = check(&program("int"), &kernel("long long"));
    assert_eq!(reaches(&answer), [Reach::Reached]);
    assert_eq!(answer.state, State::Fails);
}

#[test]
#[ignore = "needs clang"]
fn bitfields_are_loaded_in_units_and_shifted() {
    let program = "struct t { u32 a : 3; u32 x : 5; } CORE;
        SEC(\"socket\") u64 read(void *ctx) { struct t *t = ctx;
            return lshift(t->x) + 100 * rshift(t->x) + 10000 * is_signed(t->x) + 100000 * byte_size(t->x); }";
    let answer = check(program, "struct t { unsigned long long a : 30, x : 7; } t;");
    assert_eq!(value(&answer, RelocationKind::LshiftU64), Some(64 - 37));
    assert_eq!(value(&answer, RelocationKind::RshiftU64), Some(64 - 7));
    assert_eq!(value(&answer, RelocationKind::Signed), Some(0));
    assert_eq!(value(&answer, RelocationKind::ByteSz), Some(8));
}

#[test]
#[ignore = "needs clang"]
fn an_index_must_be_within_the_array_unless_it_is_flexible() {
    let program = "struct t { int n; int x[4]; } CORE;
        SEC(\"socket\") int read(void *ctx) { struct t *t = ctx; return exists(t->x[3]); }";
    let short = check(program, "struct t { int n; int x[3]; } t;");
    assert_eq!(value(&short, RelocationKind::FieldExists), Some(0));
    let flexible = check(program, "struct t { int n; int x[]; } t;");
    assert_eq!(value(&flexible, RelocationKind::FieldExists), Some(1));
}

#[test]
#[ignore = "needs clang"]
fn two_types_of_the_kernel_that_disagree_end_the_load() {
    let program = reads("struct t { int x; } CORE;");
    let kernel = "struct t { int x; } t; struct t___2 { int a; int x; } u;";
    let answer = check(&program, kernel);
    let Verdict::Fatal(fatal) = &answer.relocations[0].verdict else {
        panic!("it is ambiguous");
    };
    assert_eq!(
        *fatal,
        Fatal::AmbiguousOffset {
            first: 0,
            other: 32
        }
    );
    assert_eq!(answer.state, State::Fails);
}

#[test]
#[ignore = "needs clang"]
fn candidates_that_did_not_match_are_gone_for_later_records() {
    let program = |first: &str, second: &str| {
        format!(
            "struct t {{ int a; int b; }} CORE; SEC(\"socket\") int read(void *ctx) {{ struct t *t = ctx; \
             return exists(t->{first}) * 2 + exists(t->{second}); }}"
        )
    };
    let kernel = "struct t { int a; } t; struct t___2 { int b; } u;";
    for order in [("a", "b"), ("b", "a")] {
        let answer = check(&program(order.0, order.1), kernel);
        let values = answer.relocations.iter().map(|one| match &one.verdict {
            Verdict::Ok { to, .. } => *to,
            other => panic!("{other:?}"),
        });
        assert_eq!(values.collect::<Vec<u64>>(), [1, 0], "{order:?}");
    }
}

#[test]
#[ignore = "needs clang"]
fn types_are_asked_for_by_name_and_kind() {
    let program = "struct t { int x; }; struct gone { int y; };
        SEC(\"socket\") int read(void *ctx) { return type_exists(struct gone) + 10 * type_size(struct t); }";
    let answer = check(
        program,
        "struct t { int x[5]; } t; union gone { int y; } g;",
    );
    assert_eq!(value(&answer, RelocationKind::TypeSize), Some(20));
    assert_eq!(value(&answer, RelocationKind::TypeExists), Some(0));
    assert_eq!(answer.state, State::Guarded);
}

#[test]
#[ignore = "needs clang"]
fn a_type_matches_if_it_has_all_members_by_name_and_type() {
    let program =
        "struct in; struct m { int a; char *b; struct in *in; void (*call)(struct m *, int); };
        SEC(\"socket\") int read(void *ctx) { return type_exists(struct m); }";
    let mut program = object(program);
    // clang 14 cannot ask it.
    program.records[0].kind = RelocationKind::TypeMatches as u32;
    let matches = |source: &str| {
        let answer = Checker::new(&program).check(&kernel("6.1.0", source));
        value(&answer, RelocationKind::TypeMatches)
    };
    let rest = "struct in { int x; }; struct m { char *b; void (*call)(struct m *, int); long c; struct in *in;";
    assert_eq!(matches(&format!("{rest} int a; }} m;")), Some(1));
    assert_eq!(matches(&format!("{rest} long a; }} m;")), Some(0));
    assert_eq!(matches(&format!("{rest} int b2; }} m;")), Some(0));
    assert_eq!(
        matches(&format!("{rest} int a; }} m;").replace("(struct m *, int)", "(struct m *)")),
        Some(0)
    );
}

#[test]
#[ignore = "needs clang"]
fn enumerators_have_the_kernels_values() {
    let program = "enum e { ONE = 1, TWO = 2 };
        SEC(\"socket\") u64 read(void *ctx) { return enum_value(enum e, TWO) + enum_exists(enum e, ONE); }";
    let answer = check(program, "enum e { TWO = 7 } e;");
    assert_eq!(value(&answer, RelocationKind::EnumvalValue), Some(7));
    assert_eq!(value(&answer, RelocationKind::EnumvalExists), Some(0));
    assert_eq!(answer.state, State::Guarded);
}
