#![no_main]

fuzz::program!("image");
