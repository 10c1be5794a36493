//! What the abbreviations of a whole file say.

/// `DW_AT_dwo_name` and `DW_AT_GNU_dwo_name`.
const DWO_NAMES: [u64; 2] = [0x76, 0x2130];
/// `DW_FORM_implicit_const`: the value stands in the abbreviation.
const IMPLICIT_CONST: u64 = 0x21;

/// Whether a unit may be the skeleton of a split one, read off all abbreviations in `.debug_abbrev`.
/// Tables follow each other without gaps in what linkers write; bytes that are no table end the search.
pub fn has_skeletons(debug_abbrev: &[u8]) -> bool {
    let mut bytes = debug_abbrev.iter();
    let mut found = false;
    while bytes.len() > 0 && !found {
        let next = match uleb(&mut bytes) {
            Some(0) => Some(()),
            Some(_) => declaration(&mut bytes, |name| found |= DWO_NAMES.contains(&name)),
            None => None,
        };
        if next.is_none() {
            return false;
        }
    }
    found
}

/// Reads the next declaration of a table: its code, and its bytes without the code. `Ok(None)` is the end
/// of the table; an error, that of the section.
pub(crate) fn next_declaration<'a>(bytes: &mut &'a [u8]) -> Result<Option<(u64, &'a [u8])>, ()> {
    let mut ahead = bytes.iter();
    let code = uleb(&mut ahead).ok_or(())?;
    let all = ahead.as_slice();
    *bytes = all;
    if code == 0 {
        return Ok(None);
    }
    declaration(&mut ahead, |_| {}).ok_or(())?;
    *bytes = ahead.as_slice();
    Ok(all
        .get(..all.len() - bytes.len())
        .map(|declared| (code, declared)))
}

/// Passes over a declaration after its code, and tells its attributes' names.
#[inline]
fn declaration(bytes: &mut std::slice::Iter<'_, u8>, mut attribute: impl FnMut(u64)) -> Option<()> {
    uleb(bytes)?;
    bytes.next()?;
    loop {
        let (name, form) = (uleb(bytes)?, uleb(bytes)?);
        if form == IMPLICIT_CONST {
            uleb(bytes)?;
        }
        if name == 0 && form == 0 {
            return Some(());
        }
        attribute(name);
    }
}

#[inline]
fn uleb(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u64> {
    match *bytes.next()? {
        byte @ ..0x80 => Some(byte.into()),
        byte => long_uleb(byte, bytes),
    }
}

/// A number of several bytes, of which the first has been read.
fn long_uleb(first: u8, bytes: &mut std::slice::Iter<'_, u8>) -> Option<u64> {
    let (mut value, mut shift) = (u64::from(first & 0x7f), 7);
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
    use super::{has_skeletons, next_declaration};

    #[test]
    fn a_skeleton_is_found_in_any_table() {
        // Code 1, compile unit, children, (name, string), end; end of table.
        let plain = [1, 0x11, 1, 0x03, 0x08, 0, 0, 0];
        // Code 1, skeleton unit, no children, (GNU_dwo_name, strp), end; end of table.
        let split = [1, 0x4a, 0, 0xb0, 0x42, 0x0e, 0, 0, 0];
        assert!(!has_skeletons(&plain));
        assert!(has_skeletons(&[&plain[..], &split].concat()));
        assert!(!has_skeletons(&split[..5]), "cut short");
    }

    #[test]
    fn a_table_is_read_declaration_by_declaration() {
        // Codes 1 and 300, the latter with a constant in the abbreviation; end of table; what follows.
        let mut bytes: &[u8] = &[
            1, 0x11, 1, 0x03, 0x08, 0, 0, 0xac, 0x02, 0x0d, 0, 0x38, 0x21, 0x05, 0, 0, 0, 7,
        ];
        let all = bytes;
        assert_eq!(next_declaration(&mut bytes), Ok(Some((1, &all[1..7]))));
        assert_eq!(next_declaration(&mut bytes), Ok(Some((300, &all[9..16]))));
        assert_eq!(next_declaration(&mut bytes), Ok(None));
        assert_eq!(bytes, [7]);
        assert_eq!(next_declaration(&mut &all[1..6]), Err(()), "cut short");
    }
}
