//! A small header gives the same object as the whole one.

use crate::clang::{kernel, object_with};
use core_check::{Checker, Kernel, Object, RelocationKind, State, Verdict, header};

/// The header of all types.
fn whole(kernel: &Kernel) -> String {
    let mut text = String::new();
    btf::print::c::print_c(&kernel.types().btf, &mut text).expect("the types are C");
    text
}

/// Each relocation: what it asks, and the values in the object and on the kernel.
fn decided(object: &Object, kernel: &Kernel) -> Vec<(Option<RelocationKind>, String, Verdict)> {
    let relocations = Checker::new(object).check(kernel).relocations.into_iter();
    relocations
        .map(|one| (one.kind, one.access, one.verdict))
        .collect()
}

const KERNEL: &str = "
    typedef unsigned int u32; typedef unsigned long long u64; typedef u32 state_t;
    typedef struct { int counter; } atomic_t;
    enum colour { RED, GREEN = 5, BLUE };
    struct list { struct list *next, *prev; };
    struct mm { long pad[3]; struct { union { u64 start; void *base; }; u32 flags : 3, locked : 1; }; struct list entries; };
    struct small { char tag; long value __attribute__((packed)); } __attribute__((packed));
    struct tail { int count; u32 values[]; };
    struct t {
        long unused; state_t state; atomic_t uses; enum colour colour; struct mm *mm; struct small small; char name[16]; int mark;
        u32 before : 7, bits : 9, after : 16; struct tail *tail; int (*call)(struct t *, const char *);
        struct { int depth; } inner[4]; struct list children; struct far *far; long last;
    };
    struct big { char room[200]; int end; };
    typedef int (*filter)(struct t *, struct big *);
    struct t t; struct big big; filter f; enum colour c; struct mm m; struct tail tails[1];
    typedef void (*btf_trace_tick)(void *, struct t *, u64); btf_trace_tick tick;
    __attribute__((btf_decl_tag(\"bpf_kfunc\"))) int bpf_peek(struct t *t, struct big *big) { return 0; }
";

const PROGRAM: &str = "
    #include \"vmlinux.h\"
    #ifndef __VMLINUX_H__
    #error \"the header is empty\"
    #endif
    extern int bpf_peek(struct t *t, struct big *big) __ksym;
    SEC(\"tp_btf/tick\") u64 on_tick(u64 *ctx) {
        struct t *t = (void *)ctx[0]; u64 out = 0; state_t state = t->state;
        struct mm *mm = t->mm; struct tail *tail = t->tail;
        probe_read(&out, 8, &mm->start); probe_read(&out, 4, &mm->entries.next); probe_read(&out, 4, &tail->values[3]);
        probe_read(&out, 8, &t->small.value); probe_read(&out, 4, &t->inner[2].depth); probe_read(&out, 4, &t->name[3]);
        probe_read(&out, 8, &t->children); probe_read(&out, 8, &t->call); probe_read(&out, 8, &t->far);
        return out + state + t->uses.counter + t->colour + lshift(t->bits) + rshift(t->bits) + byte_size(t->children)
            + exists(mm->locked) + rshift(mm->locked) + enum_value(enum colour, GREEN) + type_exists(filter) + type_size(struct big)
            + bpf_peek(t, 0);
    }
    enum colour paint = BLUE;
";

#[test]
#[ignore = "needs clang"]
fn relocations_are_the_same_as_with_the_whole_header_and_what_is_not_read_is_left_out() {
    let kernel = kernel("6.1.0", KERNEL);
    let first = object_with(PROGRAM, &whole(&kernel));
    let small = header(&[&first], &[&kernel]);
    let small = small.expect("it fits");
    assert!(
        !small.contains("long unused") && !small.contains("last;"),
        "{small}"
    );
    assert!(small.contains("struct far;"), "{small}");
    let again = object_with(PROGRAM, &small);
    let (before, after) = (decided(&first, &kernel), decided(&again, &kernel));
    assert!(before.len() > 20, "{before:?}");
    assert!(
        before
            .iter()
            .all(|(_, _, verdict)| matches!(verdict, Verdict::Ok { .. }))
    );
    assert_eq!(after, before);
    let externs = |object: &Object| Checker::new(object).check(&kernel).externs;
    assert_eq!(externs(&again), externs(&first));
    assert_eq!(Checker::new(&again).check(&kernel).state, State::Ok);
}

const OLD: &str = "struct in { int a; }; struct queue { long pad; int waiting; struct in in; int cpu; }; struct queue q;
    enum kind { ONE = 1, TWO = 2 }; enum kind k; struct gone { int x; } gone;";
const NEW: &str = "struct in { int a; int b; }; struct queue { int queued; struct in in; long more; int cpu; }; struct queue q;
    enum kind { ZERO, TWO = 3, THREE }; enum kind k; struct come { struct queue inside; int y; } come;";

#[test]
#[ignore = "needs clang"]
fn a_struct_that_differs_between_kernels_has_a_flavour_with_which_one_object_works_on_both() {
    let kernels = [kernel("6.1.0", OLD), kernel("6.12.3", NEW)];
    // What the object reads of each kernel; it is built with definitions of its own.
    let asks = object_with(
        "struct queue { int waiting; int cpu; } CORE; struct queue___b { int queued; int cpu; } CORE; struct gone { int x; } CORE;
        struct queue___c { int cpu; } CORE; struct come { struct queue___c inside; int y; } CORE; enum kind { TWO };
        SEC(\"socket\") u64 read(void *ctx) { struct queue *q = ctx; struct queue___b *b = ctx; struct gone *g = ctx; struct come *c = ctx;
            return exists(q->waiting) + exists(b->queued) + exists(q->cpu) + exists(g->x) + exists(c->y) + exists(c->inside.cpu)
                + enum_value(enum kind, TWO); }",
        "",
    );
    let both = header(&[&asks], &[&kernels[0], &kernels[1]]).expect("it fits");
    let source = "#include \"vmlinux.h\"
        SEC(\"socket\") u64 read(void *ctx) { struct queue *q = ctx; struct queue___6_12 *n = ctx; struct come *c = ctx; struct gone *g = ctx;
            u64 sum = exists(g->x) + exists(c->inside.cpu) + q->cpu + enum_value(enum kind, TWO);
            if (exists(q->waiting)) return sum + q->waiting; return sum + n->queued; }";
    let object = object_with(source, &both);
    for kernel in &kernels {
        let answer = Checker::new(&object).check(kernel);
        assert!(answer.state < State::Unknown, "{}: {answer:?}", kernel.name);
    }
    // The first kernel's is not told of members that only the other has, and members have each kernel's offsets.
    let from = |access: &str| {
        let all = decided(&object, &kernels[1]);
        all.into_iter()
            .find_map(|(kind, there, verdict)| match verdict {
                Verdict::Ok { from, .. }
                    if there == access && kind == Some(RelocationKind::ByteOff) =>
                {
                    Some(from)
                }
                _ => None,
            })
    };
    assert_eq!(from("struct queue.cpu"), Some(16), "{both}");
    assert_eq!(from("struct queue___6_12.queued"), Some(0), "{both}");
}

#[test]
#[ignore = "needs clang"]
fn one_header_of_equal_kernels_has_no_flavour() {
    let kernels = [kernel("6.1.0", OLD), kernel("6.1.9", OLD)];
    let asks = object_with(
        "struct queue { int waiting; } CORE; SEC(\"socket\") int read(void *ctx) { struct queue *q = ctx; return exists(q->waiting); }",
        "",
    );
    let both = header(&[&asks], &[&kernels[0], &kernels[1]]).expect("it fits");
    assert!(
        both.contains("int waiting;") && !both.contains("queue___"),
        "{both}"
    );
}
