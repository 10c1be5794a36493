//! Which DIEs matter.

use crate::frame::Role;
use gimli::constants as dw;

/// `DW_TAG_LLVM_annotation`: clang's way to attach tags.
pub(super) const DW_TAG_LLVM_ANNOTATION: dw::DwTag = dw::DwTag(0x6000);
/// `DW_TAG_GNU_annotation`: GCC 16's.
pub(super) const DW_TAG_GNU_ANNOTATION: dw::DwTag = dw::DwTag(0x6001);

/// Whether a DIE or its children can matter below a parent of this role.
pub(super) fn is_wanted(tag: dw::DwTag, parent: Role) -> bool {
    match tag {
        dw::DW_TAG_variable | dw::DW_TAG_imported_unit => parent == Role::Scope,
        dw::DW_TAG_formal_parameter | dw::DW_TAG_unspecified_parameters => {
            matches!(parent, Role::Function(_) | Role::Prototype)
        }
        dw::DW_TAG_member => matches!(parent, Role::Struct | Role::Union),
        dw::DW_TAG_inheritance | dw::DW_TAG_variant_part => {
            matches!(parent, Role::Struct | Role::Union)
        }
        dw::DW_TAG_enumerator => parent == Role::Enum,
        dw::DW_TAG_subrange_type => parent == Role::Array,
        dw::DW_TAG_lexical_block => matches!(parent, Role::Function(_) | Role::Block),
        dw::DW_TAG_structure_type
        | dw::DW_TAG_class_type
        | dw::DW_TAG_interface_type
        | dw::DW_TAG_union_type
        | dw::DW_TAG_enumeration_type
        | dw::DW_TAG_array_type
        | dw::DW_TAG_subroutine_type
        | dw::DW_TAG_pointer_type
        | dw::DW_TAG_reference_type
        | dw::DW_TAG_rvalue_reference_type
        | dw::DW_TAG_ptr_to_member_type
        | dw::DW_TAG_typedef
        | dw::DW_TAG_base_type
        | dw::DW_TAG_const_type
        | dw::DW_TAG_volatile_type
        | dw::DW_TAG_restrict_type
        | dw::DW_TAG_atomic_type
        | dw::DW_TAG_string_type
        | dw::DW_TAG_unspecified_type
        | dw::DW_TAG_namespace
        | dw::DW_TAG_subprogram
        | DW_TAG_LLVM_ANNOTATION
        | DW_TAG_GNU_ANNOTATION => true,
        _ => false,
    }
}
