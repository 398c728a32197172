//! Tables without what was observed, their variables in the order of elimination.

use std::sync::Arc;

use crate::network::VarId;
use crate::tape::NumberTable;

/// A part of a table of plain numbers.
#[derive(Clone, Debug)]
pub(crate) struct Cut<'a> {
    cells: &'a Arc<[f64]>,
    pub(crate) slice: Slice,
    /// The cells of all combinations of observed states, counted from the first, if the states are not
    /// known yet.
    open: Option<Vec<usize>>,
}

impl<'a> Cut<'a> {
    pub(crate) fn new(cells: &'a Arc<[f64]>, slice: Slice, is_open: bool) -> Cut<'a> {
        let open = is_open.then(|| {
            slice.seen.iter().fold(vec![0], |cells, axis| {
                let states = 0..axis.size;
                let of = |cell: usize| states.clone().map(move |state| cell + state * axis.stride);
                cells.into_iter().flat_map(of).collect()
            })
        });
        Cut { cells, slice, open }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub(crate) fn cell(&self, cell: usize) -> f64 {
        self.cells[cell]
    }

    /// About which part of the cells is not 0, from a thousand of the table.
    pub(crate) fn density(&self) -> f64 {
        let step = (self.cells.len() / 1024) | 1;
        let n = self.cells.iter().step_by(step).filter(|value| **value != 0.0).count();
        n as f64 / self.cells.len().div_ceil(step) as f64
    }

    /// Calls `each` with the place and the cell of every entry that can be other than 0, and whether
    /// it is always 1.
    pub(crate) fn for_each_possible(&self, mut each: impl FnMut(usize, usize, bool)) {
        if let Some(open) = &self.open {
            self.slice.for_each_run(|from, to, run| {
                for state in 0..run.size {
                    let cell = from + state * run.stride;
                    let values = || open.iter().map(|seen| self.cells[cell + seen]);
                    if values().any(|value| value != 0.0) {
                        each(to + state * run.place, cell, values().all(|value| value == 1.0));
                    }
                }
            });
            return;
        }
        self.slice.for_each_run(|from, to, run| {
            // Tables of many zeros have them in rows: whole chunks are passed over at once.
            const CHUNK: usize = 8;
            let cells = &self.cells[from..=from + (run.size - 1) * run.stride];
            let (mut cell, mut place) = (from, to);
            for chunk in cells.chunks(CHUNK * run.stride) {
                if run.stride == 1 && chunk.iter().fold(0.0, |sum, value| sum + value) == 0.0 {
                    cell += chunk.len();
                    place += chunk.len() * run.place;
                    continue;
                }
                for value in chunk.iter().step_by(run.stride) {
                    if *value != 0.0 {
                        each(place, cell, *value == 1.0);
                    }
                    cell += run.stride;
                    place += run.place;
                }
            }
        });
    }

    /// The cells where they stand.
    pub(crate) fn table(&self) -> NumberTable {
        let Slice { axes, start, .. } = &self.slice;
        let steps = axes.iter().map(|axis| (axis.size - 1) * axis.stride).sum::<usize>();
        NumberTable { cells: Arc::clone(self.cells), start: *start, n_cells: steps + 1 }
    }
}

/// How the cells of a table are read when some of its variables are observed and the others come in
/// the order of elimination.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    /// In the order of elimination, the last fastest.
    axes: Vec<Axis>,
    n_entries: usize,
    /// The cell of the observed states.
    start: usize,
    /// The observed variables.
    seen: Vec<Axis>,
}

/// A variable of a slice.
#[derive(Clone, Copy, Debug)]
struct Axis {
    var: VarId,
    position: u32,
    size: usize,
    /// By how many cells a state moves in the table.
    stride: usize,
    /// By how many in the order of elimination.
    place: usize,
}

impl Slice {
    pub(crate) fn new(
        scope: &[VarId],
        observed: &[Option<usize>],
        n_states: &[usize],
        position: &[u32],
    ) -> Slice {
        let mut start = 0;
        let mut stride = 1;
        let mut axes = Vec::with_capacity(scope.len());
        let mut seen = Vec::new();
        for var in scope.iter().rev() {
            let size = n_states[var.ix()];
            let position = position[var.ix()];
            let axis = Axis { var: *var, position, size, stride, place: 0 };
            match observed[var.ix()] {
                Some(state) => {
                    start += state * stride;
                    seen.push(axis);
                }
                None => axes.push(axis),
            }
            stride *= size;
        }
        axes.sort_unstable_by_key(|axis| axis.position);
        let mut n_entries = 1;
        for axis in axes.iter_mut().rev() {
            axis.place = n_entries;
            n_entries *= axis.size;
        }
        Slice { axes, n_entries, start, seen }
    }

    pub(crate) fn vars(&self) -> Vec<VarId> {
        self.axes.iter().map(|axis| axis.var).collect()
    }

    pub(crate) fn n_entries(&self) -> usize {
        self.n_entries
    }

    /// By how many cells the observed variables in these states, by variable, move from states 0.
    pub(crate) fn shift(&self, states: &[usize]) -> usize {
        self.seen.iter().map(|axis| states[axis.var.ix()] * axis.stride).sum()
    }

    /// The cell of the observed states.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// By how many cells a state of the variable moves.
    pub(crate) fn stride(&self, var: VarId) -> usize {
        self.axes.iter().find(|axis| axis.var == var).map_or(0, |axis| axis.stride)
    }

    /// Appends the cells in the order of elimination.
    pub(crate) fn copy<T: Copy>(&self, from: &[T], to: &mut Vec<T>) {
        walk(&self.axes, self.start, |cell, _, last| {
            to.extend((0..last.size).map(|state| from[cell + state * last.stride]));
        });
    }

    /// Calls `each` with every run of the variable that is fastest in the table, in the table's own
    /// order: its first cell, and where that stands in the order of elimination.
    fn for_each_run(&self, each: impl FnMut(usize, usize, &Axis)) {
        let mut own = self.axes.clone();
        own.sort_unstable_by_key(|axis| std::cmp::Reverse(axis.stride));
        walk(&own, self.start, each);
    }
}

/// Walks through all states of the variables but the last, the second to last fastest, and calls `each`
/// with the cell and the place that they lead to, and the last.
fn walk(axes: &[Axis], start: usize, mut each: impl FnMut(usize, usize, &Axis)) {
    const ALONE: Axis = Axis { var: VarId(0), position: 0, size: 1, stride: 1, place: 1 };
    let (last, outer) = axes.split_last().unwrap_or((&ALONE, &[]));
    let mut states = vec![0; outer.len()];
    let (mut cell, mut place) = (start, 0);
    loop {
        each(cell, place, last);
        let mut i = outer.len();
        loop {
            if i == 0 {
                return;
            }
            i -= 1;
            let axis = &outer[i];
            states[i] += 1;
            if states[i] < axis.size {
                cell += axis.stride;
                place += axis.place;
                break;
            }
            cell -= axis.stride * (axis.size - 1);
            place -= axis.place * (axis.size - 1);
            states[i] = 0;
        }
    }
}
