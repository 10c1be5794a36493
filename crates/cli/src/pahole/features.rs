//! Which features are on after each option, by the rules of pahole 1.32.

use crate::failure::Failure;
use pipeline::Features;

/// The features that are on without any option.
const UNASKED: Features = Features {
    var: true,
    decl_tag: true,
    type_tag: true,
    enum64: true,
    ..Features::NONE
};

/// A feature of `btfscope encode` that pahole 1.32 does not have.
const INLINE: &str = "inline";

/// The features that are on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The features to give to the pipeline.
    pub on: Features,
    /// Whether a list was given: the first one turns off the features that are on without any option.
    listed: bool,
    /// Unknown names in lists, in their order.
    pub ignored: Vec<String>,
}

impl Chosen {
    /// The features without any option.
    pub fn new() -> Chosen {
        Chosen {
            on: UNASKED,
            listed: false,
            ignored: Vec::new(),
        }
    }

    /// Turns on what a list of names separated by commas asks for; the first list turns off all others. A
    /// `+` before it adds it to the default. An unknown name is an error if `strict`.
    pub fn list(&mut self, list: &str, strict: bool) -> Result<(), Failure> {
        if !self.listed {
            self.on = Features::NONE;
            self.listed = true;
        }
        let plain = match list.strip_prefix('+') {
            Some(more) => {
                self.on.add(Features::default());
                more
            }
            None => list,
        };
        for name in plain.split(',').filter(|name| !name.is_empty()) {
            match name {
                "default" => self.on.add(Features::default()),
                "all" => self.on.add(Features::ALL),
                // No release of pahole has it, so builds cannot know where its result goes.
                INLINE if !strict => self.ignored.push(name.to_owned()),
                _ if name != INLINE && self.on.set(name, true) => {}
                _ if strict => {
                    return Err(Failure::new(format!(
                        "unknown feature {name}; the features are {}",
                        supported().join(", ")
                    )));
                }
                _ => self.ignored.push(name.to_owned()),
            }
        }
        Ok(())
    }
}

/// The features that exist, in pahole's order.
pub fn supported() -> Vec<&'static str> {
    let names = Features::NAMES.iter().map(|&(name, _)| name);
    names.filter(|name| *name != INLINE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(steps: &[&str]) -> Vec<&'static str> {
        let mut chosen = Chosen::new();
        for step in steps {
            match *step {
                "floats" => chosen.on.float = true,
                "no enum64" => chosen.on.enum64 = false,
                list => chosen.list(list, true).expect("known"),
            }
        }
        chosen.on.names().collect()
    }

    #[test]
    fn lists_count_from_nothing_and_options_in_their_order() {
        assert_eq!(on(&[]), ["var", "decl_tag", "type_tag", "enum64"]);
        assert_eq!(
            on(&["floats", "no enum64"]),
            ["var", "float", "decl_tag", "type_tag"]
        );
        assert_eq!(on(&["float"]), ["float"]);
        assert_eq!(on(&["floats", "var"]), ["var"]);
        assert_eq!(on(&["var", "floats"]), ["var", "float"]);
        assert_eq!(on(&["var", "float,enum64"]), ["var", "float", "enum64"]);
        assert_eq!(on(&[""]), [""; 0]);
        assert_eq!(on(&["+"]), on(&["default"]));
        assert_eq!(on(&["default"]).len(), 9);
        assert_eq!(on(&["default", "no enum64"]).len(), 8);
        assert!(on(&["+distilled_base"]).contains(&"distilled_base"));
        assert_eq!(on(&["all"]).len(), Features::ALL.names().count());
        assert!(!on(&["all"]).contains(&"distilled_base"));
    }

    #[test]
    fn unknown_names_are_kept_apart_or_refused() {
        let mut chosen = Chosen::new();
        chosen.list("var,new_one", false).expect("ignored");
        assert_eq!(chosen.ignored, ["new_one"]);
        assert!(chosen.on.var);
        let refused = chosen.list("new_one", true).expect_err("strict");
        assert!(
            refused
                .message()
                .starts_with("unknown feature new_one; the features are encode_force, var,"),
            "{}",
            refused.message()
        );
    }

    #[test]
    fn what_the_kernel_build_asks_is_what_encode_does() {
        let mut chosen = Chosen::new();
        let list = "encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,decl_tag_kfuncs";
        chosen.list(list, true).expect("known");
        assert_eq!(chosen.on, Features::default());
    }
}
