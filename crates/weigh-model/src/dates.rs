//! Dates as an analyst writes them, to the day, month or year, and periods of time.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

/// A date to the day, to the month or to the year, which exists in the calendar.
///
/// A month or a year stands for the whole of it: [`first_day`](Self::first_day) to
/// [`last_day`](Self::last_day).
///
/// # Example
/// ```
/// use weigh_model::dates::PartialDate;
/// let october: PartialDate = "2022-10".parse()?;
/// assert_eq!(october.last_day().to_string(), "2022-10-31");
/// assert_eq!(october.to_string(), "2022-10");
/// let impossible = "2022-02-30".parse::<PartialDate>().unwrap_err();
/// assert_eq!(impossible.to_string(), "2022 has no 30 February");
/// # Ok::<(), weigh_model::dates::DateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    // Private, for they go together: no day without a month, and the day exists.
    year: i16,
    month: Option<u8>,
    day: Option<u8>,
}

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateError {
    /// It is not written as a date is; the text.
    Form(String),
    /// There is no such month.
    Month(u8),
    /// The month has no such day.
    Day {
        /// The year, which decides on 29 February.
        year: i16,
        /// The month, 1 to 12.
        month: u8,
        /// The day that is not in it.
        day: u8,
    },
}

/// A length of time, as it is said: 3 weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    /// How many; not below zero.
    pub count: f64,
    /// Of what.
    pub unit: Unit,
}

/// What periods are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// A day.
    Day,
    /// Seven days.
    Week,
    /// A twelfth of a year.
    Month,
    /// A quarter of a year.
    Quarter,
    /// 365.25 days.
    Year,
}

impl PartialDate {
    /// The year, 0 to 9999.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12, if it is said.
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// The day of the month, if it is said.
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// The first day that it stands for.
    pub fn first_day(self) -> Date {
        civil(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day that it stands for.
    pub fn last_day(self) -> Date {
        match (self.month, self.day) {
            (Some(_), Some(_)) => self.first_day(),
            (Some(_), None) => self.first_day().last_of_month(),
            (None, _) => self.first_day().last_of_year(),
        }
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let form = || DateError::Form(text.to_owned());
        let mut parts = text.split('-');
        let year: i16 = number(parts.next(), 4).ok_or_else(form)?;
        let mut two = || match parts.next() {
            None => Ok(None),
            part => number(part, 2).map(Some).ok_or_else(form),
        };
        let (month, day): (Option<u8>, Option<u8>) = (two()?, two()?);
        if parts.next().is_some() {
            return Err(form());
        }
        match (month, day) {
            (Some(month @ (0 | 13..)), _) => Err(DateError::Month(month)),
            (Some(month), Some(day)) if !(1..=days_in(year, month)).contains(&day) => {
                Err(DateError::Day { year, month, day })
            }
            _ => Ok(PartialDate { year, month, day }),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            DateError::Form(ref text) => {
                write!(f, "`{text}` is not a date: write `2022-10-14`, `2022-10` or `2022`")
            }
            DateError::Month(month) => write!(f, "there is no month {month}"),
            DateError::Day { year, month, day } => {
                write!(f, "{year} has no {day} {}", MONTHS[usize::from(month) - 1])
            }
        }
    }
}

impl Error for DateError {}

impl Period {
    /// How many days that is.
    ///
    /// A week is 7 days; a year is 365.25 days, the mean of the Julian calendar, so that four
    /// years hold their leap day; a quarter is a fourth and a month a twelfth of it. A rate is
    /// thus the same in February and in March.
    pub fn days(self) -> f64 {
        self.count * self.unit.days()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1.0 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.name())
    }
}

impl Unit {
    /// Every unit, the shortest first.
    pub const ALL: [Unit; 5] = [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];

    /// The unit that a word names, one of them or several: `month`, `months`.
    pub fn from_word(word: &str) -> Option<Unit> {
        let singular = word.strip_suffix('s').unwrap_or(word);
        Unit::ALL.into_iter().find(|unit| unit.name() == singular)
    }

    /// One of them: `month`.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        }
    }

    /// How many days one of them is, as [`Period::days`] explains.
    pub fn days(self) -> f64 {
        match self {
            Unit::Day => 1.0,
            Unit::Week => 7.0,
            Unit::Month => 365.25 / 12.0,
            Unit::Quarter => 365.25 / 4.0,
            Unit::Year => 365.25,
        }
    }
}

/// How many days `b` is after `a`; below zero if it is before.
pub fn days_between(a: Date, b: Date) -> i64 {
    // Civil dates know no time zone: each day has 24 hours.
    b.duration_since(a).as_hours() / 24
}

/// The date as prose has it: `14 October 2022`.
pub fn long(date: Date) -> String {
    format!("{} {} {}", date.day(), MONTHS[date.month() as usize - 1], date.year())
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `part` as a number of exactly `n_digits` digits.
fn number<T: FromStr>(part: Option<&str>, n_digits: usize) -> Option<T> {
    let part = part?;
    let is_number = part.len() == n_digits && part.bytes().all(|b| b.is_ascii_digit());
    if is_number { part.parse().ok() } else { None }
}

fn days_in(year: i16, month: u8) -> u8 {
    civil(year, month, 1).days_in_month().unsigned_abs()
}

fn civil(year: i16, month: u8, day: u8) -> Date {
    Date::new(year, month.cast_signed(), day.cast_signed())
        .expect("a partial date has a year to 9999, and a month and a day that exist")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> PartialDate {
        text.parse().unwrap()
    }

    fn refusal(text: &str) -> String {
        text.parse::<PartialDate>().unwrap_err().to_string()
    }

    fn days(text: &str) -> (String, String) {
        let date = parsed(text);
        (date.first_day().to_string(), date.last_day().to_string())
    }

    #[test]
    fn a_month_or_a_year_stands_for_the_whole_of_it() {
        assert_eq!(days("2022-10-14"), ("2022-10-14".into(), "2022-10-14".into()));
        assert_eq!(days("2022-10"), ("2022-10-01".into(), "2022-10-31".into()));
        assert_eq!(days("2024-02"), ("2024-02-01".into(), "2024-02-29".into()));
        assert_eq!(days("2022"), ("2022-01-01".into(), "2022-12-31".into()));
    }

    #[test]
    fn a_date_is_shown_as_it_was_written() {
        for text in ["2022-10-14", "2022-01", "2022", "0099-09-09", "0000", "9999-12-31"] {
            assert_eq!(parsed(text).to_string(), text);
            assert_eq!(serde_json::to_value(parsed(text)).unwrap(), text);
        }
    }

    #[test]
    fn what_the_calendar_does_not_have_is_named() {
        assert_eq!(refusal("2022-02-30"), "2022 has no 30 February");
        assert_eq!(refusal("2023-02-29"), "2023 has no 29 February");
        assert_eq!(refusal("2022-04-31"), "2022 has no 31 April");
        assert_eq!(refusal("2022-04-00"), "2022 has no 0 April");
        assert_eq!(refusal("2022-13"), "there is no month 13");
        assert_eq!(refusal("2022-00-40"), "there is no month 0");
        assert_eq!(parsed("2024-02-29").day(), Some(29));
    }

    #[test]
    fn what_is_not_written_as_a_date_is_refused() {
        let other = ["", "22", "2022-1", "2022-10-4", "2022-", "-2022", "+202", "2022-10-14-1"];
        for text in other.into_iter().chain(["14.10.2022", " 2022", "2022-+1", "２０２２", "20222"])
        {
            assert!(matches!(text.parse::<PartialDate>(), Err(DateError::Form(_))), "{text}");
        }
        assert_eq!(
            refusal("14.10.2022"),
            "`14.10.2022` is not a date: write `2022-10-14`, `2022-10` or `2022`"
        );
    }

    #[test]
    fn days_are_counted_over_months_leap_days_and_backwards() {
        let between = |a, b| days_between(parsed(a).first_day(), parsed(b).first_day());
        assert_eq!(between("2022-10-14", "2022-10-14"), 0);
        assert_eq!(between("2022-10-14", "2022-12-31"), 78);
        assert_eq!(between("2024-02-28", "2024-03-01"), 2);
        assert_eq!(between("2022-12-31", "2022-10-14"), -78);
        assert_eq!(between("0000", "9999-12-31"), 3_652_424);
    }

    #[test]
    fn units_are_read_in_singular_and_plural() {
        for unit in Unit::ALL {
            assert_eq!(Unit::from_word(unit.name()), Some(unit));
            assert_eq!(Unit::from_word(&format!("{}s", unit.name())), Some(unit));
        }
        for other in ["", "s", "decade", "dayss", "Day"] {
            assert_eq!(Unit::from_word(other), None, "{other}");
        }
    }

    #[test]
    fn periods_have_the_stated_lengths() {
        let length = |count, unit| Period { count, unit }.days();
        assert_eq!(length(3.0, Unit::Day), 3.0);
        assert_eq!(length(2.0, Unit::Week), 14.0);
        assert_eq!(length(4.0, Unit::Quarter), length(1.0, Unit::Year));
        // A twelfth of a year is rounded; a last bit of it may show after twelve.
        assert!((length(12.0, Unit::Month) - length(1.0, Unit::Year)).abs() < 1e-12);
        assert_eq!(length(4.0, Unit::Year), 1461.0);
        assert_eq!(Period { count: 1.0, unit: Unit::Month }.to_string(), "1 month");
        assert_eq!(Period { count: 2.5, unit: Unit::Year }.to_string(), "2.5 years");
    }

    #[test]
    fn prose_has_the_day_first() {
        assert_eq!(long(parsed("2022-10-14").first_day()), "14 October 2022");
        assert_eq!(long(parsed("2022-01-05").first_day()), "5 January 2022");
    }
}
