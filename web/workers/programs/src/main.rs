//! A worker of the page that holds kernels and BPF objects, and checks whether the objects work on the kernels. Loaded when
//! the view *Programs* is first shown.
#![forbid(unsafe_code)]

mod held;
mod kernels;

use held::Held;
use protocol::codec::from_js;
use protocol::port;
use protocol::programs::{ProgramsRequest, ProgramsResponse};

fn main() {
    let mut held = Held::default();
    port::serve(move |message| {
        let request = from_js(message)
            .map_err(|error| format!("a request about programs could not be read: {error}"))?;
        let response = match request {
            ProgramsRequest::AddObjects {
                number,
                file,
                budget,
            } => match kernels::is_kernel(&file) {
                true => ProgramsResponse::IsKernel(number),
                false => {
                    let names = held.add_objects(number, &file, budget);
                    ProgramsResponse::Objects(number, names)
                }
            },
            ProgramsRequest::AddKernel {
                number,
                kernel,
                budget,
                copied,
            } => {
                let read = held.add_kernel(number, kernel, budget, copied);
                ProgramsResponse::Kernel(number, read)
            }
            ProgramsRequest::Remove(number) => {
                held.remove(number);
                ProgramsResponse::Removed
            }
            ProgramsRequest::Check(number) => ProgramsResponse::Rows(number, held.check(number)),
            ProgramsRequest::Relocations {
                file,
                object,
                kernel,
            } => ProgramsResponse::Relocations(held.relocations(file, object, kernel)),
            ProgramsRequest::Header => ProgramsResponse::Header(held.header()),
            ProgramsRequest::Write { files, form } => {
                ProgramsResponse::Written(form, held.written(&files, form))
            }
        };
        port::post(&response);
        Ok(())
    });
}
