//! A minimal BTF gives the same answers.

use crate::clang::{kernel, object};
use core_check::{Checker, Kernel, RelocationKind, Verdict, minimal};

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
    // clang 14 cannot ask whether a type matches.
    let ty = program
        .btf
        .as_ref()
        .and_then(|btf| btf.find(btf::Kind::Struct, "m"));
    for record in program
        .records
        .iter_mut()
        .filter(|record| Some(record.root) == ty)
    {
        record.kind = RelocationKind::TypeMatches as u32;
    }
    let whole = kernel(
        "6.1.0",
        "struct in { long y; int z; }; struct t { long pad; struct { int other; union { struct in in; }; }; int list[6]; int more; unsigned bits : 5; struct t *next; } t;
        enum e { ONE, TWO } e; typedef int (*call)(struct in *); call c; typedef struct { long k; } named; named n; struct m { long b; int a; struct t *t; } m;",
    );
    let small = minimal(std::slice::from_ref(&program), &whole).expect("it fits");
    assert!(small.check_references().is_ok());
    btf::verify::verify_types(&small).expect("the kernel would load it");
    assert!(small.len() < whole.types().btf.len());
    let small = Kernel::new("6.1.0", small.into());
    let values = |kernel: &Kernel| {
        let answer = Checker::new(&program).check(kernel);
        let relocations = answer.relocations.into_iter();
        let values = relocations.map(|one| match one.verdict {
            Verdict::Ok { from, to, size, .. } => (one.local, Some((from, to, size))),
            _ => (one.local, None),
        });
        values.collect::<Vec<_>>()
    };
    let expected = values(&whole);
    assert!(expected.iter().filter(|(_, value)| value.is_some()).count() > 8);
    assert_eq!(values(&small), expected);
}
