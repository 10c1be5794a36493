//! A minimal BTF gives the same answers.

use crate::clang::{kernel, kernel_types, object};
use btf::verify::verify_types;
use btf::{Btf, Kind, Linkage, Member, TypeId};
use core_check::{
    Answer, Attached, Checker, Keep, Kernel, Object, RelocationKind, Resolved, Verdict, minimal,
    minimal_split,
};
use std::sync::Arc;

#[test]
#[ignore = "needs clang"]
fn every_relocation_has_the_same_value_and_what_is_absent_stays_absent() {
    let mut program = object(
        "struct in { int z; }; struct t { int gone; struct in in; int list[4]; u32 bits : 3; void *next; } CORE; enum e { TWO = 2, GONE = 3 };
        typedef int (*call)(struct in *); typedef struct { int k; } named; struct m { int a; };
        SEC(\"socket\") u64 read(void *ctx) { struct t *t = ctx; u64 out = 0;
            probe_read(&out, 4, &t->in.z); probe_read(&out, 4, &t->list[2]); probe_read(&out, 4, &t->next);
            return out + exists(t->gone) + lshift(t->bits) + enum_value(enum e, TWO) + enum_exists(enum e, GONE)
                + type_exists(call) + type_size(named) + type_size(struct t) + type_exists(struct m) + type_exists(struct nowhere); }",
    );
    ask_whether_it_matches(&mut program, "m");
    let whole = kernel(
        "6.1.0",
        "struct in { long y; int z; }; struct t { long pad; struct { int other; union { struct in in; }; }; int list[6]; int more; unsigned bits : 5; struct t *next; } t;
        enum e { ONE, TWO } e; typedef int (*call)(struct in *); call c; typedef struct { long k; } named; named n; struct m { long b; int a; struct t *t; } m;",
    );
    let small =
        minimal(std::slice::from_ref(&program), &whole, Keep::Relocations).expect("it fits");
    assert!(small.check_references().is_ok());
    verify_types(&small).expect("the kernel would load it");
    assert!(small.len() < whole.types().btf.len());
    let expected = values(&program, &whole);
    assert!(expected.iter().filter(|(_, value)| value.is_some()).count() > 8);
    let small = Kernel::new("6.1.0", small.into());
    assert_eq!(values(&program, &small), expected);
}

/// Makes questions about a struct ask whether it matches, which clang 14 cannot.
fn ask_whether_it_matches(program: &mut Object, name: &str) {
    let btf = program.btf.as_ref();
    let ty = btf.and_then(|btf| btf.find(Kind::Struct, name));
    let records = program.records.iter_mut();
    for record in records.filter(|record| Some(record.root) == ty) {
        record.kind = RelocationKind::TypeMatches as u32;
    }
}

/// The operands and sizes of accesses, each before and after the relocation.
type Values = Vec<(String, Option<(u64, u64, Option<(u32, u32)>)>)>;

fn values(program: &Object, kernel: &Kernel) -> Values {
    let answer = Checker::new(program).check(kernel);
    let relocations = answer.relocations.into_iter();
    let values = relocations.map(|one| match one.verdict {
        Verdict::Ok { from, to, size, .. } => (one.local, Some((from, to, size))),
        _ => (one.local, None),
    });
    values.collect()
}

#[test]
#[ignore = "needs clang"]
fn what_bpftool_cannot_make_works_type_tags_declarations_and_callbacks_with_structs_by_value() {
    let mut program = object(
        "struct opaque; typedef struct opaque *handle; typedef int *tagged; struct m { int a; void (*back)(struct m); };
        SEC(\"socket\") u64 read(void *ctx) { return type_exists(handle) + type_exists(tagged) + type_exists(struct m); }",
    );
    ask_whether_it_matches(&mut program, "m");
    let whole = kernel(
        "6.1.0",
        "struct opaque; typedef struct opaque *handle; handle h; typedef int __attribute__((btf_type_tag(\"user\"))) *tagged; tagged t;
        struct m { long b; int a; void (*back)(struct m); } m;",
    );
    let kinds = |btf: &Btf| {
        [Kind::TypeTag, Kind::Fwd].map(|kind| btf.types().any(|(_, ty)| ty.kind() == kind))
    };
    assert_eq!(kinds(&whole.types().btf), [true, true]);
    let expected = values(&program, &whole);
    let exist = expected
        .iter()
        .filter(|(_, value)| matches!(value, Some((_, 1, _))));
    assert_eq!(exist.count(), 3, "{expected:?}");
    let small =
        minimal(std::slice::from_ref(&program), &whole, Keep::Relocations).expect("it fits");
    verify_types(&small).expect("the kernel would load it");
    assert_eq!(kinds(&small), [true, true]);
    assert_eq!(
        values(&program, &Kernel::new("6.1.0", small.into())),
        expected
    );
}

const BASE: &str = "
    struct t { long pad; int x; }; struct unused { int y; } unused; struct t t; int vfs_touch(struct t *t, long flags) { return 0; }
    int vfs_hint(int flags) { return flags; }
    typedef void (*btf_trace_tick)(void *, struct t *); btf_trace_tick tick; typedef void (*btf_trace_other)(void *); btf_trace_other other;
    struct ops { int (*start)(struct t *); long size; void (*stop)(void); }; struct bpf_struct_ops_ops { int kept; struct ops data; } ops;
    __attribute__((btf_decl_tag(\"bpf_kfunc\"))) int bpf_peek(struct t *t) { return 0; }
";

/// A kernel with a module that has a struct with one of the kernel's in it, a kfunc, and something that nobody needs.
fn with_module() -> Kernel {
    let base = kernel_types(BASE);
    let mut split = Btf::split(base.clone());
    let find = |kind, name: &str| base.find(kind, name).expect("the kernel has it");
    let (int, inner) = (find(Kind::Int, "int"), find(Kind::Struct, "t"));
    let member = |split: &mut Btf, name: &str, ty, bit_offset| Member {
        name: split.intern(name.as_bytes()).expect("room"),
        ty,
        bit_offset,
        bitfield_size: 0,
    };
    let members = [
        member(&mut split, "own", int, 0),
        member(&mut split, "inner", inner, 64),
        member(&mut split, "rest", int, 192),
    ];
    let own = split.add_composite(Kind::Struct, "queue", 32, &members);
    let own = split.add_ptr(own.expect("room")).expect("room");
    let name = split.intern(b"queue").expect("room");
    let params = [btf::Param { name, ty: own }];
    let proto = split.add_func_proto(int, &params).expect("room");
    let func = split.add_func("bpf_queue_len", proto, Linkage::Static);
    split
        .add_decl_tag("bpf_kfunc", func.expect("room"), -1)
        .expect("room");
    split
        .add_func("unused_here", proto, Linkage::Static)
        .expect("room");
    let mut kernel = Kernel::new("6.1.0", base);
    kernel.add_module("queueing", split.into());
    kernel.add_module("idle", Btf::split(kernel.types().btf.clone()).into());
    kernel
}

fn program() -> Object {
    object(
        "struct t { int x; } CORE; struct queue { int own; struct t inner; } CORE; struct ops { int (*start)(struct t *); long size; long later; };
        extern int bpf_queue_len(struct queue *queue) __ksym; extern int bpf_peek(struct t *t) __ksym __weak; extern int bpf_gone(void) __ksym __weak;
        SEC(\"tp_btf/tick\") int on_tick(u64 *ctx) { struct queue *q = (void *)ctx[0]; return exists(q->inner.x) + q->own + bpf_queue_len(q); }
        SEC(\"fentry/vfs_touch\") int on_touch(u64 *ctx) { struct t *t = (void *)ctx[0]; return t->x + bpf_peek(t); }
        SEC(\"fentry/idle:vfs_touch\") int on_idle(u64 *ctx) { return ctx[1]; }
        SEC(\"fexit/absent\") int on_absent(u64 *ctx) { return ctx[0]; }
        SEC(\"kprobe/vfs_hint\") int on_hint(u64 *ctx) { return 0; }
        SEC(\"raw_tp/tick\") int raw(u64 *ctx) { return bpf_gone ? bpf_gone() : 0; }
        SEC(\"struct_ops/start\") int start(u64 *ctx) { return 0; }
        SEC(\".struct_ops\") struct ops ops = { .start = (void *)start, .size = 3 };",
    )
}

/// An answer without what depends on ids of types.
fn comparable(mut answer: Answer) -> Answer {
    for one in &mut answer.relocations {
        one.target = None;
        one.place = None;
    }
    for one in &mut answer.externs {
        if let Resolved::Type { place, .. } = &mut one.resolved {
            place.id = TypeId::VOID;
        }
    }
    for one in &mut answer.programs {
        if let Attached::Found(place) = &mut one.attached {
            place.id = TypeId::VOID;
        }
    }
    for one in &mut answer.maps {
        if let Some(place) = &mut one.operations.place {
            place.id = TypeId::VOID;
        }
    }
    answer
}

#[test]
#[ignore = "needs clang"]
fn with_targets_and_modules_the_whole_answer_is_the_same() {
    let (program, whole) = (program(), with_module());
    let objects = std::slice::from_ref(&program);
    let expected = comparable(Checker::new(&program).check(&whole));
    let ok = expected
        .externs
        .iter()
        .filter(|one| matches!(one.resolved, Resolved::Type { .. }));
    assert_eq!(ok.count(), 2, "{expected:?}");
    assert!(
        expected.maps[0].operations.issues.is_empty(),
        "{expected:?}"
    );
    let small = minimal_split(objects, &whole, Keep::All).expect("it fits");
    verify_types(&small.kernel).expect("the kernel would load it");
    let names: Vec<&str> = small
        .modules
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    // A target names the module that has no types of its own.
    assert_eq!(names, ["queueing", "idle"]);
    let mut again = Kernel::new("6.1.0", small.kernel.clone());
    for (name, btf) in small.modules {
        verify_types(&btf).expect("the kernel would load it");
        again.add_module(&name, Arc::new(btf));
    }
    assert_eq!(comparable(Checker::new(&program).check(&again)), expected);
    let has = |name: &str| {
        let all = std::iter::once(again.types()).chain(again.modules());
        all.into_iter()
            .any(|types| types.btf.find_all(name).next().is_some())
    };
    assert!(has("vfs_touch") && has("vfs_hint") && has("bpf_queue_len") && has("btf_trace_tick"));
    assert!(!has("unused") && !has("unused_here") && !has("btf_trace_other"));
}

#[test]
#[ignore = "needs clang"]
fn relocations_alone_need_no_targets_and_one_file_has_those_of_modules_too() {
    let (program, whole) = (program(), with_module());
    let objects = std::slice::from_ref(&program);
    let values = |kernel: &Kernel| {
        let answer = comparable(Checker::new(&program).check(kernel));
        answer
            .relocations
            .into_iter()
            .map(|one| one.verdict)
            .collect::<Vec<_>>()
    };
    let expected = values(&whole);
    let flat = minimal(objects, &whole, Keep::Relocations).expect("it fits");
    verify_types(&flat).expect("the kernel would load it");
    assert!(flat.find(Kind::Func, "vfs_touch").is_none());
    assert_eq!(values(&Kernel::new("6.1.0", flat.into())), expected);
    let split = minimal_split(objects, &whole, Keep::Relocations).expect("it fits");
    let mut again = Kernel::new("6.1.0", split.kernel.clone());
    assert_eq!(split.modules.len(), 1);
    for (name, btf) in split.modules {
        again.add_module(&name, Arc::new(btf));
    }
    assert_eq!(values(&again), expected);
    // Without the module, the struct is missing.
    assert_ne!(values(&Kernel::new("6.1.0", split.kernel)), expected);
}

#[test]
#[ignore = "needs clang"]
fn what_is_ambiguous_stays_so() {
    let program = object(
        "struct t { int x; } CORE; SEC(\"socket\") int read(void *ctx) { struct t *t = ctx; return exists(t->x); }",
    );
    let whole = kernel(
        "6.1.0",
        "struct t { int x; } t; struct t___2 { int a; int x; } u;",
    );
    let small =
        minimal(std::slice::from_ref(&program), &whole, Keep::Relocations).expect("it fits");
    let verdict = |kernel: &Kernel| {
        Checker::new(&program).check(kernel).relocations[0]
            .verdict
            .clone()
    };
    assert!(matches!(verdict(&whole), Verdict::Fatal(_)));
    assert_eq!(
        verdict(&Kernel::new("6.1.0", small.into())),
        verdict(&whole)
    );
}
