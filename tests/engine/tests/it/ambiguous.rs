//! Functions of one name at several addresses are left out, but for two cases that pahole 1.32 passes over.

use engine_tests::{Workshop, encode_whole, raw};

fn unit(number: u32) -> String {
    format!(
        "__attribute__((noinline)) static int twice(int value) {{ volatile int at = value; return at + {number}; }}
         __attribute__((noinline)) static int zz_last(int value) {{ volatile int at = value; return at * {number}; }}
         int use_{number}(int value) {{ return twice(value) + zz_last(value); }}"
    )
}

#[test]
#[ignore = "needs gcc, nm"]
fn an_offset_of_0_in_a_section_and_the_last_name_are_passed_over() {
    let shop = Workshop::new("ambiguous");
    for number in [1, 2] {
        shop.write(&format!("unit{number}.c"), unit(number));
        shop.run(&format!(
            "gcc -ffreestanding -fno-pic -ffunction-sections -O1 -g -c unit{number}.c -o unit{number}.o"
        ));
    }
    shop.run("ld -r -o module.o unit1.o unit2.o");
    shop.run("ld -e use_1 -o program unit1.o unit2.o");
    let symbols = shop.run("nm module.o");
    let at_0 = |line: &&str| line.starts_with("0000000000000000") && line.ends_with(" twice");
    assert_eq!(symbols.lines().filter(at_0).count(), 1, "{symbols}");

    for (file, twice) in [("program", false), ("module.o", true)] {
        let outcome = encode_whole(&shop.read(file), file);
        let text = raw(&outcome.btf);
        assert_eq!(text.contains("FUNC 'twice'"), twice, "{file}");
        assert!(text.contains("FUNC 'zz_last'"), "{file}");
        let skipped: Vec<&str> = outcome
            .skipped_functions
            .iter()
            .map(|function| function.name.as_str())
            .collect();
        assert_eq!(skipped.is_empty(), twice, "{file}: {skipped:?}");
    }
}
