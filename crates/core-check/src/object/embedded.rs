//! Objects inside other files: programs contain the objects that they load as data.

/// The first bytes of an ELF file of 64 bits.
const MAGIC: [u8; 5] = [0x7f, b'E', b'L', b'F', 2];
/// The machine of BPF objects.
const BPF: u16 = 247;
/// The length of the ELF header, and of a section's.
const HEADER: usize = 64;
/// The most sections that an object is believed to have.
const MOST_SECTIONS: usize = 5000;
/// `SHT_NOBITS`.
const NOBITS: u32 = 8;

/// Where BPF objects are in a file: ELF files for BPF whose sections lie within it, in order. An object in an object is left out.
/// The search ends when more headers of sections were read than fit into the file, which only a file made for that needs.
///
/// ```
/// assert!(core_check::embedded(b"no object").is_empty());
/// ```
pub fn embedded(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    let mut at = 0;
    let mut left = MOST_SECTIONS + bytes.len() / HEADER;
    while let Some(next) = find(bytes, at) {
        at = next + MAGIC.len();
        let Some(len) = object_len(&bytes[next..], &mut left) else {
            continue;
        };
        found.push(next..next + len);
        at = next + len;
    }
    found
}

fn find(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let at = rest.windows(MAGIC.len()).position(|five| five == MAGIC)?;
    Some(from + at)
}

/// The length of the object at the start of these bytes. `left` is how many headers may be read.
fn object_len(bytes: &[u8], left: &mut usize) -> Option<usize> {
    let big_endian = match bytes.get(5)? {
        1 => false,
        2 => true,
        _ => return None,
    };
    let number = |at: usize, len: usize| -> Option<u64> {
        let bytes = bytes.get(at..at.checked_add(len)?)?.iter().enumerate();
        let place = |at: usize| if big_endian { len - 1 - at } else { at };
        Some(
            bytes
                .map(|(at, &byte)| u64::from(byte) << (8 * place(at)))
                .sum(),
        )
    };
    let at = |value: u64| usize::try_from(value).ok();
    if number(18, 2)? != u64::from(BPF) || number(58, 2)? != HEADER as u64 {
        return None;
    }
    let table = at(number(40, 8)?)?;
    let count = at(number(60, 2)?)?;
    if !(2..=MOST_SECTIONS).contains(&count) {
        return None;
    }
    *left = left.checked_sub(count)?;
    let mut end = table.checked_add(count * HEADER)?;
    for section in 0..count {
        let header = table.checked_add(section * HEADER)?;
        if number(header + 4, 4)? == u64::from(NOBITS) {
            continue;
        }
        let offset = at(number(header + 24, 8)?)?;
        end = end.max(offset.checked_add(at(number(header + 32, 8)?)?)?);
    }
    (end <= bytes.len()).then_some(end)
}
