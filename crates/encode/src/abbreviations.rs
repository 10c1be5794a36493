//! What the abbreviations of a whole file say.

/// `DW_FORM_ref_addr`.
const REF_ADDR: u64 = 0x10;
/// `DW_FORM_implicit_const`: the value stands in the abbreviation.
const IMPLICIT_CONST: u64 = 0x21;

/// Whether an entry of the file may refer to one of another unit (`DW_FORM_ref_addr`), read off all
/// abbreviations in `.debug_abbrev`. Tables follow each other without gaps in what linkers write; bytes
/// that are no table end the search.
pub fn has_cross_unit_references(debug_abbrev: &[u8]) -> bool {
    let mut bytes = debug_abbrev.iter();
    while bytes.len() > 0 {
        match table_entry(&mut bytes) {
            Some(false) => {}
            Some(true) => return true,
            None => return false,
        }
    }
    false
}

/// Reads one abbreviation, or the 0 that ends a table.
fn table_entry(bytes: &mut std::slice::Iter<'_, u8>) -> Option<bool> {
    if uleb(bytes)? == 0 {
        return Some(false);
    }
    uleb(bytes)?;
    bytes.next()?;
    let mut found = false;
    loop {
        let (name, form) = (uleb(bytes)?, uleb(bytes)?);
        if form == IMPLICIT_CONST {
            uleb(bytes)?;
        }
        if name == 0 && form == 0 {
            return Some(found);
        }
        // An import of a unit refers to it by address too, and concerns no type.
        found |= form == REF_ADDR;
    }
}

fn uleb(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u64> {
    let (mut value, mut shift) = (0u64, 0);
    loop {
        let byte = *bytes.next()?;
        if shift < 64 {
            value |= u64::from(byte & 0x7f) << shift;
        }
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::has_cross_unit_references;

    #[test]
    fn a_reference_by_address_is_found_in_any_table() {
        // Code 1, compile unit, children, (name, string), end; end of table.
        let plain = [1, 0x11, 1, 0x03, 0x08, 0, 0, 0];
        // Code 1, variable, no children, (type, ref_addr), end; end of table.
        let across = [1, 0x34, 0, 0x49, 0x10, 0, 0, 0];
        assert!(!has_cross_unit_references(&plain));
        assert!(has_cross_unit_references(&[plain, across].concat()));
        assert!(!has_cross_unit_references(&across[..4]), "cut short");
    }
}
