//! The verifier as its callers see it: lists of problems, messages, split BTF. What kernels say is in `verdicts.rs`.

use btf::verify::{
    Rule, Subject, VerifyError, are_accepted_together, is_each_accepted, problems, verify,
    verify_all, verify_as, verify_types,
};
use btf::{
    Array, Btf, Int, IntEncoding, Kind, Layout, Linkage, Member, Param, StringOffset, TypeId,
    WriteOptions,
};
use std::sync::Arc;

const INT: Int = Int {
    size: 4,
    encoding: IntEncoding::SIGNED,
    offset: 0,
    bits: 32,
};

/// A BTF whose type 1 is `int`.
fn with_int() -> Btf {
    let mut btf = Btf::new();
    btf.add_int("int", INT).unwrap();
    btf
}

fn member(btf: &mut Btf, name: &str, ty: u32, bit_offset: u32, bitfield_size: u8) -> Member {
    Member {
        name: btf.intern(name.as_bytes()).unwrap(),
        ty: TypeId(ty),
        bit_offset,
        bitfield_size,
    }
}

/// The first problem of a BTF that starts with `int` and goes on with what `add` adds.
fn first(add: impl FnOnce(&mut Btf)) -> Option<Rule> {
    let mut btf = with_int();
    add(&mut btf);
    let first = verify_types(&btf).err();
    let all = verify_all(&btf);
    assert_eq!(first, all.first().cloned());
    let each = is_each_accepted(&btf, Subject::Program);
    let together = are_accepted_together(&btf, Subject::Program);
    assert_eq!(each && together, first.is_none(), "{first:?}");
    first.map(|problem| problem.rule)
}

#[test]
fn parameters_are_counted_as_the_kernel_counts_them() {
    let mut btf = with_int();
    let named = btf.intern(b"named").unwrap();
    let param = |name, ty| Param {
        name,
        ty: TypeId(ty),
    };
    let params = [
        param(named, 1),
        param(StringOffset::EMPTY, 1),
        param(StringOffset::EMPTY, 0),
    ];
    let proto = btf.add_func_proto(TypeId::VOID, &params).unwrap();
    assert_eq!(
        verify_types(&btf),
        Ok(()),
        "a prototype by itself needs no names"
    );
    btf.add_func("f", proto, Linkage::Static).unwrap();
    let problem = verify_types(&btf).unwrap_err();
    assert_eq!(problem.kernel_message(), "Invalid arg#2");
    assert_eq!(
        problem.to_string(),
        "FUNC 'f' [3] at 0x34 of the type section: parameter 1 has no size, a bad name, or no name \
         where a FUNC needs one (kernel: Invalid arg#2)"
    );
}

#[test]
fn rings_are_found_however_long() {
    let mut btf = with_int();
    for id in 2..5000 {
        btf.add_typedef("t", TypeId(id + 1)).unwrap();
    }
    btf.add_typedef("t", TypeId(2)).unwrap();
    assert_eq!(verify_types(&btf).unwrap_err().rule, Rule::TooDeep);
    let itself = first(|btf| {
        btf.add_typedef("t", TypeId(2)).unwrap();
    });
    assert_eq!(itself, Some(Rule::Loop));
    let through_pointer = first(|btf| {
        let m = member(btf, "m", 3, 0, 0);
        btf.add_composite(Kind::Struct, "s", 8, &[m]).unwrap();
        btf.add_ptr(TypeId(2)).unwrap();
    });
    assert_eq!(through_pointer, None);
}

#[test]
fn all_problems_are_listed_but_not_their_consequences() {
    let mut btf = with_int();
    let broken = btf.add_array(Array {
        element: TypeId(99),
        index: TypeId(1),
        count: 1,
    });
    let broken = broken.unwrap();
    let typedef = btf.add_typedef("of_broken", broken).unwrap();
    let m = member(&mut btf, "m", typedef.0, 0, 0);
    btf.add_composite(Kind::Struct, "has_broken", 1, &[m])
        .unwrap();
    btf.add_float("odd", 3).unwrap();
    let m = member(&mut btf, "too_long", 1, 0, 0);
    btf.add_composite(Kind::Struct, "short", 2, &[m]).unwrap();
    btf.add_typedef("bad name", TypeId(1)).unwrap();
    let problems = verify_all(&btf);
    let found: Vec<_> = problems.iter().map(|p| (p.id.0, p.rule)).collect();
    let expected = [
        (5, Rule::FloatSize),
        (7, Rule::Name),
        (2, Rule::ArrayElement),
        (6, Rule::MemberTooLong),
    ];
    assert_eq!(found, expected);
    assert_eq!(
        problems[3].to_string(),
        "STRUCT 'short' [6] at 0x58 of the type section: member 0 'too_long' ends behind the end of \
         its struct: found 4 (kernel: Member exceeds struct_size)"
    );
    // The kernel's own BTF is checked type by type only.
    let own: Vec<_> = btf::verify::problems(&btf, Subject::Kernel, 10)
        .iter()
        .map(|p| p.id.0)
        .collect();
    assert_eq!(own, [5, 7]);
    assert_eq!(problems_up_to(&btf, 1), 1);
    assert_eq!(problems_up_to(&btf, 3), 3);
}

fn problems_up_to(btf: &Btf, most: usize) -> usize {
    problems(btf, Subject::Program, most).len()
}

#[test]
fn pointers_are_as_large_as_long() {
    let fits = |long: u32| {
        let mut btf = with_int();
        let int = Int {
            size: long,
            encoding: IntEncoding::NONE,
            offset: 0,
            bits: long as u8 * 8,
        };
        btf.add_int("long unsigned int", int).unwrap();
        btf.add_ptr(TypeId(1)).unwrap();
        let m = member(&mut btf, "m", 3, 0, 0);
        btf.add_composite(Kind::Struct, "s", 4, &[m]).unwrap();
        verify_types(&btf).err().map(|problem| problem.rule)
    };
    assert_eq!(fits(4), None);
    assert_eq!(fits(8), Some(Rule::MemberTooLong));
}

#[test]
fn split_btf_is_checked_on_its_base() {
    let mut base = with_int();
    let four = Array {
        element: TypeId(1),
        index: TypeId(1),
        count: 4,
    };
    base.add_array(four).unwrap();
    base.add_typedef("four", TypeId(2)).unwrap();
    let base = Arc::new(base);
    let of_size = |size: u32| {
        let mut btf = Btf::split(base.clone());
        let m = member(&mut btf, "m", 3, 0, 0);
        btf.add_composite(Kind::Struct, "s", size, &[m]).unwrap();
        let bytes = btf.to_bytes(WriteOptions::default()).unwrap();
        verify(&bytes, Some(&base)).err().map(|error| match error {
            VerifyError::Type(problem) => (problem.id, problem.rule),
            other => panic!("{other}"),
        })
    };
    assert_eq!(of_size(16), None);
    assert_eq!(of_size(15), Some((TypeId(4), Rule::MemberTooLong)));
    let empty = Btf::split(base.clone());
    let bytes = empty.to_bytes(WriteOptions::default()).unwrap();
    assert!(
        verify(&bytes, Some(&base)).is_ok(),
        "a split BTF may be empty"
    );
    assert!(matches!(verify(&bytes, None), Err(VerifyError::NoData)));
}

#[test]
fn headers() {
    let good = with_int().to_bytes(WriteOptions::default()).unwrap();
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        verify(&bytes, None).map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
    };
    assert_eq!(changed(&|_| {}), "accepted");
    let has = |text: String, part: &str| assert!(text.contains(part), "{text}");
    has(changed(&|bytes| bytes.truncate(7)), "hdr_len not found");
    has(changed(&|bytes| bytes.truncate(23)), "btf_header not found");
    has(changed(&|bytes| bytes.truncate(24)), "No data");
    has(changed(&|bytes| bytes[0] = 0), "Invalid magic");
    has(changed(&|bytes| bytes[2] = 2), "Unsupported version");
    has(changed(&|bytes| bytes[3] = 1), "Unsupported flags");
    has(changed(&|bytes| bytes.push(0)), "Unsupported section found");
    has(changed(&|bytes| bytes[16] = 200), "Invalid section offset");
    has(
        changed(&|bytes| bytes[24 + 16] = 1),
        "Invalid string section",
    );
    let mut large = good.clone();
    large.resize(16 * 1024 * 1024 + 1, 0);
    has(verify(&large, None).unwrap_err().to_string(), "E2BIG");
    let as_kernel = verify_as(&large, None, Subject::Kernel).unwrap_err();
    assert!(matches!(as_kernel, VerifyError::Gap { .. }), "{as_kernel}");

    let mut layout = with_int();
    layout.layout = Some(Layout::current());
    let options = WriteOptions {
        header: btf::HeaderForm::Layout,
    };
    let bytes = layout.to_bytes(options).unwrap();
    assert!(verify(&bytes, None).is_ok());
    let mut odd = bytes.clone();
    odd[28] -= 1;
    has(
        verify(&odd, None).unwrap_err().to_string(),
        "Unsupported section found",
    );
}

#[test]
fn a_broken_type_in_a_prototype_is_no_loop() {
    let mut btf = with_int();
    let m = member(&mut btf, "x", 1, 0, 0);
    let broken = btf
        .add_composite(Kind::Struct, "bad<name>", 4, &[m])
        .unwrap();
    let pointer = btf.add_ptr(broken).unwrap();
    let name = btf.intern(b"y").unwrap();
    let by_value = Param { name, ty: broken };
    let by_pointer = Param { name, ty: pointer };
    let proto = btf
        .add_func_proto(TypeId::VOID, &[by_pointer, by_value])
        .unwrap();
    btf.add_func("takes_it", proto, Linkage::Static).unwrap();
    let found: Vec<_> = verify_all(&btf).iter().map(|p| (p.id, p.rule)).collect();
    assert_eq!(found, [(broken, Rule::Name)]);
}
