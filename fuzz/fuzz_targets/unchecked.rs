#![no_main]

fuzz::program!("unchecked");
