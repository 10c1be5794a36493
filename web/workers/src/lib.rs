//! What the workers that have the engine share: files read by ranges, encoders, failures as the page shows them,
//! and the way back to the page.

pub mod companions;
pub mod encoder;
pub mod failure;
pub mod port;
pub mod source;
