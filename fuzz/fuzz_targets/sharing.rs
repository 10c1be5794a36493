#![no_main]

fuzz::program!("sharing");
