#![no_main]

fuzz::program!("btf");
