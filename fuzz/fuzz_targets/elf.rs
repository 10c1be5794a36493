#![no_main]

fuzz::program!("elf");
