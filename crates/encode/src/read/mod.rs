//! Reading DWARF: abbreviations become decode plans, and a cursor reads the attributes of DIEs by them.

pub(crate) mod abbreviations;
pub(crate) mod attribute_reader;
pub(crate) mod attributes;
pub(crate) mod bases;
pub(crate) mod cursor;
pub(crate) mod decode_plan;
pub(crate) mod fast_die;
pub(crate) mod known_tables;
pub(crate) mod parent_filter;
pub(crate) mod plan_table;
mod ranges;
pub(crate) mod split;
pub(crate) mod type_signatures;
pub(crate) mod unit_reader;
pub(crate) mod value;
