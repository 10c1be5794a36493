//! Workers that die: the job goes on without the unit that killed them, and says which it was.

use engine_tests::{encode, encode_shards, merge, raw, read_test_file, small_shards};
use pipeline::{Job, Options, Outcome, ShardOutput, Worker};
use proptest::prelude::*;

fn sample() -> Vec<u8> {
    read_test_file("sample/sample.elf")
}

/// Encodes with workers of which each dies that meets the unit `deadly`. Also how many tasks were handed
/// out.
fn with_a_deadly_unit(file: &[u8], options: &Options, deadly: u32) -> (Outcome, usize) {
    let plan = pipeline::plan(file, options).unwrap();
    let mut job: Job<ShardOutput> = Job::new(&plan);
    let mut merged = merge(file, &plan).unwrap();
    let mut tasks = 0;
    while let Some(task) = job.next_task() {
        tasks += 1;
        if task.units.contains(&deadly) {
            job.failed(task.id, "the worker ran out of memory", &plan);
        } else {
            let output = Worker::new(file, &plan)
                .unwrap()
                .encode(&plan, &task, &mut |_| {})
                .unwrap();
            job.finished(task.id, output);
        }
        while let Some(output) = job.take_ready() {
            merged.add(output).unwrap();
        }
    }
    assert!(job.is_complete());
    assert_eq!(job.running(), 0);
    merged.add_failed(job.take_failed());
    (merged.finish(file, &plan, &mut |_| {}).unwrap(), tasks)
}

/// The sample with the root of a unit turned into one that describes nothing: what remains when the unit
/// is left out.
fn without(file: &[u8], unit: u32) -> Outcome {
    let plan = pipeline::plan(file, &small_shards()).unwrap();
    let mut merged = merge(file, &plan).unwrap();
    let mut job: Job<ShardOutput> = Job::new(&plan);
    let mut worker = Worker::new(file, &plan).unwrap();
    while let Some(task) = job.next_task() {
        if task.units.start != unit {
            merged
                .add(worker.encode(&plan, &task, &mut |_| {}).unwrap())
                .unwrap();
        }
    }
    merged.finish(file, &plan, &mut |_| {}).unwrap()
}

#[test]
fn only_the_deadly_unit_is_left_out_and_named() {
    let file = sample();
    let whole = encode(&file).unwrap();
    let plan = pipeline::plan(&file, &Options::default()).unwrap();
    assert_eq!(
        plan.shards.len(),
        1,
        "the shard must be tried again unit by unit"
    );
    for deadly in 0..plan.units() {
        let (found, tasks) = with_a_deadly_unit(&file, &Options::default(), deadly);
        assert_eq!(tasks as u32, 1 + plan.units(), "the shard, then each unit");
        let units = &found.statistics.units;
        assert_eq!(units.failed.len(), 1);
        assert_eq!(units.failed[0].offset, plan.unit_offset(deadly));
        assert_eq!(units.failed[0].cause, "the worker ran out of memory");
        assert_eq!(units.total, u64::from(plan.units()));
        assert_eq!(units.encoded, u64::from(plan.units()) - 1);
        let expected = without(&file, deadly);
        assert_eq!(raw(&found.btf), raw(&expected.btf), "without unit {deadly}");
        assert_ne!(
            raw(&found.btf),
            raw(&whole.btf),
            "unit {deadly} makes no difference"
        );
    }
}

#[test]
fn a_job_whose_units_all_fail_ends_with_a_sentence() {
    let file = sample();
    let plan = pipeline::plan(&file, &small_shards()).unwrap();
    let mut job: Job<ShardOutput> = Job::new(&plan);
    let mut merged = merge(&file, &plan).unwrap();
    while let Some(task) = job.next_task() {
        job.failed(task.id, "the worker stopped", &plan);
        assert!(job.take_ready().is_none());
    }
    assert!(job.is_complete());
    merged.add_failed(job.take_failed());
    let error = merged
        .finish(&file, &plan, &mut |_| {})
        .unwrap_err()
        .to_string();
    assert!(error.contains(&plan.units().to_string()), "{error}");
    assert!(error.contains("the worker stopped"), "{error}");
}

#[test]
fn results_of_tasks_that_do_not_run_are_ignored() {
    let file = sample();
    let plan = pipeline::plan(&file, &small_shards()).unwrap();
    let mut job: Job<u32> = Job::new(&plan);
    let first = job.next_task().unwrap();
    job.finished(first.id, 1);
    job.finished(first.id, 2);
    job.failed(first.id, "too late", &plan);
    assert_eq!(job.take_ready(), Some(1));
    assert_eq!(job.take_ready(), None);
    assert_eq!(job.take_failed(), []);
    assert!(!job.is_complete());
}

#[test]
fn a_damaged_result_is_refused() {
    let file = sample();
    let plan = pipeline::plan(&file, &Options::default()).unwrap();
    let task = Job::<()>::new(&plan).next_task().unwrap();
    let packed = Worker::new(&file, &plan)
        .unwrap()
        .encode(&plan, &task, &mut |_| {})
        .unwrap()
        .pack();
    let error = ShardOutput::unpack(&packed[..packed.len() / 2]).unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn the_order_of_finishing_does_not_matter(
        order in Just((0..7usize).collect::<Vec<_>>()).prop_shuffle(),
        shard_bytes in 1u64..6000,
    ) {
        let file = sample();
        let options = Options { shard_bytes, ..Options::default() };
        let plan = pipeline::plan(&file, &options).unwrap();
        let found = encode_shards(&file, &plan, |count| {
            order.into_iter().filter(|&at| at < count).collect()
        }).unwrap();
        let expected = encode(&file).unwrap();
        prop_assert_eq!(found.bytes, expected.bytes);
        prop_assert_eq!(found.copies, expected.copies);
        prop_assert_eq!(found.skipped_functions, expected.skipped_functions);
    }
}
