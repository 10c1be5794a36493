//! The words before a declarator: which type they name.

use super::error::{Cause, Error};
use super::types::{Id, Ty, Types};
use btf::{IntEncoding, Kind};
use lang_c::ast::{
    Attribute, DeclarationSpecifier, EnumType, Extension, Identifier, SpecifierQualifier,
    StorageClassSpecifier, StructKind, StructType, TypeName, TypeQualifier, TypeSpecifier,
};
use lang_c::span::{Node, Span};

/// What attributes say of layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub packed: bool,
    /// Bytes.
    pub aligned: Option<u32>,
}

/// What the words of a declaration say beside the type.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Declared {
    pub is_typedef: bool,
    /// Of what is declared, not of its type.
    pub attributes: Attributes,
}

/// The words of one declaration.
struct Words<'d> {
    types: Vec<&'d Node<TypeSpecifier>>,
    is_const: bool,
    is_volatile: bool,
    /// Of the type that they define.
    attributes: Attributes,
    declared: Declared,
    span: Span,
}

impl Types<'_> {
    /// The type that a declaration's words name, and what else they say.
    pub(super) fn declared_type(
        &mut self,
        specifiers: &[Node<DeclarationSpecifier>],
    ) -> Result<(Id, Declared), Error> {
        let mut words = Words::new(specifiers.first().map(|first| first.span));
        for specifier in specifiers {
            match &specifier.node {
                DeclarationSpecifier::TypeSpecifier(ty) => words.push(ty),
                DeclarationSpecifier::TypeQualifier(ty) => self.qualify(&mut words, ty)?,
                DeclarationSpecifier::Extension(all) => {
                    self.attributes(all, words.attributed())?;
                }
                DeclarationSpecifier::StorageClass(class) => {
                    words.declared.is_typedef |= class.node == StorageClassSpecifier::Typedef;
                }
                // `inline` and the like say nothing of types.
                DeclarationSpecifier::Function(_) => {}
                DeclarationSpecifier::Alignment(it) => {
                    let what = "`_Alignas`".to_owned();
                    let advice = "write `__attribute__((aligned(BYTES)))` behind the name";
                    return self.fail(it.span, Cause::Unsupported { what, advice });
                }
            }
        }
        Ok((self.named(&words)?, words.declared))
    }

    /// The type that the words before a member or in a type name name, and the attributes of what is declared.
    pub(super) fn qualified_type(
        &mut self,
        specifiers: &[Node<SpecifierQualifier>],
    ) -> Result<(Id, Attributes), Error> {
        let mut words = Words::new(specifiers.first().map(|first| first.span));
        for specifier in specifiers {
            match &specifier.node {
                SpecifierQualifier::TypeSpecifier(ty) => words.push(ty),
                SpecifierQualifier::TypeQualifier(ty) => self.qualify(&mut words, ty)?,
                SpecifierQualifier::Extension(all) => {
                    self.attributes(all, words.attributed())?;
                }
            }
        }
        Ok((self.named(&words)?, words.declared.attributes))
    }

    /// A type name, as in `sizeof`.
    pub(super) fn type_name(&mut self, name: &TypeName) -> Result<Id, Error> {
        let (base, _) = self.qualified_type(&name.specifiers)?;
        match &name.declarator {
            Some(declarator) => Ok(self.declarator(base, &declarator.node)?.1),
            None => Ok(base),
        }
    }

    fn qualify<'d>(
        &self,
        words: &mut Words<'d>,
        qualifier: &Node<TypeQualifier>,
    ) -> Result<(), Error> {
        match qualifier.node {
            TypeQualifier::Const => words.is_const = true,
            TypeQualifier::Volatile => words.is_volatile = true,
            _ => {
                let what = format!("`{}` before a type", self.typed(qualifier.span));
                return self.fail(qualifier.span, Cause::Unsupported { what, advice: "" });
            }
        }
        Ok(())
    }

    /// Adds what attributes say of layout; no other ones are left.
    pub(super) fn attributes(
        &mut self,
        extensions: &[Node<Extension>],
        to: &mut Attributes,
    ) -> Result<(), Error> {
        /// Bytes of an alignment without a number: the largest that a type of the machine needs.
        const LARGEST: u32 = 16;
        for extension in extensions {
            let Extension::Attribute(Attribute { name, arguments }) = &extension.node else {
                let what = format!("`{}`", self.typed(extension.span));
                return self.fail(extension.span, Cause::Unsupported { what, advice: "" });
            };
            match (name.node.trim_matches('_'), arguments.as_slice()) {
                ("packed", []) => to.packed = true,
                ("aligned", []) => to.aligned = to.aligned.max(Some(LARGEST)),
                ("aligned", [bytes]) => {
                    let bytes = self.number(bytes)?;
                    let valid = u32::try_from(bytes).ok();
                    match valid.filter(|it| it.is_power_of_two() && *it <= 1 << 20) {
                        Some(bytes) => to.aligned = to.aligned.max(Some(bytes)),
                        None => return self.fail(extension.span, Cause::OutOfRange),
                    }
                }
                (name, _) => {
                    let what = format!("attribute `{name}` in this form");
                    return self.fail(extension.span, Cause::Unsupported { what, advice: "" });
                }
            }
        }
        Ok(())
    }

    fn named(&mut self, words: &Words<'_>) -> Result<Id, Error> {
        let mut ty = match words.types.as_slice() {
            [one] => match &one.node {
                TypeSpecifier::Struct(it) => self.composite(it, words.attributes)?,
                TypeSpecifier::Enum(it) => self.enumeration(it, words.attributes)?,
                TypeSpecifier::TypedefName(name) => {
                    let name = name.node.name.as_str();
                    match self.typedef(name)? {
                        Some(known) => known,
                        None => {
                            let (name, hint) = (name.to_owned(), self.hint(name));
                            return self.fail(one.span, Cause::UnknownType { name, hint });
                        }
                    }
                }
                _ => self.scalar(words)?,
            },
            _ => self.scalar(words)?,
        };
        if words.is_volatile {
            ty = self.reference(Kind::Volatile, ty);
        }
        if words.is_const {
            ty = self.reference(Kind::Const, ty);
        }
        Ok(ty)
    }

    /// `unsigned long int` and the like, under the names that compilers give them.
    fn scalar(&mut self, words: &Words<'_>) -> Result<Id, Error> {
        let count = |wanted: &TypeSpecifier| {
            let same = |one: &&&Node<TypeSpecifier>| one.node == *wanted;
            words.types.iter().filter(same).count()
        };
        use TypeSpecifier as T;
        let (signed, unsigned) = (count(&T::Signed), count(&T::Unsigned));
        let (char, short, int, long) = (
            count(&T::Char),
            count(&T::Short),
            count(&T::Int),
            count(&T::Long),
        );
        let (void, bool, float, double) = (
            count(&T::Void),
            count(&T::Bool),
            count(&T::Float),
            count(&T::Double),
        );
        // The parser has no `__int128`: another word stands for it.
        let int128 = count(&T::Complex);
        let others = void + bool + float + double + char + short + int + long;
        let known = signed + unsigned + others + int128;
        if known != words.types.len() || int128 > 0 && others > 0 || int128 > 1 {
            return self.no_type(words);
        }
        let (yes, no) = (IntEncoding::SIGNED, IntEncoding::NONE);
        if int128 == 1 {
            let (name, encoding) = match (signed, unsigned) {
                (0 | 1, 0) => ("__int128", yes),
                (0, 1) => ("__int128 unsigned", no),
                _ => return self.no_type(words),
            };
            return Ok(self.share(Ty::Int {
                name,
                size: 16,
                encoding,
            }));
        }
        let word = self.abi.word();
        let (name, size, encoding) = match [
            void, bool, float, double, char, short, int, long, signed, unsigned,
        ] {
            [1, 0, 0, 0, 0, 0, 0, 0, 0, 0] => return Ok(Id::VOID),
            [0, 1, 0, 0, 0, 0, 0, 0, 0, 0] => ("_Bool", 1, IntEncoding::BOOL),
            [0, 0, 1, 0, 0, 0, 0, 0, 0, 0] => return Ok(self.float("float", 4)),
            [0, 0, 0, 1, 0, 0, 0, 0, 0, 0] => return Ok(self.float("double", 8)),
            [0, 0, 0, 1, 0, 0, 0, 1, 0, 0] => {
                let size = self.abi.long_double();
                return Ok(self.float("long double", size));
            }
            [0, 0, 0, 0, 1, 0, 0, 0, 0, 0] => ("char", 1, yes),
            [0, 0, 0, 0, 1, 0, 0, 0, 1, 0] => ("signed char", 1, yes),
            [0, 0, 0, 0, 1, 0, 0, 0, 0, 1] => ("unsigned char", 1, no),
            [0, 0, 0, 0, 0, 1, 0 | 1, 0, 0 | 1, 0] => ("short int", 2, yes),
            [0, 0, 0, 0, 0, 1, 0 | 1, 0, 0, 1] => ("short unsigned int", 2, no),
            [0, 0, 0, 0, 0, 0, 1, 0, 0 | 1, 0] | [0, 0, 0, 0, 0, 0, 0, 0, 1, 0] => ("int", 4, yes),
            [0, 0, 0, 0, 0, 0, 0 | 1, 0, 0, 1] => ("unsigned int", 4, no),
            [0, 0, 0, 0, 0, 0, 0 | 1, 1, 0 | 1, 0] => ("long int", word, yes),
            [0, 0, 0, 0, 0, 0, 0 | 1, 1, 0, 1] => ("long unsigned int", word, no),
            [0, 0, 0, 0, 0, 0, 0 | 1, 2, 0 | 1, 0] => ("long long int", 8, yes),
            [0, 0, 0, 0, 0, 0, 0 | 1, 2, 0, 1] => ("long long unsigned int", 8, no),
            _ => return self.no_type(words),
        };
        Ok(self.share(Ty::Int {
            name,
            size,
            encoding,
        }))
    }

    fn no_type<T>(&self, words: &Words<'_>) -> Result<T, Error> {
        let all = words.types.iter().map(|one| self.typed(one.span));
        let first = words.types.first().map_or(words.span, |one| one.span);
        let words = all.collect::<Vec<_>>().join(" ");
        self.fail(first, Cause::NoType { words })
    }

    fn float(&mut self, name: &'static str, size: u32) -> Id {
        self.share(Ty::Float { name, size })
    }

    fn composite(&mut self, it: &Node<StructType>, attributes: Attributes) -> Result<Id, Error> {
        let kind = match it.node.kind.node {
            StructKind::Struct => Kind::Struct,
            StructKind::Union => Kind::Union,
        };
        let (name, span) = tag_of(it.node.identifier.as_ref(), it.node.kind.span);
        let fresh = Ty::Composite {
            kind,
            name: name.to_owned(),
            layout: None,
        };
        let id = self.tag(name, fresh, span);
        let is_known = match self.get(id) {
            Some(Ty::Composite {
                kind: was, layout, ..
            }) if *was == kind => layout.is_some() || self.open.contains(&id),
            _ => return self.other_kind(id, name, span),
        };
        let Some(declarations) = &it.node.declarations else {
            return Ok(id);
        };
        let tagged = format!("{} {name}", keyword(kind));
        if is_known {
            return self.redefined(span, tagged, "defined");
        }
        if !name.is_empty() {
            self.defined(tagged, span);
        }
        self.open.push(id);
        let laid_out = self.members(kind, declarations, attributes)?;
        self.open.pop();
        if let Some(Ty::Composite { layout, .. }) = self.get_mut(id) {
            *layout = Some(laid_out);
        }
        Ok(id)
    }

    fn enumeration(&mut self, it: &Node<EnumType>, attributes: Attributes) -> Result<Id, Error> {
        let (name, span) = tag_of(it.node.identifier.as_ref(), it.span);
        let fresh = Ty::Enum {
            name: name.to_owned(),
            values: None,
            packed: false,
        };
        let id = self.tag(name, fresh, span);
        let is_known = match self.get(id) {
            Some(Ty::Enum { values, .. }) => values.is_some(),
            _ => return self.other_kind(id, name, span),
        };
        if it.node.enumerators.is_empty() {
            return Ok(id);
        }
        let tagged = format!("enum {name}");
        if is_known {
            return self.redefined(span, tagged, "defined");
        }
        if !name.is_empty() {
            self.defined(tagged, span);
        }
        if attributes.aligned.is_some() {
            let what = "attribute `aligned` of an enumeration".to_owned();
            return self.fail(span, Cause::Unsupported { what, advice: "" });
        }
        let mut all: Vec<(String, i128)> = Vec::new();
        for enumerator in &it.node.enumerators {
            let value = match &enumerator.node.expression {
                Some(expression) => self.number(expression)?,
                None => all.last().map_or(0, |(_, value)| value + 1),
            };
            if i64::try_from(value).is_err() && u64::try_from(value).is_err() {
                return self.fail(enumerator.span, Cause::OutOfRange);
            }
            let name = enumerator.node.identifier.node.name.clone();
            let at = enumerator.node.identifier.span;
            if self.enumerators.insert(name.clone(), value).is_some() {
                return self.redefined(at, name, "defined as an enumerator");
            }
            self.defined(name.clone(), at);
            all.push((name, value));
        }
        if let Some(Ty::Enum { values, packed, .. }) = self.get_mut(id) {
            *values = Some(all);
            *packed = attributes.packed;
        }
        Ok(id)
    }

    /// The type of a tag, added when it is new; one without a tag always is.
    fn tag(&mut self, name: &str, fresh: Ty, span: Span) -> Id {
        if name.is_empty() {
            return self.add(fresh);
        }
        if let Some(&known) = self.tags.get(name) {
            return known;
        }
        let id = self.add(fresh);
        self.tags.insert(name.to_owned(), id);
        self.defined(format!("tag {name}"), span);
        id
    }

    fn other_kind<T>(&self, id: Id, name: &str, span: Span) -> Result<T, Error> {
        let kind = match self.get(id) {
            Some(Ty::Composite { kind, .. }) => keyword(*kind),
            _ => "enum",
        };
        let (name, line) = (name.to_owned(), self.line_of(&format!("tag {name}")));
        self.fail(span, Cause::OtherKind { name, kind, line })
    }
}

/// The word before a tag.
pub(super) fn keyword(kind: Kind) -> &'static str {
    match kind {
        Kind::Union => "union",
        _ => "struct",
    }
}

/// A tag and its place; where there is none, that of the word before.
fn tag_of(tag: Option<&Node<Identifier>>, other: Span) -> (&str, Span) {
    tag.map_or(("", other), |tag| (tag.node.name.as_str(), tag.span))
}

impl<'d> Words<'d> {
    fn new(span: Option<Span>) -> Self {
        Words {
            types: Vec::new(),
            is_const: false,
            is_volatile: false,
            attributes: Attributes::default(),
            declared: Declared::default(),
            span: span.unwrap_or_else(Span::none),
        }
    }

    fn push(&mut self, ty: &'d Node<TypeSpecifier>) {
        self.types.push(ty);
    }

    /// What attributes here belong to: the type, if it is defined just before them, or what is declared.
    fn attributed(&mut self) -> &mut Attributes {
        let defines = self.types.last().is_some_and(|one| match &one.node {
            TypeSpecifier::Struct(it) => it.node.declarations.is_some(),
            TypeSpecifier::Enum(it) => !it.node.enumerators.is_empty(),
            _ => false,
        });
        match defines {
            true => &mut self.attributes,
            false => &mut self.declared.attributes,
        }
    }
}
