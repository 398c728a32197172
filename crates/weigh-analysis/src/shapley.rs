//! Dividing a whole among those who bring it about: Shapley values, exact or from sampled orders, and
//! how far two of them overlap.

/// Shapley values of a set function over `n` players, given by the value of each subset (bit mask).
///
/// # Shapes
/// - `values`: `[2^n]`, the value of subset `s` at position `s`
/// - returns: `[n]`; they add up to `values[2^n - 1] - values[0]`
///
/// # Source
/// Shapley (1953), *A value for n-person games*.
///
/// ```
/// # use weigh_analysis::shapley::shapley;
/// // two players: worth 1 and 2 alone, 5 together
/// assert_eq!(shapley(&[0.0, 1.0, 2.0, 5.0], 2), [2.0, 3.0]);
/// ```
pub fn shapley(values: &[f64], n: usize) -> Vec<f64> {
    // weight of a subset of size s that a player joins: s! (n-s-1)! / n!
    let mut weights = vec![1.0 / n.max(1) as f64; n.max(1)];
    for size in 1..n {
        weights[size] = weights[size - 1] * size as f64 / (n - size) as f64;
    }
    (0..n)
        .map(|player| {
            (0..values.len())
                .filter(|subset| subset >> player & 1 == 0)
                .map(|subset| {
                    let gain = values[subset | 1 << player] - values[subset];
                    weights[subset.count_ones() as usize] * gain
                })
                .sum()
        })
        .collect()
}

/// What each two players are worth together beyond what each is worth without the other, averaged over
/// the orders of all: the Shapley interaction index. Below zero they overlap, above zero they need
/// each other.
///
/// # Shapes
/// - `values`: as in [`shapley`]
/// - returns: one `(a, b, index)` per pair, a before b
///
/// # Source
/// Grabisch & Roubens (1999), *An axiomatic approach to the concept of interaction among players in
/// cooperative games*, International Journal of Game Theory 28.
///
/// ```
/// # use weigh_analysis::shapley::interactions;
/// assert_eq!(interactions(&[0.0, 1.0, 2.0, 5.0], 2), [(0, 1, 2.0)]);
/// ```
pub fn interactions(values: &[f64], n: usize) -> Vec<(usize, usize, f64)> {
    // weight of a subset of size s that both join: s! (n-s-2)! / (n-1)!
    let mut weights = vec![1.0 / n.saturating_sub(1).max(1) as f64; n.max(1)];
    for size in 1..n.saturating_sub(1) {
        weights[size] = weights[size - 1] * size as f64 / (n - 1 - size) as f64;
    }
    let mut pairs = Vec::new();
    for a in 0..n {
        for b in a + 1..n {
            let (a_bit, b_bit) = (1usize << a, 1usize << b);
            let index = (0..values.len())
                .filter(|subset| subset & (a_bit | b_bit) == 0)
                .map(|subset| {
                    let joint = values[subset | a_bit | b_bit] + values[subset];
                    let apart = values[subset | a_bit] + values[subset | b_bit];
                    weights[subset.count_ones() as usize] * (joint - apart)
                })
                .sum();
            pairs.push((a, b, index));
        }
    }
    pairs
}

/// Orders in which players come in, each beside its reverse, from a seed.
///
/// The reverse puts a player who was early late, so that the two errors partly cancel (antithetic
/// sampling). The same seed gives the same orders on every machine.
///
/// # Source
/// Castro, Gómez & Tejada (2009), *Polynomial calculation of the Shapley value based on sampling*,
/// Computers & Operations Research 36; antithetic pairs: Mitchell, Cooper, Frank & Holmes (2022),
/// *Sampling permutations for Shapley value estimation*, JMLR 23.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orders {
    orders: Vec<Vec<usize>>,
    n: usize,
}

impl Orders {
    /// `n_pairs` orders of `n` players, each with its reverse.
    pub fn new(n: usize, n_pairs: usize, seed: u64) -> Orders {
        let mut state = seed;
        let mut orders = Vec::with_capacity(2 * n_pairs);
        for _ in 0..n_pairs {
            let mut order: Vec<usize> = (0..n).collect();
            for last in (1..n).rev() {
                // The bias of the remainder is below n / 2^64.
                order.swap(last, (split_mix(&mut state) % (last as u64 + 1)) as usize);
            }
            orders.push(order.clone());
            order.reverse();
            orders.push(order);
        }
        Orders { orders, n }
    }

    /// How many pairs of orders.
    pub fn n_pairs(&self) -> usize {
        self.orders.len() / 2
    }

    /// The sets of players whose values [`Orders::shares`] needs: per order, the first one, the first
    /// two, and so on without all of them.
    pub fn coalitions(&self) -> impl Iterator<Item = Vec<bool>> + '_ {
        self.orders.iter().flat_map(|order| {
            let mut inside = vec![false; self.n];
            order[..self.n.saturating_sub(1)].iter().map(move |&player| {
                inside[player] = true;
                inside.clone()
            })
        })
    }

    /// Each player's share with its standard error, from the values of [`Orders::coalitions`], of
    /// nobody and of all. The shares add up to `all - none` exactly.
    pub fn shares(&self, values: &[f64], none: f64, all: f64) -> Vec<(f64, f64)> {
        let n_steps = self.n.saturating_sub(1);
        let gains = |order_ix: usize| {
            let mut gains = vec![0.0; self.n];
            let mut before = none;
            for (step, &player) in self.orders[order_ix].iter().enumerate() {
                let after = if step < n_steps { values[order_ix * n_steps + step] } else { all };
                gains[player] = after - before;
                before = after;
            }
            gains
        };
        let pairs: Vec<Vec<f64>> = (0..self.n_pairs())
            .map(|pair| {
                let both = gains(2 * pair).into_iter().zip(gains(2 * pair + 1));
                both.map(|(a, b)| (a + b) / 2.0).collect()
            })
            .collect();
        let n_pairs = pairs.len() as f64;
        (0..self.n)
            .map(|player| {
                let mean = pairs.iter().map(|gains| gains[player]).sum::<f64>() / n_pairs;
                let off = |gains: &Vec<f64>| gains[player] - mean;
                let squares: f64 = pairs.iter().map(|gains| off(gains) * off(gains)).sum();
                (mean, (squares / (n_pairs - 1.0) / n_pairs).sqrt())
            })
            .collect()
    }
}

/// Steele, Lea & Flood (2014), *Fast splittable pseudorandom number generators*, OOPSLA.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A set function without pattern: 0 to 100.
    fn values(n: usize) -> Vec<f64> {
        (0..1usize << n).map(|s| ((s * 7919 + 13) % 101) as f64).collect()
    }

    /// Every order of `n` players, by the definition of the value.
    fn every_order(n: usize) -> Vec<Vec<usize>> {
        let mut orders = vec![Vec::new()];
        for _ in 0..n {
            let longer = |order: &Vec<usize>| -> Vec<Vec<usize>> {
                let left = (0..n).filter(|player| !order.contains(player));
                left.map(|player| order.iter().copied().chain([player]).collect()).collect()
            };
            orders = orders.iter().flat_map(longer).collect();
        }
        orders
    }

    #[test]
    fn shares_are_the_mean_gain_over_every_order() {
        let n = 5;
        let values = values(n);
        let orders = every_order(n);
        for (player, share) in shapley(&values, n).into_iter().enumerate() {
            let gain = |order: &Vec<usize>| {
                let before = order.iter().take_while(|&&other| other != player);
                let before = before.fold(0, |subset, other| subset | 1 << other);
                values[before | 1 << player] - values[before]
            };
            let mean = orders.iter().map(gain).sum::<f64>() / orders.len() as f64;
            // 1e-12 of 120 additions of numbers up to 100
            assert!((share - mean).abs() < 1e-10, "{share} is not {mean}");
        }
    }

    #[test]
    fn shares_add_up_whatever_the_values() {
        let n = 5;
        let values = values(n);
        let sum: f64 = shapley(&values, n).iter().sum();
        assert!((sum - (values[(1 << n) - 1] - values[0])).abs() < 1e-10);
    }

    #[test]
    fn a_player_who_changes_nothing_gets_nothing_and_twins_get_alike() {
        let joint = |s: u32| f64::from((s & 3).count_ones() * (s & 3).count_ones());
        let values: Vec<f64> = (0..8u32).map(joint).collect();
        let shares = shapley(&values, 3);
        assert_eq!(shares[2], 0.0);
        assert_eq!(shares[0], shares[1]);
    }

    /// The interaction of two is the share of both as one player, less the share of each without the
    /// other in the game: the recursive axiom of Grabisch & Roubens (1999).
    #[test]
    fn interaction_is_the_share_of_the_pair_as_one_less_those_without_the_other() {
        let n = 4;
        let values = values(n);
        // The game of `players`, each a set of the original ones.
        let game = |players: &[usize]| {
            let value = |subset: usize| {
                let inside = players.iter().enumerate().filter(|(ix, _)| subset >> ix & 1 == 1);
                values[inside.fold(0, |set, (_, player)| set | player)]
            };
            let values: Vec<f64> = (0..1usize << players.len()).map(value).collect();
            shapley(&values, players.len())
        };
        for (a, b, index) in interactions(&values, n) {
            let others: Vec<usize> =
                (0..n).filter(|&p| p != a && p != b).map(|player| 1 << player).collect();
            let with = |player: usize| game(&[&others[..], &[player]].concat())[others.len()];
            let expected = with(1 << a | 1 << b) - with(1 << a) - with(1 << b);
            assert!((index - expected).abs() < 1e-10, "{a} and {b}: {index} is not {expected}");
        }
    }

    #[test]
    fn sampled_shares_are_within_their_error_and_add_up() {
        let n = 8;
        let values = values(n);
        let orders = Orders::new(n, 1000, 1);
        let at = |inside: Vec<bool>| {
            let subset = inside.iter().enumerate().fold(0, |s, (p, &on)| s | usize::from(on) << p);
            values[subset]
        };
        let sampled: Vec<f64> = orders.coalitions().map(at).collect();
        let all = values[(1 << n) - 1];
        let shares = orders.shares(&sampled, values[0], all);
        for ((share, error), exact) in shares.iter().zip(shapley(&values, n)) {
            // 4 standard errors: one in 16,000 shares lies beyond, and the seed is fixed
            assert!(
                (share - exact).abs() < 4.0 * error && *error < 2.0,
                "{share} ± {error}, {exact}"
            );
        }
        let sum: f64 = shares.iter().map(|(share, _)| share).sum();
        assert!((sum - (all - values[0])).abs() < 1e-10);
    }

    #[test]
    fn additive_values_have_no_error() {
        let n = 20;
        let orders = Orders::new(n, 4, 1);
        let worth = |inside: Vec<bool>| {
            inside.iter().enumerate().filter(|(_, on)| **on).map(|(p, _)| p as f64).sum()
        };
        let values: Vec<f64> = orders.coalitions().map(worth).collect();
        for (player, (share, error)) in orders.shares(&values, 0.0, 190.0).into_iter().enumerate() {
            assert_eq!((share, error), (player as f64, 0.0));
        }
    }

    #[test]
    fn a_seed_is_an_order() {
        assert_eq!(Orders::new(6, 1, 1).orders, [[0, 1, 3, 2, 4, 5], [5, 4, 2, 3, 1, 0]]);
        assert_ne!(Orders::new(6, 1, 1), Orders::new(6, 1, 2));
    }
}
