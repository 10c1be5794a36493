//! Where a unit's parts of the tables begin that its attributes index.

use crate::sections::{Sections, Slice};
use gimli::{
    DebugAddrBase, DebugAddrIndex, DebugLocListsBase, DebugStrOffsetsBase, Encoding, UnitHeader,
};

/// The bases that a unit's root DIE sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bases {
    pub encoding: Encoding,
    pub str_offsets: DebugStrOffsetsBase<usize>,
    pub addr: DebugAddrBase<usize>,
    pub loclists: DebugLocListsBase<usize>,
}

impl Bases {
    pub(crate) fn new<'a>(header: &UnitHeader<Slice<'a>>, sections: &Sections<'_>) -> Bases {
        let encoding = header.encoding();
        let file_type = match sections.split {
            Some(_) => gimli::DwarfFileType::Dwo,
            None => gimli::DwarfFileType::Main,
        };
        let addr = sections.split.map_or(0, |split| split.addr_base);
        Bases {
            encoding,
            str_offsets: DebugStrOffsetsBase::default_for_encoding_and_file(encoding, file_type),
            addr: DebugAddrBase(usize::try_from(addr).unwrap_or(usize::MAX)),
            loclists: DebugLocListsBase::default_for_encoding_and_file(encoding, file_type),
        }
    }

    /// The address at an index of `.debug_addr`.
    pub fn indexed_address(
        &self,
        sections: &Sections<'_>,
        index: DebugAddrIndex<usize>,
    ) -> Option<u64> {
        sections
            .addresses()
            .get_address(self.encoding.address_size, self.addr, index)
            .ok()
    }
}
