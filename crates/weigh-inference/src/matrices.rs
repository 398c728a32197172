//! A product of two tables summed over one variable as products of matrices, tile by tile in registers.

use std::fmt;
use std::ops::Range;

use crate::table::{Blocks, Loop, add, mul, spread};

/// How a product of two tables is computed as one product of matrices for every state of the variables that both have
/// (but for the one summed out): its rows are the states of the variables that only the first table has, its columns
/// those of the variables that only the second has, and the variable summed out is what the matrices share.
///
/// Matrices are copied into the order in which they are multiplied, which costs a step for each entry of a matrix
/// and not of the product. Every entry of the product is summed in the order of the states, whatever the tiles.
///
/// # Source
/// Goto & van de Geijn (2008), *Anatomy of high-performance matrix multiplication*, ACM Trans. Math. Softw. 34(3).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matrices {
    /// Whose lines are the rows, and whose are the columns.
    sides: [Side; 2],
    /// Places in the sum of the states of the variables of both.
    both: Vec<u32>,
    /// Which of these the sum's first variable is among, and how many states it has.
    outermost: (Group, usize),
    /// The same of four states of the last variable at once, where small matrices have that in a row in both tables:
    /// what a single lane is computed with.
    in_fours: Option<Box<Matrices>>,
}

/// One of the two tables: places in it, but for `in_sum`.
#[derive(Clone, Debug, PartialEq)]
struct Side {
    /// Of the states of the variables of both.
    both: Vec<u32>,
    /// Of the states of the variables that only this table has: its lines.
    lines: Vec<u32>,
    /// Where the lines are in the sum.
    in_sum: Vec<u32>,
    /// Of the states of the variable summed out.
    summed: Vec<u32>,
}

/// Which tables a variable of the sum is in: both, or only the one of this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Both,
    Only(usize),
}

fn group(axis: &Loop) -> Group {
    match (axis.strides[0], axis.strides[1]) {
        (_, 0) => Group::Only(0),
        (0, _) => Group::Only(1),
        _ => Group::Both,
    }
}

/// The variables of a product and the strides of the one summed out in fours of states of the last variable; none if these
/// are not in a row in both tables.
fn fours(axes: &[Loop], summed: [u32; 2]) -> Option<(Vec<Loop>, [u32; 2])> {
    let (last, others) = axes.split_last()?;
    let strides = others.iter().flat_map(|axis| [axis.strides[0], axis.strides[1]]).chain(summed);
    if last.strides[..2] != [1, 1] || strides.chain([last.size]).any(|stride| stride % 4 != 0) {
        return None;
    }
    let four = |axis: &Loop| Loop { size: axis.size, strides: axis.strides.map(|s| s / 4) };
    let last = Loop { size: last.size / 4, ..last.clone() };
    Some((others.iter().map(four).chain([last]).collect(), summed.map(|stride| stride / 4)))
}

/// The numbers of a table.
#[derive(Clone, Copy)]
pub(crate) enum Entries<'a, const W: usize> {
    /// One for each lane.
    Lanes(&'a [[f64; W]]),
    /// The same in each of several lanes.
    Same(&'a [f64]),
}

impl<const W: usize> Entries<'_, W> {
    #[inline(always)]
    fn at(&self, place: usize) -> [f64; W] {
        match self {
            Entries::Lanes(rows) => rows[place],
            Entries::Same(numbers) => [numbers[place]; W],
        }
    }
}

impl<'a, const W: usize> Entries<'a, W> {
    /// Those of a single lane, four at once.
    #[inline(always)]
    pub(crate) fn in_fours(self) -> Entries<'a, 4> {
        match self {
            Entries::Lanes(rows) => Entries::Lanes(in_fours(rows)),
            Entries::Same(numbers) => Entries::Lanes(numbers.as_chunks().0),
        }
    }
}

/// Rows of a single lane, four at once.
pub(crate) fn in_fours<const W: usize>(rows: &[[f64; W]]) -> &[[f64; 4]] {
    rows.as_flattened().as_chunks().0
}

/// As [`in_fours`].
pub(crate) fn in_fours_mut<const W: usize>(rows: &mut [[f64; W]]) -> &mut [[f64; 4]] {
    rows.as_flattened_mut().as_chunks_mut().0
}

/// A part of the sum that is computed at once.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    both: Range<usize>,
    lines: [Range<usize>; 2],
}

/// Memory for the matrices at hand, kept between instructions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panels<const W: usize> {
    right: Vec<[f64; W]>,
    product: Vec<[f64; W]>,
    own: Vec<[f64; W]>,
}

/// Fewer rows or columns are not worth the copies, where blocks are read in a row but for one entry gathered in so many
/// multiplied,
const LEAST: usize = 2;
const SELDOM: usize = 2;

/// From this many rows or columns on, a single lane's matrices fill the machine's vectors on their own.
const FOURS_BELOW: usize = 8;

/// and neither are matrices whose product takes fewer multiplications.
const LEAST_PRODUCTS: usize = 48;

impl Matrices {
    /// The matrices of two tables whose product has these variables, outermost first, of which the first has
    /// `summed[0]` as its stride of the variable summed out, and the second `summed[1]`; none where `blocks` are quicker,
    /// and whether the second table is better taken as the first.
    pub(crate) fn new(
        axes: &[Loop],
        n_summed: usize,
        summed: [u32; 2],
        blocks: &Blocks,
    ) -> Option<(Matrices, bool)> {
        let n = |of: Group| -> usize {
            axes.iter().filter(|axis| group(axis) == of).map(|axis| axis.size as usize).product()
        };
        let (n_rows, n_columns) = (n(Group::Only(0)), n(Group::Only(1)));
        let n_products = n_rows * n_columns * n_summed;
        let is_seldom_gathered =
            blocks.n_gathered(axes, n_summed) * SELDOM <= n_products * n(Group::Both);
        let least = if is_seldom_gathered { LEAST } else { 1 };
        if n_rows.min(n_columns) < least || n_products < LEAST_PRODUCTS {
            return None;
        }
        let mut matrices = Matrices::of(axes, n_summed, summed);
        if n_rows.min(n_columns) < FOURS_BELOW {
            matrices.in_fours = fours(axes, summed)
                .map(|(axes, summed)| Box::new(Matrices::of(&axes, n_summed, summed)));
        }
        let [first, second] = &matrices.sides;
        let cost =
            |rows: &Side, columns: &Side| cost(n_summed, &rows.in_sum, &columns.in_sum, true);
        let is_swapped = cost(second, first) < cost(first, second);
        if is_swapped {
            matrices.swap();
        }
        Some((matrices, is_swapped))
    }

    /// Each table's matrices as they are.
    fn of(axes: &[Loop], n_summed: usize, summed: [u32; 2]) -> Matrices {
        // By how much a step of each variable moves in the sum.
        let mut in_sum = vec![1u32; axes.len()];
        for i in (1..axes.len()).rev() {
            in_sum[i - 1] = in_sum[i] * axes[i].size;
        }
        let places = |of: Group, step: &dyn Fn(usize) -> u32| {
            let mut places = vec![0];
            let own = axes.iter().enumerate().filter(|(_, axis)| group(axis) == of);
            for (i, axis) in own.rev() {
                spread(&mut places, axis.size, step(i));
            }
            places
        };
        let outermost = axes.first().map(|axis| (group(axis), axis.size as usize));
        let sides = [0, 1].map(|table| Side {
            both: places(Group::Both, &|i| axes[i].strides[table]),
            lines: places(Group::Only(table), &|i| axes[i].strides[table]),
            in_sum: places(Group::Only(table), &|i| in_sum[i]),
            summed: (0..n_summed as u32).map(|state| state * summed[table]).collect(),
        });
        Matrices {
            sides,
            both: places(Group::Both, &|i| in_sum[i]),
            outermost: outermost.unwrap_or((Group::Both, 1)),
            in_fours: None,
        }
    }

    /// The second table becomes the first.
    fn swap(&mut self) {
        self.sides.swap(0, 1);
        if let Group::Only(table) = &mut self.outermost.0 {
            *table = 1 - *table;
        }
        if let Some(in_fours) = &mut self.in_fours {
            in_fours.swap();
        }
    }

    /// The same of four rows at once, if that is quicker for a single lane.
    pub(crate) fn in_fours(&self) -> Option<&Matrices> {
        self.in_fours.as_deref()
    }

    /// At which table the beliefs in the states summed out are read with less work.
    pub(crate) fn with_fewer_lines(&self) -> usize {
        let [rows, columns] = &self.sides;
        usize::from(columns.lines.len() < rows.lines.len())
    }

    /// Everything.
    pub(crate) fn whole(&self) -> Part {
        let [rows, columns] = self.sides.each_ref().map(|side| 0..side.lines.len());
        Part { both: 0..self.both.len(), lines: [rows, columns] }
    }

    /// How many entries of the sum come before a part.
    pub(crate) fn start(&self, part: &Part) -> usize {
        let of_lines = self.sides.iter().zip(&part.lines).map(|(side, own)| side.in_sum[own.start]);
        (self.both[part.both.start] + of_lines.sum::<u32>()) as usize
    }

    /// The part's halves by the sum's first variable, each a row of entries of the sum; none if it has one state left.
    pub(crate) fn halves(&self, part: &Part) -> Option<[Part; 2]> {
        let (group, size) = self.outermost;
        let (mut first, mut second) = (part.clone(), part.clone());
        let (of_first, of_second, all) = match group {
            Group::Both => (&mut first.both, &mut second.both, self.both.len()),
            Group::Only(table) => {
                (&mut first.lines[table], &mut second.lines[table], self.sides[table].lines.len())
            }
        };
        let in_a_state = all / size;
        let n_first = of_first.len() / in_a_state / 2;
        if n_first == 0 {
            return None;
        }
        of_first.end = of_first.start + n_first * in_a_state;
        of_second.start = of_first.end;
        Some([first, second])
    }

    /// Computes a part of the sum, of which `out` starts with the first entry, from the tables, which start with their
    /// first entries.
    #[inline(always)]
    pub(crate) fn forward<const W: usize>(
        &self,
        [a, b]: [Entries<'_, W>; 2],
        out: &mut [[f64; W]],
        part: &Part,
        panels: &mut Panels<W>,
    ) {
        let [rows, columns] = &self.sides;
        let [of_rows, of_columns] = &part.lines;
        let left = Lines {
            table: a,
            firsts: &rows.both[part.both.clone()],
            lines: &rows.lines[of_rows.clone()],
            terms: &rows.summed,
        };
        let right = Lines {
            table: b,
            firsts: &columns.both[part.both.clone()],
            lines: &columns.lines[of_columns.clone()],
            terms: &columns.summed,
        };
        let places = Places {
            firsts: &self.both[part.both.clone()],
            // What is before the part's first entry is counted off.
            before: self.start(part),
            rows: &rows.in_sum[of_rows.clone()],
            columns: &columns.in_sum[of_columns.clone()],
        };
        multiply([left, right], out, places, &mut panels.right);
    }

    /// Sets the adjoints of a table, the one of this number, which start with that of its first entry, to what the adjoints
    /// of the sum say, given the tables; and adds to the beliefs in the states summed out. Either may be empty: nobody asked.
    #[inline(always)]
    pub(crate) fn backward<const W: usize>(
        &self,
        table: usize,
        pair: [Entries<'_, W>; 2],
        of_out: &[[f64; W]],
        to: &mut [[f64; W]],
        beliefs: &mut [[f64; W]],
        panels: &mut Panels<W>,
    ) {
        if to.is_empty() && beliefs.is_empty() {
            return;
        }
        let Panels { right, product, own } = panels;
        let (side, other) = (&self.sides[table], &self.sides[1 - table]);
        let n_summed = side.summed.len() as u32;
        let cost = |rows: &[u32], columns: &[u32], right: &[u32]| {
            cost(other.lines.len(), rows, columns, !is_in_place::<W>(rows, right))
        };
        let is_swapped = cost(&side.summed, &side.lines, &side.in_sum)
            < cost(&side.lines, &side.summed, &other.summed);
        let in_a_row = |n: u32, step: u32| -> Vec<u32> { (0..n).map(|i| i * step).collect() };
        let (lines, states) = match beliefs.is_empty() {
            true => Default::default(),
            false => (in_a_row(side.lines.len() as u32, n_summed), in_a_row(n_summed, 1)),
        };
        let (in_table, in_product): ([&[u32]; 2], [&[u32]; 2]) = match is_swapped {
            false => ([&side.lines, &side.summed], [&lines, &states]),
            true => ([&side.summed, &side.lines], [&states, &lines]),
        };
        let of_sum = Lines {
            table: Entries::Lanes(of_out),
            firsts: &self.both,
            lines: &side.in_sum,
            terms: &other.in_sum,
        };
        let of_other = Lines {
            table: pair[1 - table],
            firsts: &other.both,
            lines: &other.summed,
            terms: &other.lines,
        };
        let pair_of = if is_swapped { [of_other, of_sum] } else { [of_sum, of_other] };
        if !to.is_empty() {
            let [rows, columns] = in_table;
            let places = Places { firsts: &side.both, before: 0, rows, columns };
            multiply(pair_of, to, places, right);
        }
        if beliefs.is_empty() {
            return;
        }
        product.resize(lines.len() * states.len(), [0.0; W]);
        for (i, first) in side.both.iter().enumerate() {
            let [rows, columns] = in_product;
            let places = Places { firsts: &[0], before: 0, rows, columns };
            multiply(pair_of.map(|lines| lines.only(i)), product, places, right);
            // The matrix of the table itself, laid out as the product.
            own.clear();
            for line in &side.lines {
                for state in &side.summed {
                    own.push(pair[table].at((*first + *line + *state) as usize));
                }
            }
            let rows = product.chunks_exact(beliefs.len()).zip(own.chunks_exact(beliefs.len()));
            for (product, own) in rows {
                for (belief, (product, own)) in beliefs.iter_mut().zip(product.iter().zip(own)) {
                    add(belief, &mul(product, own));
                }
            }
        }
    }
}

impl fmt::Display for Matrices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [rows, columns] = self.sides.each_ref().map(|side| side.lines.len());
        write!(f, "{} matrices of {rows} × {columns}", self.both.len())
    }
}

/// Matrices alike where they stand: the places of the first entry of each, and from there on those of its lines and of what
/// is summed over.
#[derive(Clone, Copy)]
struct Lines<'a, const W: usize> {
    table: Entries<'a, W>,
    firsts: &'a [u32],
    lines: &'a [u32],
    terms: &'a [u32],
}

impl<'a, const W: usize> Lines<'a, W> {
    /// One of the matrices.
    fn only(self, i: usize) -> Lines<'a, W> {
        Lines { firsts: &self.firsts[i..=i], ..self }
    }
}

/// Where products of matrices are written: the place of the first entry of each, and by how much less it is counted, and
/// from there on those of the rows and columns.
#[derive(Clone, Copy)]
struct Places<'a> {
    firsts: &'a [u32],
    before: usize,
    rows: &'a [u32],
    columns: &'a [u32],
}

/// About how long a product takes: what is multiplied, eight to a step, is copied, and is written.
fn cost(n_summed: usize, rows: &[u32], columns: &[u32], is_copied: bool) -> usize {
    let is_in_a_row =
        columns[columns.len() - 1] as usize - columns[0] as usize + 1 == columns.len();
    let n_products = rows.len() * columns.len().next_multiple_of(4) * n_summed;
    n_products / 4
        + if is_copied { 2 * columns.len() * n_summed } else { 0 }
        + rows.len() * columns.len() * if is_in_a_row { 1 } else { 2 }
}

/// Whether each place is right behind the one before: places in a table that is read where it stands need not ascend.
#[inline(always)]
fn are_in_a_row(places: &[u32]) -> bool {
    places.windows(2).all(|pair| pair[1] == pair[0] + 1)
}

/// Columns that are multiplied together: for a single lane as many as there are registers for, of which the last may
/// stand for nothing.
#[inline(always)]
fn n_columns<const W: usize>(n_left: usize) -> usize {
    match (W, n_left) {
        (1, 5..) => 8,
        (1, 2..) => 4,
        (4, 2..) => 2,
        _ => 1,
    }
}

/// Copies some lines of a matrix: all of the first term, then of the second.
#[inline(always)]
fn pack<const W: usize, const N: usize>(
    panel: &mut [[[f64; W]; N]],
    matrix: Lines<'_, W>,
    first: usize,
    is_in_a_row: bool,
) {
    let Lines { table, lines, terms, .. } = matrix;
    // Where lines are missing, any will do: nobody reads what becomes of them.
    let mut places = [lines[0] as usize; N];
    for (place, line) in places.iter_mut().zip(lines) {
        *place = *line as usize;
    }
    match table {
        Entries::Lanes(rows) if lines.len() == N && is_in_a_row => {
            let rows = &rows[first + places[0]..];
            for (to, term) in panel.iter_mut().zip(terms) {
                *to = *rows[*term as usize..].first_chunk().expect("all lines are in the table");
            }
        }
        Entries::Lanes(rows) => {
            for (to, term) in panel.iter_mut().zip(terms) {
                let rows = &rows[first + *term as usize..];
                for i in 0..N {
                    to[i] = rows[places[i]];
                }
            }
        }
        Entries::Same(_) if W == 1 => unreachable!("numbers for one lane are rows"),
        Entries::Same(numbers) => {
            for (to, term) in panel.iter_mut().zip(terms) {
                let numbers = &numbers[first + *term as usize..];
                for i in 0..N {
                    to[i] = [numbers[places[i]]; W];
                }
            }
        }
    }
}

/// So many numbers of the first matrices are multiplied with some columns, before they are with others: they stay in the cache.
const NUMBERS_AT_ONCE: usize = 2048;

/// The products of some matrices, written where their rows and columns stand. Some columns of the second one are copied at
/// a time.
#[inline(always)]
fn multiply<const W: usize>(
    [left, right]: [Lines<'_, W>; 2],
    to: &mut [[f64; W]],
    places: Places<'_>,
    panel: &mut Vec<[f64; W]>,
) {
    if is_in_place::<W>(places.rows, right.lines) {
        for i in 0..places.firsts.len() {
            multiply_row(
                [left.only(i), right.only(i)],
                to,
                Places { firsts: &places.firsts[i..=i], ..places },
            );
        }
        return;
    }
    let at_once = (NUMBERS_AT_ONCE / (W * left.lines.len() * left.terms.len())).max(1);
    let mut start = 0;
    while start < places.firsts.len() {
        let own = start..places.firsts.len().min(start + at_once);
        start = own.end;
        let left = Lines { firsts: &left.firsts[own.clone()], ..left };
        let mut first_column = 0;
        while first_column < right.lines.len() {
            let n_left = right.lines.len() - first_column;
            let n_columns = n_columns::<W>(n_left);
            let columns = first_column..first_column + n_columns.min(n_left);
            first_column = columns.end;
            let firsts = &right.firsts[own.clone()];
            let right = Lines { firsts, lines: &right.lines[columns.clone()], ..right };
            let (firsts, columns) = (&places.firsts[own.clone()], &places.columns[columns]);
            let tiles = Tiles {
                left,
                right,
                are_lines_in_a_row: are_in_a_row(right.lines),
                places: Places { firsts, columns, ..places },
                are_columns_in_a_row: are_in_a_row(columns),
            };
            match (W, n_columns) {
                (1, 8) => tiles.multiply::<8, 4>(to, panel),
                (1, 4) => tiles.multiply::<4, 4>(to, panel),
                (1, _) => tiles.multiply::<1, 8>(to, panel),
                (4, 2) => tiles.multiply::<2, 4>(to, panel),
                _ => tiles.multiply::<1, 2>(to, panel),
            }
        }
    }
}

/// Whether so few rows are multiplied that the second matrix, of these lines, is read where it stands.
#[inline(always)]
fn is_in_place<const W: usize>(rows: &[u32], right: &[u32]) -> bool {
    W == 1 && rows.len() == 1 && are_in_a_row(right)
}

/// The product of a single row and a matrix whose lines are in a row, read where it stands: a copy would be read once.
#[inline(always)]
fn multiply_row<const W: usize>(
    [left, right]: [Lines<'_, W>; 2],
    to: &mut [[f64; W]],
    places: Places<'_>,
) {
    let at = (places.firsts[0] as usize)
        .wrapping_sub(places.before)
        .wrapping_add(places.rows[0] as usize);
    let (mut columns, mut line) = (places.columns, 0);
    while !columns.is_empty() {
        let n_columns = match columns.len() {
            16.. => 16,
            4.. => 4,
            _ => 1,
        };
        let (own, others) = columns.split_at(n_columns);
        let right = Lines { lines: &right.lines[line..line + n_columns], ..right };
        match n_columns {
            16 => multiply_part_of_row::<W, 16>([left, right], to, at, own),
            4 => multiply_part_of_row::<W, 4>([left, right], to, at, own),
            _ => multiply_part_of_row::<W, 1>([left, right], to, at, own),
        }
        (columns, line) = (others, line + n_columns);
    }
}

#[inline(always)]
fn multiply_part_of_row<const W: usize, const C: usize>(
    [left, right]: [Lines<'_, W>; 2],
    to: &mut [[f64; W]],
    at: usize,
    columns: &[u32],
) {
    let (Entries::Lanes(a), Entries::Lanes(b)) = (left.table, right.table) else {
        unreachable!("numbers for one lane are rows")
    };
    let a = &a[(left.firsts[0] + left.lines[0]) as usize..];
    let b = &b[(right.firsts[0] + right.lines[0]) as usize..];
    let mut sums = [[0.0; W]; C];
    for (of_left, of_right) in left.terms.iter().zip(right.terms) {
        let a = a[*of_left as usize];
        let b = b[*of_right as usize..].first_chunk::<C>().expect("all lines are in the table");
        for column in 0..C {
            add(&mut sums[column], &mul(&a, &b[column]));
        }
    }
    for (sum, column) in sums.iter().zip(columns) {
        to[at.wrapping_add(*column as usize)] = *sum;
    }
}

/// Some columns of products of matrices.
struct Tiles<'a, const W: usize> {
    left: Lines<'a, W>,
    right: Lines<'a, W>,
    are_lines_in_a_row: bool,
    places: Places<'a>,
    are_columns_in_a_row: bool,
}

impl<const W: usize> Tiles<'_, W> {
    /// `R` rows at a time: enough for the additions of each to wait for the one before.
    #[inline(always)]
    fn multiply<const C: usize, const R: usize>(
        &self,
        to: &mut [[f64; W]],
        panel: &mut Vec<[f64; W]>,
    ) {
        let n_entries = C * self.right.terms.len();
        if panel.len() < n_entries {
            panel.resize(n_entries, [0.0; W]);
        }
        let panel = panel[..n_entries].as_chunks_mut::<C>().0;
        for i in 0..self.places.firsts.len() {
            pack(panel, self.right, self.right.firsts[i] as usize, self.are_lines_in_a_row);
            let at = (self.places.firsts[i] as usize).wrapping_sub(self.places.before);
            let mut rows = Rows { panel, first: self.left.firsts[i] as usize, at, n_done: 0 };
            self.rows::<R, C>(to, &mut rows);
            if R > 4 {
                self.rows::<4, C>(to, &mut rows);
            }
            if R > 2 {
                self.rows::<3, C>(to, &mut rows);
                self.rows::<2, C>(to, &mut rows);
            }
            self.rows::<1, C>(to, &mut rows);
        }
    }

    /// As many times `R` rows as there are left.
    #[inline(always)]
    fn rows<const R: usize, const C: usize>(&self, to: &mut [[f64; W]], own: &mut Rows<'_, W, C>) {
        let lines = self.left.lines[own.n_done..].as_chunks::<R>().0;
        let rows = self.places.rows[own.n_done..].as_chunks::<R>().0;
        for (lines, rows) in lines.iter().zip(rows) {
            self.tile(to, own, lines, rows);
        }
        own.n_done += R * rows.len();
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        &self,
        to: &mut [[f64; W]],
        own: &Rows<'_, W, C>,
        lines: &[u32; R],
        rows: &[u32; R],
    ) {
        let mut sums = [[[0.0; W]; C]; R];
        let Lines { table, terms, .. } = self.left;
        match table {
            Entries::Lanes(table) => {
                let mut of_row: [&[[f64; W]]; R] = [&[]; R];
                // All of one length, which is then checked once for all.
                let n = terms.last().map_or(0, |last| *last as usize + 1);
                for row in 0..R {
                    of_row[row] = &table[own.first + lines[row] as usize..][..n];
                }
                for (b, term) in own.panel.iter().zip(terms) {
                    let mut a = [[0.0; W]; R];
                    for row in 0..R {
                        a[row] = of_row[row][*term as usize];
                    }
                    multiply_add(&mut sums, &a, b);
                }
            }
            // A number is a row of one lane.
            Entries::Same(_) if W == 1 => unreachable!("numbers for one lane are rows"),
            Entries::Same(table) => {
                for (b, term) in own.panel.iter().zip(terms) {
                    let table = &table[own.first + *term as usize..];
                    let mut a = [[0.0; W]; R];
                    for row in 0..R {
                        a[row] = [table[lines[row] as usize]; W];
                    }
                    multiply_add(&mut sums, &a, b);
                }
            }
        }
        // Or the compiler keeps them in the loop as it wants to write them, and shuffles vectors for every term: up to
        // 45% of the time.
        let sums = std::hint::black_box(sums);
        let columns = self.places.columns;
        let first = columns[0] as usize;
        for (sums, row) in sums.iter().zip(rows) {
            let start = own.at.wrapping_add(*row as usize);
            if self.are_columns_in_a_row {
                let to = &mut to[start.wrapping_add(first)..][..columns.len()];
                match to.first_chunk_mut::<C>() {
                    Some(to) => *to = *sums,
                    None => write_part(to, sums),
                }
                continue;
            }
            for (sum, column) in sums.iter().zip(columns) {
                to[start.wrapping_add(*column as usize)] = *sum;
            }
        }
    }
}

/// Writes as many as there is room for, four at a time.
#[inline(always)]
fn write_part<const W: usize>(to: &mut [[f64; W]], sums: &[[f64; W]]) {
    let (fours, rest) = to.as_chunks_mut::<4>();
    let (sum_fours, _) = sums.as_chunks::<4>();
    for (to, sums) in fours.iter_mut().zip(sum_fours) {
        *to = *sums;
    }
    for (to, sum) in rest.iter_mut().zip(&sums[4 * fours.len()..]) {
        *to = *sum;
    }
}

/// The rows of a product.
struct Rows<'a, const W: usize, const C: usize> {
    /// The columns that are multiplied with.
    panel: &'a [[[f64; W]; C]],
    /// The first matrix' first entry.
    first: usize,
    /// The product's.
    at: usize,
    n_done: usize,
}

/// Adds the products of each of the one with each of the other.
#[inline(always)]
fn multiply_add<const W: usize, const R: usize, const C: usize>(
    sums: &mut [[[f64; W]; C]; R],
    a: &[[f64; W]; R],
    b: &[[f64; W]; C],
) {
    for row in 0..R {
        for column in 0..C {
            add(&mut sums[row][column], &mul(&a[row], &b[column]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::MAX_FACTORS;

    /// A variable of so many states that moves by so much in the first table and in the second.
    fn axis(size: u32, first: u32, second: u32) -> Loop {
        let mut strides = [0; MAX_FACTORS];
        (strides[0], strides[1]) = (first, second);
        Loop { size, strides }
    }

    /// Some numbers of either sign for each lane, all different.
    fn numbers<const W: usize>(n: usize, from: usize) -> Vec<[f64; W]> {
        let number = |i: usize| ((i * 7919 + from) % 1009) as f64 / 256.0 - 1.5;
        (0..n).map(|i| std::array::from_fn(|lane| number(i * W + lane))).collect()
    }

    /// The product entry by entry: what it is, and what it says of the tables and of the states.
    fn check<const W: usize>(axes: &[Loop], n_summed: usize, summed: [u32; 2]) {
        let blocks = Blocks::new(axes, 2);
        let (matrices, is_swapped) = Matrices::new(axes, n_summed, summed, &blocks).unwrap();
        let size = |table: usize| {
            let inside: u32 = axes.iter().map(|a| (a.size - 1) * a.strides[table]).sum();
            (1 + inside + (n_summed as u32 - 1) * summed[table]) as usize
        };
        let n_rows: usize = axes.iter().map(|axis| axis.size as usize).product();
        let (a, b) = (numbers::<W>(size(0), 1), numbers::<W>(size(1), 500));
        let of_out = numbers::<W>(n_rows, 77);
        let mut expected = vec![[0.0; W]; n_rows];
        let (mut of_a, mut of_b) = (vec![[0.0; W]; a.len()], vec![[0.0; W]; b.len()]);
        let (mut to_a, mut to_b) = (of_a.clone(), of_b.clone());
        let mut beliefs = vec![[0.0; W]; n_summed];
        for row in 0..n_rows {
            let (mut left, mut at) = (row, [0, 0]);
            for axis in axes.iter().rev() {
                let state = left as u32 % axis.size;
                left /= axis.size as usize;
                (0..2).for_each(|table| at[table] += (state * axis.strides[table]) as usize);
            }
            for (state, belief) in beliefs.iter_mut().enumerate() {
                let [i, j] = [0, 1].map(|table| at[table] + state * summed[table] as usize);
                // What was there before does not matter.
                (to_a[i], to_b[j]) = ([f64::NAN; W], [f64::NAN; W]);
                for lane in 0..W {
                    expected[row][lane] += a[i][lane] * b[j][lane];
                    of_a[i][lane] += of_out[row][lane] * b[j][lane];
                    of_b[j][lane] += of_out[row][lane] * a[i][lane];
                    belief[lane] += of_out[row][lane] * a[i][lane] * b[j][lane];
                }
            }
        }
        let both = [Entries::Lanes(&a[..]), Entries::Lanes(&b[..])];
        let pair = if is_swapped { [both[1], both[0]] } else { both };
        let panels = &mut Panels::default();
        let mut out = vec![[f64::NAN; W]; n_rows];
        matrices.forward(pair, &mut out, &matrices.whole(), panels);
        assert_eq!(out, expected, "the same additions in the same order");
        // In parts, down to single states of the first variable.
        let mut in_parts = vec![[f64::NAN; W]; n_rows];
        let mut parts = vec![(matrices.whole(), &mut in_parts[..])];
        while let Some((part, out)) = parts.pop() {
            match matrices.halves(&part) {
                None => matrices.forward(pair, out, &part, panels),
                Some([before, after]) => {
                    let at = matrices.start(&after) - matrices.start(&before);
                    let (of_before, of_after) = out.split_at_mut(at);
                    parts.extend([(before, of_before), (after, of_after)]);
                }
            }
        }
        assert_eq!(in_parts, expected);

        let (to_first, to_second) =
            if is_swapped { (&mut to_b, &mut to_a) } else { (&mut to_a, &mut to_b) };
        let mut found = vec![[0.0; W]; n_summed];
        matrices.backward(0, pair, &of_out, to_first, &mut found, panels);
        matrices.backward(1, pair, &of_out, to_second, &mut [], panels);
        // The same sums in another order: of at most some thousand numbers below 40.
        let is_near = |found: &[[f64; W]], expected: &[[f64; W]]| {
            let mut pairs = found.iter().flatten().zip(expected.iter().flatten());
            pairs.all(|(found, expected)| (found - expected).abs() < 1e-9)
        };
        assert!(is_near(&to_a, &of_a) && is_near(&to_b, &of_b) && is_near(&found, &beliefs));

        let Some(fours) = matrices.in_fours().filter(|_| W == 1) else { return };
        let four = |rows: &[[f64; W]]| rows.as_flattened().as_chunks::<4>().0.to_vec();
        let (a, b, of_out) = (four(&a), four(&b), four(&of_out));
        let both = [Entries::Lanes(&a[..]), Entries::Lanes(&b[..])];
        let pair = if is_swapped { [both[1], both[0]] } else { both };
        let panels = &mut Panels::default();
        let mut out = vec![[f64::NAN; 4]; n_rows / 4];
        fours.forward(pair, &mut out, &fours.whole(), panels);
        assert_eq!(out.as_flattened(), expected.as_flattened());
        let (mut to_a, mut to_b) = (four(&to_a), four(&to_b));
        let (to_first, to_second) =
            if is_swapped { (&mut to_b, &mut to_a) } else { (&mut to_a, &mut to_b) };
        let mut found = vec![[0.0; 4]; n_summed];
        to_first.iter_mut().chain(to_second.iter_mut()).for_each(|row| *row = row.map(|x| 2.0 * x));
        fours.backward(0, pair, &of_out, to_first, &mut found, panels);
        fours.backward(1, pair, &of_out, to_second, &mut [], panels);
        let is_near = |found: &[[f64; 4]], expected: &[[f64; W]]| {
            let mut pairs = found.as_flattened().iter().zip(expected.as_flattened());
            pairs.all(|(found, expected)| (found - expected).abs() < 1e-9)
        };
        assert!(is_near(&to_a, &of_a) && is_near(&to_b, &of_b));
        let found = found.iter().map(|four| four.iter().sum::<f64>());
        assert!(found.zip(beliefs.as_flattened()).all(|(found, sum)| (found - sum).abs() < 1e-9));
    }

    #[test]
    fn a_part_of_the_columns_of_a_single_row_is_that_of_the_whole() {
        // The columns, of which parts are halves, come before what both tables have.
        let matrices = Matrices::of(&[axis(40, 0, 1), axis(3, 1, 40)], 4, [3, 120]);
        let (a, b) = (numbers::<1>(12, 1), numbers::<1>(480, 500));
        let pair = [Entries::Lanes(&a[..]), Entries::Lanes(&b[..])];
        let panels = &mut Panels::default();
        let mut whole = vec![[f64::NAN]; 120];
        matrices.forward(pair, &mut whole, &matrices.whole(), panels);
        let [before, after] = matrices.halves(&matrices.whole()).unwrap();
        let mut in_parts = vec![[f64::NAN]; 120];
        let (of_before, of_after) = in_parts.split_at_mut(matrices.start(&after));
        matrices.forward(pair, of_before, &before, panels);
        matrices.forward(pair, of_after, &after, panels);
        assert_eq!(in_parts, whole);
        for (i, found) in whole.iter().enumerate() {
            let (column, shared) = (i / 3, i % 3);
            let term =
                |state: usize| a[shared + 3 * state][0] * b[column + 40 * shared + 120 * state][0];
            assert_eq!(found[0], (0..4).map(term).sum::<f64>());
        }
    }

    #[test]
    fn small_matrices_that_both_have_in_a_row_are_multiplied_in_fours() {
        for (x, i, j, k, l) in
            [(4, 4, 4, 3, 4), (8, 3, 2, 2, 12), (5, 7, 9, 1, 8), (3, 20, 9, 5, 4)]
        {
            let axes = [axis(i, k * l, 0), axis(k, l, j * l), axis(j, 0, l), axis(l, 1, 1)];
            let blocks = Blocks::new(&axes, 2);
            let summed = [i * k * l, j * k * l];
            let is_in_fours = |axes: &[Loop], summed: [u32; 2]| {
                let (matrices, _) = Matrices::new(axes, x as usize, summed, &blocks).unwrap();
                matrices.in_fours().is_some()
            };
            assert_eq!(is_in_fours(&axes, summed), i.min(j) < 8);
            check::<1>(&axes, x as usize, summed);
            check::<16>(&axes, x as usize, summed);
            // A state of the one summed out does not move by a multiple of four.
            assert!(!is_in_fours(&axes, [summed[0] + 2, summed[1]]));
        }
    }

    #[test]
    fn places_need_not_ascend() {
        // The second table's variables, or the first's, the other way round than in the sum.
        for (in_first, in_second) in [([4, 2, 1], [1, 2, 4]), ([1, 2, 4], [4, 2, 1])] {
            let of = |stride: [u32; 3]| stride.map(|stride| 3 * stride);
            let (a, b) = (of(in_first), of(in_second));
            let axes = [0, 1, 2].map(|i| axis(2, a[i], 0)).into_iter();
            let axes: Vec<Loop> = axes.chain([0, 1, 2].map(|i| axis(2, 0, b[i]))).collect();
            check::<1>(&axes, 3, [1, 1]);
            check::<16>(&axes, 3, [1, 1]);
            let axes = [0, 1, 2].map(|i| axis(2, in_first[i], 0)).into_iter();
            let axes: Vec<Loop> = axes.chain([0, 1, 2].map(|i| axis(2, 0, in_second[i]))).collect();
            check::<1>(&axes, 3, [8, 8]);
            check::<16>(&axes, 3, [8, 8]);
        }
    }

    #[test]
    fn tables_that_are_not_read_in_a_row_are_matrices_with_a_single_column_too() {
        for (n, x) in [(30, 5), (7, 9), (100, 3)] {
            let alone = (vec![axis(n, x, 0)], [1, 1]);
            let with_both = (vec![axis(3, 1, x), axis(n, 3 * x, 0)], [3, 1]);
            for (axes, summed) in [alone, with_both] {
                check::<1>(&axes, x as usize, summed);
                check::<16>(&axes, x as usize, summed);
            }
        }
    }

    #[test]
    fn products_of_matrices_are_what_they_are_entry_by_entry() {
        for (x, i, j, k) in
            [(1, 7, 9, 1), (5, 2, 13, 3), (3, 11, 4, 2), (6, 5, 5, 4), (2, 64, 3, 1)]
        {
            // Shared variables before, between and after the others, and not.
            let orders = [
                [axis(k, i * x, j), axis(i, x, 0), axis(j, 0, 1)],
                [axis(i, x * k, 0), axis(k, x, 1), axis(j, 0, k)],
                [axis(j, 0, k), axis(i, k * x, 0), axis(k, x, 1)],
            ];
            for axes in orders {
                let summed = [1, i * j * k];
                check::<1>(&axes, x as usize, summed);
                check::<16>(&axes, x as usize, summed);
            }
        }
    }
}
