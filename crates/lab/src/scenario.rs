//! Setups to begin with: small ones that show one thing each.

mod base;
mod first;
mod rules;

use crate::Setup;
use serde::{Deserialize, Serialize};

/// A setup with its story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// Its name in an address.
    pub slug: String,
    /// What it stands under in the list.
    pub group: String,
    /// A few words.
    pub title: String,
    /// What there is to see, in a sentence or two.
    pub story: String,
    /// The units and the switches.
    pub setup: Setup,
    /// Types that are left.
    pub left: u32,
}

/// Slug, title, story, types that are left, units; in the group of modules the first text is the base.
type Story = (
    &'static str,
    &'static str,
    &'static str,
    u32,
    &'static [&'static str],
);

/// The group of scenarios with a base.
const MODULES: &str = "A module on a base";

const GROUPS: [(&str, &[Story]); 3] = [
    ("Step by step", first::STORIES),
    ("Rule by rule", rules::STORIES),
    (MODULES, base::STORIES),
];

/// Those in which every type has the same hash.
const SAME_HASH: [&str; 1] = ["void"];

/// All scenarios, group by group.
pub fn all() -> Vec<Scenario> {
    let grouped = GROUPS
        .iter()
        .flat_map(|&(group, stories)| stories.iter().map(move |story| (group, story)));
    grouped
        .map(|(group, &(slug, title, story, left, units))| Scenario {
            slug: slug.to_owned(),
            group: group.to_owned(),
            title: title.to_owned(),
            story: story.to_owned(),
            setup: match units.split_first() {
                Some((base, units)) if group == MODULES => Setup {
                    base: Some((*base).to_owned()),
                    ..Setup::of(units)
                },
                _ => Setup {
                    same_hash: SAME_HASH.contains(&slug),
                    ..Setup::of(units)
                },
            },
            left,
        })
        .collect()
}

/// The scenario of this name.
pub fn find(slug: &str) -> Option<Scenario> {
    all().into_iter().find(|scenario| scenario.slug == slug)
}
