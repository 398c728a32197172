//! `other-equilibria`: actors who watch each other could settle on something else.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "other-equilibria",
    severity: Severity::Warning,
    manual: "\
Where actors choose with an eye on each other, several ways of playing can each be the best answer to
itself. The answer is the way that is reached from where everybody chooses at random and gets more precise
step by step; another one lies near. Which of them people would settle on, what they want does not say, so no
single answer should rest on it.

```weigh wrong
question crash \"Do both drive on?\"
  yes if left = drive and right = drive
actor one \"The one\"
  choice left: swerve, drive
  picks the better of two options 10 points apart 95% of the time
  wants
    70 if left = drive and right = swerve
    60 if left = swerve and right = swerve
    20 if left = swerve and right = drive
actor other \"The other\"
  choice right: swerve, drive
  picks the better of two options 10 points apart 95% of the time
  wants
    70 if right = drive and left = swerve
    60 if right = swerve and left = swerve
    20 if right = swerve and left = drive
```

```weigh right
question crash \"Do both drive on?\"
  yes if left = drive and right = drive
actor one \"The one\"
  choice left: swerve, drive
  picks the better of two options 10 points apart 95% of the time
  wants
    70 if left = drive and right = swerve
    60 if left = swerve and right = swerve
    20 if left = swerve and right = drive
actor other \"The other\"
  choice right: swerve, drive
    knows left
  picks the better of two options 10 points apart 95% of the time
  wants
    70 if right = drive and left = swerve
    60 if right = swerve and left = swerve
    20 if right = swerve and left = drive
```
",
};

/// The choices `names` could be made otherwise as well, from `part` of the stated precision on.
pub(crate) fn diagnostic(span: Span, names: &[String], part: f64) -> Diagnostic {
    let names = super::together(names);
    let message = format!(
        "{names} could settle on something else as well: another branch of equilibria lies near from {} of the stated precision on",
        super::percent(part)
    );
    Diagnostic::new(&RULE, span, message)
        .hint("`weigh actors` shows the others with their answers; say who knows of whose choice, or what somebody `expects`")
}
