//! Which features are on, option after option, as pahole 1.32 counts them.

use crate::failure::Failure;
use pipeline::Features;
use std::collections::BTreeSet;

/// A feature of pahole 1.32.
struct Known {
    name: &'static str,
    /// On in `--btf_features=default`.
    default: bool,
    /// On in `--btf_features=all`.
    all: bool,
    /// On where no option says anything.
    unasked: bool,
}

const fn known(name: &'static str, default: bool, all: bool, unasked: bool) -> Known {
    Known {
        name,
        default,
        all,
        unasked,
    }
}

/// In pahole's order.
const FEATURES: &[Known] = &[
    known("encode_force", true, true, false),
    known("var", true, true, true),
    known("float", true, true, false),
    known("decl_tag", true, true, true),
    known("type_tag", true, true, true),
    known("enum64", true, true, true),
    known("optimized_func", true, true, false),
    known("consistent_func", true, true, false),
    known("decl_tag_kfuncs", true, true, false),
    known("reproducible_build", false, true, false),
    known("distilled_base", false, false, false),
    known("global_var", false, true, false),
    known("attributes", false, true, false),
    known("true_signature", false, true, false),
    known("layout", false, true, false),
    known("force_cu_merging", false, true, false),
];

/// The features that are on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    on: BTreeSet<&'static str>,
    /// Whether a list was given: the first one turns off what is on unasked.
    listed: bool,
    /// Names in lists that stand for nothing, in their order.
    pub ignored: Vec<String>,
}

impl Chosen {
    /// What is on when no option says anything.
    pub fn new() -> Chosen {
        Chosen {
            on: names(|feature| feature.unasked).collect(),
            listed: false,
            ignored: Vec::new(),
        }
    }

    /// Turns one feature on or off.
    pub fn set(&mut self, name: &'static str, on: bool) {
        if on {
            self.on.insert(name);
        } else {
            self.on.remove(name);
        }
    }

    /// Turns on what a list of names separated by commas asks for; the first list turns off all others. A
    /// `+` before it adds it to the default. A name that stands for nothing is an error if `strict`.
    pub fn list(&mut self, list: &str, strict: bool) -> Result<(), Failure> {
        if !self.listed {
            self.on.clear();
            self.listed = true;
        }
        let plain = match list.strip_prefix('+') {
            Some(more) => {
                self.on.extend(names(|feature| feature.default));
                more
            }
            None => list,
        };
        for name in plain.split(',').filter(|name| !name.is_empty()) {
            match name {
                "default" => self.on.extend(names(|feature| feature.default)),
                "all" => self.all(),
                _ => match FEATURES.iter().find(|feature| feature.name == name) {
                    Some(feature) => self.set(feature.name, true),
                    None if strict => {
                        return Err(Failure::new(format!(
                            "there is no feature {name}; there are {}",
                            supported().join(", ")
                        )));
                    }
                    None => self.ignored.push(name.to_owned()),
                },
            }
        }
        Ok(())
    }

    /// Turns every feature on, but what pahole leaves out of "all".
    fn all(&mut self) {
        self.on.extend(names(|feature| feature.all));
    }

    /// What the pipeline is asked for.
    ///
    /// # Errors
    ///
    /// A feature of pahole's that it has not.
    pub fn features(&self) -> Result<Features, Failure> {
        let unmade = |name: &str| {
            Failure::new(format!(
                "pahole's feature {name} is not one that btfscope has; leave it out"
            ))
        };
        let names: Vec<&str> = self.on.iter().copied().collect();
        Features::parse(&names.join(",")).map_err(|name| unmade(&name))
    }
}

/// The features that can be asked for, in pahole's order.
pub fn supported() -> Vec<&'static str> {
    names(|_| true).collect()
}

fn names(which: impl Fn(&Known) -> bool) -> impl Iterator<Item = &'static str> {
    FEATURES
        .iter()
        .filter(move |feature| which(feature))
        .map(|feature| feature.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(steps: &[&str]) -> Vec<&'static str> {
        let mut chosen = Chosen::new();
        for step in steps {
            match *step {
                "floats" => chosen.set("float", true),
                "no enum64" => chosen.set("enum64", false),
                list => chosen.list(list, true).expect("known"),
            }
        }
        chosen.on.into_iter().collect()
    }

    #[test]
    fn lists_count_from_nothing_and_options_in_their_order() {
        assert_eq!(on(&[]), ["decl_tag", "enum64", "type_tag", "var"]);
        assert_eq!(
            on(&["floats", "no enum64"]),
            ["decl_tag", "float", "type_tag", "var"]
        );
        assert_eq!(on(&["float"]), ["float"]);
        assert_eq!(on(&["floats", "var"]), ["var"]);
        assert_eq!(on(&["var", "floats"]), ["float", "var"]);
        assert_eq!(on(&["var", "float,enum64"]), ["enum64", "float", "var"]);
        assert_eq!(on(&[""]), [""; 0]);
        assert_eq!(on(&["+"]), on(&["default"]));
        assert_eq!(on(&["default"]).len(), 9);
        assert_eq!(on(&["default", "no enum64"]).len(), 8);
        assert!(on(&["+distilled_base"]).contains(&"distilled_base"));
        assert_eq!(on(&["all"]).len(), FEATURES.len() - 1);
        assert!(!on(&["all"]).contains(&"distilled_base"));
    }

    #[test]
    fn unknown_names_are_kept_apart_or_refused() {
        let mut chosen = Chosen::new();
        chosen.list("var,new_one", false).expect("ignored");
        assert_eq!(chosen.ignored, ["new_one"]);
        assert!(chosen.features().expect("has all").var);
        let refused = chosen.list("new_one", true).expect_err("strict");
        assert!(
            refused
                .message()
                .starts_with("there is no feature new_one; there are encode_force, var,"),
            "{}",
            refused.message()
        );
    }

    #[test]
    fn what_the_kernel_build_asks_is_what_encode_does() {
        let mut chosen = Chosen::new();
        let list = "encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,decl_tag_kfuncs";
        chosen.list(list, true).expect("known");
        assert_eq!(chosen.features().expect("has all"), Features::default());
    }
}
