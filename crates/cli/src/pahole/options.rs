//! The options, under pahole's names.

/// Whether an option has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    /// `--name=VALUE`, `--name VALUE`.
    Value,
    /// `--name`, `--name=VALUE`, and joined to the short form: `-j4`.
    Optional,
}

/// What an option asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    Help,
    Version,
    NumericVersion,
    BtfscopeVersion,
    SupportedFeatures,
    Encode,
    Detached,
    Base,
    Jobs,
    Languages,
    OtherLanguages,
    /// A list of features.
    Features {
        strict: bool,
    },
    /// All features.
    AllFeatures,
    /// One feature on or off.
    Feature(&'static str, bool),
    /// The formats of type information to read; only DWARF is accepted.
    Formats,
    /// Units to be left out by the beginning of their name.
    UnitPrefix,
    /// A name that stands for all that begin with it.
    NamePrefix,
    /// To encode otherwise, as only pahole can.
    NotHad,
    /// Nothing that changes the result.
    Nothing,
    /// Something other than encoding BTF, which is refused.
    Else,
}

/// An option of pahole's, or one of our own.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub name: &'static str,
    pub short: Option<char>,
    pub takes: Takes,
    pub asks: Asks,
}

/// An option with a meaning here.
const fn known(name: &'static str, short: Option<char>, takes: Takes, asks: Asks) -> Known {
    Known {
        name,
        short,
        takes,
        asks,
    }
}

/// An option of pahole's that prints, searches, or reorganises types.
const fn other(name: &'static str, short: Option<char>, takes: Takes) -> Known {
    known(name, short, takes, Asks::Else)
}

use Asks::Feature;
use Takes::{Nothing, Optional, Value};

/// All options: those of pahole 1.32, and one for our own version.
pub const OPTIONS: &[Known] = &[
    known("help", Some('?'), Nothing, Asks::Help),
    known("usage", None, Nothing, Asks::Help),
    known("version", None, Nothing, Asks::Version),
    known("numeric_version", None, Nothing, Asks::NumericVersion),
    known("btfscope-version", None, Nothing, Asks::BtfscopeVersion),
    known(
        "supported_btf_features",
        None,
        Nothing,
        Asks::SupportedFeatures,
    ),
    known("btf_encode", Some('J'), Nothing, Asks::Encode),
    known("btf_encode_detached", None, Value, Asks::Detached),
    known("btf_base", None, Value, Asks::Base),
    known("jobs", Some('j'), Optional, Asks::Jobs),
    known("verbose", Some('V'), Nothing, Asks::Nothing),
    known("lang", None, Value, Asks::Languages),
    known("lang_exclude", None, Value, Asks::OtherLanguages),
    known(
        "btf_features",
        None,
        Value,
        Asks::Features { strict: false },
    ),
    known("features", None, Value, Asks::Features { strict: false }),
    known(
        "btf_features_strict",
        None,
        Value,
        Asks::Features { strict: true },
    ),
    known("btf_gen_all", None, Nothing, Asks::AllFeatures),
    known(
        "btf_encode_force",
        None,
        Nothing,
        Feature("encode_force", true),
    ),
    known("btf_gen_floats", None, Nothing, Feature("float", true)),
    known(
        "btf_gen_optimized",
        None,
        Nothing,
        Feature("optimized_func", true),
    ),
    known("btf_attributes", None, Nothing, Feature("attributes", true)),
    known(
        "reproducible_build",
        None,
        Nothing,
        Feature("reproducible_build", true),
    ),
    known(
        "skip_encoding_btf_vars",
        None,
        Nothing,
        Feature("var", false),
    ),
    known(
        "skip_encoding_btf_decl_tag",
        None,
        Nothing,
        Feature("decl_tag", false),
    ),
    known(
        "skip_encoding_btf_type_tag",
        None,
        Nothing,
        Feature("type_tag", false),
    ),
    known(
        "skip_encoding_btf_enum64",
        None,
        Nothing,
        Feature("enum64", false),
    ),
    known(
        "skip_encoding_btf_inconsistent_proto",
        None,
        Nothing,
        Feature("consistent_func", true),
    ),
    known("format_path", Some('F'), Value, Asks::Formats),
    known("cu_exclude", Some('X'), Value, Asks::UnitPrefix),
    known("kabi_prefix", None, Value, Asks::NamePrefix),
    known("fixup_silly_bitfields", None, Nothing, Asks::NotHad),
    known("hashbits", None, Value, Asks::Nothing),
    known("quiet", Some('q'), Nothing, Asks::Nothing),
    other("anon_include", Some('a'), Nothing),
    other("nested_anon_include", Some('A'), Nothing),
    other("bit_holes", Some('B'), Value),
    other("cacheline_size", Some('c'), Value),
    other("class_name", Some('C'), Value),
    other("class_name_len", Some('N'), Nothing),
    other("classes_as_structs", None, Nothing),
    other("compile", None, Nothing),
    other("contains", Some('i'), Value),
    other("contains_enumerator", None, Value),
    other("count", None, Value),
    other("ctf_encode", Some('Z'), Nothing),
    other("decl_exclude", Some('D'), Value),
    other("defined_in", Some('u'), Nothing),
    other("devel_version", None, Nothing),
    other("exclude", Some('x'), Value),
    other("expand_pointers", Some('p'), Nothing),
    other("expand_types", Some('E'), Nothing),
    other("find_pointers_to", Some('f'), Value),
    other("first_obj_only", None, Nothing),
    other("flat_arrays", None, Nothing),
    other("header_type", None, Value),
    other("hex", None, Nothing),
    other("hole_size_ge", Some('z'), Value),
    other("holes", Some('H'), Value),
    other("nr_definitions", Some('T'), Nothing),
    other("nr_members", Some('n'), Nothing),
    other("nr_methods", Some('m'), Nothing),
    other("packable", Some('P'), Nothing),
    other("packed", None, Nothing),
    other("padding", None, Value),
    other("padding_ge", None, Value),
    other("prefix_filter", Some('y'), Value),
    other("prettify", None, Value),
    other("ptr_table_stats", None, Nothing),
    other("range", None, Value),
    other("recursive", Some('d'), Nothing),
    other("rel_offset", Some('r'), Nothing),
    other("reorganize", Some('R'), Nothing),
    other("running_kernel_vmlinux", None, Nothing),
    other("seek_bytes", None, Value),
    other("separator", Some('t'), Value),
    other(
        "show_first_biggest_size_base_type_member",
        Some('l'),
        Nothing,
    ),
    other("show_decl_info", Some('I'), Nothing),
    other("show_only_data_members", Some('M'), Nothing),
    other("show_private_classes", None, Nothing),
    other("show_reorg_steps", Some('S'), Nothing),
    other("size_bytes", None, Value),
    other("sizes", Some('s'), Nothing),
    other("skip", None, Value),
    other("skip_emitting_atomic_typedefs", None, Nothing),
    other("skip_missing", None, Nothing),
    other("sort", None, Nothing),
    other("structs", None, Nothing),
    other("suppress_aligned_attribute", None, Nothing),
    other("suppress_force_paddings", None, Nothing),
    other("suppress_packed", None, Nothing),
    other("unions", None, Nothing),
    other("with_embedded_flexible_array", None, Nothing),
    other("with_flexible_array", None, Nothing),
    other("word_size", Some('w'), Value),
];

/// The option with this letter.
pub fn short(letter: char) -> Option<Known> {
    OPTIONS
        .iter()
        .copied()
        .find(|option| option.short == Some(letter))
}

/// The option with this name, or with the only name that starts with it, as GNU's tools accept them. The error
/// is the names that start with it.
pub fn long(name: &str) -> Result<Known, Vec<&'static str>> {
    if let Some(option) = OPTIONS.iter().find(|option| option.name == name) {
        return Ok(*option);
    }
    let mut like = OPTIONS
        .iter()
        .filter(|option| option.name.starts_with(name));
    match (like.next(), like.next()) {
        (Some(option), None) => Ok(*option),
        (None, _) => Err(Vec::new()),
        (Some(first), Some(second)) => {
            let names = [first, second].into_iter().chain(like);
            Err(names.map(|option| option.name).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_option_hides_another() {
        for option in OPTIONS {
            assert_eq!(long(option.name).expect("found").name, option.name);
            if let Some(letter) = option.short {
                assert_eq!(short(letter).expect("found").name, option.name);
            }
        }
    }

    #[test]
    fn a_name_may_be_cut_short_while_it_is_the_only_one() {
        assert_eq!(
            long("btf_encode_d").map(|known| known.asks),
            Ok(Asks::Detached)
        );
        assert_eq!(long("btf_encode").map(|known| known.asks), Ok(Asks::Encode));
        assert_eq!(
            long("btf_enc").map(|known| known.name),
            Err(vec![
                "btf_encode",
                "btf_encode_detached",
                "btf_encode_force"
            ])
        );
        assert_eq!(long("bpf").map(|known| known.name), Err(vec![]));
    }
}
