#![no_main]

fuzz::program!("companions");
