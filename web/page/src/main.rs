//! The page: takes a file, runs a job in workers, shows the result.
//!
//! ```text
//! app      state, what happens on which event, keys and drops
//! work     the engine's script and wasm, workers, the job, the finished model
//! explore  the result's types, in views that ask the explorer's worker
//! learn    the classroom: the laboratory and the course
//! embed    a figure of the classroom alone, for a frame in another page
//! programs BPF objects on kernels
//! views    what is drawn
//! chunks   code that is fetched when it is first needed
//! store    results that the user wants kept, in the browser
//! offline  the page without its host, and a newer page than this one
//! ```
#![forbid(unsafe_code)]

mod app;
mod browser;
mod chunks;
mod embed;
mod explore;
mod learn;
mod notification;
mod offline;
mod programs;
mod sorting;
mod store;
mod views;
mod work;

fn main() {
    match embed::is_embedded() {
        true => drop(yew::Renderer::<embed::Frame>::new().render()),
        false => drop(yew::Renderer::<app::App>::new().render()),
    }
}
