//! Headers and sections: what just keeps and what just breaks the rules for them.

use super::types::{INT, Types};
use btf::{HeaderForm, Info, Kind, Layout, LayoutEntry, WriteOptions};

/// Where the words of a header are.
mod at {
    pub const HEADER_LEN: usize = 4;
    pub const TYPES: usize = 8;
    pub const TYPES_LEN: usize = 12;
    pub const STRINGS: usize = 16;
    pub const STRINGS_LEN: usize = 20;
    pub const LAYOUT: usize = 24;
    pub const LAYOUT_LEN: usize = 28;
}

/// The most bytes that a program may load.
const MOST: usize = 16 << 20;

struct Bytes(Vec<u8>);

impl Bytes {
    fn word(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.0[at..at + 4].try_into().unwrap())
    }

    fn set(&mut self, at: usize, value: u32) {
        self.0[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    fn add(&mut self, at: usize, more: i32) {
        self.set(at, self.word(at).wrapping_add_signed(more));
    }
}

/// `int`, a pointer to it, and the strings, with a header of this form.
fn sound(form: HeaderForm) -> Bytes {
    let mut types = Types::new();
    types.ptr(INT);
    Bytes(types.btf.to_bytes(WriteOptions { header: form }).unwrap())
}

/// A header of 24 bytes with `more` bytes between it and the types, all of which count as header.
fn longer(more: &[u8]) -> Bytes {
    let mut bytes = sound(HeaderForm::Plain);
    bytes.0.splice(24..24, more.iter().copied());
    bytes.set(at::HEADER_LEN, 24 + more.len() as u32);
    bytes
}

/// Strings in front of the types.
fn strings_first(form: HeaderForm) -> Bytes {
    let mut bytes = sound(form);
    let header = bytes.word(at::HEADER_LEN) as usize;
    let types = bytes.word(at::TYPES_LEN) as usize;
    let body = bytes.0.split_off(header);
    let (types, strings) = body.split_at(types);
    let mut strings = strings.to_vec();
    strings.resize(strings.len().next_multiple_of(4), 0);
    bytes.set(at::STRINGS, 0);
    bytes.set(at::STRINGS_LEN, strings.len() as u32);
    bytes.set(at::TYPES, strings.len() as u32);
    if form != HeaderForm::Plain {
        bytes.set(at::LAYOUT, 0);
    }
    bytes.0.extend(strings);
    bytes.0.extend(types);
    bytes
}

/// Strings that fill `len` bytes of BTF.
fn filled(len: usize) -> Bytes {
    let mut bytes = sound(HeaderForm::Plain);
    let more = len - bytes.0.len();
    bytes.0.pop();
    bytes.0.resize(len - 1, b'q');
    bytes.0.push(0);
    bytes.add(at::STRINGS_LEN, more as i32);
    bytes
}

/// A type of kind 40, for which the layout has an entry.
fn kind_of_the_future(info_size: u8) -> Bytes {
    let mut layout = Layout::current();
    layout.entries.resize(41, LayoutEntry::default());
    layout.entries[40].info_size = info_size;
    let mut types = Types::new();
    let tail = vec![0; usize::from(info_size) / 4];
    types.words(0, 40 << 24, 0, &tail);
    types.btf.layout = Some(layout);
    let header = HeaderForm::Layout;
    Bytes(types.btf.to_bytes(WriteOptions { header }).unwrap())
}

/// Headers with what is done to them. Sections count from the end of the header.
pub fn plain() -> Vec<(String, Vec<u8>)> {
    type Change = fn(&mut Bytes);
    const CHANGES: [(&str, Change); 26] = [
        ("as it should be", |_| {}),
        ("7 bytes", |b| b.0.truncate(7)),
        ("23 bytes", |b| b.0.truncate(23)),
        ("the header alone", |b| b.0.truncate(24)),
        ("nothing", |b| b.0.clear()),
        ("another magic", |b| b.0[0] ^= 1),
        ("version 0", |b| b.0[2] = 0),
        ("version 2", |b| b.0[2] = 2),
        ("flags", |b| b.0[3] = 1),
        ("a byte more", |b| b.0.push(0)),
        ("a byte less", |b| b.0.truncate(b.0.len() - 1)),
        ("a gap in front of the types", |b| b.add(at::TYPES, 4)),
        ("types by 2 bytes later", |b| {
            b.add(at::TYPES, 2);
            b.add(at::TYPES_LEN, -2);
        }),
        ("a gap in front of the strings", |b| b.add(at::STRINGS, 1)),
        ("strings that begin in the types", |b| {
            b.add(at::STRINGS, -4)
        }),
        ("types that end in the strings", |b| b.add(at::TYPES_LEN, 4)),
        ("strings behind the end", |b| b.set(at::STRINGS, 200)),
        ("strings past the end", |b| b.add(at::STRINGS_LEN, 1)),
        ("strings that end early", |b| b.add(at::STRINGS_LEN, -1)),
        ("no strings", |b| {
            let len = b.word(at::STRINGS_LEN);
            b.0.truncate(b.0.len() - len as usize);
            b.set(at::STRINGS_LEN, 0);
        }),
        ("strings without a NUL in front", |b| {
            let first = 24 + b.word(at::STRINGS) as usize;
            b.0[first] = b'q';
        }),
        ("strings without a NUL at the end", |b| {
            *b.0.last_mut().unwrap() = b'q';
        }),
        ("no types", |b| {
            let len = b.word(at::TYPES_LEN);
            b.0.drain(24..24 + len as usize);
            b.set(at::TYPES_LEN, 0);
            b.set(at::STRINGS, 0);
        }),
        ("the last type without its last word", |b| {
            let end = 24 + b.word(at::TYPES_LEN) as usize;
            b.0.drain(end - 4..end);
            b.add(at::TYPES_LEN, -4);
            b.add(at::STRINGS, -4);
        }),
        ("the last type without its last two words", |b| {
            let end = 24 + b.word(at::TYPES_LEN) as usize;
            b.0.drain(end - 8..end);
            b.add(at::TYPES_LEN, -8);
            b.add(at::STRINGS, -8);
        }),
        ("more values than there are", |b| {
            let info = 24 + 16 + 4;
            b.set(info, Info::new(Kind::Enum, 2, false).0);
        }),
    ];
    let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, bytes: Bytes| cases.push((name.to_owned(), bytes.0));
    for (name, change) in CHANGES {
        let mut bytes = sound(HeaderForm::Plain);
        change(&mut bytes);
        add(name, bytes);
    }
    add("a header of 20 bytes", {
        let mut bytes = sound(HeaderForm::Plain);
        bytes.set(at::HEADER_LEN, 20);
        bytes
    });
    add("a header of 28 bytes", longer(&[0; 4]));
    add("a header of 64 bytes", longer(&[0; 40]));
    let mut last = [0; 40];
    last[39] = 1;
    add(
        "a header of 64 bytes that says something at the end",
        longer(&last),
    );
    add(
        "strings in front of the types",
        strings_first(HeaderForm::Plain),
    );
    add("16 MiB", filled(MOST));
    add("16 MiB and a byte", filled(MOST + 1));
    cases
}

/// The same for headers of 32 bytes, which kernels know since 7.1.
pub fn wide() -> Vec<(String, Vec<u8>)> {
    type Change = fn(&mut Bytes);
    const CHANGES: [(&str, Change); 8] = [
        ("a layout", |_| {}),
        ("a layout not at a multiple of 4", |b| {
            b.add(at::TYPES_LEN, 2);
            b.add(at::LAYOUT, 2);
            b.add(at::LAYOUT_LEN, -2);
        }),
        ("a layout of 2 bytes more", |b| {
            b.add(at::LAYOUT_LEN, 2);
            b.add(at::STRINGS, 2);
            b.add(at::STRINGS_LEN, -2);
        }),
        ("a layout in the types", |b| b.add(at::LAYOUT, -4)),
        ("a gap in front of the layout", |b| b.add(at::LAYOUT, 4)),
        ("a layout into the strings", |b| b.add(at::LAYOUT_LEN, 4)),
        ("a layout behind the end", |b| b.set(at::LAYOUT, 4096)),
        ("a layout past the end", |b| b.set(at::LAYOUT_LEN, 4096)),
    ];
    let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, bytes: Bytes| cases.push((name.to_owned(), bytes.0));
    add("no layout", sound(HeaderForm::Wide));
    for (name, change) in CHANGES {
        let mut bytes = sound(HeaderForm::Layout);
        change(&mut bytes);
        add(name, bytes);
    }
    add(
        "strings in front of the types",
        strings_first(HeaderForm::Wide),
    );
    add(
        "an unknown kind that the layout describes",
        kind_of_the_future(0),
    );
    add("an unknown kind with a word more", kind_of_the_future(4));
    cases
}
