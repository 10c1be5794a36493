//! What BTF says about sizes, offsets and values, as static assertions in C.
//!
//! They must hold in the header made of the BTF, and in the source that the BTF was made of. BTF is read
//! by `bpftool`, and judged by a compiler.

use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The prefix of types that have block scope, so that no assertion in file scope can name them.
const LOCAL: &str = "local_";

/// The prefix of bitfields as wide as their type. Older clang does not say that they are bitfields, and C
/// has no offsets of those.
const FULL: &str = "full_";

/// Words of C that are names of members in other languages; headers have them otherwise.
const KEYWORDS: [&str; 8] = [
    "char", "default", "double", "float", "int", "long", "register", "short",
];

/// Assertions for a header, or for a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The header made of the BTF.
    Header,
    /// After the source that it was made of.
    Source,
}

/// The assertions of what `bpftool -j btf dump` printed, one a line.
///
/// # Errors
///
/// When it is not such text.
pub fn asserts(json: &str, place: Place) -> Result<Vec<String>, String> {
    let root: Value = serde_json::from_str(json).map_err(|error| format!("bpftool: {error}"))?;
    let types = root["types"]
        .as_array()
        .ok_or("bpftool's JSON has no types")?;
    let seen = Seen::of(types);
    let mut lines = Vec::new();
    for ty in types {
        let name = ty["name"].as_str().unwrap_or_default();
        if !is_identifier(name) || name.starts_with(LOCAL) {
            // An unnamed enumeration still has values.
            if kind(ty).starts_with("ENUM") && name == "(anon)" {
                values(ty, &seen, &mut lines);
            }
            continue;
        }
        let Some(word) = word(ty) else { continue };
        if seen.tags.get(name) != Some(&1) || ty["vlen"] == 0 && word == "enum" {
            continue;
        }
        if let Some(size) = ty["size"].as_u64() {
            lines.push(format!("sizeof({word} {name}) == {size}"));
        }
        if word == "enum" {
            values(ty, &seen, &mut lines);
        } else {
            offsets(ty, &format!("{word} {name}"), &mut lines);
        }
    }
    if place == Place::Source {
        // What the preprocessor or the compiler calls otherwise cannot be asked for.
        lines.retain(|line| !line.contains("__va_list"));
    }
    Ok(lines
        .into_iter()
        .map(|line| format!("_Static_assert({line}, \"\");"))
        .collect())
}

/// How many types are in this text.
#[must_use]
pub fn count(json: &str) -> usize {
    serde_json::from_str::<Value>(json)
        .ok()
        .and_then(|root| root["types"].as_array().map(Vec::len))
        .unwrap_or(0)
}

/// How often names stand for a type with a tag, and for a value.
struct Seen {
    tags: HashMap<String, usize>,
    values: HashMap<String, usize>,
}

impl Seen {
    fn of(types: &[Value]) -> Seen {
        let mut seen = Seen {
            tags: HashMap::new(),
            values: HashMap::new(),
        };
        for ty in types {
            if word(ty).is_some() || kind(ty) == "FWD" {
                let name = ty["name"].as_str().unwrap_or_default();
                *seen.tags.entry(name.to_owned()).or_default() += 1;
            }
            if kind(ty).starts_with("ENUM") {
                for value in ty["values"].as_array().into_iter().flatten() {
                    let name = value["name"].as_str().unwrap_or_default();
                    *seen.values.entry(name.to_owned()).or_default() += 1;
                }
            }
        }
        seen
    }
}

fn kind(ty: &Value) -> &str {
    ty["kind"].as_str().unwrap_or_default()
}

fn word(ty: &Value) -> Option<&'static str> {
    match kind(ty) {
        "STRUCT" => Some("struct"),
        "UNION" => Some("union"),
        "ENUM" | "ENUM64" => Some("enum"),
        _ => None,
    }
}

fn values(ty: &Value, seen: &Seen, lines: &mut Vec<String>) {
    for value in ty["values"].as_array().into_iter().flatten() {
        let name = value["name"].as_str().unwrap_or_default();
        if seen.values.get(name) != Some(&1) || !is_identifier(name) || name.starts_with("LOCAL_") {
            continue;
        }
        // 64 bits hold each of them, and the suffix keeps literals from being too large.
        let number = &value["val"];
        // bpftool extends the sign of 32-bit values that have none.
        let is_unsigned = kind(ty) == "ENUM" && ty["encoding"] == "UNSIGNED";
        if let (true, Some(low)) = (is_unsigned, low_bits(number)) {
            lines.push(format!("(unsigned long long){name} == {low}ull"));
        } else if let Some(number) = number.as_i64() {
            lines.push(format!("(long long){name} == {}", literal(number)));
        } else if let Some(number) = number.as_u64() {
            lines.push(format!("(unsigned long long){name} == {number}ull"));
        }
    }
}

fn low_bits(number: &Value) -> Option<u64> {
    let bits = number
        .as_u64()
        .or_else(|| number.as_i64().map(i64::cast_unsigned))?;
    Some(bits & u64::from(u32::MAX))
}

fn literal(number: i64) -> String {
    match number.checked_neg() {
        None => format!("({}ll - 1)", number + 1),
        Some(_) => format!("{number}ll"),
    }
}

fn offsets(ty: &Value, of: &str, lines: &mut Vec<String>) {
    let mut names = HashSet::new();
    for member in ty["members"].as_array().into_iter().flatten() {
        let name = member["name"].as_str().unwrap_or_default();
        let bits = member["bits_offset"].as_u64().unwrap_or(1);
        let is_bitfield = member["bitfield_size"]
            .as_u64()
            .is_some_and(|size| size > 0);
        let has_type = member["type_id"] != 0;
        let nameable = is_identifier(name) && !KEYWORDS.contains(&name) && !name.starts_with(FULL);
        if is_bitfield || !has_type || bits % 8 != 0 || !nameable || !names.insert(name) {
            continue;
        }
        lines.push(format!("__builtin_offsetof({of}, {name}) == {}", bits / 8));
    }
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
}
