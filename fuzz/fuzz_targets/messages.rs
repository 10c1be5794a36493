#![no_main]

fuzz::program!("messages");
