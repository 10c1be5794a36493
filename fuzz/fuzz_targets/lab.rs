#![no_main]

fuzz::program!("lab");
