//! Words that a C compiler keeps for itself, and those that only newer dialects and C++ keep.
//!
//! A header is compiled in whatever dialect its user has: GCC 15 takes C for C23, where `bool`, `true` and
//! `nullptr` are keywords, and a kernel's types use all three as names. The header keeps such names, and lets the
//! preprocessor rename them where they are keywords.

use alloc::collections::BTreeSet;
use core::fmt;

/// Reserved in C11 and its GNU dialect, and names of numbers that compilers know on some machines only. Names get a
/// `_` at their end. In ascending order.
const EVERYWHERE: [&str; 57] = [
    "_Alignas",
    "_Alignof",
    "_Atomic",
    "_BitInt",
    "_Bool",
    "_Complex",
    "_Decimal128",
    "_Decimal32",
    "_Decimal64",
    "_Float128",
    "_Float32",
    "_Float32x",
    "_Float64",
    "_Float64x",
    "_Generic",
    "_Imaginary",
    "_Noreturn",
    "_Static_assert",
    "_Thread_local",
    "__float128",
    "__thread",
    "asm",
    "auto",
    "break",
    "case",
    "char",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extern",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "typedef",
    "typeof",
    "union",
    "unsigned",
    "void",
    "volatile",
    "while",
];

/// Keywords of C23 and of C++, names in C11. In ascending order.
const SINCE_C23: [&str; 10] = [
    "alignas",
    "alignof",
    "bool",
    "constexpr",
    "false",
    "nullptr",
    "static_assert",
    "thread_local",
    "true",
    "typeof_unqual",
];

/// Keywords of C++ alone, and the one of C that it does not know. Its operators with names (`and`, `not`) are missing:
/// the preprocessor cannot rename them. In ascending order.
const CXX: [&str; 38] = [
    "_Bool",
    "catch",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "concept",
    "const_cast",
    "consteval",
    "constinit",
    "decltype",
    "delete",
    "dynamic_cast",
    "explicit",
    "export",
    "friend",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "operator",
    "private",
    "protected",
    "public",
    "reinterpret_cast",
    "requires",
    "static_cast",
    "template",
    "this",
    "throw",
    "try",
    "typeid",
    "typename",
    "using",
    "virtual",
];

/// Whether no C compiler takes this word as a name.
pub(super) fn is_reserved(word: &str) -> bool {
    EVERYWHERE.binary_search(&word).is_ok()
}

/// The names of a text that are keywords elsewhere.
#[derive(Default)]
pub(super) struct Renamed {
    c23: BTreeSet<&'static str>,
    cxx: BTreeSet<&'static str>,
}

impl Renamed {
    /// Looks through the words of C text.
    pub(super) fn of(text: &str) -> Renamed {
        let mut renamed = Renamed::default();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if let Ok(index) = SINCE_C23.binary_search(&word) {
                renamed.c23.insert(SINCE_C23[index]);
            } else if let Ok(index) = CXX.binary_search(&word) {
                renamed.cxx.insert(CXX[index]);
            }
        }
        renamed
    }

    /// Writes the lines that rename, for before the types.
    pub(super) fn begin(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.block(out, |out, word| match word {
            // `bool` itself may be renamed.
            "_Bool" => writeln!(out, "#define _Bool decltype(!0)"),
            _ => writeln!(out, "#define {word} __btf_{word}"),
        })
    }

    /// Writes the lines that end it, for behind the types.
    pub(super) fn end(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.block(out, |out, word| writeln!(out, "#undef {word}"))
    }

    fn block(
        &self,
        out: &mut dyn fmt::Write,
        mut line: impl FnMut(&mut dyn fmt::Write, &str) -> fmt::Result,
    ) -> fmt::Result {
        let blocks = [
            (
                "#if defined(__cplusplus) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)\n",
                &self.c23,
            ),
            ("#ifdef __cplusplus\n", &self.cxx),
        ];
        for (condition, words) in blocks {
            if words.is_empty() {
                continue;
            }
            out.write_str(condition)?;
            for word in words {
                line(out, word)?;
            }
            out.write_str("#endif\n\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;
    use std::vec::Vec;

    #[test]
    fn words_are_in_ascending_order() {
        assert!(EVERYWHERE.is_sorted());
        assert!(SINCE_C23.is_sorted());
        assert!(CXX.is_sorted());
    }

    #[test]
    fn only_whole_words_are_renamed() {
        let renamed =
            Renamed::of("struct class_type { _Bool bool_: 1; int class; enum { true = 1 } x; };");
        assert_eq!(renamed.c23.iter().collect::<Vec<_>>(), [&"true"]);
        assert_eq!(renamed.cxx.iter().collect::<Vec<_>>(), [&"_Bool", &"class"]);
    }

    #[test]
    fn a_text_without_such_names_gets_no_lines() {
        let (mut out, renamed) = (String::new(), Renamed::of("struct a { int b; };"));
        renamed.begin(&mut out).unwrap();
        renamed.end(&mut out).unwrap();
        assert_eq!(out, "");
    }
}
