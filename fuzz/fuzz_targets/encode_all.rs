#![no_main]

fuzz::program!("encode_all");
