//! Declarations and declarators: what a name becomes.

use super::error::{Cause, Error};
use super::types::{Id, Ty, Types};
use btf::Kind;
use lang_c::ast::{
    ArraySize, Declaration, Declarator, DeclaratorKind, DerivedDeclarator, Ellipsis,
    FunctionDeclarator, FunctionDefinition, PointerQualifier, TypeQualifier,
};
use lang_c::span::Node;

impl Types<'_> {
    /// Takes a declaration.
    pub(super) fn declaration(&mut self, declaration: &Declaration) -> Result<(), Error> {
        let (base, is_typedef) = self.declared_type(&declaration.specifiers)?;
        if declaration.declarators.is_empty() {
            self.roots.push(base);
        }
        for declared in &declaration.declarators {
            let declarator = &declared.node.declarator;
            let (name, ty) = self.declarator(base, &declarator.node)?;
            self.no_attributes(&declarator.node)?;
            let Some(name) = name else { continue };
            if is_typedef {
                let known = self.typedefs.get(&name).copied();
                let same = known.and_then(|known| self.get(known));
                match same {
                    // C11 lets a typedef be said twice.
                    Some(Ty::Typedef { target, .. }) if *target == ty => {}
                    Some(_) => return self.fail(declarator.span, Cause::Redefined { name }),
                    None => {
                        let id = self.add(Ty::Typedef {
                            name: name.clone(),
                            target: ty,
                        });
                        self.typedefs.insert(name, id);
                        self.roots.push(id);
                    }
                }
                continue;
            }
            // A function can be declared by the name of its type.
            let plain = self.without_typedefs(ty);
            match self.get(plain) {
                Some(Ty::Proto { .. }) => self.function(name, plain, declarator)?,
                _ => self.roots.push(ty),
            }
        }
        Ok(())
    }

    /// Takes a function with its body, which is not looked at.
    pub(super) fn definition(&mut self, function: &FunctionDefinition) -> Result<(), Error> {
        let (base, _) = self.declared_type(&function.specifiers)?;
        let (name, ty) = self.declarator(base, &function.declarator.node)?;
        match (name, self.get(ty)) {
            (Some(name), Some(Ty::Proto { .. })) => self.function(name, ty, &function.declarator),
            _ => self.fail(function.declarator.span, Cause::NoType),
        }
    }

    fn function(&mut self, name: String, proto: Id, at: &Node<Declarator>) -> Result<(), Error> {
        let known = self.functions.get(&name).copied();
        match known.and_then(|known| self.get(known)) {
            Some(Ty::Func { proto: was, .. }) if *was == proto => {}
            Some(_) => return self.fail(at.span, Cause::Redefined { name }),
            None => {
                let id = self.add(Ty::Func {
                    name: name.clone(),
                    proto,
                });
                self.functions.insert(name, id);
                self.roots.push(id);
            }
        }
        Ok(())
    }

    /// Attributes that nobody would take account of are an error.
    fn no_attributes(&mut self, declarator: &Declarator) -> Result<(), Error> {
        match declarator.extensions.first() {
            Some(extension) => {
                let what = "an attribute of anything but a struct, a union or a member";
                self.fail(extension.span, Cause::Unsupported { what })
            }
            None => Ok(()),
        }
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
                        None => {
                            let what = what.to_owned();
                            return self.fail(array.span, Cause::Incomplete { what });
                        }
                        _ => {}
                    }
                    self.array(ty, count)
                }
                DerivedDeclarator::Function(function) => self.prototype(ty, &function.node)?,
                DerivedDeclarator::KRFunction(names) if names.is_empty() => {
                    let params = Vec::new();
                    self.share(Ty::Proto { result: ty, params })
                }
                DerivedDeclarator::KRFunction(_) => {
                    let what = "a function whose parameters have no types";
                    return self.fail(derived.span, Cause::Unsupported { what });
                }
                DerivedDeclarator::Block(_) => {
                    return self.fail(derived.span, Cause::Unsupported { what: "a block" });
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
        let is_known = |it: &Node<PointerQualifier>| {
            matches!(&it.node, PointerQualifier::TypeQualifier(it)
                if known.iter().any(|(qualifier, _)| *qualifier == it.node))
        };
        if let Some(other) = qualifiers.iter().find(|it| !is_known(it)) {
            let what = "a qualifier other than const, volatile and restrict";
            return self.fail(other.span, Cause::Unsupported { what });
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
                let what = "a parameter".to_owned();
                return self.fail(parameter.span, Cause::Incomplete { what });
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
}
