#![no_main]

fuzz::program!("unpack");
