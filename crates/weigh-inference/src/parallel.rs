//! One table's sums, on several threads where it is large: to the same bits whoever computes what.

use crate::kernel::vectors;
use crate::matrices::{Entries, Matrices, Panels, Part, in_fours, in_fours_mut};
use crate::table::{Blocks, Operand, Scratch, Source, TableSum, Targets, Way};
use crate::tape::NumberTable;

/// Computes the rows of a table's sums from the rows `before` and the plain numbers.
///
/// Each way is a job of its own for the vector instructions, not a part of the pass that it is called from: then it is
/// compiled once for all passes and threads, and alike whatever else is in them.
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
            let job = ForwardBlocks { table, blocks, before, tables, out, first: 0, scratch };
            vectors().dispatch(job);
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
                None => {
                    let (part, panels) = (matrices.whole(), &mut scratch.panels);
                    vectors().dispatch(ForwardMatrices { matrices, pair, out, part, panels });
                }
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
        let scratch = &mut Scratch::default();
        vectors().dispatch(ForwardBlocks { table, blocks, before, tables, out, first, scratch });
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
    scratch: &'a mut Scratch<W>,
}

impl<const W: usize> pulp::NullaryFnOnce for ForwardBlocks<'_, W> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let ForwardBlocks { table, blocks, before, tables, out, first, scratch } = self;
        table.forward_blocks(blocks, before, tables, out, first, scratch);
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
        let panels = &mut Panels::default();
        vectors().dispatch(ForwardMatrices { matrices, pair, out, part, panels });
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
    panels: &'a mut Panels<W>,
}

impl<const W: usize> pulp::NullaryFnOnce for ForwardMatrices<'_, W> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.matrices.forward(self.pair, self.out, &self.part, self.panels);
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
    pub(crate) fn backward<const GRADIENT: bool>(
        self,
        targets: Targets<'_, W>,
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
            Way::Blocks(blocks) => {
                vectors().dispatch(BackwardBlocks::<W, GRADIENT> { job, blocks, targets, scratch });
            }
            Way::Matrices(matrices) => {
                job.matrices(matrices, targets, is_large, &mut scratch.panels);
            }
        }
        scratch.scaled = scaled;
    }

    /// On two threads, each with half of the states of the variable summed out: no adjoint is added to by both, and
    /// each in the same order as by one.
    fn blocks_in_parts<const GRADIENT: bool>(self, blocks: &Blocks, targets: Targets<'_, W>) {
        let run = |targets| {
            let (job, scratch) = (self, &mut Scratch::default());
            vectors().dispatch(BackwardBlocks::<W, GRADIENT> { job, blocks, targets, scratch });
        };
        match targets.halves(self.table) {
            Ok([first, second]) => {
                rayon::join(|| run(first), || run(second));
            }
            Err(targets) => run(targets),
        }
    }

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
        let Some(fours) = matrices.in_fours().filter(|_| W == 1) else {
            return backward_matrices(matrices, pair, of_rows, to, beliefs, is_large, panels);
        };
        let (pair, of_rows, to) =
            (pair.map(Entries::in_fours), in_fours(of_rows), to.map(in_fours_mut));
        let (panels, mut believed) = (&mut Panels::default(), vec![[0.0; 4]; beliefs.len()]);
        backward_matrices(fours, pair, of_rows, to, &mut believed, is_large, panels);
        for (belief, four) in beliefs.as_flattened_mut().iter_mut().zip(believed) {
            *belief += four.iter().sum::<f64>();
        }
    }
}

/// Goes back to the first table and the second one after the other, or to each on a thread of its own.
fn backward_matrices<const W: usize>(
    matrices: &Matrices,
    pair: [Entries<'_, W>; 2],
    of_rows: &[[f64; W]],
    [of_first, of_second]: [&mut [[f64; W]]; 2],
    of_beliefs: &mut [[f64; W]],
    is_large: bool,
    panels: &mut Panels<W>,
) {
    let mut beliefs: [&mut [[f64; W]]; 2] = Default::default();
    beliefs[matrices.with_fewer_lines()] = of_beliefs;
    if !is_large {
        let to = [of_first, of_second];
        vectors().dispatch(BackwardMatrices { matrices, pair, of_rows, to, beliefs, panels });
        return;
    }
    let run = |to, beliefs| {
        let panels = &mut Panels::default();
        vectors().dispatch(BackwardMatrices { matrices, pair, of_rows, to, beliefs, panels });
    };
    let [first, second] = beliefs;
    rayon::join(
        || run([of_first, &mut []], [first, &mut []]),
        || run([&mut [], of_second], [&mut [], second]),
    );
}

/// [`TableSum::backward_blocks`] as such a job.
struct BackwardBlocks<'a, const W: usize, const GRADIENT: bool> {
    job: Job<'a, W>,
    blocks: &'a Blocks,
    targets: Targets<'a, W>,
    scratch: &'a mut Scratch<W>,
}

impl<const W: usize, const GRADIENT: bool> pulp::NullaryFnOnce for BackwardBlocks<'_, W, GRADIENT> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let BackwardBlocks { job, blocks, mut targets, scratch } = self;
        let Job { table, values, tables, of_rows, .. } = job;
        let targets = &mut targets;
        table.backward_blocks::<GRADIENT, W>(blocks, values, tables, of_rows, targets, scratch);
    }
}

/// [`Matrices::backward`] for both tables as such a job.
struct BackwardMatrices<'a, const W: usize> {
    matrices: &'a Matrices,
    pair: [Entries<'a, W>; 2],
    of_rows: &'a [[f64; W]],
    to: [&'a mut [[f64; W]]; 2],
    beliefs: [&'a mut [[f64; W]]; 2],
    panels: &'a mut Panels<W>,
}

impl<const W: usize> pulp::NullaryFnOnce for BackwardMatrices<'_, W> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let BackwardMatrices { matrices, pair, of_rows, to, beliefs, panels } = self;
        for (table, (to, beliefs)) in to.into_iter().zip(beliefs).enumerate() {
            matrices.backward(table, pair, of_rows, to, beliefs, panels);
        }
    }
}
