//! A BTF section byte by byte, each field with its meaning.

use btf::{Btf, Kind, StringOffset, TypeId, WriteOptions};
use serde::{Deserialize, Serialize};

/// Bytes of a section that are shown.
const MOST_BYTES: usize = 4096;

/// A section's bytes and what they mean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// The whole section.
    pub bytes: Vec<u8>,
    /// Its fields in order, without gaps.
    pub fields: Vec<Field>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Offset in the section.
    pub offset: u32,
    /// Length in bytes.
    pub length: u32,
    /// What it belongs to: `header`, a type with its id, or `strings`.
    pub part: String,
    /// Its name in the format.
    pub name: String,
    /// Its value in words.
    pub value: String,
}

/// A section to save: the result, or one of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What it is called: `Base`.
    pub title: String,
    /// The name of its file.
    pub file: String,
    /// The whole section.
    pub bytes: Vec<u8>,
    /// The same, explained, when it is short.
    pub blob: Option<Blob>,
}

impl Section {
    pub(crate) fn of(title: &str, file: &str, btf: &Btf) -> Option<Section> {
        Some(Section {
            title: title.to_owned(),
            file: file.to_owned(),
            bytes: btf.to_bytes(WriteOptions::default()).ok()?,
            blob: blob(btf),
        })
    }
}

/// Explains a section; `None` when it is too long to be read.
pub fn blob(btf: &Btf) -> Option<Blob> {
    let bytes = btf.to_bytes(WriteOptions::default()).ok()?;
    if bytes.len() > MOST_BYTES {
        return None;
    }
    let mut fields = Fields::default();
    header(btf, &mut fields);
    for (id, _) in btf.types() {
        of_type(btf, id, &mut fields);
    }
    for (offset, text) in btf.strings().iter() {
        let value = match text {
            [] => "the empty name, and the zero byte that ends it".to_owned(),
            text => format!("“{}”, then a zero byte", String::from_utf8_lossy(text)),
        };
        let length = u32::try_from(text.len()).ok()? + 1;
        fields.add(length, "strings", &format!("name at {}", offset.0), value);
    }
    Some(Blob {
        bytes,
        fields: fields.list,
    })
}

#[derive(Default)]
struct Fields {
    list: Vec<Field>,
    at: u32,
}

impl Fields {
    fn add(&mut self, length: u32, part: &str, name: &str, value: String) {
        self.list.push(Field {
            offset: self.at,
            length,
            part: part.to_owned(),
            name: name.to_owned(),
            value,
        });
        self.at += length;
    }
}

/// The 24 bytes that every reader knows (`struct btf_header` of the kernel's documentation of BTF).
fn header(btf: &Btf, fields: &mut Fields) {
    let (types, strings) = (btf.type_bytes(), btf.strings().as_bytes().len());
    let part = "header";
    fields.add(
        2,
        part,
        "magic",
        "0xeb9f, stored as 9f eb: this file is little-endian".to_owned(),
    );
    fields.add(1, part, "version", "1".to_owned());
    fields.add(1, part, "flags", "none".to_owned());
    fields.add(
        4,
        part,
        "hdr_len",
        "24 bytes; offsets count from the header’s end".to_owned(),
    );
    fields.add(
        4,
        part,
        "type_off",
        "types begin right after the header".to_owned(),
    );
    fields.add(4, part, "type_len", format!("{types} bytes of types"));
    fields.add(4, part, "str_off", format!("strings begin at {types}"));
    fields.add(4, part, "str_len", format!("{strings} bytes of strings"));
}

fn of_type(btf: &Btf, id: TypeId, fields: &mut Fields) {
    let Some(ty) = btf.get(id) else { return };
    let part = format!("{id} {}", ty.kind().name());
    let name_of = |offset: StringOffset| match btf.str(offset) {
        name if name.is_empty() => "no name".to_owned(),
        name => format!("“{name}”"),
    };
    let to = |id: TypeId| match id.0 {
        0 => "void".to_owned(),
        _ => format!("{id} {}", crate::spell(btf, id)),
    };
    let info = ty.info();
    fields.add(4, &part, "name_off", name_of(ty.name()));
    fields.add(
        4,
        &part,
        "info",
        format!(
            "{:#010x}: kind {} ({}), vlen {}, kind_flag {}",
            info.0,
            info.kind_number(),
            ty.kind().name(),
            info.vlen(),
            u8::from(info.kind_flag()),
        ),
    );
    match (ty.size(), ty.target()) {
        (Some(size), _) => fields.add(4, &part, "size", format!("{size} bytes")),
        (None, Some(target)) => fields.add(4, &part, "type", to(target)),
        (None, None) => fields.add(4, &part, "size/type", "not used".to_owned()),
    }
    match ty.data() {
        btf::Data::Int(int) => {
            let sign = if int.encoding.is_signed() {
                "signed"
            } else {
                "unsigned"
            };
            let value = format!("{sign}, {} bits from bit {}", int.bits, int.offset);
            fields.add(4, &part, "encoding, offset, bits", value);
        }
        btf::Data::Array(array) => {
            fields.add(4, &part, "element", to(array.element));
            fields.add(4, &part, "index_type", to(array.index));
            fields.add(4, &part, "nelems", format!("{} elements", array.count));
        }
        _ if ty.kind().is_composite() => {
            for (number, member) in ty.members().enumerate() {
                let what = |field: &str| format!("member {number}: {field}");
                fields.add(4, &part, &what("name_off"), name_of(member.name));
                fields.add(4, &part, &what("type"), to(member.ty));
                let width = match member.bitfield_size {
                    0 => String::new(),
                    bits => format!(", {bits} bits wide"),
                };
                let value = format!("at bit {}{width}", member.bit_offset);
                fields.add(4, &part, &what("offset"), value);
            }
        }
        _ if ty.kind() == Kind::Enum => {
            for (number, value) in ty.enumerators().enumerate() {
                let what = |field: &str| format!("value {number}: {field}");
                fields.add(4, &part, &what("name_off"), name_of(value.name));
                fields.add(4, &part, &what("val"), value.value.to_string());
            }
        }
        _ if ty.kind() == Kind::FuncProto => {
            for (number, param) in ty.params().enumerate() {
                let what = |field: &str| format!("parameter {number}: {field}");
                fields.add(4, &part, &what("name_off"), name_of(param.name));
                fields.add(4, &part, &what("type"), to(param.ty));
            }
        }
        _ => {
            // What is left has words of its own kind; the format's documentation says which.
            for number in 0..ty.tail().len() {
                fields.add(4, &part, &format!("word {}", number + 3), String::new());
            }
        }
    }
}
