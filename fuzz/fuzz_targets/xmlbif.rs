//! Any text as XMLBIF: no panic, and what is read is written and read back the same.
#![no_main]

mod formats;

use libfuzzer_sys::fuzz_target;
use weigh_formats::Format;

fuzz_target!(|text: &str| formats::check(Format::XmlBif, text));
