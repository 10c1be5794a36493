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
    state: State,
}

enum State {
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
            state: State::New,
        }
    }
}

impl Receive for EncoderRole {
    type Role = engine::Encoder;

    fn receive(&mut self, request: EncoderRequest) -> Result<(), String> {
        match (&mut self.state, request) {
            (State::New, EncoderRequest::Open { file, plan, fault }) => {
                match Encoder::open(&file, &self.given, *plan, fault) {
                    Ok(encoder) => {
                        self.state = State::Open(Box::new(encoder));
                        port::post(&EncoderResponse::Opened);
                    }
                    Err(response) => {
                        self.state = State::Over;
                        port::post(&*response);
                    }
                }
            }
            (State::Open(encoder), EncoderRequest::Encode { task }) => {
                let tell = &mut |progress: &engine::Progress| {
                    port::post(&EncoderResponse::Progress(progress.clone()));
                };
                port::post(&encoder.encode(&task, tell));
            }
            // Sent before the page heard of the failure.
            (State::Over, EncoderRequest::Encode { .. }) => {}
            (State::New, EncoderRequest::Encode { .. }) => {
                return Err("an encoder was given a task before a file".to_owned());
            }
            (State::Open(_) | State::Over, EncoderRequest::Open { .. }) => {
                return Err("an encoder was given a second file".to_owned());
            }
        }
        Ok(())
    }
}
