//! The kernel's verdicts: the cases of its selftests, and rules they leave out.

use btf::verify::{
    Rule, Subject, VerifyError, problems, verify, verify_all, verify_as, verify_types,
};
use btf::{
    Array, Btf, Info, Int, IntEncoding, Kind, Layout, Linkage, Member, Param, StringOffset, TypeId,
    VarSection, WriteOptions,
};
use serde_json::Value;
use std::sync::Arc;

const CASES: &str = include_str!("../data/validator_cases.json");

/// A blob as the selftests build it: header, types, strings, then errors added to the header's fields.
fn blob(case: &Value, big: bool) -> Vec<u8> {
    let word = |value: u32| match big {
        true => value.to_be_bytes(),
        false => value.to_le_bytes(),
    };
    let delta = |name: &str| -> i32 {
        let text = case[name].as_str().unwrap_or("0");
        text.parse().unwrap()
    };
    let words = case["words"].as_array().unwrap();
    let strings = case["strings"].as_str().unwrap();
    let type_len = words.len() as u32 * 4;
    let fields = [
        (24, delta("hdr_len_delta")),
        (0, delta("type_off_delta")),
        (type_len, delta("type_len_delta")),
        (type_len, delta("str_off_delta")),
        (strings.len() as u32, delta("str_len_delta")),
    ];
    let mut bytes = match big {
        true => vec![0xeb, 0x9f, 1, 0],
        false => vec![0x9f, 0xeb, 1, 0],
    };
    for (field, delta) in fields {
        bytes.extend(word(field.wrapping_add_signed(delta)));
    }
    for value in words {
        bytes.extend(word(u32::try_from(value.as_u64().unwrap()).unwrap()));
    }
    bytes.extend(strings.as_bytes());
    bytes
}

#[test]
fn the_kernels_selftests_get_the_kernels_verdicts() {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    assert_eq!(cases.len(), 119);
    let mut wrong = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let descr = case["descr"].as_str().unwrap();
        let reject = case["reject"].as_bool().unwrap();
        for big in [false, true] {
            let verdict = verify(&blob(case, big), None);
            let message = verdict.as_ref().err().map(ToString::to_string);
            let good = match (&message, reject) {
                (None, false) => true,
                (Some(message), true) => message.contains(case["err"].as_str().unwrap()),
                _ => false,
            };
            if !good {
                let expected = case["err"].as_str().unwrap_or("accepted");
                wrong.push(format!(
                    "{index} {descr:?}: {message:?}, expected {expected}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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

fn array(btf: &mut Btf, element: u32, count: u32) -> TypeId {
    let array = Array {
        element: TypeId(element),
        index: TypeId(1),
        count,
    };
    btf.add_array(array).unwrap()
}

fn push(btf: &mut Btf, name: &str, kind: Kind, vlen: u32, third: u32, tail: &[u32]) {
    let name = btf.intern(name.as_bytes()).unwrap();
    let mut words = vec![name.0, Info::new(kind, vlen, false).0, third];
    words.extend(tail);
    btf.push(&words).unwrap();
}

/// The first problem of a BTF that starts with `int` and goes on with what `add` adds.
fn first(add: impl FnOnce(&mut Btf)) -> Option<Rule> {
    let mut btf = with_int();
    add(&mut btf);
    let first = verify_types(&btf).err();
    let all = verify_all(&btf);
    assert_eq!(first, all.first().cloned());
    first.map(|problem| problem.rule)
}

#[test]
fn rules_for_one_type_by_itself() {
    let int = |bits, offset, encoding| {
        first(|btf| {
            let encoding = IntEncoding(encoding);
            let (size, number) = (16, (bits, offset, encoding));
            let (bits, offset, encoding) = number;
            let int = Int {
                size,
                encoding,
                offset,
                bits,
            };
            btf.add_int("number", int).unwrap();
        })
    };
    assert_eq!(int(128, 0, 4), None);
    assert_eq!(int(128, 1, 0), Some(Rule::IntTooWide));
    assert_eq!(int(8, 0, 3), Some(Rule::IntEncoding));
    let bits = first(|btf| push(btf, "n", Kind::Int, 0, 1, &[9]));
    assert_eq!(bits, Some(Rule::IntBits));
    let fwd = first(|btf| push(btf, "f", Kind::Fwd, 0, 1, &[]));
    assert_eq!(fwd, Some(Rule::TypeNotZero));
    let size = first(|btf| push(btf, "e", Kind::Enum, 0, 3, &[]));
    assert_eq!(size, Some(Rule::EnumSize));
    let size = first(|btf| push(btf, "e", Kind::Enum64, 0, 16, &[]));
    assert_eq!(size, Some(Rule::EnumSize));
    let value = first(|btf| push(btf, "e", Kind::Enum, 1, 4, &[0, 7]));
    assert_eq!(value, Some(Rule::Name), "an enumerator needs a name");
    let tag = first(|btf| push(btf, "", Kind::TypeTag, 0, 1, &[]));
    assert_eq!(tag, Some(Rule::Name));
    let tag = first(|btf| push(btf, "", Kind::DeclTag, 0, 1, &[0]));
    assert_eq!(tag, Some(Rule::TagValue));
    let name = first(|btf| push(btf, "", Kind::Datasec, 0, 4, &[]));
    assert_eq!(name, Some(Rule::Name));
    let size = first(|btf| push(btf, ".data", Kind::Datasec, 0, 0, &[]));
    assert_eq!(size, Some(Rule::SizeZero));
    let name = first(|btf| {
        btf.push(&[0x0100_0000, Info::new(Kind::Float, 0, false).0, 4])
            .unwrap();
    });
    assert_eq!(name, Some(Rule::NameOffset));
    let beyond = first(|btf| {
        let late = member(btf, "late", 1, 9 * 8, 0);
        btf.add_composite(Kind::Struct, "s", 8, &[late]).unwrap();
    });
    assert_eq!(beyond, Some(Rule::MemberBeyondStruct));
    let union = first(|btf| {
        let late = member(btf, "late", 1, 8, 0);
        btf.add_composite(Kind::Union, "u", 8, &[late]).unwrap();
    });
    assert_eq!(union, Some(Rule::MemberOrder));
    let id = first(|btf| push(btf, "t", Kind::Typedef, 0, 0x10_0000, &[]));
    assert_eq!(id, Some(Rule::TypeIdTooLarge));
}

#[test]
fn rules_for_what_types_refer_to() {
    let missing = first(|btf| {
        btf.add_ptr(TypeId(9)).unwrap();
    });
    assert_eq!(missing, Some(Rule::TypeId));
    let func = first(|btf| {
        let proto = btf.add_func_proto(TypeId(1), &[]).unwrap();
        let func = btf.add_func("f", proto, Linkage::Global).unwrap();
        btf.add_ptr(func).unwrap();
    });
    assert_eq!(func, Some(Rule::TypeId), "a pointer to a FUNC");
    let func = first(|btf| {
        btf.add_func("f", TypeId(1), Linkage::Global).unwrap();
    });
    assert_eq!(func, Some(Rule::TypeId), "a FUNC of an INT");
    let large = first(|btf| {
        array(btf, 1, 1 << 30);
    });
    assert_eq!(large, Some(Rule::ArrayTooLarge));
    let result = first(|btf| {
        let fwd = btf.add_fwd("f", btf::FwdKind::Struct).unwrap();
        btf.add_func_proto(fwd, &[]).unwrap();
    });
    assert_eq!(result, Some(Rule::Result));
    let incomplete = first(|btf| {
        btf.add_fwd("f", btf::FwdKind::Struct).unwrap();
        let m = member(btf, "m", 2, 0, 0);
        btf.add_composite(Kind::Struct, "s", 8, &[m]).unwrap();
    });
    assert_eq!(incomplete, Some(Rule::Member));
    let pointer = first(|btf| {
        btf.add_ptr(TypeId(1)).unwrap();
        let m = member(btf, "m", 2, 4, 0);
        btf.add_composite(Kind::Struct, "s", 16, &[m]).unwrap();
    });
    assert_eq!(pointer, Some(Rule::MemberNotAtByte));
    let bitfield = first(|btf| {
        btf.add_ptr(TypeId(1)).unwrap();
        let m = member(btf, "m", 2, 0, 3);
        btf.add_composite(Kind::Struct, "s", 16, &[m]).unwrap();
    });
    assert_eq!(bitfield, Some(Rule::BitfieldSize), "of a pointer");
    let bitfield = first(|btf| {
        let m = member(btf, "m", 1, 0, 33);
        btf.add_composite(Kind::Struct, "s", 16, &[m]).unwrap();
    });
    assert_eq!(bitfield, Some(Rule::BitfieldSize), "wider than its type");
    let variable = first(|btf| {
        let var = btf.add_var("v", TypeId(1), Linkage::Static).unwrap();
        let sections = [0, 4].map(|offset| VarSection {
            ty: var,
            offset,
            size: 4,
        });
        btf.add_datasec(".data", 8, &sections).unwrap();
    });
    assert_eq!(variable, None);
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
fn nesting_is_followed_as_deep_as_the_kernel_does() {
    // The outermost struct comes first, so that all levels are open at once.
    let nested = |levels: u32| {
        let mut btf = Btf::new();
        for level in 1..=levels {
            let m = member(&mut btf, "m", level + 1, 0, 0);
            btf.add_composite(Kind::Struct, "s", 4, &[m]).unwrap();
        }
        btf.add_int("int", INT).unwrap();
        verify_types(&btf).err().map(|problem| problem.rule)
    };
    assert_eq!(nested(32), None);
    assert_eq!(nested(33), Some(Rule::TooDeep));
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
fn type_tags_stand_before_other_modifiers() {
    let tags = |kinds: &[Kind]| {
        first(|btf| {
            let mut target = TypeId(1);
            for &kind in kinds.iter().rev() {
                let name = if kind == Kind::TypeTag { "tag" } else { "" };
                target = btf.add_reference(kind, name, target).unwrap();
            }
        })
    };
    assert_eq!(tags(&[Kind::TypeTag, Kind::TypeTag, Kind::Const]), None);
    assert_eq!(tags(&[Kind::Ptr, Kind::TypeTag]), None);
    assert_eq!(
        tags(&[Kind::Const, Kind::TypeTag]),
        Some(Rule::TypeTagOrder)
    );
    let tag = |flag| {
        first(|btf| {
            let name = btf.intern(b"preserve").unwrap();
            btf.push(&[name.0, Info::new(Kind::TypeTag, 0, flag).0, 1])
                .unwrap();
        })
    };
    assert_eq!((tag(false), tag(true)), (None, None));
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
    array(&mut base, 1, 4);
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
