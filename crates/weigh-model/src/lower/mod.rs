//! An assessment into a network: every factor a table, every report a node, every number its origin.

mod arrows;
mod choices;
mod conjunction;
mod numbers;
mod reports;
mod steps;
mod tables;

use crate::assessment::{Assessment, Form, Says, Variable};
use crate::checks;
use std::collections::BTreeMap;
use steps::Chain;
use weigh_inference::{Evidence, FormulaId, Network, NetworkBuilder, ParamId, Revision, VarId};
use weigh_syntax::diag::Diagnostic;
use weigh_syntax::span::Span;

pub use choices::{Chosen, Game};
pub use conjunction::MOST_STEPS;
pub use numbers::{Divisor, Fits, MAX_WEIGHT, NumberOrigin, SlotKind};

/// The largest conditional table, in cells; larger ones are refused before memory is taken. Base and
/// odds with 14 conditions need as many, and ten seconds for 10,000 draws.
pub const MAX_TABLE_CELLS: usize = 1 << 15;

/// What an assessment becomes, with the way back from every part of it.
pub struct Lowered {
    /// The network.
    pub network: Network,
    /// What was seen and reported, as findings on the network.
    pub evidence: Evidence,
    /// New probabilities by the writer (Jeffrey's rule), in the order of the file.
    pub revisions: Vec<Revision>,
    /// Per variable of the assessment, its node.
    pub variables: Vec<VarId>,
    /// Per quantity, its formula.
    pub quantities: Vec<FormulaId>,
    /// Per parameter that is drawn or can be moved, where it comes from. The policies of actors, which
    /// are decided, follow behind them.
    pub numbers: Vec<NumberOrigin>,
    /// What is divided by, where that is uncertain, in the order of the files.
    pub divisors: Vec<Divisor>,
    /// Per item of evidence, the nodes whose findings are its.
    pub items: Vec<Vec<VarId>>,
    /// Each report with every source that was cited for it.
    pub reporters: Vec<(VarId, usize)>,
    /// Per source, the hidden node of its reliability, if it reports anything.
    pub reliabilities: Vec<Option<VarId>>,
    /// Per variable, its base carried to the time that is left (of the focus state), if it has one.
    pub bases: Vec<Option<FormulaId>>,
    /// The choices of actors.
    pub game: Game,
    /// Per reason, a switch: 1 with it, 0 without; only if asked for.
    pub switches: Vec<ParamId>,
    /// Arrows with a switch, as (from, to), if asked for. Those into choices, into large tables, and into what many causes bring
    /// about, which is several tables, have none.
    pub arrows: BTreeMap<(usize, usize), ParamId>,
    /// Distributions found for ranges, for [`lower_again`].
    pub fits: Fits,
    /// Faults that show only here.
    pub diagnostics: Vec<Diagnostic>,
}

/// What can be moved besides the uncertain numbers; the network is larger for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Switches<'u> {
    /// Nothing.
    None,
    /// Each reason has a parameter that is 1 with it and 0 without.
    Reasons,
    /// Certain numbers are parameters too, so that they can be moved; 0 and 1 are structure and stay.
    Numbers,
    /// Both, the switches first.
    ReasonsAndNumbers,
    /// Each arrow of [`Lowered::arrows`] has a parameter that is 1 with it and 0 without. Without it the variable listens to what
    /// the parent usually is: per variable of the assessment, the probabilities of its states.
    Arrows(&'u [Vec<f64>]),
}

/// Builds the network of an assessment, which must have no cycle.
///
/// # Errors
/// The diagnostics of what makes it impossible: a table too large.
pub fn lower(assessment: &Assessment, switches: Switches<'_>) -> Result<Lowered, Vec<Diagnostic>> {
    lower_again(assessment, switches, &Fits::default())
}

/// [`lower`] of a changed assessment, or with other switches: ranges that `fits` knows are not fitted again.
///
/// # Errors
/// As [`lower`].
pub fn lower_again(
    assessment: &Assessment,
    switches: Switches<'_>,
    fits: &Fits,
) -> Result<Lowered, Vec<Diagnostic>> {
    let mut lowering = Lowering {
        assessment,
        build: NetworkBuilder::new(),
        variables: Vec::new(),
        quantities: Vec::new(),
        numbers: Vec::new(),
        means: Vec::new(),
        switches: Vec::new(),
        arrows: BTreeMap::new(),
        usual: match switches {
            Switches::Arrows(usual) => Some(usual),
            _ => None,
        },
        moves_certain: matches!(switches, Switches::Numbers | Switches::ReasonsAndNumbers),
        reporters: Vec::new(),
        reliabilities: vec![None; assessment.sources.len()],
        anonymous: None,
        reports: BTreeMap::new(),
        bases: vec![None; assessment.variables.len()],
        thresholds: BTreeMap::new(),
        divisors: BTreeMap::new(),
        evidence: Evidence::new(),
        known_fits: fits,
        new_fits: Fits::default(),
        diagnostics: Vec::new(),
    };
    let chains: Vec<Option<Chain>> =
        (0..assessment.variables.len()).map(|variable| Chain::of(assessment, variable)).collect();
    lowering.check_sizes(&chains)?;
    if matches!(switches, Switches::Reasons | Switches::ReasonsAndNumbers) {
        lowering.add_switches();
    }
    if matches!(switches, Switches::Arrows(_)) {
        lowering.add_arrow_switches();
    }
    lowering.quantities();
    for variable in &assessment.variables {
        let id = lowering.build.add_variable(variable.header.name.clone(), &variable.states);
        lowering.variables.push(id);
    }
    for (variable, chain) in chains.into_iter().enumerate() {
        if !matches!(assessment.variables[variable].form, Form::Choice { .. }) {
            lowering.table(variable, &chain.unwrap_or_default());
        }
    }
    let mut items = Vec::new();
    let mut revisions = Vec::new();
    for item in 0..assessment.evidence.len() {
        items.push(lowering.item(item));
        let evidence = &assessment.evidence[item];
        if let (Some(Says::Revises(variable, probabilities)), None) =
            (&evidence.says, &evidence.left_out)
        {
            let var = lowering.variables[*variable];
            revisions.push(Revision { var, probabilities: probabilities.clone() });
        }
    }
    let game = lowering.choices()?;
    let network = lowering.build.build().map_err(|error| {
        let span =
            assessment.variables.first().map_or(Span::default(), |variable| variable.header.span);
        vec![checks::no_network::diagnostic(span, &error.to_string())]
    })?;
    let mut lowered = Lowered {
        network,
        evidence: lowering.evidence,
        revisions,
        variables: lowering.variables,
        quantities: lowering.quantities,
        numbers: lowering.numbers,
        divisors: lowering.divisors.into_values().collect(),
        items,
        reporters: lowering.reporters,
        reliabilities: lowering.reliabilities,
        bases: lowering.bases,
        game,
        switches: lowering.switches,
        arrows: lowering.arrows,
        fits: lowering.new_fits,
        diagnostics: lowering.diagnostics,
    };
    if switches == Switches::None {
        let told = conjunction::check(assessment, &lowered);
        lowered.diagnostics.extend(told);
    }
    Ok(lowered)
}

/// The variables that `variable` depends on, each once, in the order its lines meet them.
pub fn parents(variable: &Variable) -> Vec<usize> {
    let mut parents = Vec::new();
    match &variable.form {
        Form::Odds { odds, .. } | Form::Hazards { odds, .. } => {
            for weight in odds {
                weight.condition.iter().for_each(|condition| condition.variables(&mut parents));
            }
        }
        Form::Cases(states) => {
            for case in states.iter().flat_map(|state| state.cases.iter().flatten()) {
                case.condition.iter().for_each(|condition| condition.variables(&mut parents));
            }
        }
        Form::NoisyOr { causes, .. } => {
            causes.iter().for_each(|cause| cause.condition.variables(&mut parents));
        }
        Form::Table { parents: columns, .. } => parents.extend(columns),
        Form::Choice { knows, .. } => parents.extend(knows),
    }
    parents
}

/// The quantities that `variable` asks about, each once.
pub fn quantities_asked(variable: &Variable) -> Vec<usize> {
    let mut asked = Vec::new();
    match &variable.form {
        Form::Odds { odds, .. } | Form::Hazards { odds, .. } => {
            for weight in odds {
                weight.condition.iter().for_each(|condition| condition.quantities(&mut asked));
            }
        }
        Form::Cases(states) => {
            for case in states.iter().flat_map(|state| state.cases.iter().flatten()) {
                case.condition.iter().for_each(|condition| condition.quantities(&mut asked));
            }
        }
        Form::NoisyOr { causes, .. } => {
            causes.iter().for_each(|cause| cause.condition.quantities(&mut asked));
        }
        Form::Table { .. } | Form::Choice { .. } => {}
    }
    asked
}

/// What the parts of lowering share.
struct Lowering<'a> {
    assessment: &'a Assessment,
    build: NetworkBuilder,
    variables: Vec<VarId>,
    quantities: Vec<FormulaId>,
    numbers: Vec<NumberOrigin>,
    /// Means of the parameters so far.
    means: Vec<f64>,
    switches: Vec<ParamId>,
    /// The switches of arrows, as (from, to).
    arrows: BTreeMap<(usize, usize), ParamId>,
    /// What is listened to where an arrow is cut.
    usual: Option<&'a [Vec<f64>]>,
    /// Whether certain numbers are parameters.
    moves_certain: bool,
    reporters: Vec<(VarId, usize)>,
    reliabilities: Vec<Option<VarId>>,
    /// The reliability of whoever makes reports that name no source.
    anonymous: Option<VarId>,
    /// Reports by source and condition, so that common origins meet.
    reports: BTreeMap<(usize, String), reports::Report>,
    bases: Vec<Option<FormulaId>>,
    /// Right sides of comparisons, by place: one draw each.
    thresholds: BTreeMap<Span, FormulaId>,
    /// Uncertain divisors, by place.
    divisors: BTreeMap<Span, Divisor>,
    evidence: Evidence,
    known_fits: &'a Fits,
    new_fits: Fits,
    diagnostics: Vec<Diagnostic>,
}

impl Lowering<'_> {
    /// Refuses tables over the limit before any of them is built.
    fn check_sizes(&self, chains: &[Option<Chain>]) -> Result<(), Vec<Diagnostic>> {
        let mut faults = Vec::new();
        for (variable, chain) in self.assessment.variables.iter().zip(chains) {
            let parents = parents(variable);
            let rows = match &variable.form {
                Form::NoisyOr { causes, .. } => tables::noisy_or_size(self.assessment, causes),
                _ => tables::n_rows(self.assessment, &parents),
            };
            let cells = rows.and_then(|rows| rows.checked_mul(variable.states.len()));
            if let Form::Choice { .. } = variable.form {
                if cells.is_none_or(|cells| cells > choices::MAX_POLICY_CELLS) {
                    let what = format!(
                        "what `{}` knows has {} combinations with its options, where at most {} are taken on",
                        variable.header.name,
                        cells.map_or("uncountable".to_string(), |cells| cells.to_string()),
                        choices::MAX_POLICY_CELLS,
                    );
                    faults.push(checks::choices_too_large::diagnostic(variable.header.span, &what));
                }
                continue;
            }
            if chain.is_none() && cells.is_none_or(|cells| cells > MAX_TABLE_CELLS) {
                let header = &variable.header;
                faults.push(checks::table_too_large::diagnostic(
                    header.span,
                    &header.name,
                    parents.len(),
                ));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}
