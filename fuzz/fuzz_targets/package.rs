#![no_main]

fuzz::program!("package");
