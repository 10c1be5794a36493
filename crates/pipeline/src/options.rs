//! What a user can choose.

use btf::WriteOptions;
use serde::{Deserialize, Serialize};

/// The features of pahole's `--btf_features`, under the same names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)] // the names are pahole's; see its manual page
pub struct Features {
    pub encode_force: bool,
    pub var: bool,
    pub float: bool,
    pub enum64: bool,
    pub decl_tag: bool,
    pub type_tag: bool,
    pub optimized_func: bool,
    pub consistent_func: bool,
    pub decl_tag_kfuncs: bool,
}

impl Features {
    /// Names with what they stand for, in the order in which the kernel build writes them.
    pub const NAMES: [(&'static str, &'static str); 9] = [
        (
            "encode_force",
            "accepted: names that BTF cannot carry are left out with or without it",
        ),
        ("var", "per-CPU variables"),
        ("float", "floating-point types as FLOAT (otherwise INT)"),
        ("enum64", "enumerations wider than 32 bits as ENUM64"),
        ("decl_tag", "btf_decl_tag attributes"),
        ("type_tag", "btf_type_tag attributes"),
        (
            "optimized_func",
            "accepted: pahole 1.32 knows the name too, and it changes nothing",
        ),
        (
            "consistent_func",
            "leave out functions whose prototypes differ between units",
        ),
        ("decl_tag_kfuncs", "kfuncs marked with bpf_kfunc tags"),
    ];

    /// No feature.
    pub const NONE: Features = Features {
        encode_force: false,
        var: false,
        float: false,
        enum64: false,
        decl_tag: false,
        type_tag: false,
        optimized_func: false,
        consistent_func: false,
        decl_tag_kfuncs: false,
    };

    /// Reads a comma-separated list; `default` and `all` stand for the kernel build's set. The error
    /// is the name that is not known.
    pub fn parse(list: &str) -> Result<Features, String> {
        let mut features = Features::NONE;
        for name in list
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            if matches!(name, "default" | "all") {
                features = Features::default();
                continue;
            }
            *features.field(name).ok_or_else(|| name.to_owned())? = true;
        }
        Ok(features)
    }

    fn field(&mut self, name: &str) -> Option<&mut bool> {
        Some(match name {
            "encode_force" => &mut self.encode_force,
            "var" => &mut self.var,
            "float" => &mut self.float,
            "enum64" => &mut self.enum64,
            "decl_tag" => &mut self.decl_tag,
            "type_tag" => &mut self.type_tag,
            "optimized_func" => &mut self.optimized_func,
            "consistent_func" => &mut self.consistent_func,
            "decl_tag_kfuncs" => &mut self.decl_tag_kfuncs,
            _ => return None,
        })
    }
}

impl Default for Features {
    /// What the kernel build asks of pahole.
    fn default() -> Features {
        Features {
            encode_force: true,
            var: true,
            float: true,
            enum64: true,
            decl_tag: true,
            type_tag: true,
            optimized_func: true,
            consistent_func: true,
            decl_tag_kfuncs: true,
        }
    }
}

/// Options of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// What to encode.
    pub features: Features,
    /// Leave out units written in Rust, as the kernel build does.
    pub exclude_rust: bool,
    /// Bytes of `.debug_info` in a shard. The result does not depend on it.
    pub shard_bytes: u64,
    /// How the result is written.
    pub write: WriteOptions,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            features: Features::default(),
            exclude_rust: true,
            shard_bytes: 8 << 20,
            write: WriteOptions::default(),
        }
    }
}
