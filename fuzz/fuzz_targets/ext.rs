#![no_main]

fuzz::program!("ext");
