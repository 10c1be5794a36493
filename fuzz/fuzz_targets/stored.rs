#![no_main]

fuzz::program!("stored");
