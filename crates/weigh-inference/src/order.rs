//! Elimination orders: which variable is summed out next, and what that will cost.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use crate::limits::BYTES_PER_ENTRY;
use crate::network::VarId;

/// What an elimination order costs, known before any memory is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The most variables that are together in one table, less one (the order's induced width).
    pub width: usize,
    /// Entries of the largest table.
    pub largest_entries: u64,
    /// Entries of all tables: the multiplications of one pass, up to the number of factors.
    pub total_entries: u64,
    /// Entries of all tables after summing out: what must be kept in memory.
    pub message_entries: u64,
    /// The variables of the largest table.
    pub largest_table: Vec<VarId>,
}

impl Cost {
    /// Memory for one lane.
    pub fn bytes(&self) -> u64 {
        self.message_entries.saturating_mul(BYTES_PER_ENTRY)
    }
}

/// An elimination order and its cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The variables, first summed out first.
    pub vars: Vec<VarId>,
    /// What it costs.
    pub cost: Cost,
}

/// How many orders are tried at most.
const MAX_TRIES: u64 = 64;

/// So many tries in a row that found nothing better end the search.
const MAX_STALE: u64 = 32;

/// A step of the search takes about as long as computing six entries: it goes on for as long as it took
/// an eighth of what running the best order found would take.
const ENTRIES_PER_STEP: u64 = 48;

/// Above this many neighbours the fill of a variable is not counted but taken as the most it can be;
/// it is counted once enough of them are gone.
const MAX_COUNTED: usize = 128;

impl Order {
    /// A good order: the best of several greedy ones by [`Cost::total_entries`].
    ///
    /// The first two are minimum fill and minimum weight, each with the other as tie break; those
    /// after it are the same with random noise, three times in four minimum fill, tried for as long as the search is
    /// cheap beside what it might save. The search counts steps, never seconds: the same network has the same order on
    /// every machine. An order that is worse than the best is given up as soon as that shows.
    ///
    /// `scopes` are the variables of each table, of which only those in `eliminate` count; those
    /// of them that are in `last` come after all others; `n_states[var]` is the number of states
    /// of every variable; `n_runs` is about how often the order will be run. No table above
    /// `max_entries` is searched behind: then the order ends early, and its cost says why.
    ///
    /// # Source
    /// Kjærulff (1990), *Triangulation of graphs*, R 90-09, Aalborg: minimum fill with weight ties.
    /// Fishelson & Geiger (2004), J. Comp. Biol. 11; Kask, Gelfand, Otten & Dechter (2011), AAAI:
    /// randomised greedy orders that are given up early.
    pub fn find(
        scopes: &[&[VarId]],
        eliminate: &[VarId],
        last: &[VarId],
        n_states: &[usize],
        n_runs: u64,
        max_entries: u64,
    ) -> Order {
        let start = Graph::new(scopes, eliminate, last, n_states);
        let mut graph = start.clone();
        let mut steps = 0;
        let mut best: Option<Order> = None;
        let mut last_better = 0;
        for attempt in 0..MAX_TRIES {
            let bound = best.as_ref().map_or(u64::MAX, |best| best.cost.total_entries);
            let is_stale = attempt > last_better + MAX_STALE;
            if is_stale
                || (attempt > 0 && steps > (bound / ENTRIES_PER_STEP).saturating_mul(n_runs))
            {
                break;
            }
            graph.restart(&start);
            if let Some(order) = graph.order(attempt, bound, max_entries) {
                let is_better = best
                    .as_ref()
                    .is_none_or(|best| order.cost.total_entries < best.cost.total_entries);
                if is_better {
                    best = Some(order);
                    last_better = attempt;
                }
            }
            steps += graph.steps;
            if graph.is_settled {
                break;
            }
        }
        best.expect("the first order is never given up")
    }
}

/// The order with every variable right after those whose messages it waits for: the same tables, but
/// what hangs together is computed together, while it is in the cache.
///
/// # Source
/// Liu (1990), *The role of elimination trees in sparse factorization*, SIAM J. Matrix Anal. Appl. 11.
pub(crate) fn post_order(scopes: &[&[VarId]], order: &[VarId], n_vars: usize) -> Vec<VarId> {
    const NONE: usize = usize::MAX;
    let mut position = vec![NONE; n_vars];
    for (i, var) in order.iter().enumerate() {
        position[var.ix()] = i;
    }
    // Variables of one table are on one way to the root, so that each with the next is enough.
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut places = Vec::new();
    for scope in scopes {
        places.clear();
        places.extend(scope.iter().map(|var| position[var.ix()]).filter(|at| *at != NONE));
        places.sort_unstable();
        pairs.extend(places.windows(2).map(|pair| (pair[1], pair[0])));
    }
    pairs.sort_unstable();
    let mut parent = vec![NONE; order.len()];
    // A way up to the root of what was joined so far, shortened as it is walked.
    let mut above = vec![NONE; order.len()];
    for (at, earlier) in pairs {
        let mut i = earlier;
        while i != at {
            let next = std::mem::replace(&mut above[i], at);
            if next == NONE {
                parent[i] = at;
                break;
            }
            i = next;
        }
    }
    // Children as lists: the first of each, and the next of the same parent.
    let (mut first, mut next) = (vec![NONE; order.len()], vec![NONE; order.len()]);
    let mut roots = NONE;
    for at in (0..order.len()).rev() {
        let list = if parent[at] == NONE { &mut roots } else { &mut first[parent[at]] };
        next[at] = std::mem::replace(list, at);
    }
    let mut out = Vec::with_capacity(order.len());
    let mut at = roots;
    while at != NONE {
        while first[at] != NONE {
            at = std::mem::replace(&mut first[at], NONE);
        }
        out.push(order[at]);
        at = if next[at] == NONE { parent[at] } else { next[at] };
    }
    out
}

/// The interaction graph of the variables still to be summed out, by place in `vars`.
#[derive(Clone)]
struct Graph {
    vars: Vec<VarId>,
    sizes: Vec<u64>,
    is_last: Vec<bool>,
    /// Ascending; may hold variables that are gone.
    neighbours: Vec<Vec<u32>>,
    /// Neighbours that are not gone.
    degrees: Vec<usize>,
    is_gone: Vec<bool>,
    /// Missing edges among the neighbours, `None` if there are too many to count.
    fill: Vec<Option<u64>>,
    /// Entries of the table over each variable and its neighbours; [`u64::MAX`] if there are, or were, too many to count.
    weights: Vec<u64>,
    /// Of each variable, which of [`Graph::last_mark`] it was given last.
    marks: Vec<u64>,
    last_mark: u64,
    /// Variables whose key may have changed, once each.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
    /// Whether no edge was added so far: at the end that no other order is better.
    is_settled: bool,
    /// Neighbours looked at.
    steps: u64,
}

/// What a variable costs if it is next: smaller is sooner; the last resort is its place. The first number is
/// above all others for variables that come last.
type Key = (u64, u64, u32);

/// The variables that are left, the smallest key first. A key that becomes larger is only put in its place once the
/// variable would be next.
struct Queue {
    keys: Vec<Key>,
    /// Of every variable, the smallest of its keys in the heap.
    queued: Vec<Key>,
    heap: BinaryHeap<Reverse<Key>>,
}

impl Queue {
    fn new(keys: Vec<Key>) -> Queue {
        let heap = keys.iter().copied().map(Reverse).collect();
        Queue { queued: keys.clone(), keys, heap }
    }

    fn set(&mut self, place: usize, key: Key) {
        self.keys[place] = key;
        if key < self.queued[place] {
            self.queued[place] = key;
            self.heap.push(Reverse(key));
        }
    }

    /// The variable with the smallest key of those that are not gone.
    fn pop(&mut self, is_gone: &[bool]) -> Option<usize> {
        loop {
            let mut top = self.heap.peek_mut()?;
            let Reverse(key) = *top;
            let place = key.2 as usize;
            if is_gone[place] || key != self.queued[place] {
                PeekMut::pop(top);
            } else if key == self.keys[place] {
                PeekMut::pop(top);
                return Some(place);
            } else {
                self.queued[place] = self.keys[place];
                *top = Reverse(self.keys[place]);
            }
        }
    }
}

impl Graph {
    fn new(scopes: &[&[VarId]], eliminate: &[VarId], last: &[VarId], n_states: &[usize]) -> Graph {
        let mut vars = eliminate.to_vec();
        vars.sort_unstable();
        let mut place_of = vec![u32::MAX; n_states.len()];
        for (place, var) in vars.iter().enumerate() {
            place_of[var.ix()] = place as u32;
        }
        let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); vars.len()];
        let mut places = Vec::new();
        for scope in scopes {
            places.clear();
            places.extend(scope.iter().map(|v| place_of[v.ix()]).filter(|p| *p != u32::MAX));
            for a in &places {
                neighbours[*a as usize].extend(places.iter().filter(|b| a != *b));
            }
        }
        for list in &mut neighbours {
            list.sort_unstable();
            list.dedup();
        }
        let mut is_last = vec![false; vars.len()];
        for place in last.iter().map(|var| place_of[var.ix()]).filter(|p| *p != u32::MAX) {
            is_last[place as usize] = true;
        }
        let mut graph = Graph {
            sizes: vars.iter().map(|var| n_states[var.ix()] as u64).collect(),
            degrees: neighbours.iter().map(Vec::len).collect(),
            is_gone: vec![false; vars.len()],
            fill: vec![None; vars.len()],
            weights: vec![0; vars.len()],
            marks: vec![0; vars.len()],
            last_mark: 0,
            touched: Vec::new(),
            is_touched: vec![false; vars.len()],
            is_last,
            neighbours,
            vars,
            is_settled: true,
            steps: 0,
        };
        for place in 0..graph.vars.len() {
            graph.fill[place] = graph.count_fill(place);
            graph.weights[place] = graph.weight(place);
        }
        graph
    }

    /// As it was, in the memory that it has.
    fn restart(&mut self, start: &Graph) {
        self.neighbours.clone_from(&start.neighbours);
        self.degrees.clone_from(&start.degrees);
        self.is_gone.clone_from(&start.is_gone);
        self.fill.clone_from(&start.fill);
        self.weights.clone_from(&start.weights);
        (self.is_settled, self.steps) = (true, 0);
    }

    /// Sums out everything that is left; `None` once the cost is above `bound`.
    fn order(&mut self, attempt: u64, bound: u64, max_entries: u64) -> Option<Order> {
        let mut cost = Cost {
            width: 0,
            largest_entries: 0,
            total_entries: 0,
            message_entries: 0,
            largest_table: Vec::new(),
        };
        let mut order = Vec::with_capacity(self.vars.len());
        let keys = (0..self.vars.len()).map(|place| self.key(place, attempt));
        let mut queue = Queue::new(keys.collect());
        while let Some(place) = queue.pop(&self.is_gone) {
            self.purge(place);
            let entries = match self.weights[place] {
                u64::MAX => self.weight(place),
                weight => weight,
            };
            cost.width = cost.width.max(self.degrees[place]);
            cost.total_entries = cost.total_entries.saturating_add(entries);
            cost.message_entries =
                cost.message_entries.saturating_add(entries / self.sizes[place].max(1));
            if entries > cost.largest_entries {
                cost.largest_entries = entries;
                cost.largest_table.clear();
                let table = self.neighbours[place].iter().copied().chain([place as u32]);
                cost.largest_table.extend(table.map(|p| self.vars[p as usize]));
            }
            order.push(self.vars[place]);
            if cost.total_entries > bound {
                return None;
            }
            if entries > max_entries {
                break;
            }
            self.eliminate(place);
            let mut touched = std::mem::take(&mut self.touched);
            for place in touched.drain(..).map(|place| place as usize) {
                self.is_touched[place] = false;
                queue.set(place, self.key(place, attempt));
            }
            self.touched = touched;
        }
        cost.largest_table.sort_unstable();
        Some(Order { vars: order, cost })
    }

    fn key(&self, place: usize, attempt: u64) -> Key {
        let degree = self.degrees[place] as u64;
        let most = degree * degree.saturating_sub(1) / 2;
        let (fill, weight) = (self.fill[place].unwrap_or(most), self.weights[place]);
        let (first, second) = match attempt {
            0 => (fill, weight),
            1 => (weight, fill),
            // Fill, or every fourth time weight, each made up to a third larger at random: even seeds and odd ones.
            _ => {
                let (four, of_four) = ((attempt - 2) / 4, (attempt - 2) % 4);
                let is_fill = of_four < 3;
                let seed = if is_fill { 2 * (3 * four + of_four + 1) } else { 2 * four + 3 };
                let noise = 96 + mix(seed << 32 | place as u64) % 32;
                let first = if is_fill { fill } else { weight };
                (first.saturating_mul(noise), if is_fill { weight } else { fill })
            }
        };
        const LAST: u64 = 1 << 63;
        (first.min(LAST - 1) | if self.is_last[place] { LAST } else { 0 }, second, place as u32)
    }

    /// Entries of the table over the variable and its neighbours.
    fn weight(&self, place: usize) -> u64 {
        let live = self.neighbours[place].iter().filter(|n| !self.is_gone[**n as usize]);
        live.fold(self.sizes[place], |entries, n| entries.saturating_mul(self.sizes[*n as usize]))
    }

    /// Forgets neighbours that are gone.
    fn purge(&mut self, place: usize) {
        if self.neighbours[place].len() > self.degrees[place] {
            let Graph { neighbours, is_gone, .. } = self;
            neighbours[place].retain(|n| !is_gone[*n as usize]);
        }
    }

    fn count_fill(&mut self, place: usize) -> Option<u64> {
        if self.degrees[place] > MAX_COUNTED {
            return None;
        }
        self.purge(place);
        let around = &self.neighbours[place];
        let mut missing = 0;
        for (i, a) in around.iter().enumerate() {
            let known = &self.neighbours[*a as usize];
            self.steps += (known.len().min(8 * around.len()) + around.len()) as u64;
            missing += around[i + 1..].len() - count_common(&around[i + 1..], known);
        }
        Some(missing as u64)
    }

    /// Connects all neighbours of the variable and takes it out; notes whose key changed.
    fn eliminate(&mut self, place: usize) {
        let around = std::mem::take(&mut self.neighbours[place]);
        self.is_gone[place] = true;
        for a in &around {
            self.degrees[*a as usize] -= 1;
            self.touch(*a);
        }
        let mut missing = self.fill[place].unwrap_or(u64::MAX);
        if missing > 0 {
            self.is_settled = false;
            around.iter().for_each(|a| self.purge(*a as usize));
        }
        for (i, a) in around.iter().enumerate() {
            if missing == 0 {
                break;
            }
            let known = &self.neighbours[*a as usize];
            self.steps += (known.len() + around.len() - i) as u64;
            self.last_mark += 1;
            known.iter().for_each(|b| self.marks[*b as usize] = self.last_mark);
            for b in &around[i + 1..] {
                if self.marks[*b as usize] != self.last_mark {
                    self.connect(*a, *b);
                    missing -= 1;
                }
            }
        }
        // The pairs with the variable itself are no longer missing.
        for a in &around {
            let ix = *a as usize;
            self.fill[ix] = match self.fill[ix] {
                // Of a's neighbours, those that were not the variable's: each lacked that edge.
                Some(fill) => Some(fill - (self.degrees[ix] + 1 - around.len()) as u64),
                None => self.count_fill(ix),
            };
            self.weights[ix] = match self.weights[ix] {
                u64::MAX if self.degrees[ix] > MAX_COUNTED => u64::MAX,
                u64::MAX => self.weight(ix),
                weight => weight / self.sizes[place],
            };
        }
        self.steps += 8 * self.touched.len() as u64;
    }

    fn touch(&mut self, place: u32) {
        if !std::mem::replace(&mut self.is_touched[place as usize], true) {
            self.touched.push(place);
        }
    }

    /// Adds an edge that is not there, and takes the pair off the fill of all common neighbours; those of `a` are marked.
    fn connect(&mut self, a: u32, b: u32) {
        let of_b = std::mem::take(&mut self.neighbours[b as usize]);
        self.steps += of_b.len() as u64;
        let mut common = 0;
        for c in &of_b {
            if self.marks[*c as usize] == self.last_mark {
                common += 1;
                self.touch(*c);
                if let Some(fill) = &mut self.fill[*c as usize] {
                    *fill -= 1;
                }
            }
        }
        self.neighbours[b as usize] = of_b;
        self.marks[b as usize] = self.last_mark;
        for (x, y) in [(a, b), (b, a)] {
            let (ix, list) = (x as usize, &mut self.neighbours[x as usize]);
            let at = list.partition_point(|known| *known < y);
            list.insert(at, y);
            // The new neighbour lacks an edge to each old one that is not common.
            if let Some(fill) = &mut self.fill[ix] {
                *fill += (self.degrees[ix] - common) as u64;
            }
            self.degrees[ix] += 1;
            self.weights[ix] = self.weights[ix].saturating_mul(self.sizes[y as usize]);
        }
    }
}

/// How many of `few`, ascending, are in `many`, ascending.
fn count_common(few: &[u32], many: &[u32]) -> usize {
    if many.len() > 8 * few.len() {
        return few.iter().filter(|x| many.binary_search(x).is_ok()).count();
    }
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < few.len() && j < many.len() {
        let (a, b) = (few[i], many[j]);
        common += usize::from(a == b);
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
    common
}

/// Spreads a number's bits (the finaliser of SplitMix64: Steele, Lea & Flood 2014).
fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
