//! Options of the kernel's configuration, as values of the types that objects declare.

use super::externs::{ExternIssue, Needs, Resolved};
use crate::kernel::Kernel;
use crate::object::{Extern, Object};
use btf::{Btf, Data, IntEncoding, TypeId};

/// The types that an option can be declared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Declared {
    Bool,
    /// A letter, or a number of one byte.
    Char {
        signed: bool,
    },
    Number {
        bytes: u32,
        signed: bool,
    },
    /// `enum libbpf_tristate`.
    Tristate,
    Text,
}

/// The value of an option on a kernel.
pub(super) fn config(object: &Object, one: &Extern, kernel: &Kernel) -> Resolved {
    match one.name.as_str() {
        "LINUX_KERNEL_VERSION" => match kernel.release {
            Some(release) => Resolved::Value(release.code().into()),
            None => Resolved::Unknown(Needs::Release),
        },
        // bpf_get_attach_cookie and wrappers of system calls: the loader probes for them. All kernels since 5.15 have the first,
        // and all of x86, Arm, and s390 the second.
        "LINUX_HAS_BPF_COOKIE" | "LINUX_HAS_SYSCALL_WRAPPER" => {
            let since = (5, 15);
            match kernel.release {
                Some(release) => {
                    Resolved::Value(u64::from((release.major, release.minor) >= since))
                }
                None => Resolved::Unknown(Needs::Release),
            }
        }
        name if name.starts_with("CONFIG_") => {
            let declared = object.btf.as_ref().and_then(|btf| declared(btf, one.ty));
            let Some(declared) = declared else {
                return Resolved::Not(ExternIssue::ConfigType);
            };
            match kernel.config.as_ref().map(|config| config.get(name)) {
                None => Resolved::Unknown(Needs::Config),
                Some(None) => Resolved::Not(ExternIssue::Absent),
                Some(Some(text)) => value(declared, text).unwrap_or_else(|| {
                    Resolved::Not(ExternIssue::ConfigValue {
                        value: text.to_owned(),
                    })
                }),
            }
        }
        name if name.starts_with("LINUX_") => Resolved::Not(ExternIssue::Absent),
        _ => Resolved::Not(ExternIssue::NotConfig),
    }
}

/// What a type is to the loader; `None` for one that it refuses.
fn declared(btf: &Btf, ty: TypeId) -> Option<Declared> {
    let (_, ty) = btf::layout::resolve(btf, ty)?;
    match ty.data() {
        Data::Int(int) if int.encoding.0 & IntEncoding::BOOL.0 != 0 => {
            (int.size == 1).then_some(Declared::Bool)
        }
        Data::Int(int) => {
            let (bytes, signed) = (int.size, int.encoding.is_signed());
            match bytes {
                1 => Some(Declared::Char { signed }),
                2 | 4 | 8 => Some(Declared::Number { bytes, signed }),
                _ => None,
            }
        }
        Data::Enum { size: 4, .. } => {
            (btf.string(ty.name()) == Some(b"libbpf_tristate")).then_some(Declared::Tristate)
        }
        Data::Array(array) if array.count > 0 => match declared(btf, array.element)? {
            Declared::Char { .. } => Some(Declared::Text),
            _ => None,
        },
        _ => None,
    }
}

/// The value as the object sees it; `None` if the type does not take it.
fn value(declared: Declared, text: &str) -> Option<Resolved> {
    let number = |value: u64| Some(Resolved::Value(value));
    match (text, declared) {
        ("y" | "m" | "n", Declared::Char { .. }) => number(u64::from(text.as_bytes()[0])),
        ("y", Declared::Bool | Declared::Tristate) => number(1),
        ("n", Declared::Bool | Declared::Tristate) => number(0),
        ("m", Declared::Tristate) => number(2),
        ("y" | "m" | "n", _) => None,
        _ if text.starts_with('"') => {
            (declared == Declared::Text).then(|| Resolved::Text(text.to_owned()))
        }
        (_, Declared::Char { signed }) => number(integer(text, 1, signed)?),
        (_, Declared::Number { bytes, signed }) => number(integer(text, bytes, signed)?),
        _ => None,
    }
}

/// A number that fits so many bytes. The loader reads 64 bits and forgets the sign as written: to a signed type 2⁶⁴ − 1 is -1.
fn integer(text: &str, bytes: u32, signed: bool) -> Option<u64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let magnitude = match digits.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16),
        None => digits.parse::<u64>(),
    };
    let magnitude = magnitude.ok()?;
    let number = match negative {
        true => magnitude.wrapping_neg(),
        false => magnitude,
    };
    let bits = 8 * bytes;
    let fits = match (bytes, signed) {
        (8, _) => true,
        (_, true) => (-(1i64 << (bits - 1))..1i64 << (bits - 1)).contains(&(number as i64)),
        (_, false) => number < 1u64 << bits,
    };
    fits.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_or_not() {
        let fits = |text, bytes, signed| integer(text, bytes, signed);
        assert_eq!(fits("127", 1, true), Some(127));
        assert_eq!(fits("128", 1, true), None);
        assert_eq!(fits("255", 1, false), Some(255));
        assert_eq!(fits("-1", 1, false), None);
        assert_eq!(fits("-5", 2, true), Some(-5i64 as u64));
        assert_eq!(fits("-5", 8, false), Some(-5i64 as u64));
        assert_eq!(fits("0xffffffffffffffff", 8, true), Some(u64::MAX));
        assert_eq!(fits("18446744073709551615", 1, true), Some(u64::MAX));
        assert_eq!(fits("18446744073709551615", 4, false), None);
        assert_eq!(fits("5000000000", 4, true), None);
        assert_eq!(fits("abc", 4, true), None);
    }
}
