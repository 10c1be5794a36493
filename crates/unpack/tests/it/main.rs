//! Packages and images as real tools make them.

mod archives;
mod common;
mod compressed;
mod hostile;
mod images;
