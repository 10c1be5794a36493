//! What a user can choose.

use crate::kernel_build::{KernelBuild, KernelTypes};
use btf::{HeaderForm, WriteOptions};
use budget::Budget;
use encode::Languages;
use serde::{Deserialize, Serialize};

/// Declares [`Features`] from one table: name, whether the kernel build asks for it, what it stands for.
macro_rules! features {
    ($($name:ident $default:literal $text:literal,)*) => {
        /// The features of pahole's `--btf_features`, under the same names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub struct Features {
            $(#[doc = $text] pub $name: bool,)*
        }

        impl Features {
            /// Names with what they stand for, in pahole's order.
            pub const NAMES: &[(&'static str, &'static str)] = &[$((stringify!($name), $text),)*];

            /// No feature.
            pub const NONE: Features = Features { $($name: false,)* };

            const EVERY: Features = Features { $($name: true,)* };

            /// What the kernel build asks of pahole.
            const KERNEL_BUILD: Features = Features { $($name: $default,)* };

            fn field(&mut self, name: &str) -> Option<&mut bool> {
                Some(match name {
                    $(stringify!($name) => &mut self.$name,)*
                    _ => return None,
                })
            }

            /// Turns on what `more` has.
            pub fn add(&mut self, more: Features) {
                $(self.$name |= more.$name;)*
            }

            /// Names of those that are on, in pahole's order.
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                let named = [$((stringify!($name), self.$name),)*];
                named.into_iter().filter(|(_, on)| *on).map(|(name, _)| name)
            }
        }
    };
}

features! {
    encode_force true "accepted: names that BTF cannot carry are left out with or without it",
    var true "per-CPU variables",
    float true "floating-point types as FLOAT (otherwise INT)",
    decl_tag true "btf_decl_tag attributes",
    type_tag true "btf_type_tag attributes",
    enum64 true "enumerations wider than 32 bits as ENUM64",
    optimized_func true "accepted: pahole 1.32 knows the name too, and it changes nothing",
    consistent_func true "leave out functions whose prototypes differ between units",
    decl_tag_kfuncs true "kfuncs marked with bpf_kfunc tags",
    reproducible_build false "accepted: the result never depends on threads",
    distilled_base false "with a base: what the types need of it, as .BTF.base",
    global_var false "variables of all sections",
    attributes false "pointers of kfuncs into arenas with their address space as type tag",
    true_signature false "functions as they are after optimisation, under their symbols' names",
    layout false "the 32-byte header and the layout section",
    force_cu_merging false "accepted: units are always encoded with what they refer to in others",
    inline false "experimental: where functions were inlined, as .BTF.inline",
}

impl Features {
    /// What pahole 1.32 means by `all`: every feature but `force_cu_merging` and `distilled_base`,
    /// which are for files that need them, and `inline`, which it does not have.
    pub const ALL: Features = Features {
        inline: false,
        force_cu_merging: false,
        distilled_base: false,
        ..Features::EVERY
    };

    /// Turns one on or off by its name; tells whether there is one of this name.
    pub fn set(&mut self, name: &str, on: bool) -> bool {
        match self.field(name) {
            Some(field) => {
                *field = on;
                true
            }
            None => false,
        }
    }

    /// Reads a comma-separated list. `default` stands for what the kernel build asks, `all` is
    /// [`Features::ALL`], and a `+` before the list adds it to `default`.
    ///
    /// # Errors
    ///
    /// The first name that is not known.
    pub fn parse(list: &str) -> Result<Features, String> {
        let mut features = Features::NONE;
        let added = list.trim().strip_prefix('+');
        if added.is_some() {
            features = Features::default();
        }
        let names = added.unwrap_or(list).split(',').map(str::trim);
        for name in names.filter(|name| !name.is_empty()) {
            match name {
                "default" => features.add(Features::default()),
                "all" => features.add(Features::ALL),
                _ => *features.field(name).ok_or_else(|| name.to_owned())? = true,
            }
        }
        Ok(features)
    }
}

impl Default for Features {
    fn default() -> Features {
        Features::KERNEL_BUILD
    }
}

/// Options of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// What to encode.
    pub features: Features,
    /// Languages whose units are left out: Rust, as in the kernel build.
    pub excluded: Languages,
    /// Most bytes of `.debug_info` in a shard. The result does not depend on it.
    pub shard_bytes: u64,
    /// How many workers will share the work: so that all end at about the same time, the last shards are
    /// smaller. The result does not depend on it.
    pub workers: u32,
    /// Sort the types by name, anonymous ones first, as kernel builds do from Linux 7.0 on.
    pub sort: bool,
    /// Whether the result has the encoder's types or those that the kernel carries.
    pub kernel: KernelTypes,
    /// Leave in the result what the kernel refuses: names of other languages than C, members without a size.
    pub keep_refused: bool,
    /// Units whose source file, as the DWARF names it, begins with one of these are left out.
    pub excluded_units: Vec<String>,
    /// A name that begins with this becomes this: counters that build scripts put behind it then keep no equal types
    /// apart.
    pub kabi_prefix: Option<String>,
    /// The release of the kernel whose BTF is the base, if it is known; a module of another is named in a note.
    pub base_release: Option<String>,
    /// How the result is written.
    pub write: WriteOptions,
    /// How much the file may cost beyond its own bytes.
    pub budget: Budget,
}

impl Options {
    /// Whether the unit of a source file is left out by its name.
    pub(crate) fn leaves_out(&self, name: Option<&str>) -> bool {
        let begins = |prefix: &String| name.is_some_and(|name| name.starts_with(prefix));
        self.excluded_units.iter().any(begins)
    }

    /// These options for a result by the rules of a kernel's build: kfuncs with all their tags, types sorted. Pointers into arenas
    /// are tagged by the encoder before 7.3, and later by the build itself.
    pub(crate) fn by_rules(&self, build: Option<KernelBuild>) -> Options {
        let mut options = self.clone();
        if let Some(build) = build {
            options.features.attributes = build < KernelBuild::DeduplicatesAgain;
            options.features.decl_tag_kfuncs = true;
            options.sort = true;
        }
        options
    }

    /// How the result is written, the feature `layout` included.
    pub fn write_options(&self) -> WriteOptions {
        WriteOptions {
            header: match self.features.layout {
                true => HeaderForm::Layout,
                false => self.write.header,
            },
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            features: Features::default(),
            excluded: Languages::RUST,
            shard_bytes: 32 << 20,
            workers: 1,
            sort: false,
            kernel: KernelTypes::OfEncoder,
            keep_refused: false,
            excluded_units: Vec::new(),
            kabi_prefix: None,
            base_release: None,
            write: WriteOptions::default(),
            budget: Budget::STANDARD,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_pahole_reads_them() {
        assert_eq!(Features::parse("default"), Ok(Features::default()));
        assert_eq!(Features::parse("all"), Ok(Features::ALL));
        assert_eq!(Features::parse(""), Ok(Features::NONE));
        let with = Features {
            global_var: true,
            ..Features::default()
        };
        assert_eq!(Features::parse("+global_var"), Ok(with));
        assert_eq!(Features::parse("global_var, default"), Ok(with));
        let two = Features {
            var: true,
            layout: true,
            ..Features::NONE
        };
        assert_eq!(Features::parse("layout,var"), Ok(two));
        assert_eq!(Features::parse("var,vars"), Err("vars".to_owned()));
    }

    #[test]
    fn the_default_is_what_the_kernel_build_asks() {
        let asked = "encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,decl_tag_kfuncs";
        assert_eq!(Features::parse(asked), Ok(Features::default()));
    }
}
