//! Structures, enumerations with data, generics.
#![no_std]
#![crate_type = "lib"]

pub struct Plain {
    pub small: u8,
    pub large: u64,
    pub truth: bool,
    pub letter: char,
    pub wide: u128,
    pub float: f64,
}

#[repr(C)]
pub struct Ordered {
    pub small: u8,
    pub large: u64,
    pub slice: &'static [u16],
    pub text: &'static str,
    pub function: fn(&Plain, u32) -> i8,
    pub array: [[u32; 3]; 2],
}

pub enum Shape<'a> {
    Nothing,
    Circle(f32),
    Square { side: u32, name: &'a str },
}

#[repr(i8)]
pub enum Signed {
    Minus = -1,
    Zero,
    Plus,
}

pub enum Single {
    Only(u16),
}

pub enum Never {}

pub struct Pair<T, U>(pub T, pub U);
pub union Both {
    pub int: u32,
    pub bytes: [u8; 4],
}
pub trait Area {
    fn area(&self) -> u32;
}
impl Area for Ordered {
    fn area(&self) -> u32 {
        self.array[0][0]
    }
}

#[inline(never)]
fn generic<T: Copy>(pair: &Pair<T, Option<T>>) -> T {
    pair.1.unwrap_or(pair.0)
}

#[unsafe(no_mangle)]
pub extern "C" fn shapes(plain: &Plain, ordered: &mut Ordered, shape: &Shape, signed: Signed, both: &Both) -> u32 {
    let area: &dyn Area = ordered;
    let length = match shape {
        Shape::Nothing => 0,
        Shape::Circle(radius) => *radius as u32,
        Shape::Square { side, name } => side + name.len() as u32,
    };
    let none: (u8, Option<&u32>) = (1, None);
    length + area.area() + generic(&Pair(1, Some(2))) + generic(&Pair(1u8, None)) as u32 + plain.small as u32
        + signed as u32 + unsafe { both.int } + none.0 as u32
}

#[unsafe(no_mangle)]
pub extern "C" fn kinds(single: &Single, never: Option<&Never>, pointer: *const *mut Plain) -> bool {
    let Single::Only(value) = single;
    *value > 0 && never.is_none() && !pointer.is_null()
}
