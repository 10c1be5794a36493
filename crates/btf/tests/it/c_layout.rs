//! The C text, judged by a C compiler: every struct has the size, and every member the offset, that the
//! BTF has.

use crate::c_compiler::{assertions, compile, compile_for_bpf, compile_here, header, int, member};
use btf::layout::{Shapes, align_of, size_of};
use btf::print::c::{print_c_type, type_name};
use btf::{Array, Btf, FwdKind, IntEncoding, Kind, Linkage, Param, StringOffset, TypeId};
use std::fmt::Write as _;
use std::process::Command;

/// A kernel in small: what has made headers fail to compile.
fn small_kernel() -> Btf {
    let mut b = Btf::new();
    let long = int(&mut b, "long unsigned int", 8, IntEncoding::NONE);
    let uint = int(&mut b, "unsigned int", 4, IntEncoding::NONE);
    let char = int(&mut b, "char", 1, IntEncoding::SIGNED);
    let wide = int(&mut b, "__int128 unsigned", 16, IntEncoding::NONE);
    let poly = int(&mut b, "__Poly8_t", 1, IntEncoding::NONE);

    // Used by value before its definition has an id; needs itself through a typedef and a function.
    let list = TypeId(b.end_id().0 + 3);
    let list_ptr = b.add_ptr(list).unwrap();
    let node_typedef = b.add_typedef("node_t", list).unwrap();
    let holder_member = member(&mut b, "head", node_typedef, 64, 0);
    let first = member(&mut b, "count", uint, 0, 0);
    b.add_composite(Kind::Struct, "holder", 24, &[first, holder_member])
        .unwrap();
    let next = member(&mut b, "next", list_ptr, 0, 0);
    let proto_id = TypeId(b.end_id().0 + 1);
    let function_ptr = TypeId(b.end_id().0 + 2);
    let visit = member(&mut b, "visit", function_ptr, 64, 0);
    assert_eq!(
        b.add_composite(Kind::Struct, "list", 16, &[next, visit])
            .unwrap(),
        list
    );
    let (a, z) = (b.intern(b"node_t").unwrap(), b.intern(b"z").unwrap());
    let node_ptr = TypeId(b.end_id().0 + 2);
    let params = [
        Param {
            name: a,
            ty: node_ptr,
        },
        Param {
            name: z,
            ty: node_ptr,
        },
        Param {
            name: StringOffset::EMPTY,
            ty: TypeId::VOID,
        },
    ];
    assert_eq!(b.add_func_proto(list_ptr, &params).unwrap(), proto_id);
    assert_eq!(b.add_ptr(proto_id).unwrap(), function_ptr);
    assert_eq!(b.add_ptr(node_typedef).unwrap(), node_ptr);

    // Two types of one name, a forward of a third kind with it, an anonymous typedef.
    let x = member(&mut b, "x", char, 0, 0);
    b.add_composite(Kind::Struct, "twice", 1, &[x]).unwrap();
    let y = member(&mut b, "y", wide, 0, 0);
    let second = b.add_composite(Kind::Struct, "twice", 16, &[y]).unwrap();
    b.add_fwd("twice", FwdKind::Union).unwrap();
    let second_ptr = b.add_ptr(second).unwrap();
    let q = member(&mut b, "q", second_ptr, 0, 0);
    let p = member(&mut b, "p", poly, 64, 0);
    let anonymous = b.add_composite(Kind::Struct, "", 64, &[q, p]).unwrap();
    let anonymous_typedef = b.add_typedef("anonymous_t", anonymous).unwrap();

    // Anonymous enumerations inside and outside; a name used twice; small and wide ones.
    let (one, two) = (b.intern(b"ONE").unwrap(), b.intern(b"TWO").unwrap());
    let inside = b.add_enum("", 4, false, &[(one, 1)]).unwrap();
    b.add_enum("", 4, true, &[(one, -1), (two, 2)]).unwrap();
    let byte = b.add_enum("byte_enum", 1, false, &[(two, 2)]).unwrap();
    b.add_enum("half_enum", 2, false, &[(two, 2)]).unwrap();
    b.add_enum("forward_enum", 4, false, &[]).unwrap();
    let low = b.intern(b"LOW").unwrap();
    b.add_enum64("wide_enum", 8, true, &[(low, i64::MIN), (one, 1)])
        .unwrap();
    b.add_enum64("narrow_enum64", 8, false, &[(low, 1)])
        .unwrap();
    let high = b.intern(b"HIGH").unwrap();
    b.add_enum64("high_enum", 8, false, &[(high, -1)]).unwrap();

    // Flexible array, array of arrays with qualifiers, pointer to array, bitfield enumeration.
    let array = |b: &mut Btf, element, count| {
        b.add_array(Array {
            element,
            index: uint,
            count,
        })
        .unwrap()
    };
    let rows = array(&mut b, char, 3);
    let table = array(&mut b, rows, 2);
    let constant = b.add_reference(Kind::Const, "", table).unwrap();
    let row_ptr = b.add_ptr(rows).unwrap();
    let flexible = array(&mut b, long, 0);
    let members = [
        member(&mut b, "kind", inside, 0, 3),
        member(&mut b, "small", byte, 8, 0),
        member(&mut b, "table", constant, 16, 0),
        member(&mut b, "row", row_ptr, 64, 0),
        member(&mut b, "value", anonymous_typedef, 512, 0),
        member(&mut b, "default", long, 1024, 0),
        member(&mut b, "rest", flexible, 1088, 0),
    ];
    b.add_composite(Kind::Struct, "many", 136, &members)
        .unwrap();
    // A name that is no identifier.
    let members = [member(&mut b, "a::b", char, 0, 0)];
    b.add_composite(Kind::Struct, "core::Option<u8>", 1, &members)
        .unwrap();
    let proto = b.add_func_proto(TypeId::VOID, &[]).unwrap();
    b.add_func("schedule", proto, Linkage::Global).unwrap();
    b
}

/// Its header, and its sizes and offsets as assertions.
fn small_kernel_asserted() -> String {
    let btf = small_kernel();
    let header = header(&btf);
    let mut plain = assertions(&btf);
    // The second of a name is asserted under its number, sanitised names under theirs.
    plain = plain
        .lines()
        .filter(|line| !line.contains("twice") && !line.contains("::") && !line.contains("default"))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(plain.matches("_Static_assert").count() > 15);
    let extra = "_Static_assert(sizeof(struct twice) == 1, \"\");\n\
        _Static_assert(sizeof(struct twice___2) == 16, \"\");\n\
        _Static_assert(sizeof(struct core__Option_u8_) == 1, \"\");\n\
        _Static_assert(sizeof(anonymous_t) == 64, \"\");\n\
        _Static_assert(__builtin_offsetof(struct many, default_) == 128, \"\");\n\
        _Static_assert(ONE == 1 || ONE == -1, \"\");\n\
        union twice___3 *forward;\n\
        __Poly8_t poly;\n";
    format!("{header}\n{plain}\n{extra}")
}

#[test]
fn the_header_of_a_small_kernel_compiles_with_every_size_and_offset() {
    compile_here(&small_kernel_asserted());
}

#[test]
#[ignore = "needs clang"]
fn the_header_of_a_small_kernel_compiles_for_bpf() {
    compile_for_bpf(&small_kernel_asserted());
}

#[test]
fn a_wrong_offset_does_not_compile() {
    // That the test above can fail at all.
    let btf = small_kernel();
    let source = format!(
        "{}\n_Static_assert(sizeof(struct holder) == 23, \"\");",
        header(&btf)
    );
    let result = std::panic::catch_unwind(|| compile("cc", &["-w", "-fsyntax-only"], &source));
    assert!(result.is_err());
}

#[test]
fn declarations_are_written_as_a_person_writes_them() {
    let mut b = Btf::new();
    let int_id = int(&mut b, "int", 4, IntEncoding::SIGNED);
    let foo = b.add_fwd("foo", FwdKind::Struct).unwrap();
    let constant = b.add_reference(Kind::Const, "", foo).unwrap();
    let pointer = b.add_ptr(constant).unwrap();
    let param = Param {
        name: StringOffset::EMPTY,
        ty: int_id,
    };
    let proto = b.add_func_proto(pointer, &[param]).unwrap();
    let function = b.add_ptr(proto).unwrap();
    let functions = b
        .add_array(Array {
            element: function,
            index: int_id,
            count: 2,
        })
        .unwrap();
    let fixed = b.add_reference(Kind::Const, "", pointer).unwrap();
    let anonymous = b.add_composite(Kind::Union, "", 0, &[]).unwrap();
    let schedule = b.add_func("schedule", proto, Linkage::Static).unwrap();
    let variable = b.add_var("jiffies", int_id, Linkage::Extern).unwrap();
    let tag = b.add_reference(Kind::TypeTag, "user", int_id).unwrap();
    let tagged = b.add_ptr(tag).unwrap();
    assert_eq!(type_name(&b, function, ""), "const struct foo *(*)(int)");
    assert_eq!(
        type_name(&b, functions, "f"),
        "const struct foo *(*f[2])(int)"
    );
    assert_eq!(type_name(&b, fixed, "p"), "const struct foo * const p");
    assert_eq!(type_name(&b, anonymous, ""), "union {...}");
    assert_eq!(type_name(&b, TypeId::VOID, ""), "void");
    assert_eq!(
        type_name(&b, tagged, "p"),
        "int __attribute__((btf_type_tag(\"user\"))) *p"
    );
    let text = |id| {
        let mut text = String::new();
        print_c_type(&b, id, &mut text).unwrap();
        text
    };
    assert_eq!(text(schedule), "static const struct foo *schedule(int);");
    assert_eq!(text(variable), "extern int jiffies;");
    assert_eq!(text(foo), "struct foo;");
}

#[test]
fn alignment_follows_members_and_packedness() {
    let btf = small_kernel();
    let find = |name: &str| btf.types().find(|&(id, _)| btf.name(id) == name).unwrap().0;
    assert_eq!(align_of(&btf, find("holder")), Some(8));
    assert_eq!(align_of(&btf, find("byte_enum")), Some(1));
    assert_eq!(
        Shapes::new(&btf)
            .shape(find("many"))
            .map(|shape| shape.packed),
        Some(false)
    );
    assert_eq!(align_of(&btf, TypeId::VOID), None);
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) % n
    }
}

/// Structs with members anywhere: naturally placed, after gaps, packed, bitfields of all widths.
fn random_structs(numbers: &mut Numbers, count: usize) -> Btf {
    let mut b = Btf::new();
    let none = IntEncoding::NONE;
    let mut types = vec![
        int(&mut b, "unsigned char", 1, none),
        int(&mut b, "unsigned short", 2, none),
        int(&mut b, "unsigned int", 4, none),
        int(&mut b, "unsigned long", 8, none),
    ];
    let ints = types.clone();
    types.push(b.add_ptr(TypeId::VOID).unwrap());
    types.push(
        b.add_array(Array {
            element: ints[1],
            index: ints[2],
            count: 3,
        })
        .unwrap(),
    );
    for n in 0..count {
        let (mut members, mut end, mut longest) = (Vec::new(), 0u64, 0u64);
        let is_union = numbers.below(8) == 0;
        for m in 0..numbers.below(7) {
            let bitfield = numbers.below(3) == 0;
            let ty = if bitfield {
                ints[numbers.below(4) as usize]
            } else {
                types[numbers.below(types.len() as u64) as usize]
            };
            let bits = size_of(&b, ty).unwrap() * 8;
            let width = if bitfield {
                1 + numbers.below(bits)
            } else {
                bits
            };
            let align = align_of(&b, ty).unwrap() * 8;
            let unit = if bitfield { 1 } else { 8 };
            let mut offset = match numbers.below(4) {
                0 => end.next_multiple_of(unit),
                1 => (end + numbers.below(200)).next_multiple_of(unit),
                2 => (end + numbers.below(200)).next_multiple_of(align),
                _ => end.next_multiple_of(align),
            };
            if is_union {
                offset = 0;
            }
            let size = if bitfield { width as u8 } else { 0 };
            members.push(member(&mut b, &format!("m{m}"), ty, offset as u32, size));
            end = offset + width;
            longest = longest.max(end);
        }
        let bytes = longest.div_ceil(8);
        let size = match numbers.below(3) {
            0 => bytes,
            1 => bytes.next_multiple_of(8),
            _ => bytes + numbers.below(40),
        };
        let kind = if is_union { Kind::Union } else { Kind::Struct };
        let id = b
            .add_composite(kind, &format!("s{n}"), size as u32, &members)
            .unwrap();
        if size > 0 && numbers.below(3) == 0 {
            types.push(id);
        }
    }
    b
}

fn random_layouts(compile: fn(&str)) {
    for seed in 0..4 {
        let btf = random_structs(&mut Numbers(seed), 300);
        compile(&format!("{}\n{}", header(&btf), assertions(&btf)));
    }
}

#[test]
fn random_layouts_are_reproduced_to_the_byte() {
    random_layouts(compile_here);
}

#[test]
#[ignore = "needs clang"]
fn random_layouts_are_reproduced_to_the_byte_for_bpf() {
    random_layouts(compile_for_bpf);
}

/// Bitfields have no `offsetof`: set all of a field's bits in a zeroed struct and look at the bytes.
#[cfg(target_arch = "x86_64")]
#[test]
fn random_bitfields_are_where_the_btf_has_them() {
    let btf = random_structs(&mut Numbers(7), 400);
    let mut program = header(&btf);
    program.push_str("int main(void) {\n");
    let mut checked = 0;
    for (id, ty) in btf.types().filter(|(_, ty)| ty.kind().is_composite()) {
        let (name, size) = (btf.name(id), size_of(&btf, id).unwrap() as usize);
        let keyword = if ty.kind() == Kind::Union {
            "union"
        } else {
            "struct"
        };
        for field in ty.members().filter(|member| member.bitfield_size != 0) {
            let mut bytes = vec![0u8; size];
            for bit in 0..usize::from(field.bitfield_size) {
                let bit = field.bit_offset as usize + bit;
                bytes[bit / 8] |= 1 << (bit % 8);
            }
            let bytes: Vec<String> = bytes.iter().map(u8::to_string).collect();
            writeln!(
                program,
                "{{ {keyword} {name} s; unsigned char want[] = {{ {} }};\n\
                 __builtin_memset(&s, 0, sizeof s); s.{} = -1;\n\
                 if (__builtin_memcmp(&s, want, sizeof s)) {{ __builtin_printf(\"{name}.{}\\n\"); return 1; }} }}",
                bytes.join(","),
                btf.str(field.name),
                btf.str(field.name)
            )
            .unwrap();
            checked += 1;
        }
    }
    program.push_str("return 0; }\n");
    assert!(checked > 200, "only {checked} bitfields");
    let path = std::env::temp_dir().join(format!("btf-bitfields-{}", std::process::id()));
    compile(
        "cc",
        &["-std=gnu11", "-w", "-O0", "-o", path.to_str().unwrap()],
        &program,
    );
    let output = Command::new(&path).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn members_of_types_without_a_size_leave_their_place() {
    let mut b = Btf::new();
    let int = int(&mut b, "int", 4, IntEncoding::SIGNED);
    let nothing = b.add_typedef("nothing_t", TypeId::VOID).unwrap();
    let declared = b.add_fwd("declared", FwdKind::Struct).unwrap();
    let of_enum = b.add_enum("declared_enum", 4, false, &[]).unwrap();
    let array = |element| Array {
        element,
        index: int,
        count: 3,
    };
    let voids = b.add_array(array(nothing)).unwrap();
    let structs = b.add_array(array(declared)).unwrap();
    let members = [
        member(&mut b, "first", int, 0, 0),
        member(&mut b, "none", nothing, 64, 0),
        member(&mut b, "voids", voids, 128, 0),
        member(&mut b, "inner", declared, 256, 0),
        member(&mut b, "more", structs, 320, 0),
        member(&mut b, "state", of_enum, 448, 0),
        member(&mut b, "last", int, 512, 0),
    ];
    b.add_composite(Kind::Struct, "reduced", 72, &members)
        .unwrap();
    let header = header(&b);
    compile_here(&format!(
        "{header}_Static_assert(sizeof(struct reduced) == 72, \"\");\
         _Static_assert(__builtin_offsetof(struct reduced, last) == 64, \"\");"
    ));
    assert_eq!(
        header.matches("its type has no size").count(),
        5,
        "{header}"
    );
}
