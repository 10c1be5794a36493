//! The role of an encoder.

use crate::role::Receive;
use protocol::engine::{self, EncoderRequest, EncoderResponse};
use protocol::port;
use std::rc::Rc;
use workers::companions::GivenFiles;
use workers::encoder::Encoder;

/// A worker that encodes runs of units.
pub struct EncoderRole {
    given: Rc<GivenFiles>,
    state: EncoderState,
}

enum EncoderState {
    New,
    Open(Box<Encoder>),
    /// It could not open the file.
    Over,
}

impl EncoderRole {
    /// With files that its input may refer to.
    pub fn new(given: Rc<GivenFiles>) -> EncoderRole {
        EncoderRole {
            given,
            state: EncoderState::New,
        }
    }
}

impl Receive for EncoderRole {
    type Role = engine::Encoder;

    fn receive(&mut self, request: EncoderRequest) -> Result<(), String> {
        match (&mut self.state, request) {
            (EncoderState::New, EncoderRequest::Open { file, plan }) => {
                match Encoder::open(&file, &self.given, *plan) {
                    Ok(encoder) => {
                        self.state = EncoderState::Open(Box::new(encoder));
                        port::post(&EncoderResponse::Opened);
                    }
                    Err(response) => {
                        self.state = EncoderState::Over;
                        port::post(&*response);
                    }
                }
            }
            (EncoderState::Open(encoder), EncoderRequest::Encode { task }) => {
                let tell = &mut |progress: &engine::Progress| {
                    port::post(&EncoderResponse::Progress(progress.clone()));
                };
                port::post(&encoder.encode(&task, tell));
            }
            // Sent before the page heard of the failure.
            (EncoderState::Over, EncoderRequest::Encode { .. }) => {}
            (EncoderState::New, EncoderRequest::Encode { .. }) => {
                return Err("an encoder was given a task before a file".to_owned());
            }
            (EncoderState::Open(_) | EncoderState::Over, EncoderRequest::Open { .. }) => {
                return Err("an encoder was given a second file".to_owned());
            }
        }
        Ok(())
    }
}
