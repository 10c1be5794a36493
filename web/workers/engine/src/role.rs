//! What a worker of the engine becomes by its first message.

use crate::coordinator::CoordinatorRole;
use crate::encoder::EncoderRole;
use crate::identify::IdentifyRole;
use crate::modules::ModulesRole;
use crate::second_file::SecondFileRole;
use crate::warm_up::WarmUpRole;
use protocol::codec::from_js;
use protocol::engine::{Become, Role, RoleName};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use workers::companions::GivenFiles;

/// A worker in its role.
pub trait Receive: 'static {
    /// The role.
    type Role: Role;

    /// Does what a request asks for; an error says why it does not fit, which is a defect.
    fn receive(&mut self, request: <Self::Role as Role>::Request) -> Result<(), String>;
}

/// What takes the messages of a worker that has a role.
pub type Receiver = Box<dyn FnMut(JsValue) -> Result<(), String>>;

/// The worker in the role that its first message names.
pub fn of(first: Become) -> Receiver {
    let given = Rc::new(GivenFiles::new(first.companions));
    match first.role {
        RoleName::Coordinator => receiver(CoordinatorRole::new(given)),
        RoleName::Encoder => receiver(EncoderRole::new(given)),
        RoleName::Modules => receiver(ModulesRole::new(given)),
        RoleName::SecondFile => receiver(SecondFileRole::new(given)),
        RoleName::Identify => receiver(IdentifyRole),
        RoleName::WarmUp => receiver(WarmUpRole::default()),
    }
}

fn receiver<R: Receive>(mut role: R) -> Receiver {
    Box::new(move |message| {
        let request = from_js(message).map_err(|error| {
            let name = <R::Role as Role>::NAME;
            format!("a request to a worker in the role {name:?} could not be read: {error}")
        })?;
        role.receive(request)
    })
}
