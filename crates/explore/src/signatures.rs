//! Functions and variables as lines of C, with their tags, flags, and sections.

use crate::address::Address;
use crate::definition::{Token, TokenKind, definition};
use crate::explorer::Explorer;
use crate::facts::bytes_of;
use crate::list::FoundTypes;
use crate::spending::Spending;
use btf::{Kind, TypeId};
use budget::OverBudget;
use serde::{Deserialize, Serialize};

/// A function or variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The id in this BTF.
    pub id: u32,
    /// Kind and name.
    pub address: Address,
    /// FUNC or VAR.
    pub kind: Kind,
    /// The name of the function or variable.
    pub name: String,
    /// The declaration as C, in one line.
    pub tokens: Vec<Token>,
    /// The tags, such as `bpf_kfunc`.
    pub tags: Vec<String>,
    /// For a kfunc whose file had the sets of `.BTF_ids`: its flags under the kernel's names.
    pub flags: Vec<String>,
    /// For a variable: its section, and bytes from the section's start.
    pub place: Option<(String, u32)>,
    /// For a variable: its size in bytes.
    pub size: Option<u64>,
    /// For a function: at how many sites it was inlined; `None` if that is not known of any function.
    pub inlined_at: Option<u32>,
}

/// The flags of a kfunc by bit, as `include/linux/btf.h` names them.
pub const FLAGS: [&str; 17] = [
    "KF_ACQUIRE",
    "KF_RELEASE",
    "KF_RET_NULL",
    // Until Linux 6.3; no later flag has this bit.
    "KF_KPTR_GET",
    "KF_TRUSTED_ARGS",
    "KF_SLEEPABLE",
    "KF_DESTRUCTIVE",
    "KF_RCU",
    "KF_ITER_NEW",
    "KF_ITER_NEXT",
    "KF_ITER_DESTROY",
    "KF_RCU_PROTECTED",
    "KF_FASTCALL",
    "KF_ARENA_RET",
    "KF_ARENA_ARG1",
    "KF_ARENA_ARG2",
    "KF_IMPLICIT_ARGS",
];

/// The names of flags; a flag without a name is written as its bit.
pub fn flag_names(flags: u32) -> Vec<String> {
    let set = (0..32).filter(|bit| flags >> bit & 1 == 1);
    let name = |bit: u32| match FLAGS.get(bit as usize) {
        Some(name) => (*name).to_owned(),
        None => format!("bit {bit}"),
    };
    set.map(name).collect()
}

/// What a word costs beside its text.
const TOKEN: usize = 12;

impl Signature {
    /// The signature of a function or variable.
    pub fn of(explorer: &Explorer, id: TypeId) -> Signature {
        let btf = explorer.btf();
        let attached = explorer.attached();
        let name = btf.name(id).into_owned();
        let tags = attached.tags(id).iter();
        let place = attached.place(id);
        Signature {
            id: id.0,
            address: explorer.address(id),
            kind: btf.kind(id),
            tokens: one_line(explorer, id),
            tags: tags.map(|tag| btf.str(*tag).into_owned()).collect(),
            flags: match btf.kind(id) {
                Kind::Func => flag_names(explorer.kfunc_flags(&name).unwrap_or(0)),
                _ => Vec::new(),
            },
            place: place.map(|place| (btf.str(place.section).into_owned(), place.offset)),
            inlined_at: match btf.kind(id) {
                Kind::Func => explorer.inline_sites().count(id),
                _ => None,
            },
            size: bytes_of(btf, id).or(place.map(|place| u64::from(place.size))),
            name,
        }
    }

    /// Some rows of the functions or variables that were found.
    ///
    /// # Errors
    ///
    /// They have more text than the budget allows: many functions share a long prototype.
    pub fn page(
        explorer: &Explorer,
        found: &FoundTypes,
        from: usize,
        count: usize,
    ) -> Result<Vec<Signature>, OverBudget> {
        let ids = found.ids().skip(from).take(count);
        let mut spending = Spending::of(explorer.budget(), &[explorer.btf()]);
        ids.map(|id| {
            let signature = Signature::of(explorer, id);
            let words = signature.tokens.iter();
            spending.write(words.map(|token| token.text.len() + TOKEN).sum())?;
            Ok(signature)
        })
        .collect()
    }

    /// The declaration as text.
    pub fn text(&self) -> String {
        self.tokens
            .iter()
            .map(|token| token.text.as_str())
            .collect()
    }
}

/// A declaration's lines joined into one.
fn one_line(explorer: &Explorer, id: TypeId) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for line in definition(explorer, id) {
        let wants_space = tokens
            .last()
            .is_some_and(|last| last.text.trim_end().ends_with(','));
        if wants_space {
            tokens.push(Token {
                kind: TokenKind::Plain,
                text: " ".to_owned(),
            });
        }
        let words = line.tokens.into_iter();
        tokens.extend(words.filter(|token| token.kind != TokenKind::Comment));
    }
    tokens
}
