//! Sums of products over whole tables, by strides: what large messages are computed with.

use std::ops::Range;

use crate::matrices::{Matrices, Panels};
use crate::tape::{MAX_FACTORS, NumberTable};

/// From this many products on the work of one table is shared between threads: some tenths of a
/// millisecond, where waking a thread takes some microseconds.
const THREADS_FROM: usize = 1 << 17;

/// The inner block of a table is made of its last variables until it has this many entries,
const BLOCK_FROM: usize = 64;

/// goes on to this many as long as no further entries are gathered,
const BLOCK_GATHERED_TO: usize = 256;

/// and to this many as long as every operand is read in a row or not at all.
const BLOCK_TO: usize = 2048;

/// This many entries of an operand are kept, once copied together, for a block that reads the same.
const MOST_KEPT: usize = 4096;

/// A product of tables summed over one variable. The product is never stored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TableSum {
    /// States of the variable summed out, 1 if there is none.
    pub(crate) n_summed: usize,
    /// The sum's variables, outermost first.
    pub(crate) axes: Vec<Loop>,
    pub(crate) operands: Vec<Operand>,
    /// The first belief row of the variable summed out, if it is read here.
    pub(crate) belief: Option<u32>,
    pub(crate) way: Way,
}

/// How a sum is computed. Every entry is summed in the order of the states, whichever way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Way {
    /// A block of entries at a time.
    Blocks(Blocks),
    /// As products of matrices.
    Matrices(Box<Matrices>),
}

/// A sum computed a block of entries at a time.
///
/// The block is made of the last variables, over which each operand is constant, in a row, or read
/// at fixed offsets; the loops run over the variables before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Blocks {
    /// Entries of a block.
    pub(crate) size: usize,
    /// How many of the variables, from the first on, the loops run over.
    pub(crate) n_loops: usize,
    /// Per operand.
    pub(crate) accesses: Vec<Access>,
}

impl Blocks {
    /// As many of the last variables as fit.
    pub(crate) fn new(axes: &[Loop], n_operands: usize) -> Blocks {
        let mut block = 1;
        let mut n_loops = axes.len();
        let (mut is_constant, mut is_in_a_row) = ([true; MAX_FACTORS], [true; MAX_FACTORS]);
        while n_loops > 0 {
            let Loop { size, strides } = axes[n_loops - 1];
            for f in 0..n_operands {
                is_constant[f] &= strides[f] == 0;
                is_in_a_row[f] &= strides[f] as usize == block;
            }
            let is_plain = |f: usize| is_constant[f] || is_in_a_row[f];
            let most = if (0..n_operands).all(is_plain) {
                BLOCK_TO
            } else if (0..n_operands).all(|f| is_plain(f) || strides[f] == 0) {
                BLOCK_GATHERED_TO
            } else if block < BLOCK_FROM {
                BLOCK_TO
            } else {
                0
            };
            let size = block * size as usize;
            if block > 1 && size > most {
                break;
            }
            block = size;
            n_loops -= 1;
        }
        let access = |f: usize| {
            let offsets = offsets(&axes[n_loops..], f);
            if offsets.iter().all(|offset| *offset == 0) {
                Access::Constant
            } else if (0..).zip(&offsets).all(|(i, offset)| i == *offset) {
                Access::InARow
            } else {
                Access::Gathered(offsets)
            }
        };
        Blocks { size: block, n_loops, accesses: (0..n_operands).map(access).collect() }
    }

    /// How many entries are gathered in all, for these variables of the sum and so many states summed out.
    pub(crate) fn n_gathered(&self, axes: &[Loop], n_summed: usize) -> usize {
        let loops = &axes[..self.n_loops];
        let of = |(operand, access): (usize, &Access)| {
            if !matches!(access, Access::Gathered(_)) {
                return 0;
            }
            // Anew at each step of a variable that moves the operand, and of one before.
            let n_moving = match n_summed * self.size <= MOST_KEPT {
                true => loops.iter().rposition(|each| each.strides[operand] != 0),
                false => loops.len().checked_sub(1),
            };
            let moving = &loops[..n_moving.map_or(0, |last| last + 1)];
            moving.iter().map(|each| each.size as usize).product::<usize>() * self.size * n_summed
        };
        self.accesses.iter().enumerate().map(of).sum()
    }
}

/// Where the operand's entries of a block over these variables are, counted from its first.
fn offsets(axes: &[Loop], operand: usize) -> Vec<u32> {
    let mut places = vec![0];
    axes.iter().rev().for_each(|axis| spread(&mut places, axis.size, axis.strides[operand]));
    places
}

/// Places, once for every state of a further variable, the slowest, which moves them by `step`.
pub(crate) fn spread(places: &mut Vec<u32>, size: u32, step: u32) {
    let n_before = places.len();
    places.reserve(n_before * (size as usize).saturating_sub(1));
    for state in 1..size {
        places.extend_from_within(..n_before);
        let own = &mut places[n_before * state as usize..];
        own.iter_mut().for_each(|place| *place += state * step);
    }
}

/// A variable of a sum: how many states it has, and by how much a step moves in each operand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Loop {
    pub(crate) size: u32,
    pub(crate) strides: [u32; MAX_FACTORS],
}

/// Where a table's entries are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Among the rows.
    Rows,
    /// In this one of [`crate::tape::Written::tables`], the same in every lane.
    Numbers(u32),
}

/// A table that is multiplied.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Operand {
    pub(crate) source: Source,
    /// Its first row, or 0 for the first number that is read.
    pub(crate) first: u32,
    /// By how much a state of the variable summed out moves.
    pub(crate) summed_stride: u32,
    /// Whether marginals need its adjoints.
    pub(crate) is_tracked: bool,
}

impl Operand {
    /// Whether a backward pass computes its adjoints.
    #[inline(always)]
    fn is_asked<const GRADIENT: bool>(&self) -> bool {
        if GRADIENT { self.source == Source::Rows } else { self.is_tracked }
    }

    #[inline(always)]
    fn entry<const W: usize>(
        &self,
        before: &[[f64; W]],
        tables: &[NumberTable],
        at: usize,
    ) -> [f64; W] {
        match self.source {
            Source::Rows => before[at],
            Source::Numbers(table) => [tables[table as usize].numbers()[at]; W],
        }
    }
}

/// Where an operand's entries of a block are, counted from the block's first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Access {
    /// One entry for all.
    Constant,
    /// One after the other.
    InARow,
    /// At these offsets.
    Gathered(Vec<u32>),
}

/// Entries of an operand copied together, kept for as long as a block reads those that the one before did.
#[derive(Clone, Debug, Default)]
struct Copies<const W: usize> {
    /// Per state of the variable summed out, or for one at a time, those of a block.
    entries: Vec<[f64; W]>,
    /// Where the first of each stands in its table.
    places: Vec<usize>,
}

impl<const W: usize> Copies<W> {
    /// With none.
    fn start(&mut self, n_summed: usize, block: usize) {
        let n_kept = if n_summed * block <= MOST_KEPT { n_summed } else { 1 };
        if self.entries.len() < n_kept * block {
            self.entries.resize(n_kept * block, [0.0; W]);
        }
        self.places.clear();
        self.places.resize(n_kept, usize::MAX);
    }

    /// Memory for those of a state, and whether they are there.
    #[inline(always)]
    fn of(&mut self, state: usize, place: usize, block: usize) -> (&mut [[f64; W]], bool) {
        let state = if self.places.len() > 1 { state } else { 0 };
        let is_there = self.places[state] == place;
        self.places[state] = place;
        (&mut self.entries[state * block..(state + 1) * block], is_there)
    }
}

/// Memory for the blocks at hand, kept between instructions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch<const W: usize> {
    copies: [Copies<W>; MAX_FACTORS],
    product: Vec<[f64; W]>,
    states: Vec<u32>,
    pub(crate) scaled: Vec<[f64; W]>,
    pub(crate) panels: Panels<W>,
}

/// The place of each operand at a block.
struct Walk<'a> {
    loops: &'a [Loop],
    states: &'a mut [u32],
    at: [usize; MAX_FACTORS],
}

impl<'a> Walk<'a> {
    /// At the block of this number.
    fn new(
        table: &'a TableSum,
        blocks: &Blocks,
        block: usize,
        states: &'a mut Vec<u32>,
    ) -> Walk<'a> {
        let mut at = std::array::from_fn(|i| table.operands.get(i).map_or(0, |o| o.first as usize));
        let loops = &table.axes[..blocks.n_loops];
        states.clear();
        states.resize(loops.len(), 0);
        let mut left = block;
        for (state, each) in states.iter_mut().zip(loops).rev() {
            *state = (left % each.size as usize) as u32;
            left /= each.size as usize;
            for (at, stride) in at.iter_mut().zip(&each.strides) {
                *at += (*state * stride) as usize;
            }
        }
        Walk { loops, states, at }
    }

    #[inline(always)]
    fn step(&mut self) {
        for (state, each) in self.states.iter_mut().zip(self.loops).rev() {
            *state += 1;
            let back = if *state == each.size { each.size } else { 0 };
            for (at, stride) in self.at.iter_mut().zip(&each.strides) {
                *at = *at + *stride as usize - (back * stride) as usize;
            }
            *state -= back;
            if back == 0 {
                return;
            }
        }
    }
}

/// The operands at one block and one state of the variable summed out.
struct Block<'b, const W: usize> {
    /// The product of the constant ones.
    constant: [f64; W],
    /// The others, each with its number.
    rows: [(usize, &'b [[f64; W]]); MAX_FACTORS],
    n_rows: usize,
}

impl TableSum {
    /// Whether its work is worth a second thread.
    pub(crate) fn is_large(&self, n_rows: usize) -> bool {
        TableSum::is_worth_sharing(n_rows * self.n_summed)
    }

    /// Whether so many products are.
    pub(crate) fn is_worth_sharing(n_products: usize) -> bool {
        n_products >= THREADS_FROM
    }

    /// Computes the rows `out`, from the block of number `first` on, from the rows `before` and the plain
    /// numbers.
    #[inline(always)]
    pub(crate) fn forward_blocks<const W: usize>(
        &self,
        blocks: &Blocks,
        before: &[[f64; W]],
        tables: &[NumberTable],
        out: &mut [[f64; W]],
        first: usize,
        scratch: &mut Scratch<W>,
    ) {
        let Scratch { copies, states, .. } = scratch;
        let mut walk = Walk::new(self, blocks, first, states);
        self.start_copies(blocks, copies);
        for out in out.chunks_exact_mut(blocks.size) {
            out.fill([0.0; W]);
            for state in 0..self.n_summed {
                let block = self.read(blocks, before, tables, &walk.at, state, copies);
                if block.constant == [0.0; W] {
                    continue;
                }
                let c = &block.constant;
                let [(_, f0), (_, f1), (_, f2), (_, f3)] = block.rows;
                match block.n_rows {
                    0 => {
                        for out in out.iter_mut() {
                            add(out, c);
                        }
                    }
                    1 => {
                        for (out, f0) in out.iter_mut().zip(f0) {
                            add(out, &mul(c, f0));
                        }
                    }
                    2 => {
                        for ((out, f0), f1) in out.iter_mut().zip(f0).zip(f1) {
                            add(out, &mul(&mul(c, f0), f1));
                        }
                    }
                    3 => {
                        for (((out, f0), f1), f2) in out.iter_mut().zip(f0).zip(f1).zip(f2) {
                            add(out, &mul(&mul(&mul(c, f0), f1), f2));
                        }
                    }
                    _ => {
                        let rows = f0.iter().zip(f1).zip(f2).zip(f3);
                        for (out, (((f0, f1), f2), f3)) in out.iter_mut().zip(rows) {
                            add(out, &mul(&mul(&mul(&mul(c, f0), f1), f2), f3));
                        }
                    }
                }
            }
            walk.step();
        }
    }

    /// Makes ready for [`TableSum::read`], with nothing copied.
    fn start_copies<const W: usize>(&self, blocks: &Blocks, copies: &mut [Copies<W>; MAX_FACTORS]) {
        for ((access, operand), copies) in blocks.accesses.iter().zip(&self.operands).zip(copies) {
            let is_copied = match access {
                Access::Constant => false,
                // A number is a row of one lane.
                Access::InARow => W > 1 && operand.source != Source::Rows,
                Access::Gathered(_) => true,
            };
            if is_copied {
                copies.start(self.n_summed, blocks.size);
            }
        }
    }

    /// Whether a backward pass goes through each entry of an operand once, and sets its adjoint; it adds to those of the
    /// others.
    pub(crate) fn is_set(&self, operand: usize) -> bool {
        let moves = |loops: &[Loop]| loops.iter().all(|each| each.strides[operand] != 0);
        match &self.way {
            Way::Matrices(_) => true,
            Way::Blocks(blocks) => {
                let is_summed = self.n_summed == 1 || self.operands[operand].summed_stride != 0;
                let is_in_a_row = blocks.accesses[operand] == Access::InARow;
                is_summed && is_in_a_row && moves(&self.axes[..blocks.n_loops])
            }
        }
    }

    /// How many entries an operand has, up to the last that is read.
    pub(crate) fn n_entries(&self, operand: usize) -> usize {
        let of_axis = |axis: &Loop| (axis.size as usize - 1) * axis.strides[operand] as usize;
        let summed = (self.n_summed - 1) * self.operands[operand].summed_stride as usize;
        1 + self.axes.iter().map(of_axis).sum::<usize>() + summed
    }

    /// The adjoints of the operands that a backward pass adds to, each a part of `adjoints`, of which the first is
    /// that of row `base`.
    pub(crate) fn targets<'t, const GRADIENT: bool, const W: usize>(
        &self,
        adjoints: &'t mut [[f64; W]],
        base: usize,
        beliefs: &'t mut [[f64; W]],
    ) -> Targets<'t, W> {
        // As they stand, one after the other.
        let (mut asked, mut n_asked) = ([0; MAX_FACTORS], 0);
        for (o, operand) in self.operands.iter().enumerate() {
            if operand.is_asked::<GRADIENT>() {
                asked[n_asked] = o;
                n_asked += 1;
            }
        }
        let asked = &mut asked[..n_asked];
        asked.sort_unstable_by_key(|o| self.operands[*o].first);
        let mut targets: [&mut [[f64; W]]; MAX_FACTORS] = Default::default();
        let (mut rest, mut start) = (adjoints, base);
        for o in asked {
            let (operand, n_entries) = (&self.operands[*o], self.n_entries(*o));
            let (_, from) = rest.split_at_mut(operand.first as usize - start);
            let (own, after) = from.split_at_mut(n_entries);
            (rest, start) = (after, operand.first as usize + n_entries);
            targets[*o] = own;
        }
        let beliefs = match self.belief {
            Some(belief) => &mut beliefs[belief as usize..][..self.n_summed],
            None => &mut [],
        };
        Targets { states: 0..self.n_summed, adjoints: targets, beliefs }
    }

    /// Adds to the adjoints of the operands what the adjoints `of_out` of the rows computed say, or sets them where
    /// [`TableSum::is_set`] says so; and adds to the beliefs of the variable summed out, in some of its states. Without
    /// `GRADIENT` only tracked operands count.
    #[inline(always)]
    pub(crate) fn backward_blocks<const GRADIENT: bool, const W: usize>(
        &self,
        blocks: &Blocks,
        before: &[[f64; W]],
        tables: &[NumberTable],
        of_out: &[[f64; W]],
        targets: &mut Targets<'_, W>,
        scratch: &mut Scratch<W>,
    ) {
        let Scratch { copies, product, states, .. } = scratch;
        let mut walk = Walk::new(self, blocks, 0, states);
        self.start_copies(blocks, copies);
        let mut is_set = [false; MAX_FACTORS];
        for (number, operand) in self.operands.iter().enumerate() {
            is_set[number] = operand.is_asked::<GRADIENT>() && self.is_set(number);
        }
        for incoming in of_out.chunks_exact(blocks.size) {
            if incoming.iter().all(|adjoint| *adjoint == [0.0; W]) {
                for state in targets.states.clone() {
                    self.clear(&is_set, blocks, &walk.at, state, targets);
                }
                walk.step();
                continue;
            }
            for state in targets.states.clone() {
                let block = self.read(blocks, before, tables, &walk.at, state, copies);
                if !GRADIENT && block.constant == [0.0; W] {
                    self.clear(&is_set, blocks, &walk.at, state, targets);
                    continue;
                }
                self.push::<GRADIENT, W>(
                    blocks, before, tables, &block, &walk.at, state, incoming, &is_set, product,
                    targets,
                );
            }
            walk.step();
        }
    }

    /// Where a block and a state are in an operand's part for these states, if the block is `at` these rows.
    #[inline(always)]
    fn place(
        &self,
        number: usize,
        at: &[usize; MAX_FACTORS],
        state: usize,
        states: &Range<usize>,
    ) -> usize {
        let operand = &self.operands[number];
        let before = (state - states.start) * operand.summed_stride as usize;
        at[number] - operand.first as usize + before
    }

    /// Sets the adjoints of a block and a state to 0 where they are not added to.
    fn clear<const W: usize>(
        &self,
        is_set: &[bool; MAX_FACTORS],
        blocks: &Blocks,
        at: &[usize; MAX_FACTORS],
        state: usize,
        targets: &mut Targets<'_, W>,
    ) {
        for number in (0..self.operands.len()).filter(|number| is_set[*number]) {
            let first = self.place(number, at, state, &targets.states);
            targets.adjoints[number][first..first + blocks.size].fill([0.0; W]);
        }
    }

    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "the loop's state, split for the borrow checker")]
    fn push<const GRADIENT: bool, const W: usize>(
        &self,
        blocks: &Blocks,
        before: &[[f64; W]],
        tables: &[NumberTable],
        block: &Block<'_, W>,
        at: &[usize; MAX_FACTORS],
        state: usize,
        incoming: &[[f64; W]],
        is_set: &[bool; MAX_FACTORS],
        product: &mut Vec<[f64; W]>,
        targets: &mut Targets<'_, W>,
    ) {
        let states = targets.states.clone();
        let adjoints = &mut targets.adjoints;
        let place = |number: usize| self.place(number, at, state, &states);
        let rows = &block.rows[..block.n_rows];
        for (i, (number, _)) in rows.iter().enumerate() {
            let operand = &self.operands[*number];
            if !operand.is_asked::<GRADIENT>() {
                continue;
            }
            let first = place(*number);
            let adjoints = &mut *adjoints[*number];
            let mut others = rows.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, (_, f))| *f);
            let (a, b, c) = (others.next(), others.next(), others.next());
            let constant = &block.constant;
            match &blocks.accesses[*number] {
                Access::Gathered(offsets) => {
                    weigh_by(product, incoming, constant, a, b, c);
                    let adjoints = &mut adjoints[first..];
                    for (offset, product) in offsets.iter().zip(&*product) {
                        add(&mut adjoints[*offset as usize], product);
                    }
                }
                _ => {
                    let to = &mut adjoints[first..first + blocks.size];
                    match is_set[*number] {
                        true => push_row::<true, W>(to, incoming, constant, [a, b, c]),
                        false => push_row::<false, W>(to, incoming, constant, [a, b, c]),
                    }
                }
            }
        }
        let is_constant = |number: usize| blocks.accesses[number] == Access::Constant;
        let is_asked =
            |number: usize| is_constant(number) && self.operands[number].is_asked::<GRADIENT>();
        if self.belief.is_none() && !(0..self.operands.len()).any(is_asked) {
            return;
        }
        // The sum over the block of everything but the constants.
        let mut factors = rows.iter().map(|(_, f)| *f);
        let (a, b, c) = (factors.next(), factors.next(), factors.next());
        let sum = match (b, factors.next()) {
            (None, _) => sum(incoming, a),
            (Some(_), last) => {
                weigh_by(product, incoming, &[1.0; W], a, b, c);
                sum(product, last)
            }
        };
        for number in (0..self.operands.len()).filter(|number| is_asked(*number)) {
            let mut share = sum;
            for (other, o) in self.operands.iter().enumerate() {
                if other != number && is_constant(other) {
                    let row = at[other] + state * o.summed_stride as usize;
                    share = mul(&share, &o.entry(before, tables, row));
                }
            }
            add(&mut adjoints[number][place(number)], &share);
        }
        if self.belief.is_some() {
            let belief = &mut targets.beliefs[state - states.start];
            add(belief, &mul(&block.constant, &sum));
        }
    }

    #[inline(always)]
    fn read<'b, const W: usize>(
        &self,
        blocks: &Blocks,
        before: &'b [[f64; W]],
        tables: &'b [NumberTable],
        at: &[usize; MAX_FACTORS],
        state: usize,
        copies: &'b mut [Copies<W>; MAX_FACTORS],
    ) -> Block<'b, W> {
        let mut constant = [1.0; W];
        let mut rows: [(usize, &[[f64; W]]); MAX_FACTORS] = [(0, &[]); MAX_FACTORS];
        let mut n_rows = 0;
        for ((number, operand), copies) in self.operands.iter().enumerate().zip(copies) {
            let first = at[number] + state * operand.summed_stride as usize;
            let slice: &[[f64; W]] = match (&blocks.accesses[number], operand.source) {
                (Access::Constant, _) => {
                    constant = mul(&constant, &operand.entry(before, tables, first));
                    continue;
                }
                (Access::InARow, Source::Rows) => &before[first..first + blocks.size],
                // A number is a row of one lane.
                (Access::InARow, Source::Numbers(table)) if W == 1 => {
                    let from = &tables[table as usize].numbers()[first..first + blocks.size];
                    from.as_chunks().0
                }
                (access, source) => {
                    let (own, is_there) = copies.of(state, first, blocks.size);
                    match (access, source) {
                        _ if is_there => {}
                        (Access::Gathered(offsets), Source::Rows) => {
                            let from = &before[first..];
                            for (own, offset) in own.iter_mut().zip(offsets) {
                                *own = from[*offset as usize];
                            }
                        }
                        (Access::Gathered(offsets), Source::Numbers(table)) => {
                            let from = &tables[table as usize].numbers()[first..];
                            for (own, offset) in own.iter_mut().zip(offsets) {
                                *own = [from[*offset as usize]; W];
                            }
                        }
                        (_, Source::Rows) => unreachable!("rows in a row are read in place"),
                        (_, Source::Numbers(table)) => {
                            let from = &tables[table as usize].numbers()[first..];
                            for (own, number) in own.iter_mut().zip(from) {
                                *own = [*number; W];
                            }
                        }
                    }
                    own
                }
            };
            rows[n_rows] = (number, slice);
            n_rows += 1;
        }
        Block { constant, rows, n_rows }
    }
}

/// What a backward pass adds to: in some states of the variable summed out, which is the first of every
/// operand that has it, the adjoints of the operands asked for, each counted from its first entry in these
/// states, and the beliefs.
pub(crate) struct Targets<'t, const W: usize> {
    states: Range<usize>,
    pub(crate) adjoints: [&'t mut [[f64; W]]; MAX_FACTORS],
    pub(crate) beliefs: &'t mut [[f64; W]],
}

impl<'t, const W: usize> Targets<'t, W> {
    /// The first half of the states and the second, if there are two.
    pub(crate) fn halves(self, table: &TableSum) -> Result<[Targets<'t, W>; 2], Targets<'t, W>> {
        let Range { start, end } = self.states;
        let n_first = (end - start) / 2;
        if n_first == 0 {
            return Err(self);
        }
        let middle = start + n_first;
        let [mut a, mut b]: [[&mut [[f64; W]]; MAX_FACTORS]; 2] = Default::default();
        for (o, own) in self.adjoints.into_iter().enumerate().filter(|(_, own)| !own.is_empty()) {
            (a[o], b[o]) = own.split_at_mut(n_first * table.operands[o].summed_stride as usize);
        }
        let at = if self.beliefs.is_empty() { 0 } else { n_first };
        let (first, second) = self.beliefs.split_at_mut(at);
        Ok([
            Targets { states: start..middle, adjoints: a, beliefs: first },
            Targets { states: middle..end, adjoints: b, beliefs: second },
        ])
    }
}

/// Sets the adjoints of a row, or adds to them, `constant × incoming × a × b × c`, entry by entry.
#[inline(always)]
fn push_row<const IS_SET: bool, const W: usize>(
    to: &mut [[f64; W]],
    incoming: &[[f64; W]],
    constant: &[f64; W],
    others: [Option<&[[f64; W]]>; 3],
) {
    match others {
        [None, ..] => {
            for (to, g) in to.iter_mut().zip(incoming) {
                push_entry::<IS_SET, W>(to, &mul(constant, g));
            }
        }
        [Some(a), None, _] => {
            for ((to, g), a) in to.iter_mut().zip(incoming).zip(a) {
                push_entry::<IS_SET, W>(to, &mul(&mul(constant, g), a));
            }
        }
        [Some(a), Some(b), None] => {
            for (((to, g), a), b) in to.iter_mut().zip(incoming).zip(a).zip(b) {
                push_entry::<IS_SET, W>(to, &mul(&mul(&mul(constant, g), a), b));
            }
        }
        [Some(a), Some(b), Some(c)] => {
            for ((((to, g), a), b), c) in to.iter_mut().zip(incoming).zip(a).zip(b).zip(c) {
                push_entry::<IS_SET, W>(to, &mul(&mul(&mul(&mul(constant, g), a), b), c));
            }
        }
    }
}

#[inline(always)]
fn push_entry<const IS_SET: bool, const W: usize>(to: &mut [f64; W], what: &[f64; W]) {
    if IS_SET {
        *to = *what;
    } else {
        add(to, what);
    }
}

/// `product = constant × incoming × a × b × c`, entry by entry.
#[inline(always)]
fn weigh_by<const W: usize>(
    product: &mut Vec<[f64; W]>,
    incoming: &[[f64; W]],
    constant: &[f64; W],
    a: Option<&[[f64; W]]>,
    b: Option<&[[f64; W]]>,
    c: Option<&[[f64; W]]>,
) {
    // No `extend`: it would be compiled without the vector instructions.
    product.resize(incoming.len(), [0.0; W]);
    match a {
        None => {
            for (product, g) in product.iter_mut().zip(incoming) {
                *product = mul(constant, g);
            }
        }
        Some(a) => {
            for ((product, g), a) in product.iter_mut().zip(incoming).zip(a) {
                *product = mul(&mul(constant, g), a);
            }
        }
    }
    for factor in [b, c].into_iter().flatten() {
        for (product, factor) in product.iter_mut().zip(factor) {
            *product = mul(product, factor);
        }
    }
}

/// Sums run in this many parts, whatever the machine's vectors are: the same bits everywhere.
const PARTS: usize = 8;

/// The sum of `a`, or of the products of `a` and `b`.
#[inline(always)]
pub(crate) fn sum<const W: usize>(a: &[[f64; W]], b: Option<&[[f64; W]]>) -> [f64; W] {
    let mut parts = [[0.0; W]; PARTS];
    let (whole, rest) = a.as_chunks::<PARTS>();
    match b {
        None => {
            for chunk in whole {
                for part in 0..PARTS {
                    add(&mut parts[part], &chunk[part]);
                }
            }
            for (part, a) in parts.iter_mut().zip(rest) {
                add(part, a);
            }
        }
        Some(b) => {
            let (whole_b, rest_b) = b.as_chunks::<PARTS>();
            for (a, b) in whole.iter().zip(whole_b) {
                for part in 0..PARTS {
                    add(&mut parts[part], &mul(&a[part], &b[part]));
                }
            }
            for (part, (a, b)) in parts.iter_mut().zip(rest.iter().zip(rest_b)) {
                add(part, &mul(a, b));
            }
        }
    }
    let mut total = [0.0; W];
    for part in &parts {
        add(&mut total, part);
    }
    total
}

#[inline(always)]
pub(crate) fn mul<const W: usize>(a: &[f64; W], b: &[f64; W]) -> [f64; W] {
    let mut out = [0.0; W];
    for lane in 0..W {
        out[lane] = a[lane] * b[lane];
    }
    out
}

#[inline(always)]
pub(crate) fn add<const W: usize>(to: &mut [f64; W], what: &[f64; W]) {
    for lane in 0..W {
        to[lane] += what[lane];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A product of tables of numbers of either sign, each over some variables of these sizes and, but for the ones before
    /// `first_summed`, the one summed out, against the sum entry by entry: what it is, and what it says of every table and
    /// of the states.
    fn check<const W: usize>(
        sizes: &[u32],
        tables: &[&[usize]],
        n_summed: usize,
        first_summed: usize,
    ) {
        let mut axes: Vec<Loop> =
            sizes.iter().map(|size| Loop { size: *size, strides: [0; MAX_FACTORS] }).collect();
        let (mut operands, mut first) = (Vec::new(), 0);
        for (number, own) in tables.iter().enumerate() {
            let mut stride = 1;
            for axis in own.iter().rev() {
                axes[*axis].strides[number] = stride;
                stride *= sizes[*axis];
            }
            let summed_stride = if number < first_summed { 0 } else { stride };
            operands.push(Operand { source: Source::Rows, first, summed_stride, is_tracked: true });
            first += stride + summed_stride * (n_summed as u32 - 1);
        }
        let blocks = Blocks::new(&axes, tables.len());
        let way = Way::Blocks(blocks.clone());
        let table = TableSum { n_summed, axes, operands, belief: Some(0), way };

        let number = |i: usize| ((i * 7919 + 11) % 1009) as f64 / 256.0 - 1.5;
        let rows = |n: usize, from: usize| -> Vec<[f64; W]> {
            (0..n).map(|i| std::array::from_fn(|lane| number(from + i * W + lane))).collect()
        };
        let n_out = sizes.iter().product::<u32>() as usize;
        let (before, incoming) = (rows(first as usize, 0), rows(n_out, 77));
        let mut expected = vec![[0.0; W]; n_out];
        let mut of_before = vec![[0.0; W]; before.len()];
        let mut of_states = vec![[0.0; W]; n_summed];
        for i in 0..n_out {
            let mut at: Vec<usize> = table.operands.iter().map(|o| o.first as usize).collect();
            let mut left = i;
            for axis in table.axes.iter().rev() {
                let state = left % axis.size as usize;
                left /= axis.size as usize;
                (0..at.len()).for_each(|o| at[o] += state * axis.strides[o] as usize);
            }
            for (state, of_state) in of_states.iter_mut().enumerate() {
                let place = |o: usize| at[o] + state * table.operands[o].summed_stride as usize;
                for lane in 0..W {
                    let product_but = |without: usize| -> f64 {
                        let others = (0..at.len()).filter(|o| *o != without);
                        others.map(|o| before[place(o)][lane]).product()
                    };
                    let product = product_but(usize::MAX);
                    expected[i][lane] += product;
                    of_state[lane] += incoming[i][lane] * product;
                    for o in 0..at.len() {
                        of_before[place(o)][lane] += incoming[i][lane] * product_but(o);
                    }
                }
            }
        }
        // Sums of at most some ten thousand numbers below 600, in another order.
        let is_near = |found: &[[f64; W]], expected: &[[f64; W]]| {
            let mut pairs = found.iter().flatten().zip(expected.iter().flatten());
            pairs.all(|(found, expected)| (found - expected).abs() < 1e-7)
        };

        let scratch = &mut Scratch::default();
        let mut out = vec![[f64::NAN; W]; n_out];
        table.forward_blocks(&blocks, &before, &[], &mut out, 0, scratch);
        assert!(is_near(&out, &expected));
        let half = n_out / blocks.size / 2;
        let mut end = vec![[f64::NAN; W]; n_out - half * blocks.size];
        table.forward_blocks(&blocks, &before, &[], &mut end, half, scratch);
        assert_eq!(end, out[half * blocks.size..], "from any block on");

        // What was there before does not matter where all is set at once.
        let mut adjoints = vec![[0.0; W]; before.len()];
        for (o, operand) in table.operands.iter().enumerate().filter(|(o, _)| table.is_set(*o)) {
            adjoints[operand.first as usize..][..table.n_entries(o)].fill([f64::NAN; W]);
        }
        let mut beliefs = vec![[0.0; W]; n_summed];
        let mut targets = table.targets::<false, W>(&mut adjoints, 0, &mut beliefs);
        table.backward_blocks::<false, W>(&blocks, &before, &[], &incoming, &mut targets, scratch);
        assert!(is_near(&adjoints, &of_before) && is_near(&beliefs, &of_states));
    }

    #[test]
    fn blocks_are_what_they_are_entry_by_entry() {
        // The second table is gathered: anew for every block, for some, and once for all.
        let tables: [&[usize]; 4] = [&[0, 1, 2, 3, 4], &[1, 3], &[3], &[0, 2, 4]];
        for second in &tables[1..] {
            for n_summed in [1, 3, 70] {
                check::<1>(&[3, 4, 5, 2, 8], &[tables[0], second], n_summed, 0);
                check::<16>(&[3, 4, 5, 2, 8], &[tables[0], second], n_summed, 0);
            }
        }
        // In a row, constant, and gathered, together.
        check::<1>(&[4, 3, 7, 5, 6], &[&[2, 3, 4], &[0], &[0, 4]], 5, 0);
        check::<16>(&[4, 3, 7, 5, 6], &[&[2, 3, 4], &[0], &[0, 4]], 5, 0);
        check::<1>(&[4, 3, 7, 5, 6], &[&[0, 1, 2, 3, 4], &[0, 1], &[1, 3], &[2]], 2, 1);
    }
}
