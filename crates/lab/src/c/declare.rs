//! Declarations and declarators: what a name becomes.

use super::error::{Cause, Error};
use super::types::{Id, Ty, Types};
use btf::Kind;
use lang_c::ast::{
    ArraySize, Declaration, Declarator, DeclaratorKind, DerivedDeclarator, Ellipsis,
    FunctionDeclarator, FunctionDefinition, Identifier, PointerQualifier, TypeQualifier,
};
use lang_c::span::{Node, Span};

impl Types<'_> {
    /// Takes a declaration.
    pub(super) fn declaration(&mut self, declaration: &Declaration) -> Result<(), Error> {
        let (base, declared) = self.declared_type(&declaration.specifiers)?;
        if declaration.declarators.is_empty() {
            self.roots.push(base);
        }
        for one in &declaration.declarators {
            let declarator = &one.node.declarator;
            let (name, ty) = self.declarator(base, &declarator.node)?;
            let mut own = declared.attributes;
            self.attributes(&declarator.node.extensions, &mut own)?;
            let Some(name) = name else { continue };
            if declared.is_typedef {
                if own.packed {
                    self.ignored("packed", declarator.span);
                }
                self.name(name, ty, own.aligned, declarator)?;
                continue;
            }
            if own.packed || own.aligned.is_some() {
                let name = if own.packed { "packed" } else { "aligned" };
                self.ignored(name, declarator.span);
            }
            // A function can be declared by the name of its type.
            let plain = self.without_typedefs(ty);
            match self.get(plain) {
                Some(Ty::Proto { .. }) => self.function(name, plain, declarator)?,
                _ => {
                    self.variable(declarator.span);
                    self.roots.push(ty);
                }
            }
        }
        Ok(())
    }

    fn ignored(&mut self, name: &str, span: Span) {
        self.note(
            span,
            format!("attribute `{name}` is ignored here: it changes no type"),
        );
    }

    /// Takes a typedef.
    fn name(
        &mut self,
        name: String,
        target: Id,
        aligned: Option<u32>,
        at: &Node<Declarator>,
    ) -> Result<(), Error> {
        let known = self.typedefs.get(&name).copied();
        match known.and_then(|known| self.get(known)) {
            // C11 lets a typedef be said twice.
            Some(Ty::Typedef { target: was, .. }) if *was == target => {}
            Some(_) => return self.redefined(at.span, name, "defined as another type"),
            None => {
                let id = self.add(Ty::Typedef {
                    name: name.clone(),
                    target,
                    aligned,
                });
                self.defined(name.clone(), at.span);
                self.typedefs.insert(name, id);
                self.roots.push(id);
            }
        }
        Ok(())
    }

    /// Takes a function with its body, which is not looked at.
    pub(super) fn definition(&mut self, function: &FunctionDefinition) -> Result<(), Error> {
        if let Some(first) = function.declarations.first() {
            return self.fail(first.span, Cause::OldStyle);
        }
        let (base, _) = self.declared_type(&function.specifiers)?;
        let (name, ty) = self.declarator(base, &function.declarator.node)?;
        match (name, self.get(ty)) {
            (Some(name), Some(Ty::Proto { .. })) => self.function(name, ty, &function.declarator),
            _ => {
                let found = "{".to_owned();
                let after = Some("what is no function".to_owned());
                let advice = None;
                let cause = Cause::Unexpected {
                    found,
                    after,
                    advice,
                };
                self.fail(function.statement.span, cause)
            }
        }
    }

    fn function(&mut self, name: String, proto: Id, at: &Node<Declarator>) -> Result<(), Error> {
        let known = self.functions.get(&name).copied();
        match known.and_then(|known| self.get(known)) {
            Some(Ty::Func { proto: was, .. }) if *was == proto => {}
            Some(_) => return self.redefined(at.span, name, "declared with another prototype"),
            None => {
                let id = self.add(Ty::Func {
                    name: name.clone(),
                    proto,
                });
                self.defined(name.clone(), at.span);
                self.functions.insert(name, id);
                self.roots.push(id);
            }
        }
        Ok(())
    }

    /// What a declarator makes of a type, and the name it declares.
    ///
    /// Pointers stand before the name and apply first, in their order; arrays and parameters stand behind it and
    /// apply from the last to the first; what is in brackets comes after both (C11 6.7.6). Brackets are bounded.
    pub(super) fn declarator(
        &mut self,
        base: Id,
        declarator: &Declarator,
    ) -> Result<(Option<String>, Id), Error> {
        let mut ty = base;
        let is_pointer = |derived: &&Node<DerivedDeclarator>| {
            matches!(derived.node, DerivedDeclarator::Pointer(_))
        };
        for pointer in declarator.derived.iter().filter(is_pointer) {
            if let DerivedDeclarator::Pointer(qualifiers) = &pointer.node {
                ty = self.pointer(ty, qualifiers)?;
            }
        }
        for derived in declarator.derived.iter().rev() {
            ty = match &derived.node {
                DerivedDeclarator::Pointer(_) => continue,
                DerivedDeclarator::Array(array) => {
                    let count = match &array.node.size {
                        ArraySize::Unknown | ArraySize::VariableUnknown => 0,
                        ArraySize::VariableExpression(size) | ArraySize::StaticExpression(size) => {
                            self.number(size)?
                        }
                    };
                    let Ok(count) = u32::try_from(count) else {
                        return self.fail(array.span, Cause::OutOfRange);
                    };
                    let what = "an element of an array";
                    match self.resolved(ty) {
                        Some(Ty::Proto { .. }) => {
                            return self.fail(array.span, Cause::Function { what });
                        }
                        None => return self.fail(array.span, Cause::Void { what }),
                        _ => {}
                    }
                    self.array(ty, count)
                }
                DerivedDeclarator::Function(function) => self.prototype(ty, &function.node)?,
                DerivedDeclarator::KRFunction(names) if names.is_empty() => {
                    let params = Vec::new();
                    self.share(Ty::Proto { result: ty, params })
                }
                DerivedDeclarator::KRFunction(names) => return self.untyped(names),
                DerivedDeclarator::Block(_) => {
                    let what = "a block".to_owned();
                    let advice = "write a pointer to a function";
                    return self.fail(derived.span, Cause::Unsupported { what, advice });
                }
            };
        }
        match &declarator.kind.node {
            DeclaratorKind::Abstract => Ok((None, ty)),
            DeclaratorKind::Identifier(name) => Ok((Some(name.node.name.clone()), ty)),
            DeclaratorKind::Declarator(inner) => self.declarator(ty, &inner.node),
        }
    }

    fn pointer(&mut self, to: Id, qualifiers: &[Node<PointerQualifier>]) -> Result<Id, Error> {
        let mut ty = self.reference(Kind::Ptr, to);
        let has = |wanted: TypeQualifier| {
            let is = |it: &Node<PointerQualifier>| matches!(&it.node, PointerQualifier::TypeQualifier(it) if it.node == wanted);
            qualifiers.iter().any(is)
        };
        let known = [
            (TypeQualifier::Restrict, Kind::Restrict),
            (TypeQualifier::Volatile, Kind::Volatile),
            (TypeQualifier::Const, Kind::Const),
        ];
        let is_known = |it: &Node<PointerQualifier>| match &it.node {
            PointerQualifier::TypeQualifier(it) => known.iter().any(|(own, _)| *own == it.node),
            PointerQualifier::Extension(_) => true,
        };
        if let Some(other) = qualifiers.iter().find(|it| !is_known(it)) {
            let what = format!("`{}`", self.typed(other.span));
            return self.fail(
                other.span,
                Cause::Unsupported {
                    what,
                    advice: "remove it",
                },
            );
        }
        for (qualifier, kind) in known {
            if has(qualifier) {
                ty = self.reference(kind, ty);
            }
        }
        Ok(ty)
    }

    fn prototype(&mut self, result: Id, function: &FunctionDeclarator) -> Result<Id, Error> {
        let mut params: Vec<(String, Id)> = Vec::new();
        for parameter in &function.parameters {
            let (base, _) = self.declared_type(&parameter.node.specifiers)?;
            let (name, ty) = match &parameter.node.declarator {
                Some(declarator) => self.declarator(base, &declarator.node)?,
                None => (None, base),
            };
            if self.without_typedefs(ty) == Id::VOID {
                // `(void)` is the way to say that there are none.
                if function.parameters.len() == 1 && name.is_none() {
                    break;
                }
                let what = "a parameter";
                return self.fail(parameter.span, Cause::Void { what });
            }
            // C11 6.7.6.3: an array is a pointer to its elements here, a function one to itself.
            let ty = match self.get(self.without_typedefs(ty)) {
                Some(&Ty::Array { element, .. }) => self.reference(Kind::Ptr, element),
                Some(Ty::Proto { .. }) => self.reference(Kind::Ptr, ty),
                _ => ty,
            };
            params.push((name.unwrap_or_default(), ty));
        }
        if function.ellipsis == Ellipsis::Some {
            // BTF says so with a last parameter that has neither name nor type.
            params.push((String::new(), Id::VOID));
        }
        Ok(self.share(Ty::Proto { result, params }))
    }

    /// Names between a function's brackets, where types are due.
    fn untyped<T>(&self, names: &[Node<Identifier>]) -> Result<T, Error> {
        let name = names.first().map(|first| first.node.name.clone());
        let span = names.first().map_or_else(Span::none, |first| first.span);
        let name = name.unwrap_or_default();
        let hint = self.hint(&name);
        self.fail(span, Cause::UnknownType { name, hint })
    }
}
