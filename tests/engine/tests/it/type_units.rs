//! Types in type units (`-fdebug-types-section`): the same BTF as without. pahole 1.32 ends such files with a
//! signal; what it makes of the same program without type units is the same as here.

use engine_tests::{
    Folder, assert_same, encode_beside, encode_whole, encode_with, excluded, small_shards, units,
};
use pipeline::Options;

/// How many sections of a name a file has.
fn sections(file: &[u8], name: &str) -> usize {
    elf::Elf::parse(file).unwrap().sections_named(name).count()
}

#[test]
#[ignore = "needs gcc, objcopy"]
fn linked_and_relocatable_files_of_both_versions() {
    let shop = units("type-units");
    for (version, sections_of_types) in [("4", ".debug_types"), ("5", ".debug_info")] {
        let flags = format!("-gdwarf-{version} -O2");
        let plain = encode_whole(&shop.link("gcc", &flags, "plain"), &flags);
        shop.run("ld -r -o plain.o first.o second.o");
        let plain_joined = encode_whole(&shop.read("plain.o"), &flags);
        let plain_object = encode_whole(&shop.read("first.o"), &flags);

        let flags = format!("{flags} -fdebug-types-section");
        let linked = shop.link("gcc", &flags, "split");
        let outcome = encode_whole(&linked, &flags);
        assert_same(&outcome, &plain, &flags);
        assert_eq!(outcome.statistics.units.encoded, 2, "{flags}");
        if version == "4" {
            assert_eq!(sections(&linked, ".debug_types"), 1);
        } else {
            assert!(excluded(&outcome, "type units") > 5);
        }
        let each = encode_with(&linked, &small_shards()).unwrap();
        assert_eq!(each.bytes, outcome.bytes, "{flags}");

        // In an object each type unit has a section and a group of its own, and so it stays after ld -r.
        shop.run("ld -r -o joined.o first.o second.o");
        let objects = [("first.o", &plain_object), ("joined.o", &plain_joined)];
        for (name, expected) in objects {
            let object = shop.read(name);
            assert!(sections(&object, sections_of_types) > 5, "{name}");
            let what = format!("{name} {flags}");
            assert_same(&encode_whole(&object, &what), expected, &what);
            shop.run(&format!(
                "objcopy --compress-debug-sections=zlib {name} packed.o"
            ));
            let packed = encode_whole(&shop.read("packed.o"), &what);
            assert_same(&packed, expected, &format!("{what}, compressed"));
        }
        shop.run("objcopy --compress-debug-sections=zlib split packed");
        assert_same(&encode_whole(&shop.read("packed"), &flags), &plain, &flags);
    }
}

#[test]
#[ignore = "needs gcc"]
fn the_64_bit_format_of_dwarf() {
    let shop = units("type-units-64");
    for version in ["4", "5"] {
        let flags = format!("-gdwarf-{version} -gdwarf64 -O1");
        let plain = encode_whole(&shop.link("gcc", &flags, "plain"), &flags);
        let flags = format!("{flags} -fdebug-types-section");
        let split = encode_whole(&shop.link("gcc", &flags, "split"), &flags);
        assert_same(&split, &plain, &flags);
    }
}

const NESTED: &str = "
namespace outer {
struct base { virtual ~base() {} long number; };
template <typename T> struct box : base {
    struct inner { T value; inner *next; } first;
    enum class state : unsigned char { empty, full } now;
    T get() const { return first.value; }
};
namespace { struct secret { box<int> boxed; int secret::*member; }; }
}
outer::secret hidden;
outer::box<outer::box<char>::inner> twice;
extern \"C\" int use(outer::box<int> *one) { return one->get() + hidden.boxed.get(); }
";

#[test]
#[ignore = "needs g++, clang++"]
fn classes_in_namespaces_and_in_classes() {
    let shop = units("type-units-cxx");
    shop.write("nested.cc", NESTED);
    for compiler in ["g++", "clang++"] {
        for version in ["4", "5"] {
            let build = format!("{compiler} -std=c++17 -gdwarf-{version} -O1 -c nested.cc");
            shop.run(&format!("{build} -o plain.o"));
            shop.run(&format!("{build} -fdebug-types-section -o split.o"));
            let plain = encode_whole(&shop.read("plain.o"), &build);
            let split = encode_whole(&shop.read("split.o"), &build);
            assert_same(&split, &plain, &build);
            assert!(split.statistics.inexpressible.len() > 1, "{build}");
        }
    }
}

const UNCLAIMED: &str = "
enum { ONLY_A = 42, ONLY_B = -42 };
enum named { NAMED_A = 3 };
struct second_cast;
struct first_cast { struct second_cast *other; int a; };
struct second_cast { struct first_cast *other; struct within { char c; } *within; };
int use(void *p)
{
    return ONLY_A + NAMED_A + ((struct first_cast *)p)->other->within->c + ((struct second_cast *)p)->other->a;
}
";

/// gcc moves what is used, but is no entry's type, to type units that nothing refers to.
#[test]
#[ignore = "needs gcc, objcopy"]
fn types_that_no_entry_refers_to() {
    let shop = units("type-units-unclaimed");
    shop.write("use.c", UNCLAIMED);
    shop.write("other.c", "int other(int plain) { return plain; }");
    for flags in ["-gdwarf-4 -O0", "-gdwarf-5 -O2"] {
        let link = "-nostdlib -Wl,-e,use use.c other.c";
        shop.run(&format!("gcc {flags} {link} -o plain"));
        let plain = encode_whole(&shop.read("plain"), flags);
        shop.run(&format!(
            "gcc {flags} -fdebug-types-section {link} -o moved"
        ));
        let moved = encode_whole(&shop.read("moved"), flags);
        assert_same(&moved, &plain, flags);
        let each = encode_with(&shop.read("moved"), &small_shards()).unwrap();
        assert_eq!(each.bytes, moved.bytes, "{flags}");

        shop.run(&format!(
            "gcc {flags} -fdebug-types-section -gsplit-dwarf {link} -o split"
        ));
        let folder = Folder::new(shop.path());
        let split = encode_beside(&shop.read("split")[..], &Options::default(), &folder).unwrap();
        assert_same(&split, &plain, &format!("{flags}, split"));
    }
}
