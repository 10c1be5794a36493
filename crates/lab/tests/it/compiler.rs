//! The C compiler of this machine is the judge of layouts: it is asked to assert what we say.

use btf::{Btf, Kind};
use lab::{Abi, c};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

const ABIS: [(Abi, &str); 2] = [(Abi::X86_64, "-m64"), (Abi::I386, "-m32")];

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }
}

/// A struct or union `sN` that may use those before it.
fn composite(numbers: &mut Numbers, number: u64) -> String {
    const INTEGERS: [&str; 14] = [
        "char",
        "signed char",
        "unsigned short",
        "int",
        "unsigned",
        "long",
        "unsigned long",
        "long long",
        "enum small",
        "enum large",
        "_Bool",
        "enum tiny",
        "low_t",
        "high_t",
    ];
    const OTHERS: [&str; 4] = ["float", "double", "long double", "fn_t *"];
    let mut members = String::new();
    for member in 0..1 + numbers.below(7) {
        let attribute = match numbers.below(12) {
            0 => " __attribute__((packed))",
            1 => " __attribute__((aligned(8)))",
            2 => " __attribute__((aligned))",
            _ => "",
        };
        let text = match numbers.below(10) {
            0..=3 => {
                // How far an attribute of a typedef reaches into bit-fields is gcc's own affair.
                let ty = numbers.one_of(&INTEGERS[..12]);
                let most = match ty {
                    "_Bool" => 1,
                    "char" | "signed char" | "enum tiny" => 8,
                    "unsigned short" => 16,
                    _ => 32,
                };
                match numbers.below(8) {
                    0 => format!("{ty} : {};", numbers.below(most + 1)),
                    _ => format!("{ty} m{member} : {}{attribute};", 1 + numbers.below(most)),
                }
            }
            4 => format!(
                "__attribute__((aligned(4))) {} m{member};",
                numbers.one_of(&INTEGERS)
            ),
            5 | 6 => format!("{} m{member}{attribute};", numbers.one_of(&INTEGERS)),
            7 => format!(
                "{} m{member}[{}];",
                numbers.one_of(&OTHERS),
                numbers.below(4)
            ),
            8 if number > 0 => format!("struct s{} m{member};", numbers.below(number)),
            _ => format!("const {} *m{member}{attribute};", numbers.one_of(&OTHERS)),
        };
        let _ = writeln!(members, "    {text}");
    }
    let attribute = match numbers.below(10) {
        0 => " __attribute__((packed))",
        1 => " __attribute__((packed, aligned(2)))",
        2 => " __attribute__((aligned(32)))",
        _ => "",
    };
    // A tag is a struct's all the same, so that later ones can name it.
    match numbers.below(5) {
        0 => format!("struct{attribute} s{number} {{\n{members}    char end; }};\n"),
        1 => format!("struct s{number} {{ union {{\n{members}}}; short end; }}{attribute};\n"),
        _ => format!("struct s{number} {{\n{members}    char end; }}{attribute};\n"),
    }
}

/// What the compiler is to agree to: sizes, and offsets of members that are no bit-fields.
pub fn assertions(btf: &Btf) -> String {
    let mut text = String::new();
    for (id, ty) in btf.types() {
        let name = btf.name(id);
        let (false, Kind::Struct, Some(size)) = (name.is_empty(), ty.kind(), ty.size()) else {
            continue;
        };
        let _ = writeln!(
            text,
            "_Static_assert(sizeof(struct {name}) == {size}, \"size of {name}\");"
        );
        for member in ty.members().filter(|member| member.bitfield_size == 0) {
            let field = btf.str(member.name);
            if !field.is_empty() {
                let at = member.bit_offset / 8;
                let _ = writeln!(
                    text,
                    "_Static_assert(__builtin_offsetof(struct {name}, {field}) == {at}, \"{name}.{field}\");"
                );
            }
        }
    }
    text
}

/// What the compiler says of a text; empty when it agrees.
pub fn compile(text: &str, machine: &str) -> String {
    let mut compiler = Command::new("cc")
        .args(["-std=gnu11", "-w", "-fsyntax-only", "-xc", machine, "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a C compiler, which Rust's linking needs too");
    let input = compiler.stdin.take();
    input
        .expect("piped")
        .write_all(text.as_bytes())
        .expect("written");
    let output = compiler.wait_with_output().expect("ended");
    match output.status.success() {
        true => String::new(),
        false => String::from_utf8_lossy(&output.stderr).into_owned() + "failed",
    }
}

#[test]
fn layouts_are_the_compilers() {
    let mut numbers = Numbers(20_190_401);
    let mut asserted = 0;
    for _ in 0..40 {
        let mut text = "enum small { LOW = -1, HIGH };\nenum large { HUGE = 1ULL << 40 };\n\
            enum __attribute__((packed)) tiny { NONE, ALL = 255 };\ntypedef long long low_t __attribute__((aligned(2)));\n\
            typedef __attribute__((aligned(16))) int high_t;\ntypedef int fn_t(const char *, ...);\n".to_owned();
        for number in 0..30 {
            text += &composite(&mut numbers, number);
        }
        for (abi, machine) in ABIS {
            let btf = c::unit(&text, abi).expect(&text);
            let claims = assertions(&btf);
            asserted += claims.lines().count();
            let said = compile(&(text.clone() + &claims), machine);
            assert_eq!(said, "", "{machine}\n{text}");
        }
    }
    assert!(asserted > 5_000, "{asserted}");
    // The judge does judge.
    assert_ne!(
        compile("_Static_assert(sizeof(int) == 5, \"\");", "-m64"),
        ""
    );
}
