#![no_main]

fuzz::program!("doctor");
