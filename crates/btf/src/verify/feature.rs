//! What some releases of the kernel accept and others refuse: one table, with its sources in `docs/verifier.md`.

use super::release::{Release, release};
use super::{Found, Rule, names};
use crate::{Btf, Data, HEADER_LEN, Kind, Type, TypeId};
use alloc::vec::Vec;
use core::fmt;

/// Something in a BTF that not every release of the kernel accepts.
///
/// ```
/// use btf::verify::{Feature, Release};
///
/// assert!(!Feature::Enum64.is_accepted_by("5.15".parse()?));
/// assert!(Feature::Enum64.is_accepted_by(Release::NEWEST));
/// # Ok::<(), btf::verify::NotRelease>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Feature {
    /// A DATASEC without variables.
    EmptySection,
    /// The kind FLOAT.
    Float,
    /// The kind DECL_TAG.
    DeclTag,
    /// The kind TYPE_TAG.
    TypeTag,
    /// A const, volatile, restrict, or typedef that refers to a TYPE_TAG.
    TagBehindModifier,
    /// The kind ENUM64.
    Enum64,
    /// The kind flag of an ENUM: its values are signed.
    SignedEnum,
    /// A modifier, pointer, or typedef that refers to a FUNC.
    ReferenceToFunc,
    /// A name of more than 128 bytes.
    LongName,
    /// A DATASEC with a name that is no identifier.
    SectionName,
    /// The kind flag of a TYPE_TAG or DECL_TAG: an attribute other than `btf_type_tag` and `btf_decl_tag`.
    TagAttribute,
    /// A header with a layout section.
    Layout,
    /// More than 65,535 members, values, parameters, or variables.
    WideVlen,
    /// The kinds `LOC_PARAM`, `LOC_PROTO`, and `LOCSEC`.
    Locations,
}

impl Feature {
    /// Every feature, in the order in which kernels learnt them.
    pub const ALL: [Feature; 14] = [
        Feature::EmptySection,
        Feature::Float,
        Feature::DeclTag,
        Feature::TypeTag,
        Feature::TagBehindModifier,
        Feature::Enum64,
        Feature::SignedEnum,
        Feature::ReferenceToFunc,
        Feature::LongName,
        Feature::SectionName,
        Feature::TagAttribute,
        Feature::Layout,
        Feature::WideVlen,
        Feature::Locations,
    ];

    /// The first release that accepts it, whatever earlier ones did.
    pub fn since(self) -> Release {
        match self {
            Feature::EmptySection => release(5, 12),
            Feature::Float => release(5, 13),
            Feature::DeclTag => release(5, 16),
            Feature::TypeTag => release(5, 17),
            Feature::Enum64 | Feature::SignedEnum => release(6, 0),
            Feature::ReferenceToFunc | Feature::LongName => release(6, 1),
            Feature::SectionName => release(6, 9),
            Feature::TagAttribute => release(6, 15),
            Feature::Layout => release(7, 1),
            Feature::TagBehindModifier | Feature::WideVlen => release(7, 2),
            Feature::Locations => release(7, 4),
        }
    }

    /// The first release that refuses it, if earlier ones do not.
    pub fn refused_from(self) -> Release {
        match self {
            Feature::TagBehindModifier => release(5, 19),
            _ => Release::OLDEST,
        }
    }

    /// Whether the kernel of a release accepts it.
    pub fn is_accepted_by(self, release: Release) -> bool {
        release < self.refused_from() || release >= self.since()
    }

    /// The releases of [`Release::LISTED`] that accept all of them.
    pub fn takers(features: impl IntoIterator<Item = Feature> + Clone) -> Vec<Release> {
        let takes = |release: &Release| {
            let mut features = features.clone().into_iter();
            features.all(|feature| feature.is_accepted_by(*release))
        };
        Release::LISTED.into_iter().filter(takes).collect()
    }

    /// The kind that a release must know, where that is all.
    fn of_kind(kind: Kind) -> Option<Feature> {
        match kind {
            Kind::Float => Some(Feature::Float),
            Kind::DeclTag => Some(Feature::DeclTag),
            Kind::TypeTag => Some(Feature::TypeTag),
            Kind::Enum64 => Some(Feature::Enum64),
            Kind::LocParam | Kind::LocProto | Kind::LocSec => Some(Feature::Locations),
            _ => None,
        }
    }

    /// The rule by which a release that does not accept the feature refuses a type.
    fn rule(self, kind: Kind, release: Release) -> Rule {
        match self {
            Feature::EmptySection => Rule::VlenZero,
            Feature::Float
            | Feature::DeclTag
            | Feature::TypeTag
            | Feature::Enum64
            | Feature::Locations => match Feature::has_wide_kinds(kind.number(), release) {
                true => Rule::UnknownKind,
                false => Rule::InfoWord,
            },
            Feature::WideVlen => Rule::InfoWord,
            Feature::SignedEnum | Feature::TagAttribute => Rule::KindFlag,
            Feature::TagBehindModifier => Rule::TypeTagOrder,
            Feature::ReferenceToFunc => Rule::TypeId,
            Feature::LongName | Feature::SectionName | Feature::Layout => Rule::Name,
        }
    }

    /// Whether the number of a kind fits into the bits that a release reads: four, from 5.13 on five, from 7.2 on seven.
    pub(super) fn has_wide_kinds(number: u8, release: Release) -> bool {
        let bits = match release {
            _ if release < Feature::Float.since() => 4,
            _ if release < Feature::WideVlen.since() => 5,
            _ => 7,
        };
        number >> bits == 0
    }
}

impl fmt::Display for Feature {
    /// The feature as the object of a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Feature::EmptySection => "a DATASEC without variables",
            Feature::Float => "the kind FLOAT",
            Feature::DeclTag => "the kind DECL_TAG",
            Feature::TypeTag => "the kind TYPE_TAG",
            Feature::TagBehindModifier => "a modifier or typedef of a TYPE_TAG",
            Feature::Enum64 => "the kind ENUM64",
            Feature::SignedEnum => "the kind flag of an ENUM",
            Feature::ReferenceToFunc => {
                "a reference to a FUNC that is neither DECL_TAG nor DATASEC"
            }
            Feature::LongName => "a name of more than 128 bytes",
            Feature::SectionName => "the name of a DATASEC that is no identifier",
            Feature::TagAttribute => "the kind flag of a tag",
            Feature::Layout => "a layout section",
            Feature::WideVlen => "more than 65,535 members",
            Feature::Locations => "the kinds LOC_PARAM, LOC_PROTO, LOCSEC",
        })
    }
}

/// How a BTF uses a [`Feature`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FeatureUse {
    /// What not every release accepts.
    pub feature: Feature,
    /// How many types use it; 0 for the layout section.
    pub types: u64,
    /// The first of them.
    pub first: Option<TypeId>,
}

/// The features that the own types of `btf` use, in the order of [`Feature::ALL`]. [`Feature::Layout`] is among them if the
/// BTF was read with a layout section.
pub fn features(btf: &Btf) -> Vec<FeatureUse> {
    let mut uses = Feature::ALL.map(|feature| FeatureUse {
        feature,
        types: 0,
        first: None,
    });
    for (id, ty) in btf.types() {
        each(btf, ty, &mut |feature, _| {
            let one = &mut uses[feature as usize];
            // A type counts once, however many of its names are long.
            if one.first != Some(id) || one.types == 0 {
                one.types += 1;
            }
            one.first.get_or_insert(id);
        });
    }
    let is_used = |one: &FeatureUse| match one.feature {
        Feature::Layout => btf.layout.is_some(),
        _ => one.types > 0,
    };
    uses.into_iter().filter(is_used).collect()
}

/// What a release refuses before it looks at the rest of a type: bits of the info word, the kind.
pub(super) fn check_info(ty: Type<'_>, release: Release) -> Result<(), Found> {
    let info = ty.info();
    if ty.vlen() > u32::from(u16::MAX) && !Feature::WideVlen.is_accepted_by(release) {
        return Err(Found::new(Rule::InfoWord).value(info.0.into()));
    }
    if !Feature::has_wide_kinds(info.kind_number(), release) {
        return Err(Found::new(Rule::InfoWord).value(info.0.into()));
    }
    match Feature::of_kind(ty.kind()) {
        Some(feature) if !feature.is_accepted_by(release) => {
            Err(Found::new(feature.rule(ty.kind(), release)).value(info.kind_number().into()))
        }
        _ => Ok(()),
    }
}

/// What a release refuses of a type that the newest one accepts.
pub(super) fn check(btf: &Btf, ty: Type<'_>, release: Release) -> Result<(), Found> {
    let mut found = Ok(());
    each(btf, ty, &mut |feature, part| {
        // The order of tags is a pass of its own.
        let refused = feature != Feature::TagBehindModifier && !feature.is_accepted_by(release);
        if refused && found.is_ok() {
            let broken = Found::new(feature.rule(ty.kind(), release));
            found = Err(match part {
                Some(part) => broken.part(part),
                None => broken,
            });
        }
    });
    found
}

/// Calls `add` for each feature that a type uses, with the member, value, parameter, or variable.
fn each(btf: &Btf, ty: Type<'_>, add: &mut impl FnMut(Feature, Option<usize>)) {
    if let Some(feature) = Feature::of_kind(ty.kind()) {
        add(feature, None);
    }
    if ty.vlen() > u32::from(u16::MAX) {
        add(Feature::WideVlen, None);
    }
    let is_long = |name| names::of(btf, name).is_some_and(names::is_long);
    // The kernel does not look at the names of numbers and the texts of tags.
    let is_free = |kind| {
        matches!(
            kind,
            Kind::Int | Kind::Float | Kind::DeclTag | Kind::TypeTag
        )
    };
    if !is_free(ty.kind()) && is_long(ty.name()) {
        add(Feature::LongName, None);
    }
    let target = |id: TypeId| btf.get(id).map(Type::kind);
    match ty.data() {
        Data::Struct { .. } | Data::Union { .. } => {
            for (index, member) in ty.members().enumerate() {
                if is_long(member.name) {
                    add(Feature::LongName, Some(index));
                }
            }
        }
        Data::Enum { .. } | Data::Enum64 { .. } => {
            if ty.kind() == Kind::Enum && ty.kind_flag() {
                add(Feature::SignedEnum, None);
            }
            for (index, value) in ty.enumerators().enumerate() {
                if is_long(value.name) {
                    add(Feature::LongName, Some(index));
                }
            }
        }
        Data::FuncProto { .. } => {
            for (index, param) in ty.params().enumerate() {
                if is_long(param.name) {
                    add(Feature::LongName, Some(index));
                }
            }
        }
        Data::Ptr { target: to }
        | Data::Const { target: to }
        | Data::Volatile { target: to }
        | Data::Restrict { target: to }
        | Data::Typedef { target: to }
        | Data::TypeTag { target: to } => {
            if ty.kind() == Kind::TypeTag && ty.kind_flag() {
                add(Feature::TagAttribute, None);
            }
            match target(to) {
                Some(Kind::Func) => add(Feature::ReferenceToFunc, None),
                Some(Kind::TypeTag) if !matches!(ty.kind(), Kind::Ptr | Kind::TypeTag) => {
                    add(Feature::TagBehindModifier, None);
                }
                _ => {}
            }
        }
        Data::DeclTag { .. } if ty.kind_flag() => add(Feature::TagAttribute, None),
        Data::Datasec { .. } => {
            if ty.vlen() == 0 {
                add(Feature::EmptySection, None);
            }
            if !names::of(btf, ty.name()).is_some_and(names::is_old_section) {
                add(Feature::SectionName, None);
            }
        }
        _ => {}
    }
}

/// The length of the header as far as a release reads it.
pub(super) fn header_len(release: Release) -> u32 {
    if Feature::Layout.is_accepted_by(release) {
        crate::HEADER_LEN_LAYOUT
    } else {
        HEADER_LEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_features_are_listed() {
        assert_eq!(Feature::Locations as usize + 1, Feature::ALL.len());
        for (number, feature) in Feature::ALL.into_iter().enumerate() {
            assert_eq!(feature as usize, number);
        }
    }

    #[test]
    fn a_feature_with_a_gap_is_taken_on_both_sides_of_it() {
        let takers = Feature::takers([Feature::TagBehindModifier]);
        assert!(takers.contains(&release(5, 15)));
        assert!(!takers.contains(&release(6, 12)));
        assert!(takers.contains(&release(7, 2)));
        assert_eq!(Feature::takers([]), Release::LISTED);
        assert_eq!(Feature::takers([Feature::Locations]), []);
    }
}
