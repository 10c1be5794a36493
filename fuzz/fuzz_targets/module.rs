#![no_main]

fuzz::program!("module");
