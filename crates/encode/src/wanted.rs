//! Which DIEs matter.

use crate::frame::Role;
use gimli::constants as dw;

/// `DW_TAG_LLVM_annotation`: clang's way to attach tags.
pub(crate) const DW_TAG_LLVM_ANNOTATION: dw::DwTag = dw::DwTag(0x6000);
/// `DW_TAG_GNU_annotation`: GCC 16's.
pub(crate) const DW_TAG_GNU_ANNOTATION: dw::DwTag = dw::DwTag(0x6001);

/// Under which parents a DIE or its children can matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Never,
    Always,
    /// In the unit itself and in namespaces.
    InScopes,
    InFunctionsAndPrototypes,
    InComposites,
    InEnumerations,
    InArrays,
    /// In functions and blocks of theirs.
    InCode,
}

impl Wanted {
    /// What holds for a tag.
    pub fn of(tag: dw::DwTag) -> Wanted {
        match tag {
            dw::DW_TAG_variable | dw::DW_TAG_imported_unit => Wanted::InScopes,
            dw::DW_TAG_formal_parameter | dw::DW_TAG_unspecified_parameters => {
                Wanted::InFunctionsAndPrototypes
            }
            dw::DW_TAG_member | dw::DW_TAG_inheritance | dw::DW_TAG_variant_part => {
                Wanted::InComposites
            }
            dw::DW_TAG_enumerator => Wanted::InEnumerations,
            dw::DW_TAG_subrange_type => Wanted::InArrays,
            dw::DW_TAG_lexical_block => Wanted::InCode,
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
            | DW_TAG_GNU_ANNOTATION => Wanted::Always,
            _ => Wanted::Never,
        }
    }

    /// Whether it matters below a parent of this role.
    #[inline]
    pub fn below(self, parent: Role) -> bool {
        match self {
            Wanted::Never => false,
            Wanted::Always => true,
            Wanted::InScopes => parent == Role::Scope,
            Wanted::InFunctionsAndPrototypes => {
                matches!(parent, Role::Function(_) | Role::Prototype)
            }
            Wanted::InComposites => matches!(parent, Role::Struct | Role::Union),
            Wanted::InEnumerations => parent == Role::Enum,
            Wanted::InArrays => parent == Role::Array,
            Wanted::InCode => matches!(parent, Role::Function(_) | Role::Block),
        }
    }
}
