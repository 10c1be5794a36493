//! The whole job over an input, and what must be true of its result.

use std::sync::Arc;

use btf::Btf;
use elf::ReadAt;
use pipeline::{
    Companion, Companions, Error, Job, Merge, NotOpened, Options, Outcome, Plan, ShardOutput,
    Worker,
};

use crate::input::Sink;

/// Encodes a file as a driver does: a worker takes each task, a unit that fails is left out, and where relocations are not in the
/// order on which the plan relies, the job begins again.
///
/// # Errors
///
/// As the pipeline says.
pub fn encode(
    source: &[u8],
    options: &Options,
    companions: &dyn Companions,
    base: Option<Arc<Btf>>,
) -> Result<Outcome, Error> {
    let plan = pipeline::plan_with(source, options, companions)?.relying_on_order();
    match carry_out(source, &plan, companions, base.clone()) {
        Err(error) if error.is_of_plan() => encode_carefully(source, options, companions, base),
        outcome => outcome,
    }
}

/// The same, with a look at all relocations first.
///
/// # Errors
///
/// As the pipeline says.
pub fn encode_carefully(
    source: &[u8],
    options: &Options,
    companions: &dyn Companions,
    base: Option<Arc<Btf>>,
) -> Result<Outcome, Error> {
    let plan = pipeline::plan_with(source, options, companions)?;
    carry_out(source, &plan, companions, base)
}

fn carry_out(
    source: &[u8],
    plan: &Plan,
    companions: &dyn Companions,
    base: Option<Arc<Btf>>,
) -> Result<Outcome, Error> {
    let mut job: Job<Vec<u8>> = Job::new(plan);
    let mut merge = Merge::with_base(source, plan, base)?;
    let mut worker = Worker::with_companions(source, plan, companions)?;
    while let Some(task) = job.next_task() {
        match worker.encode(plan, &task, &mut |_| {}) {
            Ok(output) => job.finished(task.id, output.pack()),
            Err(error) if error.ends_job() => return Err(error),
            Err(error) => job.failed(task.id, &error.to_string(), plan),
        }
        while let Some(packed) = job.take_ready() {
            merge.add(ShardOutput::unpack(&packed)?)?;
        }
    }
    merge.add_failed(job.take_failed());
    merge.finish(source, plan, &mut |_| {})
}

/// One file in place of every companion that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a>(pub &'a [u8]);

impl Companions for Beside<'_> {
    fn open(&self, _: &Companion) -> Result<Box<dyn ReadAt + '_>, NotOpened> {
        Ok(Box::new(self.0))
    }
}

/// Checks what must be true of every result: it can be read again, and its references lead somewhere.
///
/// # Panics
///
/// If that is not so.
pub fn judge(outcome: &Outcome, base: Option<Arc<Btf>>) {
    outcome
        .btf
        .check_references()
        .expect("references of a result lead to types");
    let again = btf::parse(&outcome.bytes, base.clone()).expect("a result can be read again");
    again
        .check_references()
        .expect("references of a result that was read again lead to types");
    assert_eq!(
        again.len(),
        outcome.btf.len(),
        "a result has as many types as were written"
    );
    let _ = btf::print::c::print_c(&outcome.btf, &mut Sink::default());
    let _ = btf::print::raw::write_all(&mut Sink::default(), &outcome.btf);
    if let Some(inline) = &outcome.inline {
        judge_part(inline, again);
    }
    if let Some(distilled) = &outcome.distilled {
        let base = btf::parse(&distilled.base, None).expect("a distilled base can be read");
        base.check_references()
            .expect("references of a distilled base lead to types");
        judge_part(&distilled.split, base);
    }
}

/// Split BTF beside a result: it can be read on its base, and every form of it can be written.
fn judge_part(bytes: &[u8], base: Btf) {
    let part = btf::parse(bytes, Some(Arc::new(base))).expect("split BTF can be read on its base");
    part.check_references()
        .expect("references of split BTF lead to types");
    let _ = btf::print::raw::write_all(&mut Sink::default(), &part);
    let _ = btf::print::json::write_all(&mut Sink::default(), &part);
}
