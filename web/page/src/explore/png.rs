//! Pictures as PNG: the browser draws the SVG onto a canvas.

use crate::browser::{describe, save_blob, window};
use js_sys::{Promise, encode_uri_component};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

/// Pixels of the picture for each of the SVG's.
const SCALE: f64 = 2.0;
/// A canvas with more pixels is refused by some browsers: those of phones, which have the least.
const MOST_PIXELS: f64 = 16_000_000.0;

/// Saves an SVG as PNG, twice as large; a huge one as large as browsers allow.
pub async fn save_png(name: &str, svg: &str) -> Result<(), String> {
    draw(name, svg).await.map_err(|error| describe(&error))
}

async fn draw(name: &str, svg: &str) -> Result<(), JsValue> {
    let image = HtmlImageElement::new()?;
    // The policy of the page allows no pictures but its own and such addresses.
    image.set_src(&format!(
        "data:image/svg+xml,{}",
        String::from(encode_uri_component(svg))
    ));
    JsFuture::from(image.decode()).await?;
    let (width, height) = (
        f64::from(image.natural_width()),
        f64::from(image.natural_height()),
    );
    let scale = SCALE.min((MOST_PIXELS / (width * height).max(1.0)).sqrt());
    let (width, height) = ((width * scale).floor(), (height * scale).floor());
    let document = window().document().ok_or("the window has no document")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = canvas.get_context("2d")?.ok_or("no canvas")?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    let blob = JsFuture::from(Promise::new(&mut |then, _| {
        if let Err(error) = canvas.to_blob(&then) {
            // Nothing was drawn: a blob that is none tells it.
            let _ = then.call1(&JsValue::NULL, &error);
        }
    }));
    let blob = blob.await?;
    let blob: Blob = (blob.dyn_into()).map_err(|_| "the browser makes no PNG of this size")?;
    save_blob(name, &blob)
}
