//! Where the arguments of inlined functions are. They are comments, since C cannot express them.

use super::token::{Line, Token, TokenKind};
use super::{Text, comment, counted, plain};
use btf::{Location, Type, TypeId};

/// How many parameters of one inline site are shown.
const MOST_PARAMETERS: usize = 100;

impl Text<'_, '_> {
    /// The definition of a LOC_PARAM.
    pub(super) fn location(&mut self, location: Location<'_>) {
        let size = counted(location.size.into(), "byte");
        self.push(
            0,
            vec![comment(&format!("/* an argument of {size}: {location} */"))],
        );
    }

    /// The definition of a LOC_PROTO.
    pub(super) fn locations(&mut self, ty: Type<'_>) {
        self.push(
            0,
            vec![comment("/* the arguments of an inlined function */")],
        );
        for (number, id) in ty.locations().enumerate() {
            let mut tokens = vec![plain(&format!("{}: ", number + 1))];
            tokens.push(self.place(id));
            self.push(0, tokens);
        }
    }

    /// The definition of a LOCSEC.
    pub(super) fn inline_sites(&mut self, ty: Type<'_>) {
        let name = self.btf.str(ty.name());
        let section = name.strip_prefix("inline").unwrap_or(&name);
        let head = format!("/* functions that were inlined in section {section} */");
        self.push(0, vec![comment(&head)]);
        for site in ty.inline_sites() {
            let func = Token {
                kind: TokenKind::Link(self.explorer.address(site.func)),
                text: self.btf.name(site.func).into_owned(),
            };
            let mut tokens = vec![func, plain("(")];
            let locations = self.btf.get(site.locations);
            let arguments = locations.map(Type::locations).into_iter().flatten();
            for (number, id) in arguments.take(MOST_PARAMETERS).enumerate() {
                if number > 0 {
                    tokens.push(plain(", "));
                }
                tokens.push(self.place(id));
            }
            tokens.push(plain(")"));
            self.line(Line {
                offset: Some(site.offset.into()),
                tokens,
                ..Line::default()
            });
        }
    }

    /// Where one argument is; `unknown` if no location is known.
    fn place(&self, id: TypeId) -> Token {
        match self.btf.get(id).and_then(Type::location) {
            Some(location) => Token {
                kind: TokenKind::Link(self.explorer.address(id)),
                text: location.to_string(),
            },
            None => comment("/* unknown */"),
        }
    }
}
