//! `weigh seal`: files, lock and results in one file that anybody can work out again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::{Value, json};
use weigh::world::{ReadError, World};
use weigh::{Session, Settings};

use crate::args::{Format, SealArgs};
use crate::terminal::{self, Failure, Outcome};
use crate::world::{Disk, read_text, read_up_to};
use crate::{answers, input, output};

/// The form that is written and read.
const FORM: u64 = 1;

/// The largest bundle that is read: texts of an assessment at their largest, and what they are made of.
const MAX_BYTES: u64 = 256 << 20;

/// The most draws that a bundle may ask for, as on the command line.
const MAX_DRAWS: u64 = 1_000_000;

/// How many differences are shown.
const N_SHOWN: usize = 10;

/// What is sealed: texts by name, and how the numbers are made.
struct Bundle {
    main: String,
    texts: BTreeMap<String, String>,
    today: Date,
    settings: Settings,
}

impl World for Bundle {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.texts.get(path).cloned().ok_or(ReadError::Absent)
    }

    fn today(&self) -> Date {
        self.today
    }
}

impl Bundle {
    /// Works the results out: what `weigh solve --format json` prints, in one line.
    fn results(&self) -> Result<(Value, bool), Failure> {
        let mut session = Session::load(self, &self.main)
            .map_err(|error| input::unreadable(&self.main, &error))?;
        let findings = session.findings(&self.settings);
        Ok((answers::to_json(&session, findings.as_ref()), findings.is_some()))
    }
}

/// Runs the command.
pub fn run(args: &SealArgs) -> Result<Outcome, Failure> {
    if args.verify { verify(args) } else { seal(args) }
}

fn seal(args: &SealArgs) -> Result<Outcome, Failure> {
    let path = input::find(&args.path)?;
    let disk = Disk::at(&path, args.day.today);
    let session = Session::load(&disk, &path).map_err(|error| input::unreadable(&path, &error))?;
    let mut texts: BTreeMap<String, String> = session
        .files
        .iter()
        .map(|(_, file)| (weigh::from_folder(&path, &file.path), file.text.clone()))
        .collect();
    let lock = weigh::lock_path(&path);
    match read_text(Path::new(&lock)) {
        Ok(text) => {
            texts.insert(weigh::from_folder(&path, &lock), text);
        }
        Err(ReadError::Absent) => {}
        Err(error) => return Err(input::unreadable(&lock, &error)),
    }
    let bundle = Bundle {
        main: weigh::from_folder(&path, &path),
        texts,
        today: disk.today(),
        settings: args.run.settings(),
    };
    let (results, is_solved) = bundle.results()?;
    if !is_solved {
        return Err(Failure::input(
            &path,
            "there is nothing to seal: it cannot be solved".to_owned(),
        )
        .hint("`weigh check` says why"));
    }
    let files: Vec<Value> = bundle
        .texts
        .iter()
        .map(|(path, text)| json!({ "path": path, "blake3": hash(text), "text": text }))
        .collect();
    let sealed = json!({
        "weigh_seal": FORM,
        "engine": engine(),
        "sealed": bundle.today.to_string(),
        "main": bundle.main,
        "draws": bundle.settings.draws,
        "seed": bundle.settings.seed,
        "files": files,
        "results_blake3": hash(&results.to_string()),
        "results": results,
    });
    let text = format!("{sealed:#}\n");
    let written = match &args.output {
        Some(output) => output.clone(),
        None => {
            let beside = PathBuf::from(&path).with_extension("seal");
            disk.check_written(&beside)?;
            beside
        }
    };
    output::replace_file(&written, text.as_bytes())?;
    let has_lock = bundle.texts.contains_key("weigh.lock");
    match args.format.format {
        Format::Text => {
            let n = bundle.texts.len();
            let lock = match has_lock {
                true => "the lock among them",
                false => "no lock: `weigh lock` first, if it is to say which quotes were verified",
            };
            let files = if n == 1 { "1 file".to_owned() } else { format!("{n} files") };
            terminal::print(&format!(
                "{}: {files} and their results, {lock}\nblake3 {}\n",
                written.display(),
                hash(&text)
            ))?;
        }
        Format::Json => terminal::print_json(&json!({
            "seal": written.to_string_lossy(), "blake3": hash(&text), "files": bundle.texts.len(),
            "lock": has_lock,
        }))?,
    }
    Ok(Outcome::Fine)
}

fn verify(args: &SealArgs) -> Result<Outcome, Failure> {
    let name = input::name_of(&args.path)?;
    let text =
        read_up_to(&args.path, MAX_BYTES).map_err(|error| input::unreadable(&name, &error))?;
    let is_none =
        |why: &str| Failure::input(&name, format!("{name} is no bundle of `weigh seal`: {why}"));
    let sealed: Value = serde_json::from_str(&text).map_err(|error| is_none(&error.to_string()))?;
    let (bundle, mut faults) = unpack(&sealed).map_err(|why| is_none(&why))?;
    let (results, _) = bundle.results()?;
    let is_same = sealed["results_blake3"].as_str() == Some(&hash(&results.to_string()));
    // Through text, as the sealed ones were read.
    let again = serde_json::from_str(&results.to_string()).unwrap_or_default();
    let mut differences = Vec::new();
    compare("", &sealed["results"], &again, &mut differences);
    match (is_same, differences.is_empty()) {
        (true, true) => {}
        (true, false) => {
            faults.push("the results shown are not those that were sealed".to_owned());
        }
        (false, true) => faults.push("the results differ in their last digits".to_owned()),
        (false, false) => {
            // The answers themselves first.
            differences.sort_by_key(|told| !told.contains(".p: "));
            let n_more = differences.len().saturating_sub(N_SHOWN);
            faults.extend(differences.into_iter().take(N_SHOWN));
            if n_more > 0 {
                faults.push(format!("and {n_more} more"));
            }
        }
    }
    let made_by = sealed["engine"].as_str().unwrap_or_default();
    match args.format.format {
        Format::Text => {
            let on = sealed["sealed"].as_str().unwrap_or_default();
            let n = bundle.texts.len();
            let mut out =
                format!("{name}: {} of {n} files, sealed on {on} by {made_by}\n", bundle.main);
            match faults.is_empty() {
                true => {
                    out +=
                        "The files are unchanged, and the results are the same to the last digit\n"
                }
                false => {
                    for fault in &faults {
                        out += &format!("  {fault}\n");
                    }
                    if made_by != engine() {
                        out +=
                            &format!("This is {}: another version may count otherwise\n", engine());
                    }
                }
            }
            terminal::print(&out)?;
        }
        Format::Json => terminal::print_json(&json!({
            "seal": name, "main": bundle.main, "engine": made_by, "same": faults.is_empty(),
            "differences": faults, "blake3": hash(&text),
        }))?,
    }
    Ok(if faults.is_empty() { Outcome::Fine } else { Outcome::InputHasErrors })
}

/// The bundle in a sealed file, and what is wrong with its files.
fn unpack(sealed: &Value) -> Result<(Bundle, Vec<String>), String> {
    let text = |key: &str| {
        sealed[key].as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` is missing"))
    };
    let number = |key: &str| sealed[key].as_u64().ok_or_else(|| format!("`{key}` is missing"));
    match number("weigh_seal")? {
        FORM => {}
        form => return Err(format!("it is of form {form}, and this version reads form {FORM}")),
    }
    let mut texts = BTreeMap::new();
    let mut faults = Vec::new();
    for file in sealed["files"].as_array().ok_or("`files` is missing")? {
        let part = |key: &str| file[key].as_str().ok_or(format!("a file has no `{key}`"));
        let (path, text) = (part("path")?, part("text")?);
        if part("blake3")? != hash(text) {
            faults.push(format!("{path} was changed after it was sealed"));
        }
        texts.insert(path.to_owned(), text.to_owned());
    }
    let draws = number("draws")?;
    if !(1..=MAX_DRAWS).contains(&draws) {
        return Err(format!("it asks for {draws} draws, and at most {MAX_DRAWS} are made"));
    }
    let main = text("main")?;
    if !texts.contains_key(&main) {
        return Err(format!("`{main}` is not in it"));
    }
    let today = text("sealed")?.parse().map_err(|_| "`sealed` is no date".to_owned())?;
    let settings = Settings { draws: draws as u32, seed: number("seed")?, ..Settings::default() };
    Ok((Bundle { main, texts, today, settings }, faults))
}

/// Where two results differ, as paths with both values.
fn compare(path: &str, sealed: &Value, now: &Value, differences: &mut Vec<String>) {
    match (sealed, now) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let of = |map: &serde_json::Map<String, Value>| {
                    map.get(key).cloned().unwrap_or(Value::Null)
                };
                compare(&at, &of(a), &of(b), differences);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (ix, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{path}[{ix}]"), a, b, differences);
            }
        }
        (a, b) if a != b => {
            let short = |value: &Value| value.to_string().chars().take(60).collect::<String>();
            differences.push(format!("{path}: sealed {}, now {}", short(a), short(b)));
        }
        _ => {}
    }
}

fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn engine() -> &'static str {
    concat!("weigh ", env!("CARGO_PKG_VERSION"))
}
