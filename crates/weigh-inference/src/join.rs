//! Which entries of a product of tables can be other than 0, found without forming the product.

use crate::tape::MAX_FACTORS;
use crate::writer::Entry;

/// A table as a product reads it.
pub(crate) struct View<'a> {
    /// None if there is a row for every entry, from `first` on.
    entries: Option<&'a [Entry]>,
    first: Entry,
    /// By how many entries a state of the variable summed out moves; 0 if the table lacks it.
    summed_stride: usize,
    /// None if no entry is always 0.
    possible: Option<Possible>,
}

/// Which entries of a table can be other than 0, by their place without the variable summed out.
#[derive(Debug, Default)]
pub(crate) struct Possible {
    /// Per 64 states of the variable summed out and place, a bit for every state.
    states: Vec<u64>,
    /// Per place, how many places before it have a bit.
    counts: Vec<u32>,
}

impl<'a> View<'a> {
    /// Of a table whose first variable, of `n_summed` states, is summed out; 1 if it lacks that.
    /// `memory` is used, and returned by [`View::into_memory`].
    pub(crate) fn of_entries(entries: &'a [Entry], n_summed: usize, memory: Possible) -> View<'a> {
        let possible = entries.contains(&Entry::ZERO).then(|| memory.find(entries, n_summed));
        let summed_stride = if n_summed > 1 { entries.len() / n_summed } else { 0 };
        View { entries: Some(entries), first: Entry::ZERO, summed_stride, possible }
    }

    /// The same of a table of `n_entries` with a row for each.
    pub(crate) fn of_rows(first: Entry, n_entries: usize, n_summed: usize) -> View<'a> {
        let summed_stride = if n_summed > 1 { n_entries / n_summed } else { 0 };
        View { entries: None, first, summed_stride, possible: None }
    }

    /// The entry at a place in a state of the variable summed out.
    #[inline]
    pub(crate) fn entry(&self, place: usize, state: usize) -> Entry {
        let at = place + state * self.summed_stride;
        match self.entries {
            Some(entries) => entries[at],
            None => self.first.offset(at),
        }
    }

    pub(crate) fn into_memory(self) -> Option<Possible> {
        self.possible
    }
}

impl Possible {
    fn find(mut self, entries: &[Entry], n_summed: usize) -> Possible {
        let inside = entries.len() / n_summed;
        self.states.clear();
        self.states.resize(inside * n_summed.div_ceil(64), 0);
        for (state, entries) in entries.chunks_exact(inside).enumerate() {
            let words = &mut self.states[state / 64 * inside..][..inside];
            for (word, entry) in words.iter_mut().zip(entries) {
                *word |= u64::from(*entry != Entry::ZERO) << (state % 64);
            }
        }
        self.counts.clear();
        self.counts.resize(inside + 1, 0);
        for words in self.states.chunks_exact(inside) {
            for (count, word) in self.counts[1..].iter_mut().zip(words) {
                *count |= u32::from(*word != 0);
            }
        }
        let mut sum = 0;
        for count in &mut self.counts {
            sum += *count;
            *count = sum;
        }
        self
    }
}

/// A variable of a product.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    pub(crate) size: usize,
    /// By how many entries a state moves in each table, without the variable summed out.
    pub(crate) strides: [usize; MAX_FACTORS],
}

/// A partial assignment: the next state of the variable at hand, and the places it starts from.
#[derive(Clone, Copy)]
struct Frame<const N: usize> {
    state: usize,
    at: usize,
    places: [usize; N],
}

/// A product of `N` tables, of which some variable may be summed out.
pub(crate) struct Join<'a, const N: usize> {
    /// The product's variables without the one summed out.
    pub(crate) levels: &'a [Level],
    pub(crate) n_summed: usize,
    pub(crate) views: &'a [View<'a>; N],
}

impl<const N: usize> Join<'_, N> {
    /// Calls `each` with every place of the product where no table is always 0, in order, with the
    /// tables' places there, and with the states of the variable summed out that are possible there, a
    /// bit for each; `each` returns how many terms it wrote. Gives up, and returns false, once more
    /// than `most` terms and partial assignments were looked at.
    ///
    /// Since all tables have their variables in one order, a partial assignment of the first of them
    /// leaves a contiguous part of each table, and one without anything possible ends the search there.
    ///
    /// # Source
    /// A join by nested loops over tries: Ngo, Ré & Rudra (2013), *Skew strikes back*, SIGMOD Record
    /// 42(4).
    pub(crate) fn for_each(
        &self,
        most: usize,
        mut each: impl FnMut(usize, &[usize; N], &[u64]) -> usize,
    ) -> bool {
        let mut words = vec![0; self.n_summed.div_ceil(64)];
        let start = Frame { state: 0, at: 0, places: [0; N] };
        let Some((last, outer)) = self.levels.split_last() else {
            if self.possible_states(&start.places, &mut words) {
                each(0, &start.places, &words);
            }
            return true;
        };
        let mut stack = vec![start; outer.len() + 1];
        let mut looked_at = 0;
        let mut d = 0;
        loop {
            let frame = &mut stack[d];
            if d == outer.len() {
                let (mut at, mut places) = (frame.at * last.size, frame.places);
                for _ in 0..last.size {
                    if self.possible_states(&places, &mut words) {
                        looked_at += each(at, &places, &words);
                    }
                    at += 1;
                    step(&mut places, last);
                }
                looked_at += last.size;
                if looked_at > most {
                    return false;
                }
            } else if frame.state < outer[d].size {
                let level = &outer[d];
                let at = frame.at * level.size + frame.state;
                let places = frame.places;
                frame.state += 1;
                step(&mut frame.places, level);
                looked_at += 1;
                if self.is_possible(level, &places) {
                    d += 1;
                    stack[d] = Frame { state: 0, at, places };
                }
                continue;
            }
            // Nothing left here: on with the variable before.
            if d == 0 {
                return true;
            }
            d -= 1;
        }
    }

    /// Whether what a state of this variable leaves of each table has anything possible. A table without
    /// the variable was looked at where it was last narrowed down.
    #[inline(always)]
    fn is_possible(&self, level: &Level, places: &[usize; N]) -> bool {
        let mut is_possible = true;
        for ((view, place), stride) in self.views.iter().zip(places).zip(&level.strides) {
            if let Some(possible) = &view.possible {
                is_possible &=
                    *stride == 0 || possible.counts[place + stride] > possible.counts[*place];
            }
        }
        is_possible
    }

    /// Finds the states of the variable summed out in which no table is always 0; whether there are any.
    #[inline(always)]
    fn possible_states(&self, places: &[usize; N], words: &mut [u64]) -> bool {
        words.fill(u64::MAX);
        if let Some(last) = words.last_mut() {
            *last >>= (64 - self.n_summed % 64) % 64;
        }
        let mut is_possible = true;
        for (view, place) in self.views.iter().zip(places) {
            let Some(possible) = &view.possible else { continue };
            if view.summed_stride == 0 {
                is_possible &= possible.states[*place] != 0;
                continue;
            }
            let mut any = 0;
            for (i, word) in words.iter_mut().enumerate() {
                *word &= possible.states[i * view.summed_stride + place];
                any |= *word;
            }
            is_possible &= any != 0;
        }
        is_possible
    }
}

#[inline(always)]
fn step<const N: usize>(places: &mut [usize; N], level: &Level) {
    for (place, stride) in places.iter_mut().zip(&level.strides) {
        *place += stride;
    }
}
