//! The command as a shell sees it. One program, since each is linked anew.

mod common;

mod analyses;
mod assistants;
mod benching;
mod commands;
mod deciding;
mod drafting;
mod games;
#[cfg(target_os = "linux")]
mod hostile;
mod manual;
mod models;
mod networks;
mod origins;
mod readme;
mod references;
mod sealing;
mod solving;
mod source_files;
mod sources;
