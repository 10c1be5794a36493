//! Structs of Go: sizes and offsets by Go's own rules.
//!
//! The test lays the text out as Go's compiler does: a field begins at the next multiple of its type's alignment, an array
//! has that of its elements, a struct that of the field with the largest, of which its size is a multiple.

use crate::common::{at, explorer};
use btf::layout::{Shapes, size_of};
use btf::{Btf, Kind, Member, TypeId};
use explore::copy_as::{CopyForm, copy_as};
use std::collections::HashMap;

const TEXT: &str = "
    enum state { IDLE, BUSY };
    typedef unsigned int u32;
    typedef struct { u32 counter; } atomic_t;
    struct list { struct list *next; struct list *prev; };
    struct none { };
    struct entity {
        char type;
        long load;
        u32 first:3, second:7;
        u32 wide:20;
        short __self;
        struct list list;
        struct none none;
        enum state state;
        union { long number; char bytes[4]; struct { char low; short high; }; };
        struct { char a; int b; } pairs[2];
        int (*call)(struct entity *entity, const char *text);
        atomic_t users[2][3];
        _Bool done;
        u32 last:1;
        double mean;
        char self;
        char name[];
    };
    struct tight { char a; long b; short c; struct list list; } __attribute__((packed));
    struct outer { char a; struct tight tight; struct tight *other; struct entity entity; };
    union value { short word; char bytes[6]; };
    struct bits { u32 a:1, b:1, :6, c:1; char d; u32 e:32; };
";

/// The size and alignment of a type of Go, and the offsets of its fields.
struct Laid {
    size: u64,
    align: u64,
    fields: Vec<(String, u64)>,
}

/// The structs of a text, as Go lays them out where a word has so many bytes.
struct Go<'a> {
    structs: HashMap<&'a str, Vec<(&'a str, &'a str)>>,
    word: u64,
}

impl<'a> Go<'a> {
    fn of(text: &'a str, word: u64) -> Go<'a> {
        let mut structs = HashMap::new();
        let mut fields: Option<(&str, Vec<(&str, &str)>)> = None;
        for line in text.lines() {
            let code = line.split("//").next().unwrap_or_default().trim();
            if let Some(name) = code
                .strip_prefix("type ")
                .and_then(|rest| rest.strip_suffix(" struct {"))
            {
                fields = Some((name, Vec::new()));
            } else if code == "}" {
                let (name, fields) = fields.take().expect("a struct is open");
                assert!(structs.insert(name, fields).is_none(), "{name} twice");
            } else if let Some((_, fields)) = fields.as_mut().filter(|_| !code.is_empty()) {
                // An embedded struct has the name of its type.
                fields.push(code.split_once(' ').unwrap_or((code, code)));
            }
        }
        Go { structs, word }
    }

    fn lay(&self, ty: &str) -> Laid {
        let number = |size: u64| Laid {
            size,
            align: size.min(self.word),
            fields: Vec::new(),
        };
        if let Some((count, element)) = ty.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let element = self.lay(element);
            let count: u64 = count.parse().expect("a number");
            return Laid {
                size: element.size * count,
                align: element.align,
                fields: Vec::new(),
            };
        }
        match ty {
            "bool" | "byte" | "int8" | "uint8" => return number(1),
            "int16" | "uint16" => return number(2),
            "int32" | "uint32" | "float32" => return number(4),
            "int64" | "uint64" | "float64" => return number(8),
            _ => {}
        }
        let fields = self
            .structs
            .get(ty)
            .unwrap_or_else(|| panic!("no type {ty}"));
        let (mut offset, mut align, mut laid) = (0u64, 1, Vec::new());
        for (name, ty) in fields {
            let field = self.lay(ty);
            assert!(
                field.size > 0 || fields.len() == 1,
                "Go pads a last field without bytes"
            );
            offset = offset.next_multiple_of(field.align);
            align = align.max(field.align);
            laid.push(((*name).to_owned(), offset));
            offset += field.size;
        }
        Laid {
            size: offset.next_multiple_of(align),
            align,
            fields: laid,
        }
    }
}

fn go(btf: &Btf, id: TypeId) -> String {
    copy_as(btf, id, &CopyForm::Go).expect("it is a struct")
}

#[test]
fn structs_of_go_have_the_sizes_and_offsets_of_btf() {
    let explorer = explorer(&[TEXT]);
    let btf = explorer.btf();
    for (address, name, members) in [
        ("struct/entity", "Entity", 10),
        ("struct/tight", "Tight", 4),
        ("struct/outer", "Outer", 4),
        ("struct/list", "List", 2),
        ("struct/bits", "Bits", 1),
        ("union/value", "Value", 1),
        ("typedef/atomic_t", "AtomicT", 1),
    ] {
        let id = at(&explorer, address);
        let text = go(btf, id);
        for word in [8, 4] {
            let laid = Go::of(&text, word).lay(name);
            assert_eq!(Some(laid.size), size_of(btf, id), "{text}");
            let (_, ty) = btf::layout::resolve(btf, id).expect("a type");
            let shapes = Shapes::new(btf);
            let mut found = 0;
            for member in ty.members() {
                let (field, place) = (btf.str(member.name), shapes.resolve(&member));
                let field = field
                    .replace("__self", "self")
                    .split('_')
                    .map(capital)
                    .collect::<String>();
                let offsets = laid.fields.iter().filter(|(name, _)| *name == field);
                for (_, offset) in offsets.take(1) {
                    if &*btf.str(member.name) != "self" {
                        assert_eq!(*offset * 8, place.bit_offset, "{field}:\n{text}");
                        found += 1;
                    }
                }
            }
            assert_eq!(found, members, "{text}");
        }
    }
}

fn capital(word: &str) -> String {
    let mut rest = word.chars();
    let first = rest.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(rest).collect()
}

#[test]
fn a_struct_of_go_reads_well() {
    let explorer = explorer(&[TEXT]);
    let text = go(explorer.btf(), at(&explorer, "struct/entity"));
    let expected = "\
// struct entity, 128 bytes
type Entity struct {
	Type int8
	_ [7]byte
	Load int64
	// first: 3 bits from bit 128 of the struct on
	// second: 7 bits from bit 131 of the struct on
	// wide: 20 bits from bit 138 of the struct on
	_ [4]byte
	Self int16
	_ [2]byte
	List List
	// struct none none: no bytes, at offset 40
	State uint32 // enum state state
	_ [4]byte
	EntityAnonymous9
	Pairs [2]EntityPairs
	Call uint64 // int (*call)(struct entity *entity, const char *text)
	Users [2][3]AtomicT
	Done bool
	// last: 1 bit from bit 840 of the struct on
	_ [1]byte
	_ [6]byte
	Mean float64
	Self16 int8
	// char name[0]: no bytes, at offset 121
	_ [7]byte
}
";
    assert!(text.contains(expected), "{text}");
    let union = "// union, 8 bytes: number | bytes | {…}\ntype EntityAnonymous9 struct {\n\tNumber int64\n}\n";
    assert!(text.contains(union), "{text}");
    let packed = go(explorer.btf(), at(&explorer, "struct/tight"));
    assert!(
        packed.contains("\tA int8\n\tB [8]byte // long int b\n"),
        "{packed}"
    );
}

#[test]
fn a_struct_in_itself_is_bytes_in_go() {
    let mut btf = Btf::new();
    let member = Member {
        name: btf.intern(b"inner").expect("fits"),
        ty: TypeId(1),
        bit_offset: 0,
        bitfield_size: 0,
    };
    let id = btf.add_composite(Kind::Struct, "outer", 8, &[member]);
    let text = go(&btf, id.expect("fits"));
    assert!(
        text.contains("\tInner [8]byte // struct outer inner\n"),
        "{text}"
    );
    let refused = copy_as(&btf, TypeId(0), &CopyForm::Go).expect_err("void has no layout");
    assert!(refused.contains("no struct and no union"), "{refused}");
}
