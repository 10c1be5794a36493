//! Functions and variables as text alone, for lists of all of them: what the words of
//! [`unlinked_definition`](super::unlinked_definition) are when they are joined into one line, without the words.

use super::words::stars;
use btf::print::show::text::{Declared, declared};
use btf::{Btf, Data, Kind, Linkage, Type, TypeId};
use rustc_hash::FxHashMap;

/// What is longer is cut, which is for the one that writes words.
const MOST_PARAMETERS: usize = 1000;
const MOST_BYTES: usize = 1 << 20;

/// Writes declarations. How a type is written is kept, since a kernel's functions take the same few types.
pub(crate) struct Declarations<'a> {
    btf: &'a Btf,
    plain: FxHashMap<TypeId, Option<Plain>>,
}

/// A type of which C writes everything before the name.
struct Plain {
    /// The type, a space, and stars.
    text: String,
    /// How much of the text is written where no name follows.
    bare: usize,
}

impl Plain {
    /// `None` if brackets or parentheses follow the name.
    fn of(btf: &Btf, id: TypeId) -> Option<Plain> {
        let Declared { left, right } = declared(btf, id, "", false);
        right.is_empty().then(|| {
            let (left, stars) = stars(&left);
            let text = format!("{left} {stars}");
            let bare = match stars.is_empty() {
                true => left.len(),
                false => text.len(),
            };
            Plain { text, bare }
        })
    }
}

impl<'a> Declarations<'a> {
    pub fn new(btf: &'a Btf) -> Declarations<'a> {
        Declarations {
            btf,
            plain: FxHashMap::default(),
        }
    }

    /// The declaration of a function or variable; `None` for other types, and for what is too long.
    pub fn of(&mut self, id: TypeId) -> Option<String> {
        let ty = self.btf.get(id)?;
        let mut out = String::with_capacity(160);
        match ty.data() {
            Data::Func { proto, .. } => self.function(ty, proto, &mut out)?,
            Data::Var { target, linkage } => {
                out.push_str(match linkage {
                    Linkage::Static => "static ",
                    Linkage::Extern => "extern ",
                    _ => "",
                });
                self.declaration(target, &self.btf.str(ty.name()), &mut out);
                out.push(';');
            }
            _ => return None,
        }
        (out.len() <= MOST_BYTES).then_some(out)
    }

    fn function(&mut self, ty: Type<'_>, proto: TypeId, out: &mut String) -> Option<()> {
        let btf = self.btf;
        let own = btf.str(ty.name());
        let proto = btf.get(proto).filter(|ty| ty.kind() == Kind::FuncProto);
        let Some(proto) = proto else {
            out.push_str(&own);
            out.push_str("();");
            return Some(());
        };
        if proto.params().len() > MOST_PARAMETERS {
            return None;
        }
        let result = TypeId(proto.size_or_type());
        match self.plain(result) {
            Some(plain) => out.push_str(&plain.text),
            None => {
                let (left, stars) = stars(&declared(btf, result, "", false).left);
                out.extend([&*left, " ", &*stars]);
            }
        }
        out.push_str(&own);
        out.push('(');
        for (at, param) in proto.params().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            match param.ty {
                TypeId::VOID => out.push_str("..."),
                ty => self.declaration(ty, &btf.str(param.name), out),
            }
            if out.len() > MOST_BYTES {
                return None;
            }
        }
        if proto.params().len() == 0 {
            out.push_str("void");
        }
        out.push_str(");");
        Some(())
    }

    fn declaration(&mut self, id: TypeId, own: &str, out: &mut String) {
        if let Some(plain) = self.plain(id) {
            return match own {
                "" => out.extend(plain.text.get(..plain.bare)),
                own => out.extend([&*plain.text, own]),
            };
        }
        let Declared { left, right } = declared(self.btf, id, own, false);
        let (left, stars) = stars(&left);
        out.extend([&*left, " ", &*stars]);
        if !right.contains(own) {
            out.push_str(own);
        }
        out.push_str(&right);
    }

    fn plain(&mut self, id: TypeId) -> Option<&Plain> {
        let plain = self.plain.entry(id);
        plain.or_insert_with(|| Plain::of(self.btf, id)).as_ref()
    }
}
