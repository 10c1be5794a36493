//! Functions and variables as lines of C, with their tags, flags, and sections.

use crate::address::Address;
use crate::definition::{Declarations, Line, Token, TokenKind, definition, unlinked_definition};
use crate::explorer::Explorer;
use crate::facts::bytes_of;
use crate::list::FoundTypes;
use crate::spending::Spending;
use btf::layout::Layouts;
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

/// A function or variable as text alone, for lists of all of them. Other fields are as in [`Signature`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SignatureText {
    /// The declaration as C, in one line.
    pub declaration: String,
    pub tags: Vec<String>,
    pub flags: Vec<String>,
    pub place: Option<(String, u32)>,
    pub size: Option<u64>,
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
        let known = SignatureText::of(explorer, id, String::new());
        Signature {
            id: id.0,
            address: explorer.address(id),
            kind: btf.kind(id),
            name: btf.name(id).into_owned(),
            tokens: one_line(definition(explorer, id)).collect(),
            tags: known.tags,
            flags: known.flags,
            place: known.place,
            size: known.size,
            inlined_at: known.inlined_at,
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

impl SignatureText {
    /// Calls `f` with the first `count` of the functions or variables that were found.
    ///
    /// # Errors
    ///
    /// They have more text than the budget allows: many functions share a long prototype.
    pub fn for_each(
        explorer: &Explorer,
        found: &FoundTypes,
        count: usize,
        mut f: impl FnMut(SignatureText),
    ) -> Result<(), OverBudget> {
        let btf = explorer.btf();
        let (mut declarations, mut layouts) = (Declarations::new(btf), Layouts::new(btf));
        let mut spending = Spending::of(explorer.budget(), &[btf]);
        for id in found.ids().take(count) {
            let declaration = declarations.of(id).unwrap_or_else(|| {
                let words = one_line(unlinked_definition(&mut layouts, explorer, id));
                words.map(|token| token.text).collect()
            });
            spending.write(declaration.len() + TOKEN)?;
            f(SignatureText::of(explorer, id, declaration));
        }
        Ok(())
    }

    fn of(explorer: &Explorer, id: TypeId, declaration: String) -> SignatureText {
        let (btf, attached) = (explorer.btf(), explorer.attached());
        let tags = attached.tags(id).iter();
        let place = attached.place(id);
        let is_function = btf.kind(id) == Kind::Func;
        SignatureText {
            declaration,
            tags: tags.map(|tag| btf.str(*tag).into_owned()).collect(),
            flags: match is_function && explorer.has_kfunc_flags() {
                true => flag_names(explorer.kfunc_flags(&btf.name(id)).unwrap_or(0)),
                false => Vec::new(),
            },
            place: place.map(|place| (btf.str(place.section).into_owned(), place.offset)),
            size: bytes_of(btf, id).or(place.map(|place| u64::from(place.size))),
            inlined_at: match is_function {
                true => explorer.inline_sites().count(id),
                false => None,
            },
        }
    }
}

/// A declaration's lines joined into one.
fn one_line(lines: Vec<Line>) -> impl Iterator<Item = Token> {
    let mut wants_space = false;
    lines.into_iter().flat_map(move |line| {
        let space = std::mem::take(&mut wants_space).then(|| Token {
            kind: TokenKind::Plain,
            text: " ".to_owned(),
        });
        let is_shown = |token: &Token| token.kind != TokenKind::Comment;
        if let Some(last) = line.tokens.iter().rfind(|token| is_shown(token)) {
            wants_space = last.text.trim_end().ends_with(',');
        }
        space
            .into_iter()
            .chain(line.tokens.into_iter().filter(is_shown))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Results and parameters of every form that C has.
    const FORMS: &str = "
        struct lock { int owner; };
        typedef int (*handler_t)(struct lock *lock, const volatile void *data);
        void none(void);
        const char *const *names(const struct lock *, int, ...);
        handler_t chosen(handler_t handler, int (*raw)(struct lock *, int (*)(void)), int (*grid)[4][2]);
        struct lock *of(struct lock **locks, unsigned long sizes[2][3], int raw, int aw, const int *restrict where, char *const *argv);
        int lock(struct lock lock);
    ";

    #[test]
    fn a_declaration_as_text_is_that_of_its_words() {
        let mut btf = lab::c::unit(FORMS, lab::Abi::X86_64).expect("valid C");
        for id in (0..btf.end_id().0).map(TypeId) {
            let name = format!("of_{id}");
            btf.add_var(&name, id, btf::Linkage::Static).expect("fits");
        }
        btf.add_func("no_prototype", TypeId(1), btf::Linkage::Global)
            .expect("fits");
        let explorer = Explorer::new(btf, None);
        let (mut declarations, mut seen) = (Declarations::new(explorer.btf()), 0);
        for (id, ty) in explorer.btf().types() {
            let words = one_line(definition(&explorer, id)).map(|token| token.text);
            match declarations.of(id) {
                Some(text) => assert_eq!(text, words.collect::<String>()),
                None => assert!(!matches!(ty.kind(), Kind::Func | Kind::Var)),
            }
            seen += usize::from(matches!(ty.kind(), Kind::Func | Kind::Var));
        }
        assert!(seen > 20, "{seen}");
    }
}
