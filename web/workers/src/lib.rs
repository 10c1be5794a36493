//! What the workers that read files share: files read by ranges, companions, encoders, failures as the page shows them.
#![forbid(unsafe_code)]

pub mod companions;
pub mod encoder;
pub mod failure;
pub mod source;
