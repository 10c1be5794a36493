//! Kernels in miniature: C declarations of several units, made one as a job does.

use btf::{Btf, TypeId};
use dedup::Options;
use explore::{Copies, Explorer};
use lab::{Abi, Units};

/// The types of some units after dedup, and how many copies each had.
pub fn explorer(units: &[&str]) -> Explorer {
    let all: Vec<Btf> = units
        .iter()
        .map(|text| lab::c::unit(text, Abi::X86_64).expect("valid C"))
        .collect();
    let units = Units::of(&all).expect("fits");
    let run = lab::run(&units, &Options::default()).expect("dedup runs");
    let btf = run.deduped.btf;
    let mut copies = vec![0; btf.end_id().index()];
    for to in &run.deduped.map {
        copies[to.index()] += 1;
    }
    copies[0] = 0;
    Explorer::new(btf, Some(Copies::new(copies)))
}

/// The type at an address.
pub fn at(explorer: &Explorer, address: &str) -> TypeId {
    explore::Address::parse(address)
        .and_then(|address| address.find(explorer.btf()))
        .unwrap_or_else(|| panic!("there is no {address}"))
}
