#![no_main]

fuzz::program!("lessons");
