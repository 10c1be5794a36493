//! What the parser need not see: bodies of functions, names for the assembler, spellings that it does not know.

use super::brackets::after;
use super::error::{Cause, Error, Notes};
use super::tokens::{Token, TokenKind};

/// The parser does not know `__int128`. It knows another word that goes with `unsigned`, and that word itself is
/// refused before.
const INT128: &str = "_Complex";

/// Words of C that mean a type or a property that is not read here, and why or what to write.
const REFUSED: &[(&str, &str)] = &[
    ("_Atomic", "BTF has no kind for it; remove it"),
    ("typeof", "name the type"),
    ("__typeof", "name the type"),
    ("__typeof__", "name the type"),
    ("typeof_unqual", "name the type"),
    ("__auto_type", "name the type"),
    ("_Complex", "BTF has no kind for complex numbers"),
    ("__complex", "BTF has no kind for complex numbers"),
    ("__complex__", "BTF has no kind for complex numbers"),
    ("_Imaginary", "BTF has no kind for imaginary numbers"),
    ("_Float16", FLOATS),
    ("_Float32", FLOATS),
    ("_Float64", FLOATS),
    ("_Float128", FLOATS),
    ("_Float32x", FLOATS),
    ("_Float64x", FLOATS),
    ("_Float128x", FLOATS),
    ("__float128", FLOATS),
    ("__float80", FLOATS),
    ("__fp16", FLOATS),
    ("__bf16", FLOATS),
    ("_Decimal32", FLOATS),
    ("_Decimal64", FLOATS),
    ("_Decimal128", FLOATS),
    ("_BitInt", "write a type of 8, 16, 32, 64 or 128 bits"),
    ("_Generic", "write the expression that it selects"),
    (
        "_Alignas",
        "write `__attribute__((aligned(BYTES)))` behind the name",
    ),
    ("__builtin_va_list", "write `void *`"),
    ("va_list", "write `void *`"),
    (
        "__builtin_choose_expr",
        "write the expression that it selects",
    ),
];

const FLOATS: &str = "write `float`, `double` or `long double`";

/// Leaves the bodies of functions out: `int f(void) { … }` becomes `int f(void) { }`.
pub(super) fn without_bodies<'t>(tokens: &[Token<'t>]) -> Vec<Token<'t>> {
    let mut out: Vec<Token<'t>> = Vec::with_capacity(tokens.len());
    let (mut depth, mut at, mut assigned) = (0_usize, 0, false);
    while let Some(token) = tokens.get(at) {
        let sign = match token.kind {
            TokenKind::Sign => token.text,
            _ => "",
        };
        let is_body =
            sign == "{" && depth == 0 && !assigned && out.last().is_some_and(|it| it.is(")"));
        if is_body {
            let end = after(tokens, at);
            out.push(*token);
            out.extend(tokens.get(end.saturating_sub(1)));
            at = end;
            continue;
        }
        match sign {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "=" if depth == 0 => assigned = true,
            ";" if depth == 0 => assigned = false,
            _ => {}
        }
        out.push(*token);
        at += 1;
    }
    out
}

/// Refuses words by name, and writes others as the parser knows them.
pub(super) fn spelled<'t>(
    text: &str,
    tokens: &[Token<'t>],
    wide: bool,
    own: &[&str],
    notes: &mut Notes<'_>,
) -> Result<Vec<Token<'t>>, Error> {
    let fail = |token: &Token<'_>, cause| Err(Error::at(text, token.start..token.end, cause));
    let mut out: Vec<Token<'t>> = Vec::with_capacity(tokens.len());
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(token) = tokens.get(at) {
        at += 1;
        if token.kind == TokenKind::Sign {
            match token.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                // An empty declaration.
                ";" if depth == 0 && out.last().is_none_or(|it| it.is(";")) => continue,
                _ => {}
            }
        }
        if !token.is_word() || own.contains(&token.text) {
            out.push(*token);
            continue;
        }
        let word = |text| token.with(text, TokenKind::Word);
        match token.text {
            "__extension__" => {}
            "__int128" | "__int128_t" | "__uint128_t" if !wide => {
                let what = format!("`{}` of 32-bit machines", token.text);
                let advice = "compilers have it for 64-bit ones only";
                return fail(token, Cause::Unsupported { what, advice });
            }
            "__int128" | "__int128_t" => out.push(word(INT128)),
            "__uint128_t" => out.extend([word("unsigned"), word(INT128)]),
            "asm" | "__asm" | "__asm__" => {
                let end = after(tokens, at);
                // As a declaration, it ends with its semicolon.
                let is_alone = depth == 0 && out.last().is_none_or(|it| it.is(";") || it.is("}"));
                at = end + usize::from(is_alone && tokens.get(end).is_some_and(|it| it.is(";")));
                let says = format!("`{}` is ignored: it changes no type", token.text);
                notes.add(token.start..token.end, says);
            }
            "static_assert" | "_Static_assert" if tokens.get(at).is_some_and(|it| it.is("(")) => {
                let end = after(tokens, at);
                let inside = tokens.get(at..end.saturating_sub(1)).unwrap_or_default();
                out.push(word("_Static_assert"));
                out.extend_from_slice(inside);
                if !has_comma(inside) {
                    // C23 has it with the condition alone, the parser does not.
                    let sign = token.with(",", TokenKind::Sign);
                    out.extend([sign, token.with("\"\"", TokenKind::Quoted)]);
                }
                out.extend(tokens.get(end.saturating_sub(1)));
                at = end;
            }
            name => match REFUSED.iter().find(|it| it.0 == name) {
                Some((_, advice)) => {
                    let what = format!("`{name}`");
                    return fail(token, Cause::Unsupported { what, advice });
                }
                None => out.push(*token),
            },
        }
    }
    Ok(out)
}

/// Whether the bracket that opens these tokens has a comma of its own.
fn has_comma(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    tokens.iter().any(|token| {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 1 && token.is(",")
    })
}
