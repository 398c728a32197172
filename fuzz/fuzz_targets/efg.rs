//! Any text as one of Gambit's trees: no panic, and what is read is a game or is refused as one.
#![no_main]

mod games;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| games::check("EFG", text));
