//! One table's sums, on several threads where it is large: to the same bits whoever computes what.

use crate::kernel::vectors;
use crate::matrices::{Entries, Matrices, Panels, Part, in_fours, in_fours_mut};
use crate::table::{Blocks, Operand, Scratch, Source, TableSum, Targets, Way};
use crate::tape::NumberTable;

/// Computes the rows of a table's sums from the rows `before` and the plain numbers.
#[inline(always)]
pub(crate) fn forward<const W: usize>(
    table: &TableSum,
    before: &[[f64; W]],
    tables: &[NumberTable],
    out: &mut [[f64; W]],
    scratch: &mut Scratch<W>,
) {
    let is_large = table.is_large(out.len());
    match &table.way {
        Way::Blocks(blocks) if is_large => {
            forward_in_parts(table, blocks, before, tables, out, 0);
        }
        Way::Blocks(blocks) => {
            table.forward_blocks(blocks, before, tables, out, 0, scratch);
        }
        Way::Matrices(matrices) => {
            let pair = entries(table, before, tables);
            let n_products = out.len() * table.n_summed;
            match matrices.in_fours().filter(|_| W == 1) {
                Some(fours) => {
                    let (pair, out) = (pair.map(Entries::in_fours), in_fours_mut(out));
                    multiply_in_parts(fours, pair, out, fours.whole(), n_products);
                }
                None if is_large => {
                    multiply_in_parts(matrices, pair, out, matrices.whole(), n_products);
                }
                None => matrices.forward(pair, out, &matrices.whole(), &mut scratch.panels),
            }
        }
    }
}

/// The numbers of both tables of a product, from the first of each on.
#[inline(always)]
fn entries<'a, const W: usize>(
    table: &TableSum,
    before: &'a [[f64; W]],
    tables: &'a [NumberTable],
) -> [Entries<'a, W>; 2] {
    let of = |operand: &Operand| match operand.source {
        Source::Rows => Entries::Lanes(&before[operand.first as usize..]),
        Source::Numbers(table) => {
            let numbers = tables[table as usize].numbers();
            // A number is a row of one lane.
            if W == 1 { Entries::Lanes(numbers.as_chunks().0) } else { Entries::Same(numbers) }
        }
    };
    [of(&table.operands[0]), of(&table.operands[1])]
}

fn forward_in_parts<const W: usize>(
    table: &TableSum,
    blocks: &Blocks,
    before: &[[f64; W]],
    tables: &[NumberTable],
    out: &mut [[f64; W]],
    first: usize,
) {
    let n_blocks = out.len() / blocks.size;
    if n_blocks > 1 && table.is_large(out.len()) {
        let half = n_blocks / 2;
        let (left, right) = out.split_at_mut(half * blocks.size);
        rayon::join(
            || forward_in_parts(table, blocks, before, tables, left, first),
            || forward_in_parts(table, blocks, before, tables, right, first + half),
        );
    } else {
        vectors().dispatch(ForwardBlocks { table, blocks, before, tables, out, first });
    }
}

/// [`TableSum::forward_blocks`] as a job that is compiled for each kind of vector instructions.
struct ForwardBlocks<'a, const W: usize> {
    table: &'a TableSum,
    blocks: &'a Blocks,
    before: &'a [[f64; W]],
    tables: &'a [NumberTable],
    out: &'a mut [[f64; W]],
    first: usize,
}

impl<const W: usize> pulp::NullaryFnOnce for ForwardBlocks<'_, W> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let ForwardBlocks { table, blocks, before, tables, out, first } = self;
        table.forward_blocks(blocks, before, tables, out, first, &mut Scratch::default());
    }
}

/// [`Matrices::forward`] of a part, which takes about so many multiplications.
fn multiply_in_parts<const W: usize>(
    matrices: &Matrices,
    pair: [Entries<'_, W>; 2],
    out: &mut [[f64; W]],
    part: Part,
    n_products: usize,
) {
    let halves = match TableSum::is_worth_sharing(n_products) {
        true => matrices.halves(&part),
        false => None,
    };
    let Some([first, second]) = halves else {
        vectors().dispatch(ForwardMatrices { matrices, pair, out, part });
        return;
    };
    let (left, right) = out.split_at_mut(matrices.start(&second) - matrices.start(&first));
    rayon::join(
        || multiply_in_parts(matrices, pair, left, first, n_products / 2),
        || multiply_in_parts(matrices, pair, right, second, n_products / 2),
    );
}

/// [`Matrices::forward`] as such a job.
struct ForwardMatrices<'a, const W: usize> {
    matrices: &'a Matrices,
    pair: [Entries<'a, W>; 2],
    out: &'a mut [[f64; W]],
    part: Part,
}

impl<const W: usize> pulp::NullaryFnOnce for ForwardMatrices<'_, W> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.matrices.forward(self.pair, self.out, &self.part, &mut Panels::default());
    }
}

/// A backward pass through one table.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a, const W: usize> {
    pub(crate) table: &'a TableSum,
    pub(crate) values: &'a [[f64; W]],
    pub(crate) tables: &'a [NumberTable],
    /// The adjoints of the rows computed.
    pub(crate) of_rows: &'a [[f64; W]],
    /// What they are multiplied by, and the most that they can become.
    pub(crate) scale: Option<(&'a [f64; W], f64)>,
}

impl<const W: usize> Job<'_, W> {
    /// Adds to the targets what the adjoints say, or sets those that are gone through once.
    #[inline(always)]
    pub(crate) fn backward<const GRADIENT: bool>(
        self,
        mut targets: Targets<'_, W>,
        scratch: &mut Scratch<W>,
    ) {
        let is_large = self.table.is_large(self.of_rows.len());
        let mut scaled = std::mem::take(&mut scratch.scaled);
        let mut job = Job { ..self };
        if let Some((scale, most)) = self.scale {
            scaled.clear();
            scaled.extend_from_slice(self.of_rows);
            for adjoint in scaled.iter_mut() {
                for lane in 0..W {
                    adjoint[lane] = (adjoint[lane] * scale[lane]).clamp(-most, most);
                }
            }
            job.of_rows = &scaled;
        }
        match &self.table.way {
            Way::Blocks(blocks) if is_large => {
                job.blocks_in_parts::<GRADIENT>(blocks, targets);
            }
            Way::Blocks(blocks) => job.blocks::<GRADIENT>(blocks, &mut targets, scratch),
            Way::Matrices(matrices) => {
                job.matrices(matrices, targets, is_large, &mut scratch.panels);
            }
        }
        scratch.scaled = scaled;
    }

    #[inline(always)]
    fn blocks<const GRADIENT: bool>(
        self,
        blocks: &Blocks,
        targets: &mut Targets<'_, W>,
        scratch: &mut Scratch<W>,
    ) {
        let Job { table, values, tables, of_rows, .. } = self;
        table.backward_blocks::<GRADIENT, W>(blocks, values, tables, of_rows, targets, scratch);
    }

    /// On two threads, each with half of the states of the variable summed out: no adjoint is added to by both, and
    /// each in the same order as by one.
    fn blocks_in_parts<const GRADIENT: bool>(self, blocks: &Blocks, targets: Targets<'_, W>) {
        let run = |targets| {
            vectors().dispatch(BackwardBlocks::<W, GRADIENT> { job: self, blocks, targets });
        };
        match targets.halves(self.table) {
            Ok([first, second]) => {
                rayon::join(|| run(first), || run(second));
            }
            Err(targets) => run(targets),
        }
    }

    /// The first table and the second one after the other, or each on a thread of its own.
    #[inline(always)]
    fn matrices(
        self,
        matrices: &Matrices,
        targets: Targets<'_, W>,
        is_large: bool,
        panels: &mut Panels<W>,
    ) {
        let Job { table, values, tables, of_rows, .. } = self;
        let pair = entries(table, values, tables);
        let Targets { adjoints: [of_first, of_second, ..], beliefs, .. } = targets;
        let to = [of_first, of_second];
        if let Some(fours) = matrices.in_fours().filter(|_| W == 1) {
            let pair = pair.map(Entries::in_fours);
            let (of_rows, to) = (in_fours(of_rows), to.map(in_fours_mut));
            backward_in_fours(fours, pair, of_rows, to, beliefs, is_large);
            return;
        }
        let [first, second] = BackwardMatrices::both(matrices, pair, of_rows, to, beliefs);
        if is_large {
            rayon::join(|| vectors().dispatch(first), || vectors().dispatch(second));
        } else {
            first.run(panels);
            second.run(panels);
        }
    }
}

/// Of a single lane, four rows at once.
#[inline(never)]
fn backward_in_fours<const W: usize>(
    matrices: &Matrices,
    pair: [Entries<'_, 4>; 2],
    of_rows: &[[f64; 4]],
    to: [&mut [[f64; 4]]; 2],
    beliefs: &mut [[f64; W]],
    is_large: bool,
) {
    let mut fours = vec![[0.0; 4]; beliefs.len()];
    let [first, second] = BackwardMatrices::both(matrices, pair, of_rows, to, &mut fours);
    if is_large {
        rayon::join(|| vectors().dispatch(first), || vectors().dispatch(second));
    } else {
        vectors().dispatch(first);
        vectors().dispatch(second);
    }
    for (belief, four) in beliefs.as_flattened_mut().iter_mut().zip(fours) {
        *belief += four.iter().sum::<f64>();
    }
}

/// [`TableSum::backward_blocks`] as such a job.
struct BackwardBlocks<'a, const W: usize, const GRADIENT: bool> {
    job: Job<'a, W>,
    blocks: &'a Blocks,
    targets: Targets<'a, W>,
}

impl<const W: usize, const GRADIENT: bool> pulp::NullaryFnOnce for BackwardBlocks<'_, W, GRADIENT> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        self.job.blocks::<GRADIENT>(self.blocks, &mut self.targets, &mut Scratch::default());
    }
}

/// [`Matrices::backward`] as such a job.
struct BackwardMatrices<'a, const W: usize> {
    matrices: &'a Matrices,
    table: usize,
    pair: [Entries<'a, W>; 2],
    of_rows: &'a [[f64; W]],
    to: &'a mut [[f64; W]],
    beliefs: &'a mut [[f64; W]],
}

impl<'a, const W: usize> BackwardMatrices<'a, W> {
    /// The jobs for the first table and the second.
    #[inline(always)]
    fn both(
        matrices: &'a Matrices,
        pair: [Entries<'a, W>; 2],
        of_rows: &'a [[f64; W]],
        [of_first, of_second]: [&'a mut [[f64; W]]; 2],
        beliefs: &'a mut [[f64; W]],
    ) -> [BackwardMatrices<'a, W>; 2] {
        let mut believed: [&mut [[f64; W]]; 2] = Default::default();
        believed[matrices.with_fewer_lines()] = beliefs;
        let [beliefs, of_others] = believed;
        [
            BackwardMatrices { matrices, table: 0, pair, of_rows, to: of_first, beliefs },
            BackwardMatrices {
                matrices,
                table: 1,
                pair,
                of_rows,
                to: of_second,
                beliefs: of_others,
            },
        ]
    }

    #[inline(always)]
    fn run(self, panels: &mut Panels<W>) {
        let BackwardMatrices { matrices, table, pair, of_rows, to, beliefs } = self;
        matrices.backward(table, pair, of_rows, to, beliefs, panels);
    }
}

impl<const W: usize> pulp::NullaryFnOnce for BackwardMatrices<'_, W> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.run(&mut Panels::default());
    }
}
