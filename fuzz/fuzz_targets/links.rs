#![no_main]

fuzz::program!("links");
