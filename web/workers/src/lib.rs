//! What the workers that read files share: files read by ranges, companions, encoders, failures as the page shows them, and
//! the way to and from the page.
#![forbid(unsafe_code)]

pub mod companions;
pub mod encoder;
pub mod failure;
pub mod port;
pub mod source;
