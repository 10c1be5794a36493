#![no_main]

fuzz::program!("split");
