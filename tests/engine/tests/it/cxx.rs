//! C++: what it has in common with C is encoded as C's, what BTF cannot express is left out or simplified,
//! and counted. The first program gives what pahole 1.32 makes of it; at the second pahole gives up.

use btf::{Btf, Data, Kind};
use engine_tests::{Workshop, assert_same, describe, encode_whole};
use pipeline::Outcome;

const PLAIN: &str = "
namespace ns {
struct Point {
    int x, y;
    static const int dims = 2;
    static int counter;
    enum class Kind : unsigned char { A, B = 7 };
    Kind k;
    struct Inner { long z; } in;
};
template <typename T, int N> struct Buf { T data[N]; unsigned n; };
namespace deep { typedef Point P; }
}
int ns::Point::counter = 3;
class Klass {
    int a;
    short b;
public:
    Klass(int v) : a(v), b(0) {}
    int get() const { return a + b; }
    union { int u; float f; };
};
enum class Wide : unsigned long long { Big = 0x100000000ULL, Small = 1 };
ns::Buf<int, 4> buf;
ns::Buf<ns::Point, 2> points;
Wide wide = Wide::Big;
ns::deep::P point;
Klass klass(3);
bool flag;
char16_t c16;
extern \"C\" int plain(int a, ns::Point *p) { return a + p->x + klass.get() + buf.data[0] + c16; }
";

const RICH: &str = "
namespace std { typedef decltype(nullptr) nullptr_t; }
struct Base { int b; virtual int f(int) = 0; };
struct Other { long o; };
struct Derived : public Base, virtual Other {
    int d;
    int &ref;
    int f(int v) override { return v + d; }
    int g(int) const;
    Derived(int &r) : ref(r) {}
};
int Derived::g(int x) const { return x * d; }
int zero;
Derived made(zero);
struct Holder {
    int Derived::*data;
    int (Derived::*function)(int) const;
    const Derived &derived;
    int &&moved;
    std::nullptr_t none;
};
extern \"C\" int rich(Holder *h, Derived &d, int &&r, std::nullptr_t) {
    return d.*h->data + (d.*h->function)(r) + h->derived.d + h->moved;
}
";

fn each_compiler(source: &str, mut check: impl FnMut(&Outcome, &str)) {
    let shop = Workshop::new("cxx");
    shop.write("program.cc", source);
    for compiler in ["g++", "clang++"] {
        for flags in [
            "-gdwarf-4 -O0",
            "-gdwarf-4 -O2",
            "-gdwarf-5 -O0",
            "-gdwarf-5 -O2",
        ] {
            let build = format!("{compiler} -std=c++17 {flags} -c program.cc -o program.o");
            shop.run(&build);
            check(&encode_whole(&shop.read("program.o"), &build), &build);
        }
    }
}

/// The members of a struct: name, and what their type is.
fn members<'b>(btf: &'b Btf, name: &str) -> Vec<(String, Option<Data<'b>>)> {
    let found = btf
        .types()
        .find(|(id, ty)| ty.kind() == Kind::Struct && btf.name(*id) == name);
    let (_, ty) = found.unwrap_or_else(|| panic!("no struct {name}"));
    ty.members()
        .map(|member| {
            let ty = btf.get(member.ty).map(|ty| ty.data());
            (btf.str(member.name).into_owned(), ty)
        })
        .collect()
}

#[test]
#[ignore = "needs g++, clang++"]
fn classes_namespaces_templates_and_enumerations_are_those_of_c() {
    each_compiler(PLAIN, |outcome, build| {
        let text = describe(&outcome.btf);
        for line in [
            // A static member stands at offset 0, as in pahole's.
            "struct Inner size 8 { i64 z at 0; }",
            "struct Buf<int, 4> size 20 { i32[4] data at 0; u32 n at 128; }",
            "struct Buf<ns::Point, 2> size 56 { struct Point[2] data at 0; u32 n at 384; }",
            "typedef P = struct Point",
            "struct Klass size 12 { i32 a at 0; i16 b at 32; union size 4 { i32 u at 0; f32 f at 0; }  at 64; }",
            "enum Kind size 1 unsigned { A = 0; B = 7; }",
            "enum64 Wide size 8 unsigned { Big = 4294967296; Small = 1; }",
            "function plain (i32, struct Point*) -> i32",
        ] {
            assert!(
                text.lines().any(|own| own == line),
                "{build}: no {line} in {text}"
            );
        }
        let names: Vec<String> = members(&outcome.btf, "Point")
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert!(names.contains(&"in".to_owned()), "{build}: {names:?}");
        // `this` is a reference to nothing BTF lacks: nothing is counted.
        assert!(outcome.statistics.inexpressible.is_empty(), "{build}");
    });
}

#[test]
#[ignore = "needs g++, clang++"]
fn what_btf_cannot_express_is_simplified_and_counted() {
    each_compiler(RICH, |outcome, build| {
        let found = members(&outcome.btf, "Holder");
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        let expected = ["data", "function", "derived", "moved", "none"];
        assert_eq!(names, expected, "{build}");
        let [data, function, references @ .., _] = found.as_slice() else {
            panic!("{build}: {found:?}");
        };
        assert!(
            matches!(data.1, Some(Data::Int(int)) if int.size == 8),
            "{build}: {data:?}"
        );
        assert!(
            matches!(function.1, Some(Data::Struct { size: 16, .. })),
            "{build}: {function:?}"
        );
        for (name, ty) in references {
            assert!(
                matches!(ty, Some(Data::Ptr { .. })),
                "{build}: {name} is {ty:?}"
            );
        }
        // The members of base classes are not the derived class's.
        let derived = members(&outcome.btf, "Derived");
        let own = derived.iter().map(|(name, _)| name.as_str());
        let own: Vec<&str> = own.filter(|name| !name.starts_with("_vptr")).collect();
        assert_eq!(own, ["d", "ref"], "{build}");
        let counted: Vec<(&str, u64)> = outcome
            .statistics
            .inexpressible
            .iter()
            .map(|row| (row.reason.as_str(), row.count))
            .collect();
        assert!(
            counted.contains(&("base classes (left out)", 2)),
            "{counted:?}"
        );
        assert!(
            counted.contains(&("pointers to members (written as their numbers)", 2)),
            "{build}: {counted:?}"
        );
        let references = counted
            .iter()
            .find(|(reason, _)| reason.starts_with("references"));
        assert!(
            references.is_some_and(|&(_, count)| count >= 3),
            "{build}: {counted:?}"
        );
        outcome.btf.check_references().unwrap();
    });
}

#[test]
#[ignore = "needs gcc"]
fn units_in_assembler_and_units_without_types_are_nothing_special() {
    let shop = Workshop::new("cxx-assembler");
    shop.write("code.s", ".text\n.globl code\ncode: ret\n");
    shop.write("empty.c", "static int unused;\n");
    shop.write(
        "main.c",
        "struct one { int two; } three; int four(struct one *five) { return five->two; }\n",
    );
    for version in ["4", "5"] {
        shop.run(&format!("gcc -gdwarf-{version} -c code.s -o code.o"));
        shop.run(&format!("gcc -gdwarf-{version} -c empty.c -o empty.o"));
        shop.run(&format!("gcc -gdwarf-{version} -c main.c -o main.o"));
        shop.run("ld -r -o joined.o code.o empty.o main.o");
        let alone = encode_whole(&shop.read("main.o"), "alone");
        let joined = encode_whole(&shop.read("joined.o"), "joined");
        assert_eq!(joined.statistics.units.encoded, 3, "DWARF {version}");
        assert_same(&joined, &alone, "joined");
    }
}

/// What a pointer to a member has in BTF: that it is a function's may be known only behind a typedef, or from
/// a later entry.
#[test]
#[ignore = "needs g++, clang++"]
fn pointers_to_members_have_their_size() {
    let shop = Workshop::new("cxx-member-pointers");
    shop.write(
        "members.cc",
        "struct Owner;
        typedef int Method(long) const;
        typedef Method Owner::*ToMethod;
        struct Holder { ToMethod named; int Owner::*data; ToMethod several[3]; char end; } holder;
        struct Owner { int a; int b(long) const; };
        Owner owner;",
    );
    for compiler in ["g++", "clang++", "g++ -m32", "clang++ -m32"] {
        let pointer = if compiler.ends_with("32") { 4 } else { 8 };
        let build = format!("{compiler} -std=c++17 -g -c members.cc -o members.o");
        shop.run(&build);
        let outcome = encode_whole(&shop.read("members.o"), &build);
        let btf = &outcome.btf;
        let (_, holder) = btf
            .types()
            .find(|&(id, _)| btf.name(id) == "Holder")
            .unwrap();
        let offsets: Vec<u32> = holder.members().map(|member| member.bit_offset).collect();
        let words = [0, 2, 3, 9].map(|words| words * pointer * 8);
        assert_eq!(offsets, words, "{build}");
        let (_, method) = btf
            .types()
            .find(|(_, ty)| ty.members().any(|member| btf.str(member.name) == "__delta"))
            .unwrap_or_else(|| panic!("{build}"));
        assert_eq!(method.size_or_type(), 2 * pointer, "{build}");
        let address = btf.get(method.members().next().unwrap().ty).unwrap();
        let function = btf.get(address.target().unwrap()).unwrap();
        assert_eq!(address.kind(), Kind::Ptr, "{build}");
        // Behind the typedef's name with gcc, which keeps it.
        let kinds = [Kind::FuncProto, Kind::Typedef, Kind::Const];
        assert!(kinds.contains(&function.kind()), "{build}: {function:?}");
        btf.check_references().unwrap();
    }
}
