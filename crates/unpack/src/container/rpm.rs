//! RPM packages: a lead, two headers, and a compressed cpio archive.

use crate::error::Error;
use crate::layer::Layer;

const LEAD: u64 = 96;
const HEADER: &str = "header of the RPM package";
/// The most that rpm itself reads of a header's index and data.
const MOST_ENTRIES: u32 = 1 << 16;
const MOST_DATA: u32 = 256 << 20;

/// The compressed archive of a package, of which the layer is at the start.
pub(crate) fn payload(mut layer: Layer<'_>) -> Result<Layer<'_>, Error> {
    layer.skip(LEAD, HEADER)?;
    let signature = skip_header(&mut layer)?;
    layer.skip(signature.wrapping_neg() % 8, HEADER)?;
    skip_header(&mut layer)?;
    let (name, meter) = (format!("{}, payload", layer.name), layer.meter.clone());
    // Its compressor is recognised by its magic number, as that of any file.
    Ok(Layer::over(name, Box::new(layer), meter))
}

/// Passes over a header and returns its length.
fn skip_header(layer: &mut Layer<'_>) -> Result<u64, Error> {
    let mut start = [0; 16];
    layer.exact(&mut start, HEADER)?;
    let [0x8e, 0xad, 0xe8, 1, _, _, _, _, a, b, c, d, e, f, g, h] = start else {
        return Err(layer.damaged(HEADER, "its magic number is missing"));
    };
    let entries = u32::from_be_bytes([a, b, c, d]);
    let data = u32::from_be_bytes([e, f, g, h]);
    if entries > MOST_ENTRIES || data > MOST_DATA {
        let reason = format!("it has {entries} entries with {data} bytes");
        return Err(layer.damaged(HEADER, reason));
    }
    let rest = u64::from(entries) * 16 + u64::from(data);
    layer.skip(rest, HEADER)?;
    Ok(16 + rest)
}
