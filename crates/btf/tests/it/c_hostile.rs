//! Damaged and hostile BTF: every printer and every layout question ends, without a panic and with
//! text in proportion to the input.

use btf::layout::{align_of, size_of, struct_layout};
use btf::print::c::{CError, print_c, print_c_type, type_name};
use btf::print::show::show;
use btf::{Array, Btf, Info, Int, IntEncoding, Kind, Member, Param, StringOffset, TypeId};
use proptest::prelude::*;

/// Everything there is to ask about a BTF.
fn ask_everything(btf: &Btf) {
    let bytes = btf.type_bytes() + btf.strings().as_bytes().len();
    let most = 2 * ((1 << 20) + 64 * bytes);
    let mut text = String::new();
    let _ = print_c(btf, &mut text);
    assert!(text.len() <= most);
    for id in 0..btf.end_id().0 + 2 {
        let id = TypeId(id);
        let _ = (size_of(btf, id), align_of(btf, id));
        if let Some(layout) = struct_layout(btf, id) {
            assert!(layout.rows.len() <= 10_000 + bytes);
        }
        assert!(type_name(btf, id, "x").len() < 100_000);
        text.clear();
        let _ = print_c_type(btf, id, &mut text);
        assert!(text.len() <= most);
        text.clear();
        let _ = show(btf, id, &mut text);
        assert!(text.len() <= most);
    }
}

/// A type of any kind, with references and names that mostly, but not always, exist.
fn any_type() -> impl Strategy<Value = Vec<u32>> {
    let kinds = prop_oneof![
        4 => prop_oneof![Just(Kind::Struct), Just(Kind::Union)],
        3 => prop_oneof![Just(Kind::Ptr), Just(Kind::Typedef), Just(Kind::Const), Just(Kind::TypeTag)],
        2 => prop_oneof![Just(Kind::Array), Just(Kind::FuncProto), Just(Kind::Int)],
        2 => proptest::sample::select(Kind::ALL[..19].to_vec()),
    ];
    let reference = prop_oneof![9 => 0u32..24, 1 => any::<u32>()];
    let size = prop_oneof![6 => 0u32..64, 1 => any::<u32>()];
    let name = prop_oneof![3 => Just(0u32), 5 => 0u32..40, 1 => any::<u32>()];
    let offset = prop_oneof![4 => (0u32..64).prop_map(|n| n * 8), 1 => any::<u32>()];
    (
        kinds,
        any::<bool>(),
        proptest::collection::vec((name, reference, offset), 0..6),
        size,
    )
        .prop_map(|(kind, flag, parts, size)| {
            let (name, target, _) = parts.first().copied().unwrap_or((1, 1, 0));
            let third = if kind.has_target() { target } else { size };
            let width = match kind {
                Kind::Struct | Kind::Union | Kind::Datasec | Kind::Enum64 => 3,
                Kind::Enum | Kind::FuncProto => 2,
                _ => 0,
            };
            let vlen = if width > 0 { parts.len() as u32 } else { 0 };
            let mut words = vec![name, Info::new(kind, vlen, flag).0, third];
            for &(name, reference, offset) in &parts {
                words.extend([name, reference, offset].iter().take(width));
            }
            match kind {
                Kind::Int | Kind::Var | Kind::DeclTag => words.push(size),
                Kind::Array => words.extend([target, 1, size]),
                _ => {}
            }
            words
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_types_are_printed_or_refused(types in proptest::collection::vec(any_type(), 1..24)) {
        let mut btf = Btf::new();
        for name in ["int", "a", "long", "b::c<d>", "___2", "x y", "\u{e9}\"\\", "unsigned char"] {
            btf.intern(name.as_bytes()).unwrap();
        }
        for words in &types {
            btf.push(words).unwrap();
        }
        ask_everything(&btf);
    }

    #[test]
    fn damaged_bytes_are_printed_or_refused(
        seed in 0usize..4096,
        changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = nested(6, seed % 3).to_bytes(Default::default()).unwrap();
        for (at, value) in changes {
            let at = at as usize % bytes.len();
            bytes[at] = value;
        }
        if let Ok(btf) = btf::parse(&bytes, None) {
            ask_everything(&btf);
        }
    }
}

/// Anonymous structs that each hold the one before twice: `depth` of them have 2^depth members.
fn nested(depth: u32, extra: usize) -> Btf {
    let mut btf = Btf::new();
    let number = Int {
        size: 4,
        encoding: IntEncoding::SIGNED,
        offset: 0,
        bits: 32,
    };
    let mut id = btf.add_int("int", number).unwrap();
    for level in 0..depth {
        let name = StringOffset::EMPTY;
        let size = 4u32 << level.min(28);
        let member = |ty, bit_offset| Member {
            name,
            ty,
            bit_offset,
            bitfield_size: 0,
        };
        let members = [member(id, 0), member(id, size.wrapping_mul(8))];
        id = btf
            .add_composite(Kind::Struct, "", size.wrapping_mul(2), &members)
            .unwrap();
        if extra > 0 {
            let params = [Param { name, ty: id }, Param { name, ty: id }];
            let proto = btf.add_func_proto(id, &params).unwrap();
            btf.add_ptr(proto).unwrap();
        }
    }
    btf.add_typedef("outer", id).unwrap();
    btf
}

#[test]
fn types_nested_twice_a_level_are_refused_with_their_id() {
    let btf = nested(48, 0);
    let mut text = String::new();
    let error = print_c(&btf, &mut text).unwrap_err();
    let outer = TypeId(btf.end_id().0 - 1);
    assert_eq!(error, CError::TooLong { id: outer });
    assert!(error.to_string().contains(&format!("{outer}")));
    let layout = struct_layout(&btf, outer).unwrap();
    assert!(layout.is_cut && layout.rows.len() < 20_000);
    let shown = show(&btf, outer, &mut text);
    assert!(matches!(shown, Err(CError::TooLong { .. })), "{shown:?}");
}

#[test]
fn prototypes_nested_twice_a_level_are_cut() {
    let mut btf = Btf::new();
    let mut id = TypeId::VOID;
    for _ in 0..40 {
        let name = StringOffset::EMPTY;
        let params = [Param { name, ty: id }, Param { name, ty: id }];
        let proto = btf.add_func_proto(id, &params).unwrap();
        id = btf.add_ptr(proto).unwrap();
    }
    assert!(type_name(&btf, id, "f").ends_with("..."));
    ask_everything(&btf);
}

#[test]
fn loops_have_no_size() {
    let mut btf = Btf::new();
    // A typedef of itself, a pair of qualifiers, an array of itself, a struct in itself.
    let typedef = btf.add_typedef("loop", TypeId(1)).unwrap();
    let constant = btf.add_reference(Kind::Const, "", TypeId(3)).unwrap();
    btf.add_reference(Kind::Volatile, "", constant).unwrap();
    let array = Array {
        element: TypeId(4),
        index: TypeId(4),
        count: 2,
    };
    let array = btf.add_array(array).unwrap();
    for id in [constant, array] {
        let error = print_c_type(&btf, id, &mut String::new()).unwrap_err();
        assert_eq!(error, CError::Loop { id });
    }
    for id in [typedef, constant, array] {
        assert_eq!((size_of(&btf, id), align_of(&btf, id)), (None, None));
    }
    let member = Member {
        name: StringOffset::EMPTY,
        ty: TypeId(5),
        bit_offset: 0,
        bitfield_size: 0,
    };
    let inside = btf.add_composite(Kind::Struct, "", 8, &[member]).unwrap();
    assert_eq!(size_of(&btf, inside), Some(8));
    ask_everything(&btf);
}

#[test]
fn one_long_name_used_often_does_not_fill_the_disk() {
    let mut btf = Btf::new();
    let long = "n".repeat(200_000);
    let name = btf.intern(long.as_bytes()).unwrap();
    let values: Vec<_> = (0..20_000).map(|value| (name, value)).collect();
    let id = btf.add_enum("e", 4, false, &values).unwrap();
    let mut text = String::new();
    assert_eq!(print_c(&btf, &mut text), Err(CError::TooLong { id }));
    text.clear();
    assert_eq!(show(&btf, id, &mut text), Err(CError::TooLong { id }));
}
