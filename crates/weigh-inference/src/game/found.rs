//! What a walk along the principal branch finds.

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceSettings {
    /// Steps, taken or not, after which a branch is given up.
    pub max_steps: usize,
    /// Go on to the limit, and look for other equilibria where the branch turns or is crossed. Without
    /// it the walk ends at the highest precision asked.
    pub to_the_limit: bool,
}

impl Default for TraceSettings {
    fn default() -> TraceSettings {
        TraceSettings { max_steps: 5000, to_the_limit: true }
    }
}

/// What all players do at one precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Equilibrium {
    /// The precision, 1 / payoff.
    pub lambda: f64,
    /// `[information sets][actions]`
    pub probabilities: Vec<Vec<f64>>,
    /// `[information sets][actions]`: what its player expects of each action where the information set
    /// is reached, less a number that is the same for all his actions.
    pub utilities: Vec<Vec<f64>>,
    /// `[players]`: expected payoffs.
    pub payoffs: Vec<f64>,
    /// The furthest that a probability is from the logit response to the others.
    pub residual: f64,
    /// The most that a player could gain at one information set by never erring.
    pub regret: f64,
    /// Rounds of Newton's method after the last step of the walk.
    pub rounds: usize,
}

/// Where an equilibrium that is not the answer was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Branch {
    /// On the principal branch, which had turned back before.
    AfterTurn,
    /// On a branch that crosses the principal one at the fork of this number in [`Trace::forks`].
    Fork(usize),
}

/// Another equilibrium at the same precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// How it was come to.
    pub branch: Branch,
    /// What it is.
    pub equilibrium: Equilibrium,
}

/// The answer at one precision.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceRow {
    /// The precision asked.
    pub lambda: f64,
    /// Where the principal branch first comes to it; none if the branch stopped before.
    pub principal: Option<Equilibrium>,
    /// What else was found there. There may be more: only what hangs together with the principal
    /// branch is.
    pub others: Vec<Other>,
}

/// Where the precision stops rising along the principal branch, or begins again.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The precision.
    pub lambda: f64,
    /// `[information sets][actions]` close by.
    pub probabilities: Vec<Vec<f64>>,
}

/// Where another branch crosses the principal one, as at the pitchfork of a symmetric game.
#[derive(Clone, Debug, PartialEq)]
pub struct Fork {
    /// The precision.
    pub lambda: f64,
    /// `[information sets][actions]`
    pub probabilities: Vec<Vec<f64>>,
    /// How many ways of the other branch could be walked on: two, if all went well, and none if they
    /// were not looked for.
    pub ways: usize,
}

/// Where a branch had to be given up.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// The precision of the last point.
    pub lambda: f64,
    /// `[information sets][actions]` there.
    pub probabilities: Vec<Vec<f64>>,
    /// The residual there.
    pub residual: f64,
    /// Why.
    pub reason: StopReason,
}

/// Why a branch had to be given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Not even the shortest step ended surely on the same curve.
    StepTooShort,
    /// [`TraceSettings::max_steps`] were not enough.
    TooManySteps,
}

/// A principal branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// One for each precision, in the order they were asked.
    pub rows: Vec<TraceRow>,
    /// The limit of the principal branch: the end of this one path, not *the* Nash equilibrium.
    /// None if it was not asked for or the branch stopped.
    pub limit: Option<Equilibrium>,
    /// Where the branch turns.
    pub turns: Vec<Turn>,
    /// Where it is crossed.
    pub forks: Vec<Fork>,
    /// Where it had to be given up.
    pub stop: Option<Stop>,
    /// Steps taken on all branches, and tried in vain.
    pub steps: usize,
    /// Rounds of Newton's method on all branches.
    pub rounds: usize,
}
