//! Which kernel files are, or were built for.

use crate::role::Receive;
use elf::Elf;
use pipeline::Identity;
use protocol::engine::{self, IdentifyRequest, IdentifyResponse};
use protocol::port;
use web_sys::File;
use workers::source::FileSource;

/// A worker that reads identities.
#[derive(Default)]
pub struct IdentifyRole;

impl Receive for IdentifyRole {
    type Role = engine::Identify;

    fn receive(&mut self, IdentifyRequest(files): IdentifyRequest) -> Result<(), String> {
        let all = files
            .iter()
            .map(|given| of(&given.file).unwrap_or_default());
        port::post(&IdentifyResponse(all.collect()));
        Ok(())
    }
}

/// What an ELF file says; `None` for one that cannot be read, and for raw BTF, which says nothing.
fn of(file: &File) -> Option<Identity> {
    let source = FileSource::new(file).ok()?;
    let elf = Elf::parse(&source).ok()?;
    Some(Identity::read(&elf, &source))
}
