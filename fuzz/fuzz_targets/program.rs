#![no_main]

fuzz::program!("program");
