//! Warming up: browsers compile wasm well only where it has run for a while, and what they have compiled serves all
//! workers. So while the user still chooses a file the sample is encoded, in rounds, by the code that jobs run.

use crate::coordinator::{Coordinator, Planned};
use crate::plain;
use crate::role::Receive;
use elf::{Elf, ReadAt};
use js_sys::{Array, Uint8Array};
use pipeline::{Job, Options};
use protocol::engine::{self, EncoderResponse, WarmUpRequest, WarmUpResponse};
use protocol::port;
use std::rc::Rc;
use web_sys::File;
use workers::companions::GivenFiles;
use workers::encoder::Encoder;
use workers::source::FileSource;

/// Bytes of `.debug_info` in a round: so many that most of its time goes where that of a kernel does.
const ROUND_BYTES: u64 = 512 << 10;
/// Bytes of BTF that are opened once: as many as a kernel has, after which a browser compiles the code for them well.
const OPENED_BYTES: usize = 4 << 20;

/// A worker that warms up.
#[derive(Default)]
pub struct WarmUpRole(WarmUpState);

#[derive(Default)]
enum WarmUpState {
    #[default]
    New,
    Warming(Box<WarmUp>),
    /// The sample is none.
    Over,
}

impl Receive for WarmUpRole {
    type Role = engine::WarmUp;

    fn receive(&mut self, request: WarmUpRequest) -> Result<(), String> {
        self.0 = match (std::mem::take(&mut self.0), request) {
            (WarmUpState::New, WarmUpRequest::Begin { sample }) => round(WarmUp::new(&sample)),
            (WarmUpState::Warming(warm_up), WarmUpRequest::Again) => round(Some(*warm_up)),
            (WarmUpState::Over, WarmUpRequest::Again) => WarmUpState::Over,
            (WarmUpState::New, WarmUpRequest::Again) => {
                return Err("a worker was asked for another round before the first".to_owned());
            }
            (WarmUpState::Warming(_) | WarmUpState::Over, WarmUpRequest::Begin { .. }) => {
                return Err("a worker was given a second sample".to_owned());
            }
        };
        Ok(())
    }
}

/// One round, if there is something to encode; its outcome is told to the page.
fn round(mut warm_up: Option<WarmUp>) -> WarmUpState {
    let done = warm_up.as_mut().and_then(WarmUp::round);
    port::post(&match done {
        Some(()) => WarmUpResponse::Done,
        None => WarmUpResponse::Impossible,
    });
    warm_up.map_or(WarmUpState::Over, |warm_up| {
        WarmUpState::Warming(Box::new(warm_up))
    })
}

/// What rounds are made with.
struct WarmUp {
    file: File,
    given: Rc<GivenFiles>,
    encoder: Option<Encoder>,
    /// Whether BTF was opened as it is.
    has_opened: bool,
}

impl WarmUp {
    /// Makes a larger file of the sample; `None` if that is none.
    fn new(sample: &File) -> Option<WarmUp> {
        Some(WarmUp {
            file: enlarged(sample)?,
            given: Rc::default(),
            encoder: None,
            has_opened: false,
        })
    }

    /// Encodes it once, from the plan to the patched file; `None` if that cannot be done, of which a job will tell.
    fn round(&mut self) -> Option<()> {
        let (file, given) = (&self.file, &self.given);
        let planned =
            Coordinator::plan(file, given, &Options::default(), true, &mut |_| ()).ok()?;
        let Planned::Job(mut coordinator) = planned else {
            return None;
        };
        let plan = coordinator.plan_made();
        let encoder = match &mut self.encoder {
            Some(encoder) => encoder,
            none => none.insert(Encoder::open(file, given, plan.clone()).ok()?),
        };
        let mut job: Job<()> = Job::new(plan);
        while let Some(task) = job.next_task() {
            let EncoderResponse::Encoded { bytes, .. } = encoder.encode(&task, &mut |_| ()) else {
                return None;
            };
            coordinator.add(&bytes).ok()?;
        }
        let result = coordinator.finish(&mut |_| ()).ok()?;
        if !std::mem::replace(&mut self.has_opened, true) {
            let btf = copies(&result.btf.to_vec())?;
            let parts = Array::of1(&Uint8Array::from(btf.as_slice()));
            let file = File::new_with_u8_array_sequence(&parts, "sample.btf").ok()?;
            plain::raw(&file).ok()?;
        }
        Some(())
    }
}

/// BTF with its types and its strings many times over; each copy refers to the first. The sample's is little-endian.
fn copies(btf: &[u8]) -> Option<Vec<u8>> {
    let (header, body) = btf.split_at_checked(24)?;
    let word = |at: usize| Some(u32::from_le_bytes(*header.get(at..)?.first_chunk()?) as usize);
    let (types, strings) = (word(12)?, word(20)?);
    let count = OPENED_BYTES / (types + strings).max(1);
    let part = |at: usize, len: usize| Some(body.get(at..at.checked_add(len)?)?.repeat(count));
    let (types, strings) = (part(word(8)?, types)?, part(word(16)?, strings)?);
    let places = [0, types.len(), types.len(), strings.len()];
    let places = places.map(|place| (place as u32).to_le_bytes()).concat();
    Some([header.get(..8)?, &places, &types, &strings].concat())
}

/// The sample with its units many times over.
fn enlarged(sample: &File) -> Option<File> {
    let source = FileSource::new(sample).ok()?;
    let elf = Elf::parse(&source).ok()?;
    let mut sections = elf.sections.iter();
    let at = sections.position(|section| section.name == ".debug_info")?;
    let units = elf.read_section(&source, elf.sections.get(at)?).ok()?;
    let mut bytes = vec![0; source.len() as usize];
    source.read_at(0, &mut bytes).ok()?;
    // The sample is little-endian ELF64: where its section headers are, and in one of them offset and size.
    let headers = u64::from_le_bytes(*bytes.get(40..)?.first_chunk()?) as usize;
    let header = headers + 64 * at;
    let copies = ROUND_BYTES / (units.len() as u64).max(1);
    let place = [bytes.len() as u64, units.len() as u64 * copies];
    let place = place.map(u64::to_le_bytes).concat();
    bytes
        .get_mut(header + 24..header + 40)?
        .copy_from_slice(&place);
    for _ in 0..copies {
        bytes.extend_from_slice(&units);
    }
    let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
    File::new_with_u8_array_sequence(&parts, "sample").ok()
}
