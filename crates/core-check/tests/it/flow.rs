//! Whether a program comes to what is missing.

use crate::clang::{check, kernel, object};
use core_check::{Checker, Config, ExternIssue, Reach, Resolved, State, Verdict};

const KERNEL: &str = "struct t { int y; } t;";

/// A program that reads `t->x`, which the kernel lacks, in a function with this body.
fn program(before: &str, body: &str) -> String {
    format!(
        "struct t {{ int x; int y; }} CORE;\n{before}\nSEC(\"socket\") int read(void *ctx) {{ struct t *t = ctx; u32 out = 0;\n{body}\nreturn out; }}"
    )
}

const READ: &str = "probe_read(&out, 4, &t->x);";

fn reach(source: &str) -> Reach {
    let answer = check(source, KERNEL);
    let relocations = answer.relocations.iter();
    let mut found = relocations.filter_map(|one| match &one.verdict {
        Verdict::Poisoned { reach, .. } => Some(*reach),
        _ => None,
    });
    found.next().expect("a read is poisoned")
}

#[test]
#[ignore = "needs clang"]
fn a_read_behind_a_question_is_guarded_and_one_beside_it_is_reached() {
    let guarded = program(
        "",
        &format!("if (exists(t->x)) {READ} else probe_read(&out, 4, &t->y);"),
    );
    assert_eq!(reach(&guarded), Reach::Guarded);
    let reached = program("", &format!("if (exists(t->y)) {READ}"));
    assert_eq!(reach(&reached), Reach::Reached);
    // A value that only the running program knows decides nothing.
    let runtime = program("", &format!("if (*(volatile int *)ctx == 3) {READ}"));
    assert_eq!(reach(&runtime), Reach::Reached);
}

#[test]
#[ignore = "needs clang"]
fn answers_are_followed_through_variables_and_functions() {
    let stack = program(
        "",
        &format!("volatile int has = exists(t->x); if (has) {READ}"),
    );
    assert_eq!(reach(&stack), Reach::Guarded);
    let function = program(
        "static __attribute__((noinline)) int has(struct t *t) { return exists(t->x) ? 5 : 0; }",
        &format!("if (has(t) > 2) {READ}"),
    );
    assert_eq!(reach(&function), Reach::Guarded);
    // A global function is checked alone: what it returns is not known to its caller.
    let global = program(
        "__attribute__((noinline)) int has(struct t *t) { volatile int a = exists(t->x); return a; }",
        &format!("if (has(t)) {READ}"),
    );
    assert_eq!(reach(&global), Reach::Reached);
}

#[test]
#[ignore = "needs clang"]
fn constants_guard_as_long_as_the_loader_leaves_them() {
    let off = program("const volatile bool on = 0;", &format!("if (on) {READ}"));
    assert_eq!(reach(&off), Reach::GuardedByData);
    let on = program("const volatile bool on = 1;", &format!("if (on) {READ}"));
    assert_eq!(reach(&on), Reach::Reached);
}

#[test]
#[ignore = "needs clang"]
fn the_version_and_the_configuration_guard() {
    let version = program(
        "extern int LINUX_KERNEL_VERSION __kconfig;",
        &format!("if (LINUX_KERNEL_VERSION >= 0x060200) {READ}"),
    );
    assert_eq!(reach(&version), Reach::Guarded);
    let newer = kernel("6.2.0", KERNEL);
    let answer = Checker::new(&object(&version)).check(&newer);
    assert_eq!(answer.state, State::Fails);

    let option = object(&program(
        "extern bool CONFIG_X __kconfig __weak;",
        &format!("if (CONFIG_X) {READ}"),
    ));
    let mut configured = kernel("6.1.0", KERNEL);
    assert_eq!(Checker::new(&option).check(&configured).state, State::Fails);
    configured.config = Some(Config::parse("CONFIG_Y=y\n"));
    assert_eq!(
        Checker::new(&option).check(&configured).state,
        State::Guarded
    );
}

#[test]
#[ignore = "needs clang"]
fn optional_programs_and_functions_that_nothing_calls_do_not_count() {
    let optional = "struct t { int x; int y; } CORE;
        SEC(\"?socket\") int read(void *ctx) { struct t *t = ctx; u32 out = 0; probe_read(&out, 4, &t->x); return out; }
        SEC(\"socket\") int other(void *ctx) { return 0; }";
    let answer = check(optional, KERNEL);
    assert_eq!(answer.state, State::Ok);
    assert!(answer.relocations.iter().all(|one| one.is_optional));
    let uncalled = "struct t { int x; int y; } CORE;
        __attribute__((noinline)) int unused(struct t *t) { u32 out = 0; probe_read(&out, 4, &t->x); return out; }
        SEC(\"socket\") int other(void *ctx) { return 0; }";
    assert_eq!(reach(uncalled), Reach::Guarded);
}

#[test]
#[ignore = "needs clang"]
fn a_call_of_a_weak_function_that_does_not_exist_is_found() {
    let body = |guard: &str| {
        format!(
            "extern int helper(int) __ksym __weak;\nSEC(\"socket\") int call(void *ctx) {{ {guard} return helper(1); return 0; }}"
        )
    };
    let answer = check(&body(""), "int other;");
    assert_eq!(
        answer.externs[0].resolved,
        Resolved::Not(ExternIssue::Absent)
    );
    assert_eq!(
        (answer.externs[0].call, answer.state),
        (Some(Reach::Reached), State::Fails)
    );
    let answer = check(&body("if (helper)"), "int other;");
    assert_eq!(
        (answer.externs[0].call, answer.state),
        (Some(Reach::Guarded), State::Guarded)
    );
}
