//! Short names for what a program imports from its script.
//!
//! wasm-bindgen names each import after its function, with a hash of 16 digits that no compression makes smaller, and the
//! name is in the script and in the program: a fiftieth of the page's first load.

use std::error::Error;
use std::fs;
use std::path::Path;

/// The section of imports, by the core specification of WebAssembly.
const IMPORTS: u8 = 2;
/// The kind of an import that is a function.
const FUNCTION: u8 = 0;
/// Magic and version.
const HEADER: usize = 8;

/// Renames them in `NAME_bg.wasm` and `NAME.js` of a folder.
pub fn shorten(folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    let (wasm, script) = (
        folder.join(format!("{name}_bg.wasm")),
        folder.join(format!("{name}.js")),
    );
    let own = format!("./{name}_bg.js");
    let (bytes, names) = renamed(&fs::read(&wasm)?, &own)
        .ok_or_else(|| format!("{}: its imports cannot be read", wasm.display()))?;
    let text = with_short_names(&fs::read_to_string(&script)?, &own, &names)
        .map_err(|error| format!("{}: {error}", script.display()))?;
    fs::write(&wasm, bytes)?;
    fs::write(&script, text)?;
    Ok(())
}

/// The program with short names in the place of those that it imports from the module `own`, and what these were, in the order of `short`.
fn renamed(program: &[u8], own: &str) -> Option<(Vec<u8>, Vec<String>)> {
    let mut made = program.get(..HEADER)?.to_vec();
    let mut names = Vec::new();
    let mut rest = program.get(HEADER..)?;
    while let Some((&id, behind)) = rest.split_first() {
        rest = behind;
        let len = number(&mut rest)?;
        let (body, behind) = rest.split_at_checked(len)?;
        rest = behind;
        made.push(id);
        if id == IMPORTS {
            push_bytes(&mut made, &section(body, own, &mut names)?);
        } else {
            push_bytes(&mut made, body);
        }
    }
    Some((made, names))
}

fn section(mut rest: &[u8], own: &str, names: &mut Vec<String>) -> Option<Vec<u8>> {
    let count = number(&mut rest)?;
    let mut made = Vec::with_capacity(rest.len());
    push_number(&mut made, count);
    for _ in 0..count {
        let (module, field) = (text(&mut rest)?, text(&mut rest)?);
        let (&kind, behind) = rest.split_first()?;
        rest = behind;
        // Memories and tables stay in the program.
        if kind != FUNCTION {
            return None;
        }
        let kind_of_function = number(&mut rest)?;
        if module == own {
            let at = names.iter().position(|name| name == field);
            let at = at.unwrap_or_else(|| {
                names.push(field.to_owned());
                names.len() - 1
            });
            push_bytes(&mut made, MODULE.as_bytes());
            push_bytes(&mut made, short(at).as_bytes());
        } else {
            push_bytes(&mut made, module.as_bytes());
            push_bytes(&mut made, field.as_bytes());
        }
        made.push(kind);
        push_number(&mut made, kind_of_function);
    }
    rest.is_empty().then_some(made)
}

/// The name of the script as a module.
const MODULE: &str = "a";

/// `a` to `z`, then `ba`, `bb`, …: digits of base 26.
fn short(mut number: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b"abcdefghijklmnopqrstuvwxyz"[number % 26]));
        number /= 26;
        if number == 0 {
            return name;
        }
    }
}

/// The script with the short names, and without indentation. wasm-bindgen writes each import as a line `NAME: function…` of an object.
fn with_short_names(script: &str, own: &str, names: &[String]) -> Result<String, String> {
    let mut found = vec![false; names.len()];
    let mut made = String::with_capacity(script.len());
    for line in script.lines().map(str::trim_start) {
        let import = line.split_once(':').and_then(|(name, value)| {
            let at = names.iter().position(|known| known == name)?;
            value
                .trim_start()
                .starts_with("function")
                .then_some((at, value))
        });
        if let Some((at, value)) = import {
            if std::mem::replace(&mut found[at], true) {
                return Err(format!("{} is defined twice", names[at]));
            }
            made.push_str(&format!("{}:{value}\n", short(at)));
        } else if !line.is_empty() {
            made.push_str(&line.replace(&format!("\"{own}\": "), &format!("\"{MODULE}\": ")));
            made.push('\n');
        }
    }
    match found.iter().position(|found| !found) {
        Some(at) => Err(format!("{} is not defined", names[at])),
        None => Ok(made),
    }
}

/// Takes an unsigned LEB128 from the front.
fn number(rest: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for shift in (0..).step_by(7).take(5) {
        let (&byte, behind) = rest.split_first()?;
        *rest = behind;
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let len = number(rest)?;
    let (text, behind) = rest.split_at_checked(len)?;
    *rest = behind;
    std::str::from_utf8(text).ok()
}

fn push_number(made: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        made.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    made.push(value as u8);
}

/// With their number in front.
fn push_bytes(made: &mut Vec<u8>, bytes: &[u8]) {
    push_number(made, bytes.len());
    made.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(module: &str, field: &str, kind_of_function: usize) -> Vec<u8> {
        let mut made = Vec::new();
        push_bytes(&mut made, module.as_bytes());
        push_bytes(&mut made, field.as_bytes());
        made.push(FUNCTION);
        push_number(&mut made, kind_of_function);
        made
    }

    fn program(imports: &[Vec<u8>]) -> Vec<u8> {
        let mut section = Vec::new();
        push_number(&mut section, imports.len());
        section.extend(imports.concat());
        let mut made = b"\0asm\x01\0\0\0".to_vec();
        // A section of types before it, one of code behind it.
        for (id, body) in [(1, vec![7; 200]), (IMPORTS, section), (10, vec![9; 3])] {
            made.push(id);
            push_bytes(&mut made, &body);
        }
        made
    }

    #[test]
    fn imports_of_the_script_get_short_names_and_others_keep_theirs() {
        let before = program(&[
            import("./page_bg.js", "__wbg_add_e2c14b2b43ba1e8b", 3),
            import("./loader.js", "load", 200),
            import("./page_bg.js", "__wbg_body_0da01a9a056907d8", 4),
            import("./page_bg.js", "__wbg_add_e2c14b2b43ba1e8b", 3),
        ]);
        let (after, names) = renamed(&before, "./page_bg.js").unwrap();
        assert_eq!(
            after,
            program(&[
                import("a", "a", 3),
                import("./loader.js", "load", 200),
                import("a", "b", 4),
                import("a", "a", 3),
            ])
        );
        assert_eq!(
            names,
            ["__wbg_add_e2c14b2b43ba1e8b", "__wbg_body_0da01a9a056907d8"]
        );
        assert!(renamed(&before[..before.len() - 1], "./page_bg.js").is_none());
    }

    #[test]
    fn the_script_defines_each_import_once_under_its_short_name() {
        let names = ["__wbg_add_1".to_owned(), "__wbg_body_2".to_owned()];
        let script = "const import0 = {\n    __wbg_body_2: function(a) {\n        return a;\n    },\n\n    \
            __wbg_add_1: function() { return f(function (b) {\n    }, arguments); },\n};\nreturn { \"./page_bg.js\": import0 };\n";
        assert_eq!(
            with_short_names(script, "./page_bg.js", &names).unwrap(),
            "const import0 = {\nb: function(a) {\nreturn a;\n},\na: function() { return f(function (b) {\n}, arguments); },\n};\n\
             return { \"a\": import0 };\n"
        );
        let twice = script.replace("__wbg_body_2", "__wbg_add_1");
        assert!(with_short_names(&twice, "./page_bg.js", &names).is_err());
        let without = script.replace("__wbg_body_2", "other");
        assert!(with_short_names(&without, "./page_bg.js", &names).is_err());
    }

    #[test]
    fn names_are_numbers_of_base_26() {
        let names = [0, 25, 26, 51, 676].map(short);
        assert_eq!(names, ["a", "z", "ba", "bz", "baa"]);
    }
}
