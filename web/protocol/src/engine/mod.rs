//! Messages between the page and the engine's workers.
//!
//! A worker of the engine waits for [`Become`], which says its role. Every later message is a request of that role; one of
//! another role cannot be read, and the worker reports it as a defect.

mod coordinator;
mod encoder;
mod identify;
mod modules;
mod progress;
mod second;
mod warm_up;

pub use coordinator::{Coordinator, CoordinatorRequest, CoordinatorResponse};
pub use encoder::{Encoder, EncoderRequest, EncoderResponse};
pub use identify::{Identify, IdentifyRequest, IdentifyResponse};
pub use modules::{ModuleRequest, ModuleResponse, Modules};
pub use progress::Progress;
pub use second::{SecondFile, SecondFileRequest, SecondFileResponse};
pub use warm_up::{WarmUp, WarmUpRequest, WarmUpResponse};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec::Transfer;
use crate::files::GivenFile;

/// The first message to a worker of the engine.
#[derive(Debug, Serialize, Deserialize)]
pub struct Become {
    /// What the worker is from now on, to its end.
    pub role: RoleName,
    /// Files that what it opens may refer to.
    pub companions: Vec<GivenFile>,
}

impl Transfer for Become {}

/// What a worker of the engine is for, on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoleName {
    /// [`Coordinator`].
    Coordinator,
    /// [`Encoder`].
    Encoder,
    /// [`Modules`].
    Modules,
    /// [`SecondFile`].
    SecondFile,
    /// [`Identify`].
    Identify,
    /// [`WarmUp`].
    WarmUp,
}

/// What a worker of the engine is for, as a type: it decides what the worker is asked and what it answers.
pub trait Role {
    /// The name that [`Become`] carries.
    const NAME: RoleName;
    /// From the page.
    type Request: Transfer + Serialize + DeserializeOwned;
    /// To the page.
    type Response: Transfer + Serialize + DeserializeOwned;
}
