//! A function with a weak and a strong definition. Where the strong one has an address, it is the symbol's and
//! describes the function. Where it lies in parts, it has none, and pahole 1.32 describes the weak one.

use btf::{Btf, Kind};
use engine_tests::{Workshop, encode_whole};

const WEAK: &str = "
__attribute__((weak)) int pick(int weak_name) { return weak_name; }
int use_weak(void) { return pick(1); }
";

/// `gcc` puts the unlikely part elsewhere, so that the function has ranges instead of an address.
const STRONG: &str = "
__attribute__((cold, noinline)) int unlikely(int *value) { return *value * 3; }
int pick(int strong_name)
{
    volatile int place = strong_name;
    if (__builtin_expect(place > 7, 0)) {
        place = unlikely((int *)&place);
        place = unlikely((int *)&place) + place;
    }
    return place;
}
";

fn parameter(btf: &Btf, function: &str) -> String {
    let found = btf
        .types()
        .find(|(id, ty)| ty.kind() == Kind::Func && btf.name(*id) == function);
    let (_, ty) = found.unwrap_or_else(|| panic!("no function {function}"));
    let proto = btf.get(ty.target().unwrap()).unwrap();
    let names: Vec<_> = proto.params().map(|param| btf.str(param.name)).collect();
    names.join(" ")
}

#[test]
#[ignore = "needs gcc"]
fn the_symbol_s_definition_describes_in_either_order() {
    let shop = Workshop::new("definitions-whole");
    shop.write("weak.c", WEAK);
    shop.write(
        "strong.c",
        "int pick(int strong_name) { return strong_name * 3; }",
    );
    for unit in ["weak", "strong"] {
        shop.run(&format!(
            "gcc -ffreestanding -fno-pic -O2 -g -c {unit}.c -o {unit}.o"
        ));
    }
    for order in ["weak.o strong.o", "strong.o weak.o"] {
        shop.run(&format!("ld -e pick -o both {order}"));
        let outcome = encode_whole(&shop.read("both"), order);
        assert_eq!(parameter(&outcome.btf, "pick"), "strong_name", "{order}");
    }
}

#[test]
#[ignore = "needs gcc, objcopy, nm"]
fn the_definition_with_an_address_describes_in_either_order() {
    let shop = Workshop::new("definitions");
    shop.write("weak.c", WEAK);
    shop.write("strong.c", STRONG);
    for version in ["4", "5"] {
        for unit in ["weak", "strong"] {
            shop.run(&format!(
                "gcc -ffreestanding -fno-pic -O2 -gdwarf-{version} -c {unit}.c -o {unit}.o"
            ));
        }
        assert!(
            shop.run("nm strong.o").contains("pick.cold"),
            "not in parts"
        );
        for order in ["weak.o strong.o", "strong.o weak.o"] {
            shop.run(&format!("ld -e pick -o both {order}"));
            let outcome = encode_whole(&shop.read("both"), order);
            let name = parameter(&outcome.btf, "pick");
            assert_eq!(name, "weak_name", "{order}, DWARF {version}");
            shop.run("objcopy --compress-debug-sections=zlib both packed");
            let packed = encode_whole(&shop.read("packed"), order);
            assert_eq!(packed.bytes, outcome.bytes, "{order}, DWARF {version}");
        }
    }
}
