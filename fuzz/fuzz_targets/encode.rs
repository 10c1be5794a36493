#![no_main]

fuzz::program!("encode");
