#![no_main]

fuzz::program!("questions");
