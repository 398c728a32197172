//! Discrete graphical models as files: BIF, XMLBIF 0.3, GeNIe XDSL, HUGIN NET and UAI; games of Gambit.
//!
//! [`read`] turns text into a [`Model`], [`write()`] a model into text. Neither knows files, solvers
//! or the language of assessments; a model is plain data. What each format carries, and what other
//! programs make of it, is in `docs/formats.md`.
//!
//! ```
//! use weigh_formats::{Format, Limits, read, write};
//! let bif = "network example {}
//! variable rain { type discrete [ 2 ] { no, yes }; }
//! probability ( rain ) { table 0.8, 0.2; }";
//! let model = read(Format::Bif, bif, &Limits::default())?.model;
//! assert_eq!(model.tables[0].values, [0.8, 0.2]);
//! let net = write(Format::HuginNet, &model).unwrap();
//! assert!(net.text.contains("data = (0.8 0.2);") && net.lost.is_empty());
//! # Ok::<(), weigh_formats::ReadError>(())
//! ```

pub mod ach;
mod bif;
mod build;
mod error;
pub mod game;
mod limits;
mod loss;
mod manual;
mod model;
mod names;
mod net;
mod noisy_max;
mod number;
mod property;
pub mod references;
mod rows;
mod scan;
mod uai;
mod uai_evidence;
mod xdsl;
mod xml;
mod xmlbif;

pub use error::{ReadError, WriteError};
pub use limits::Limits;
pub use loss::{Loss, Written};
pub use manual::{PAGES, Page};
pub use model::{Kind, Model, Property, Table, Variable, VariableKind};
pub use uai_evidence::{Evidence, read_evidence, write_evidence};

use error::{Fault, Parsed};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Bayesian Interchange Format, as in the bnlearn repository.
    Bif,
    /// The XML form of it, version 0.3.
    XmlBif,
    /// GeNIe and SMILE.
    Xdsl,
    /// HUGIN's flat networks.
    HuginNet,
    /// The format of the UAI inference competitions.
    Uai,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 5] =
        [Format::Bif, Format::XmlBif, Format::Xdsl, Format::HuginNet, Format::Uai];

    /// The format that the end of a file's name stands for.
    ///
    /// ```
    /// use weigh_formats::Format;
    /// assert_eq!(Format::from_path_ending("nets/Alarm.BIF"), Some(Format::Bif));
    /// assert_eq!(Format::from_path_ending("alarm.uai.evid"), None);
    /// ```
    pub fn from_path_ending(path: &str) -> Option<Format> {
        let (_, ending) = path.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "bif" => Some(Format::Bif),
            "xml" | "xmlbif" | "bifxml" => Some(Format::XmlBif),
            "xdsl" => Some(Format::Xdsl),
            "net" | "hugin" => Some(Format::HuginNet),
            "uai" => Some(Format::Uai),
            _ => None,
        }
    }

    /// The usual end of a file's name: `.bif`.
    pub fn path_ending(self) -> &'static str {
        match self {
            Format::Bif => ".bif",
            Format::XmlBif => ".xmlbif",
            Format::Xdsl => ".xdsl",
            Format::HuginNet => ".net",
            Format::Uai => ".uai",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Bif => "BIF",
            Format::XmlBif => "XMLBIF",
            Format::Xdsl => "XDSL",
            Format::HuginNet => "HUGIN NET",
            Format::Uai => "UAI",
        }
    }
}

/// What [`read`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The model.
    pub model: Model,
    /// How many rows of the tables did not sum to 1 and were divided by their sum.
    pub rows_corrected: usize,
    /// The one of them that was furthest from 1.
    pub largest: Option<Correction>,
}

/// A row that was divided by its sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Whose table it is in.
    pub variable: String,
    /// The parents and their states in this row.
    pub row: Vec<(String, String)>,
    /// What the numbers in the file sum to.
    pub sum: f64,
}

/// Reads a model.
///
/// Each row of a Bayesian network's tables is divided by its sum, unless that is 1 up to the
/// rounding of float64; a row that is further than 0.01 from 1 is an error. The numbers are
/// otherwise the file's, correctly rounded.
///
/// # Errors
/// The first thing in the file that is wrong, with its place.
///
/// ```
/// use weigh_formats::{Format, Limits, read};
/// let bif = "variable a { type discrete [ 2 ] { x, y }; }\nprobability ( a ) { table 0.5, 0.3; }";
/// let error = read(Format::Bif, bif, &Limits::default()).unwrap_err();
/// assert_eq!(error.to_string(), "2:21: the row of `a` sums to 0.8, not to 1");
/// assert_eq!(error.slug, "row-sum");
/// ```
pub fn read(format: Format, text: &str, limits: &Limits) -> Result<Read, ReadError> {
    let parsed = check_length(text, limits).and_then(|()| match format {
        Format::Bif => bif::read(text, limits),
        Format::XmlBif => xmlbif::read(text, limits),
        Format::Xdsl => xdsl::read(text, limits),
        Format::HuginNet => net::read(text, limits),
        Format::Uai => uai::read(text, limits),
    });
    parsed.map_err(|fault| fault.place(text))
}

/// Writes a model. What the format cannot carry is in [`Written::lost`].
///
/// Reading the text gives the same numbers bit for bit, and the same model but for what was lost.
///
/// # Errors
/// - `not-a-model` if [`Model::check`] finds a fault or variables depend on themselves;
/// - `markov-network` if the format holds Bayesian networks only.
pub fn write(format: Format, model: &Model) -> Result<Written, WriteError> {
    model.check().map_err(|message| WriteError { slug: "not-a-model", message })?;
    if model.kind == Kind::Markov && format != Format::Uai {
        let message = format!("{} holds Bayesian networks only: write UAI", format.name());
        return Err(WriteError { slug: "markov-network", message });
    }
    match format {
        Format::Bif => Ok(bif::write(model)),
        Format::XmlBif => Ok(xmlbif::write(model)),
        Format::Xdsl => xdsl::write(model),
        Format::HuginNet => Ok(net::write(model)),
        Format::Uai => Ok(uai::write(model)),
    }
}

fn check_length(text: &str, limits: &Limits) -> Parsed<()> {
    if text.len() <= limits.bytes {
        return Ok(());
    }
    let message = format!("the file has {} bytes, the limit is {}", text.len(), limits.bytes);
    Err(Fault::new("too-long", 0, message).hint("raise the limit if the file means it"))
}
