//! What the abbreviations of a whole file say.

/// `DW_AT_dwo_name` and `DW_AT_GNU_dwo_name`.
const DWO_NAMES: [u64; 2] = [0x76, 0x2130];
/// `DW_FORM_implicit_const`: the value stands in the abbreviation.
const IMPLICIT_CONST: u64 = 0x21;

/// Whether a unit may be the skeleton of a split one, read off all abbreviations in `.debug_abbrev`.
/// Tables follow each other without gaps in what linkers write; bytes that are no table end the search.
pub fn has_skeletons(debug_abbrev: &[u8]) -> bool {
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
        found |= DWO_NAMES.contains(&name);
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
    use super::has_skeletons;

    #[test]
    fn a_skeleton_is_found_in_any_table() {
        // Code 1, compile unit, children, (name, string), end; end of table.
        let plain = [1, 0x11, 1, 0x03, 0x08, 0, 0, 0];
        // Code 1, skeleton unit, no children, (GNU_dwo_name, strp), end; end of table.
        let split = [1, 0x4a, 0, 0xb0, 0x42, 0x0e, 0, 0, 0];
        assert!(!has_skeletons(&plain));
        assert!(has_skeletons(&[&plain[..], &split].concat()));
        assert!(!has_skeletons(&split[..6]), "cut short");
    }
}
