//! Raw networks from files, and the names in them.

use std::path::Path;

use serde_json::Value;
use weigh::raw::formats::{self, Format, Read};
use weigh::raw::{Case, RawError, RawNetwork, VarId};
use weigh::world::ReadError;

use crate::input::unreadable;
use crate::spelling;
use crate::terminal::{self, Failure};
use crate::world;

/// Most bytes of a network or of its cases; the largest known networks have some ten million.
const MAX_BYTES: u64 = 1 << 30;

/// Reads the text of a network or of its cases.
pub fn read(path: &Path) -> Result<String, Failure> {
    read_up_to(path, MAX_BYTES)
}

/// Reads a text of at most so many bytes.
pub fn read_up_to(path: &Path, most: u64) -> Result<String, Failure> {
    world::read_up_to(path, most).map_err(|error| unread_file(path, most, &error))
}

/// What is said of a file of which at most so many bytes are read.
pub fn unread_file(path: &Path, most: u64, error: &ReadError) -> Failure {
    let shown = path.display().to_string();
    match error {
        ReadError::TooLarge(bytes) => Failure::input(
            &shown,
            format!("{shown} is too large: it has {bytes} bytes, and at most {most} are read"),
        ),
        error => unreadable(&shown, error),
    }
}

/// Reads a network by the end of its name, and says what was corrected in it.
pub fn load(path: &Path) -> Result<(formats::Model, String), Failure> {
    let format = format_of(path)?;
    let text = read(path)?;
    parse(path, format, &text)
}

/// Reads a network from its text, and says what was corrected in it.
pub fn parse(path: &Path, format: Format, text: &str) -> Result<(formats::Model, String), Failure> {
    let shown = path.display().to_string();
    let limits = formats::Limits::default();
    let Read { model, rows_corrected, largest } =
        formats::read(format, text, &limits).map_err(|error| unread(&shown, error))?;
    if let Some(largest) = largest {
        let row: Vec<String> =
            largest.row.iter().map(|(var, state)| format!("{var} = {state}")).collect();
        let given =
            if row.is_empty() { String::new() } else { format!(" given {}", row.join(", ")) };
        terminal::complain(&format!(
            "note[row-sum]: {rows_corrected} rows of {shown} did not sum to 1 and were divided by \
             their sum; the furthest is `{}`{given}: {}\n",
            largest.variable, largest.sum,
        ));
    }
    Ok((model, shown))
}

/// A file of another program that cannot be read.
pub fn unread(path: &str, error: formats::ReadError) -> Failure {
    let place = Some((error.line, error.column));
    let failure = Failure::fault(error.slug, path, place, format!("{path}:{error}"));
    match error.hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// The format that the end of a file's name stands for.
pub fn format_of(path: &Path) -> Result<Format, Failure> {
    let shown = path.display().to_string();
    Format::from_path_ending(&shown).ok_or_else(|| {
        Failure::run(format!("{shown} does not end like a network's file"))
            .hint("known are .bif, .xml or .xmlbif, .xdsl, .net and .uai")
    })
}

/// A network that cannot be asked, or not this.
pub fn failed(path: &str, error: &RawError) -> Failure {
    let failure = Failure::fault("network-refused", path, None, format!("{path}: {error}"));
    match error {
        RawError::Compile(_) => failure
            .hint("give evidence that cuts the network, or ask for fewer variables with --targets"),
        _ => failure,
    }
}

/// The variable of that name.
pub fn variable(network: &RawNetwork, name: &str) -> Result<VarId, Failure> {
    network.find(name).ok_or_else(|| {
        if utility(network, name).is_some() {
            return Failure::run(format!("`{name}` is a utility, which has no states"))
                .hint("ask for what is expected of it, with --targets");
        }
        let failure = Failure::run(format!("the network has no variable `{name}`"));
        let names = network.variables().iter().map(|v| v.name.as_str());
        match spelling::nearest(name, names) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure,
        }
    })
}

/// The utility of that name.
pub fn utility(network: &RawNetwork, name: &str) -> Option<VarId> {
    network.utilities().find(|(_, other)| *other == name).map(|(utility, _)| utility)
}

/// The state of that name.
pub fn state(network: &RawNetwork, var: VarId, name: &str) -> Result<usize, Failure> {
    let variable = &network.variables()[var.0 as usize];
    variable.states.iter().position(|state| state == name).ok_or_else(|| {
        let failure = Failure::run(format!("`{}` has no state `{name}`", variable.name));
        match spelling::nearest(name, variable.states.iter().map(String::as_str)) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint(format!("its states are {}", variable.states.join(", "))),
        }
    })
}

/// The cases of a file: one JSON object a line, or evidence of UAI.
pub fn cases(path: &Path, network: &RawNetwork) -> Result<Vec<Case>, Failure> {
    let shown = path.display().to_string();
    let text = read(path)?;
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("evid")) {
        let n_states: Vec<usize> = network.variables().iter().map(|v| v.states.len()).collect();
        let samples =
            formats::read_evidence(&text, &n_states).map_err(|error| unread(&shown, error))?;
        let case = |sample: formats::Evidence| {
            sample.into_iter().map(|(var, state)| (VarId(var as u32), state)).collect()
        };
        return Ok(samples.into_iter().map(case).collect());
    }
    let mut cases = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fault = |message: String| {
            let place = format!("{shown}:{}", number + 1);
            Failure::fault(
                "case-fault",
                &shown,
                Some((number + 1, 1)),
                format!("{place}: {message}"),
            )
            .hint(r#"a case is a line like {"evidence":{"VARIABLE":"STATE"}}"#)
        };
        let value: Value = serde_json::from_str(line).map_err(|error| fault(error.to_string()))?;
        let found = value.get("evidence").unwrap_or(&value);
        let found = found.as_object().ok_or_else(|| fault("this is no object".into()))?;
        let mut case = Case::new();
        for (name, value) in found {
            let of_name = |failure: Failure| fault(failure.message().to_owned());
            let var = variable(network, name).map_err(of_name)?;
            let value = value.as_str().ok_or_else(|| fault(format!("`{name}` is in no state")))?;
            case.insert(var, state(network, var, value).map_err(of_name)?);
        }
        cases.push(case);
    }
    Ok(cases)
}
