//! The code of workers that are not wanted at once.

use super::loader::{Engine, load_worker};
use std::cell::RefCell;
use std::rc::Rc;

type Then = Box<dyn FnOnce(Result<Rc<Engine>, String>)>;

/// A worker's code; loaded when it is first wanted, and again when that failed.
#[derive(Clone)]
pub struct Code {
    stem: &'static str,
    /// See [`Engine::patience`].
    patience: u32,
    state: Rc<RefCell<CodeState>>,
}

enum CodeState {
    Away,
    Loading(Vec<Then>),
    Here(Rc<Engine>),
}

impl Code {
    /// That of the worker called `stem`.
    pub fn new(stem: &'static str, patience: u32) -> Code {
        Code {
            stem,
            patience,
            state: Rc::new(RefCell::new(CodeState::Away)),
        }
    }

    /// The code, if it was loaded.
    pub fn here(&self) -> Option<Rc<Engine>> {
        match &*self.state.borrow() {
            CodeState::Here(engine) => Some(engine.clone()),
            _ => None,
        }
    }

    /// Loads it if need be; `then` gets it, or why it could not be loaded.
    pub fn want(&self, then: impl FnOnce(Result<Rc<Engine>, String>) + 'static) {
        let mut state = self.state.borrow_mut();
        match &mut *state {
            CodeState::Here(engine) => {
                let engine = engine.clone();
                drop(state);
                return then(Ok(engine));
            }
            CodeState::Loading(waiting) => return waiting.push(Box::new(then)),
            CodeState::Away => *state = CodeState::Loading(vec![Box::new(then)]),
        }
        drop(state);
        let (stem, patience, state) = (self.stem, self.patience, self.state.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let loaded = load_worker(stem, patience).await.map(Rc::new);
            let next = match &loaded {
                Ok(engine) => CodeState::Here(engine.clone()),
                Err(_) => CodeState::Away,
            };
            if let CodeState::Loading(waiting) = state.replace(next) {
                waiting.into_iter().for_each(|then| then(loaded.clone()));
            }
        });
    }
}
