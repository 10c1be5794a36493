//! A worker that reads which kernel files are, or were built for.

use pipeline::Identity;
use serde::{Deserialize, Serialize};

use super::{Role, RoleName};
use crate::codec::Transfer;
use crate::files::GivenFile;

/// Reads which kernel files are of.
#[derive(Debug)]
pub enum Identify {}

impl Role for Identify {
    const NAME: RoleName = RoleName::Identify;
    type Request = IdentifyRequest;
    type Response = IdentifyResponse;
}

/// The one request to such a worker: the files.
#[derive(Debug, Serialize, Deserialize)]
pub struct IdentifyRequest(pub Vec<GivenFile>);

impl Transfer for IdentifyRequest {}

/// The answer: one identity a file. Nothing is known of a file that cannot be read.
#[derive(Debug, Serialize, Deserialize)]
pub struct IdentifyResponse(pub Vec<Identity>);

impl Transfer for IdentifyResponse {}
