//! The page without its host, and a newer page than this one.

use crate::browser::{address_of, window};
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};
use yew::Callback;

/// Milliseconds after which the host is asked for a new version, of a page that stays open.
const ASK_AGAIN_MS: u32 = 60 * 60 * 1000;

/// How often is looked whether what is kept is another version, once that may be.
const LOOKS: u32 = 20;
/// Milliseconds between two looks.
const LOOK_MS: u32 = 500;

/// Has the browser keep the page's files, where it can: the page then starts without a network too. Tells when the
/// files of another version have taken their place.
pub fn keep(newer: Callback<()>) {
    // Some browsers have no service workers, others none where the host is not trusted.
    let workers = js_sys::Reflect::get(&window().navigator(), &"serviceWorker".into());
    let Some(workers) = workers
        .ok()
        .and_then(|workers| workers.dyn_into::<ServiceWorkerContainer>().ok())
    else {
        return;
    };
    EventListener::new(&workers, "controllerchange", move |_| {
        let newer = newer.clone();
        spawn_local(async move {
            // The one before goes while the new one is being activated.
            for _ in 0..LOOKS {
                if is_another().await == Some(true) {
                    return newer.emit(());
                }
                TimeoutFuture::new(LOOK_MS).await;
            }
        });
    })
    .forget();
    let registered = workers.register(&address_of("offline.js"));
    spawn_local(async move {
        // A browser that refuses is no reason to stop.
        let registration = JsFuture::from(registered).await.ok();
        let registration =
            registration.and_then(|it| it.dyn_into::<ServiceWorkerRegistration>().ok());
        if let Some(registration) = registration {
            Interval::new(ASK_AGAIN_MS, move || {
                let _ = registration.update();
            })
            .forget();
        }
    });
}

/// Whether what is kept is of another version than this page: its own script is not among it.
async fn is_another() -> Option<bool> {
    let document = window().document()?;
    let script = document.query_selector("link[rel=modulepreload]").ok()??;
    let script = address_of(&script.get_attribute("href")?);
    let own = [script, address_of("engine.js"), address_of("lab.js")];
    let caches = window().caches().ok()?;
    for file in own {
        let found: JsValue = JsFuture::from(caches.match_with_str(&file)).await.ok()?;
        if found.is_undefined() {
            return Some(true);
        }
    }
    Some(false)
}
