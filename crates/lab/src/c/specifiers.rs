//! The words before a declarator: which type they name.

use super::error::{Cause, Error};
use super::types::{Id, Ty, Types};
use btf::{IntEncoding, Kind};
use lang_c::ast::{
    Attribute, DeclarationSpecifier, EnumType, Extension, SpecifierQualifier,
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

/// The words of one declaration.
struct Words<'d> {
    types: Vec<&'d Node<TypeSpecifier>>,
    is_const: bool,
    is_volatile: bool,
    attributes: Attributes,
    is_typedef: bool,
    span: Span,
}

impl Types<'_> {
    /// The type that a declaration's words name, and whether they say `typedef`.
    pub(super) fn declared_type(
        &mut self,
        specifiers: &[Node<DeclarationSpecifier>],
    ) -> Result<(Id, bool), Error> {
        let mut words = Words::new(specifiers.first().map(|first| first.span));
        for specifier in specifiers {
            match &specifier.node {
                DeclarationSpecifier::TypeSpecifier(ty) => words.types.push(ty),
                DeclarationSpecifier::TypeQualifier(ty) => self.qualify(&mut words, ty)?,
                DeclarationSpecifier::Extension(all) => {
                    self.attributes(all, &mut words.attributes)?;
                }
                DeclarationSpecifier::StorageClass(class) => {
                    words.is_typedef |= class.node == StorageClassSpecifier::Typedef;
                }
                // `inline` and the like say nothing of types.
                DeclarationSpecifier::Function(_) => {}
                DeclarationSpecifier::Alignment(it) => {
                    return self.fail(it.span, Cause::Unsupported { what: "_Alignas" });
                }
            }
        }
        Ok((self.named(&words)?, words.is_typedef))
    }

    /// The type that the words before a member or in a type name name.
    pub(super) fn qualified_type(
        &mut self,
        specifiers: &[Node<SpecifierQualifier>],
    ) -> Result<Id, Error> {
        let mut words = Words::new(specifiers.first().map(|first| first.span));
        for specifier in specifiers {
            match &specifier.node {
                SpecifierQualifier::TypeSpecifier(ty) => words.types.push(ty),
                SpecifierQualifier::TypeQualifier(ty) => self.qualify(&mut words, ty)?,
                SpecifierQualifier::Extension(all) => {
                    self.attributes(all, &mut words.attributes)?;
                }
            }
        }
        self.named(&words)
    }

    /// A type name, as in `sizeof`.
    pub(super) fn type_name(&mut self, name: &TypeName) -> Result<Id, Error> {
        let base = self.qualified_type(&name.specifiers)?;
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
                let what = "a qualifier other than const and volatile";
                return self.fail(qualifier.span, Cause::Unsupported { what });
            }
        }
        Ok(())
    }

    /// Adds what attributes say of layout; any other is an error, for it would be silently wrong.
    pub(super) fn attributes(
        &mut self,
        extensions: &[Node<Extension>],
        to: &mut Attributes,
    ) -> Result<(), Error> {
        for extension in extensions {
            let Extension::Attribute(Attribute { name, arguments }) = &extension.node else {
                return self.fail(extension.span, Cause::Unsupported { what: "this" });
            };
            match (name.node.trim_matches('_'), arguments.as_slice()) {
                ("packed", []) => to.packed = true,
                ("aligned", [bytes]) => {
                    let bytes = self.number(bytes)?;
                    let valid = u32::try_from(bytes).ok();
                    match valid.filter(|it| it.is_power_of_two() && *it <= 1 << 20) {
                        Some(bytes) => to.aligned = to.aligned.max(Some(bytes)),
                        None => return self.fail(extension.span, Cause::OutOfRange),
                    }
                }
                _ => {
                    let what = "an attribute other than packed and aligned(bytes)";
                    return self.fail(extension.span, Cause::Unsupported { what });
                }
            }
        }
        Ok(())
    }

    fn named(&mut self, words: &Words<'_>) -> Result<Id, Error> {
        let mut ty = match words.types.as_slice() {
            [one] => match &one.node {
                TypeSpecifier::Struct(it) => self.composite(it, words.attributes)?,
                TypeSpecifier::Enum(it) => self.enumeration(it)?,
                TypeSpecifier::TypedefName(name) => match self.typedefs.get(&name.node.name) {
                    Some(&known) => known,
                    None => return self.fail(one.span, Cause::NoType),
                },
                _ => self.scalar(words)?,
            },
            _ => self.scalar(words)?,
        };
        let defines = |one: &&Node<TypeSpecifier>| matches!(&one.node, TypeSpecifier::Struct(it) if it.node.declarations.is_some());
        if words.attributes != Attributes::default() && !words.types.iter().any(defines) {
            let what = "an attribute of anything but a struct, a union or a member";
            return self.fail(words.span, Cause::Unsupported { what });
        }
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
        let known = signed + unsigned + char + short + int + long + void + bool + float + double;
        if known != words.types.len() {
            let types = &words.types;
            let other = types.iter().find(|one| {
                matches!(
                    one.node,
                    T::Complex | T::Atomic(_) | T::TypeOf(_) | T::TS18661Float(_)
                )
            });
            return match other {
                Some(one) => self.fail(one.span, Cause::Unsupported { what: "this type" }),
                None => self.fail(words.span, Cause::NoType),
            };
        }
        let word = self.abi.word();
        let (yes, no) = (IntEncoding::SIGNED, IntEncoding::NONE);
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
            _ => return self.fail(words.span, Cause::NoType),
        };
        Ok(self.share(Ty::Int {
            name,
            size,
            encoding,
        }))
    }

    fn float(&mut self, name: &'static str, size: u32) -> Id {
        self.share(Ty::Float { name, size })
    }

    fn composite(&mut self, it: &Node<StructType>, attributes: Attributes) -> Result<Id, Error> {
        let kind = match it.node.kind.node {
            StructKind::Struct => Kind::Struct,
            StructKind::Union => Kind::Union,
        };
        let name = it.node.identifier.as_ref();
        let name = name.map_or("", |name| name.node.name.as_str());
        let fresh = Ty::Composite {
            kind,
            name: name.to_owned(),
            layout: None,
        };
        let id = self.tag(name, fresh);
        let is_known = match self.get(id) {
            Some(Ty::Composite {
                kind: was, layout, ..
            }) if *was == kind => layout.is_some(),
            _ => {
                let name = name.to_owned();
                return self.fail(it.span, Cause::OtherKind { name });
            }
        };
        let Some(declarations) = &it.node.declarations else {
            return Ok(id);
        };
        if is_known {
            let name = name.to_owned();
            return self.fail(it.span, Cause::Redefined { name });
        }
        let laid_out = self.members(kind, declarations, attributes)?;
        match self.get_mut(id) {
            // A member may have defined it within itself.
            Some(Ty::Composite { layout, .. }) if layout.is_none() => *layout = Some(laid_out),
            _ => {
                let name = name.to_owned();
                return self.fail(it.span, Cause::Redefined { name });
            }
        }
        Ok(id)
    }

    fn enumeration(&mut self, it: &Node<EnumType>) -> Result<Id, Error> {
        let name = it.node.identifier.as_ref();
        let name = name.map_or("", |name| name.node.name.as_str());
        let fresh = Ty::Enum {
            name: name.to_owned(),
            values: None,
        };
        let id = self.tag(name, fresh);
        let is_known = match self.get(id) {
            Some(Ty::Enum { values, .. }) => values.is_some(),
            _ => {
                let name = name.to_owned();
                return self.fail(it.span, Cause::OtherKind { name });
            }
        };
        if it.node.enumerators.is_empty() {
            return Ok(id);
        }
        if is_known {
            let name = name.to_owned();
            return self.fail(it.span, Cause::Redefined { name });
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
            if self.enumerators.insert(name.clone(), value).is_some() {
                return self.fail(enumerator.span, Cause::Redefined { name });
            }
            all.push((name, value));
        }
        if let Some(Ty::Enum { values, .. }) = self.get_mut(id) {
            *values = Some(all);
        }
        Ok(id)
    }

    /// The type of a tag, added when it is new; one without a tag always is.
    fn tag(&mut self, name: &str, fresh: Ty) -> Id {
        if name.is_empty() {
            return self.add(fresh);
        }
        if let Some(&known) = self.tags.get(name) {
            return known;
        }
        let id = self.add(fresh);
        self.tags.insert(name.to_owned(), id);
        id
    }
}

impl Words<'_> {
    fn new(span: Option<Span>) -> Self {
        Words {
            types: Vec::new(),
            is_const: false,
            is_volatile: false,
            attributes: Attributes::default(),
            is_typedef: false,
            span: span.unwrap_or_else(Span::none),
        }
    }
}
