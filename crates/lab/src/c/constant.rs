//! Constant expressions: what stands between brackets of arrays, behind colons and in enumerations.

use super::error::{Cause, Error};
use super::types::Types;
use super::words;
use lang_c::ast::{
    BinaryOperator, Constant, Expression, Integer, IntegerBase, StaticAssert, UnaryOperator,
};
use lang_c::span::Node;

impl Types<'_> {
    /// What a text asserts must hold.
    pub(super) fn assertion(&mut self, assertion: &Node<StaticAssert>) -> Result<(), Error> {
        match self.number(&assertion.node.expression)? {
            0 => self.fail(assertion.span, Cause::Assertion),
            _ => Ok(()),
        }
    }

    /// The number that an expression is. C's conversions are left out: what does not fit is an error.
    pub(super) fn number(&mut self, expression: &Node<Expression>) -> Result<i128, Error> {
        let span = expression.span;
        let value = match &expression.node {
            Expression::Constant(constant) => match &constant.node {
                Constant::Integer(integer) => integer_value(integer),
                Constant::Character(text) => character(text),
                Constant::Float(_) => None,
            },
            Expression::Identifier(name) => self.enumerators.get(&name.node.name).copied(),
            Expression::UnaryOperator(unary) => {
                let operand = self.number(&unary.node.operand)?;
                match unary.node.operator.node {
                    UnaryOperator::Plus => Some(operand),
                    UnaryOperator::Minus => operand.checked_neg(),
                    UnaryOperator::Complement => Some(!operand),
                    UnaryOperator::Negate => Some(i128::from(operand == 0)),
                    _ => None,
                }
            }
            Expression::BinaryOperator(binary) => {
                let left = self.number(&binary.node.lhs)?;
                let right = self.number(&binary.node.rhs)?;
                binary_value(&binary.node.operator.node, left, right)
            }
            Expression::Conditional(choice) => {
                let chosen = match self.number(&choice.node.condition)? {
                    0 => &choice.node.else_expression,
                    _ => &choice.node.then_expression,
                };
                Some(self.number(chosen)?)
            }
            Expression::SizeOfTy(of) => {
                let ty = self.type_name(&of.node.0.node)?;
                let size = self.sized(ty)?.map(|(size, _)| i128::from(size));
                return size.map_or_else(|| self.fail(span, incomplete()), Ok);
            }
            Expression::AlignOf(of) => {
                let ty = self.type_name(&of.node.0.node)?;
                let size = self.sized(ty)?.map(|(_, alignment)| i128::from(alignment));
                return size.map_or_else(|| self.fail(span, incomplete()), Ok);
            }
            _ => None,
        };
        match value {
            Some(value) if i64::try_from(value).is_ok() || u64::try_from(value).is_ok() => {
                Ok(value)
            }
            Some(_) => self.fail(span, Cause::OutOfRange),
            None => {
                if let Expression::Identifier(name) = &expression.node
                    && words::is_macro_like(&name.node.name)
                {
                    let name = name.node.name.clone();
                    return self.fail(span, Cause::NoValue { name });
                }
                let what = format!("`{}`", self.typed(span));
                self.fail(span, Cause::NotConstant { what })
            }
        }
    }
}

fn incomplete() -> Cause {
    Cause::Incomplete {
        what: "this type".to_owned(),
        prelude: false,
    }
}

fn integer_value(integer: &Integer) -> Option<i128> {
    let radix = match integer.base {
        IntegerBase::Decimal => 10,
        IntegerBase::Octal => 8,
        IntegerBase::Hexadecimal => 16,
        IntegerBase::Binary => 2,
    };
    i128::from_str_radix(&integer.number, radix).ok()
}

/// A character between quotes; escapes that stand for one of the usual signs.
fn character(text: &str) -> Option<i128> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let mut chars = inner.chars();
    let value = match (chars.next()?, chars.next()) {
        ('\\', Some('n')) => '\n',
        ('\\', Some('t')) => '\t',
        ('\\', Some('0')) => '\0',
        ('\\', Some(sign @ ('\\' | '\''))) => sign,
        (sign, None) if sign.is_ascii() && sign != '\\' => sign,
        _ => return None,
    };
    chars
        .next()
        .is_none()
        .then_some(i128::from(u32::from(value)))
}

fn binary_value(operator: &BinaryOperator, left: i128, right: i128) -> Option<i128> {
    let truth = |value: bool| Some(i128::from(value));
    let shift = || u32::try_from(right).ok().filter(|&by| by < 64);
    match operator {
        BinaryOperator::Multiply => left.checked_mul(right),
        BinaryOperator::Divide => left.checked_div(right),
        BinaryOperator::Modulo => left.checked_rem(right),
        BinaryOperator::Plus => left.checked_add(right),
        BinaryOperator::Minus => left.checked_sub(right),
        BinaryOperator::ShiftLeft => left.checked_mul(1_i128.checked_shl(shift()?)?),
        BinaryOperator::ShiftRight => left.checked_shr(shift()?),
        BinaryOperator::Less => truth(left < right),
        BinaryOperator::Greater => truth(left > right),
        BinaryOperator::LessOrEqual => truth(left <= right),
        BinaryOperator::GreaterOrEqual => truth(left >= right),
        BinaryOperator::Equals => truth(left == right),
        BinaryOperator::NotEquals => truth(left != right),
        BinaryOperator::BitwiseAnd => Some(left & right),
        BinaryOperator::BitwiseXor => Some(left ^ right),
        BinaryOperator::BitwiseOr => Some(left | right),
        BinaryOperator::LogicalAnd => truth(left != 0 && right != 0),
        BinaryOperator::LogicalOr => truth(left != 0 || right != 0),
        _ => None,
    }
}
