//! What a browser keeps, or a worker hands on, as packed bytes.

use btf::TypeId;
use pipeline::{Plan, Provenance, ShardOutput};
use protocol::explorer::TypeMetadata;

/// Reads bytes as each of them and uses what was read.
pub fn run(data: &[u8]) {
    if let Ok(provenance) = postcard::from_bytes::<Provenance>(data) {
        use_provenance(&provenance);
    }
    if let Ok(metadata) = postcard::from_bytes::<TypeMetadata>(data) {
        use_provenance(&metadata.provenance);
    }
    if let Ok(shard) = ShardOutput::unpack(data) {
        shard.pack();
        shard.units();
    }
    if let Ok(plan) = postcard::from_bytes::<Plan>(data) {
        plan.companions();
        plan.units();
    }
}

fn use_provenance(provenance: &Provenance) {
    provenance.units_of(TypeId(1));
    provenance.copies(TypeId(1000));
    provenance.units_of_each(&[TypeId(1), TypeId(2)]);
    provenance.for_each_unit(|_| true, |_, _| {});
}
