//! Which DIEs matter, by their tag and their parent.

use crate::frame::DieRole;
use gimli::constants as dw;

/// `DW_TAG_LLVM_annotation`: clang's way to attach tags.
pub(crate) const DW_TAG_LLVM_ANNOTATION: dw::DwTag = dw::DwTag(0x6000);
/// `DW_TAG_GNU_annotation`: GCC 16's.
pub(crate) const DW_TAG_GNU_ANNOTATION: dw::DwTag = dw::DwTag(0x6001);

/// Under which parents a DIE or its children can matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParentFilter {
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

impl ParentFilter {
    /// The filter of all DIEs with this tag.
    pub fn of(tag: dw::DwTag) -> ParentFilter {
        match tag {
            dw::DW_TAG_variable | dw::DW_TAG_imported_unit => ParentFilter::InScopes,
            dw::DW_TAG_formal_parameter | dw::DW_TAG_unspecified_parameters => {
                ParentFilter::InFunctionsAndPrototypes
            }
            dw::DW_TAG_member | dw::DW_TAG_inheritance | dw::DW_TAG_variant_part => {
                ParentFilter::InComposites
            }
            dw::DW_TAG_enumerator => ParentFilter::InEnumerations,
            dw::DW_TAG_subrange_type => ParentFilter::InArrays,
            dw::DW_TAG_lexical_block => ParentFilter::InCode,
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
            | dw::DW_TAG_template_alias
            | dw::DW_TAG_base_type
            | dw::DW_TAG_const_type
            | dw::DW_TAG_volatile_type
            | dw::DW_TAG_restrict_type
            | dw::DW_TAG_atomic_type
            | dw::DW_TAG_string_type
            | dw::DW_TAG_unspecified_type
            | dw::DW_TAG_namespace
            | dw::DW_TAG_module
            | dw::DW_TAG_subprogram
            | DW_TAG_LLVM_ANNOTATION => ParentFilter::Always,
            // DW_TAG_GNU_ANNOTATION is read where a DIE names it.
            _ => ParentFilter::Never,
        }
    }

    /// Whether it matters below a parent of this role.
    #[inline]
    pub fn below(self, parent: DieRole) -> bool {
        match self {
            ParentFilter::Never => false,
            ParentFilter::Always => true,
            ParentFilter::InScopes => parent == DieRole::Scope,
            ParentFilter::InFunctionsAndPrototypes => {
                matches!(parent, DieRole::Function(_) | DieRole::Prototype)
            }
            ParentFilter::InComposites => matches!(parent, DieRole::Struct | DieRole::Union),
            ParentFilter::InEnumerations => parent == DieRole::Enum,
            ParentFilter::InArrays => parent == DieRole::Array,
            ParentFilter::InCode => matches!(parent, DieRole::Function(_) | DieRole::Block),
        }
    }
}
