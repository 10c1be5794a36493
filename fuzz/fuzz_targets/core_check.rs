#![no_main]

fuzz::program!("core_check");
