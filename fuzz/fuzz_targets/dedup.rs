#![no_main]

fuzz::program!("dedup");
