//! Boxes and arrows in layers, causes above their effects, no layer wider than a page.
//!
//! The usual four steps (Sugiyama, Tagawa and Toda 1981): layers filled from the last effect upwards to a given
//! width (Coffman and Graham 1972), long arrows cut at every layer they pass, the order in each layer sorted by where
//! its neighbours stand, and positions fitted to the neighbours by pooling (isotonic regression). Arrows of one cause
//! share their way through a layer. Arithmetic only, so the same boxes stand at the same places on every machine.

type Point = (f64, f64);

/// Room around the whole drawing.
const MARGIN: f64 = 6.0;
/// Between two boxes of a layer.
const BOX_GAP: f64 = 20.0;
/// Between an arrow that passes a layer and what stands beside it.
const PASS_GAP: f64 = 13.0;
/// Between two layers, where the arrows bend.
const LAYER_GAP: f64 = 46.0;
/// Largest distance between two arrows at one side of a box.
const PORT_GAP: f64 = 11.0;
/// Sweeps down and up after which the order hardly changes.
const ORDER_SWEEPS: usize = 12;
const PLACE_SWEEPS: usize = 24;

/// Where everything is.
#[derive(Debug, Clone, PartialEq)]
pub struct Layers {
    /// The middle of each box.
    pub boxes: Vec<Point>,
    /// Per arrow the points that it runs through, in the order of the arrows given.
    pub arrows: Vec<Vec<Point>>,
    /// Of the whole drawing.
    pub width: f64,
    /// See `width`.
    pub height: f64,
}

/// A box, or the way of a cause's arrows past the boxes of a layer.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Seat {
    Box(usize),
    /// Of this cause.
    Pass(usize),
}

/// Places boxes of the given widths and heights and the arrows between them, at most `most` boxes beside each other.
pub fn place_in_layers(sizes: &[(f64, f64)], arrows: &[(usize, usize)], most: usize) -> Layers {
    let forward = without_cycles(sizes.len(), arrows);
    let layer_of = layers_of(sizes.len(), &forward, most.max(1));
    let n_layers = layer_of.iter().max().map_or(0, |&layer| layer + 1);

    // Seats in each layer, and the links between the seats of neighbouring layers.
    let mut seats: Vec<Vec<Seat>> = vec![Vec::new(); n_layers];
    for (ix, &layer) in layer_of.iter().enumerate() {
        seats[layer].push(Seat::Box(ix));
    }
    for &(from, to) in &forward {
        for passed in &mut seats[layer_of[from] + 1..layer_of[to]] {
            if !passed.contains(&Seat::Pass(from)) {
                passed.push(Seat::Pass(from));
            }
        }
    }
    let mut links: Vec<Vec<(Seat, Seat)>> = vec![Vec::new(); n_layers.saturating_sub(1)];
    for &(from, to) in &forward {
        let mut last = Seat::Box(from);
        let (first, end) = (layer_of[from], layer_of[to]);
        for (layer, links) in links.iter_mut().enumerate().take(end).skip(first) {
            let next = if layer + 1 == end { Seat::Box(to) } else { Seat::Pass(from) };
            if !links.contains(&(last, next)) {
                links.push((last, next));
            }
            last = next;
        }
    }
    let links = order(&mut seats, &links);
    let xs = places(sizes, &seats, &links);

    // From the top: each layer as high as its highest box.
    let mut tops = Vec::with_capacity(n_layers);
    let mut bottom = MARGIN - LAYER_GAP;
    for layer in &seats {
        let heights =
            layer.iter().map(|seat| if let Seat::Box(ix) = seat { sizes[*ix].1 } else { 0.0 });
        let height = heights.fold(0.0, f64::max);
        tops.push((bottom + LAYER_GAP, height));
        bottom += LAYER_GAP + height;
    }
    let mut boxes = vec![(0.0, 0.0); sizes.len()];
    let x_of = |layer: usize, seat: Seat| {
        seats[layer].iter().position(|&other| other == seat).map_or(0.0, |at| xs[layer][at])
    };
    for (ix, &layer) in layer_of.iter().enumerate() {
        // At the top of its layer, so that a row reads as a row.
        boxes[ix] = (x_of(layer, Seat::Box(ix)), tops[layer].0 + sizes[ix].1 / 2.0);
    }
    let bends = |&(from, to): &(usize, usize)| -> Vec<Point> {
        let passed = (layer_of[from] + 1)..layer_of[to].max(layer_of[from] + 1);
        let at = |layer: usize| {
            let (x, (top, height)) = (x_of(layer, Seat::Pass(from)), tops[layer]);
            [(x, top), (x, top + height)]
        };
        // Out of its own layer first: its box may be lower than the highest.
        let own = tops[layer_of[from]];
        let mut points = vec![(f64::NAN, own.0 + own.1)];
        points.extend(passed.flat_map(at));
        points
    };
    let bends: Vec<Vec<Point>> = arrows.iter().map(bends).collect();
    let arrows = join_sides(sizes, &boxes, arrows, bends);
    let right = boxes.iter().zip(sizes).map(|(at, size)| at.0 + size.0 / 2.0);
    Layers {
        width: right.chain(arrows.iter().flatten().map(|at| at.0)).fold(0.0, f64::max) + MARGIN,
        height: bottom.max(0.0) + MARGIN,
        boxes,
        arrows,
    }
}

/// The arrows with those left out that close a circle, and none from a box to itself.
fn without_cycles(n: usize, arrows: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for &(from, to) in arrows {
        let mut reached = vec![false; n];
        let mut open = vec![to];
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut reached[at], true) {
                open.extend(kept.iter().filter(|arrow| arrow.0 == at).map(|arrow| arrow.1));
            }
        }
        if !reached[from] {
            kept.push((from, to));
        }
    }
    kept
}

/// The layer of each box, 0 on top, filled from the bottom: of the boxes whose effects are all below, those with the
/// longest way of causes above them first.
fn layers_of(n: usize, arrows: &[(usize, usize)], most: usize) -> Vec<usize> {
    let mut above = vec![0_usize; n];
    for _ in 0..n {
        for &(from, to) in arrows {
            above[to] = above[to].max(above[from] + 1);
        }
    }
    let mut from_bottom: Vec<Option<usize>> = vec![None; n];
    let mut layer = 0;
    while from_bottom.contains(&None) {
        let mut ready: Vec<usize> = (0..n)
            .filter(|&ix| {
                let mut effects = arrows.iter().filter(|arrow| arrow.0 == ix);
                from_bottom[ix].is_none()
                    && effects.all(|arrow| from_bottom[arrow.1].is_some_and(|at| at < layer))
            })
            .collect();
        ready.sort_by_key(|&ix| (std::cmp::Reverse(above[ix]), ix));
        for &ix in ready.iter().take(most) {
            from_bottom[ix] = Some(layer);
        }
        layer += 1;
    }
    from_bottom.into_iter().flatten().map(|at| layer - 1 - at).collect()
}

/// Per pair of layers, links as positions within them.
type Links = Vec<Vec<(usize, usize)>>;

/// Sorts each layer by where its neighbours stand, keeping the order with the fewest crossings.
fn order(seats: &mut [Vec<Seat>], links: &[Vec<(Seat, Seat)>]) -> Links {
    let in_positions = |seats: &[Vec<Seat>]| -> Links {
        let position = |layer: usize, seat: Seat| {
            seats[layer].iter().position(|&other| other == seat).unwrap_or_default()
        };
        let between = |(layer, links): (usize, &Vec<(Seat, Seat)>)| {
            links.iter().map(|&(a, b)| (position(layer, a), position(layer + 1, b))).collect()
        };
        links.iter().enumerate().map(between).collect()
    };
    let mut at = in_positions(seats);
    let mut best = (crossings(&at), seats.to_vec());
    for sweep in 0..ORDER_SWEEPS {
        let is_down = sweep % 2 == 0;
        for step in 1..seats.len() {
            let layer = if is_down { step } else { seats.len() - 1 - step };
            let mut keyed: Vec<(f64, Seat)> = (seats[layer].iter().enumerate())
                .map(|(ix, &seat)| {
                    let near: Vec<usize> = if is_down {
                        at[layer - 1]
                            .iter()
                            .filter(|link| link.1 == ix)
                            .map(|link| link.0)
                            .collect()
                    } else {
                        at[layer].iter().filter(|link| link.0 == ix).map(|link| link.1).collect()
                    };
                    let mean = near.iter().sum::<usize>() as f64 / near.len() as f64;
                    (if near.is_empty() { ix as f64 } else { mean }, seat)
                })
                .collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            seats[layer] = keyed.into_iter().map(|(_, seat)| seat).collect();
            at = in_positions(seats);
        }
        swap_neighbours(seats, &mut at);
        let n_crossings = crossings(&at);
        if n_crossings < best.0 {
            best = (n_crossings, seats.to_vec());
        }
    }
    seats.clone_from_slice(&best.1);
    in_positions(seats)
}

/// Swaps two that stand beside each other wherever that leaves fewer crossings.
fn swap_neighbours(seats: &mut [Vec<Seat>], at: &mut Links) {
    for (layer, seats) in seats.iter_mut().enumerate() {
        for ix in 1..seats.len() {
            let before = crossings_at(at, layer);
            swap_in_links(at, layer, ix);
            if crossings_at(at, layer) < before {
                seats.swap(ix - 1, ix);
            } else {
                swap_in_links(at, layer, ix);
            }
        }
    }
}

fn swap_in_links(at: &mut Links, layer: usize, ix: usize) {
    let swapped = |position: &mut usize| {
        if *position == ix {
            *position = ix - 1;
        } else if *position == ix - 1 {
            *position = ix;
        }
    };
    if layer > 0 {
        at[layer - 1].iter_mut().for_each(|link| swapped(&mut link.1));
    }
    if let Some(links) = at.get_mut(layer) {
        links.iter_mut().for_each(|link| swapped(&mut link.0));
    }
}

fn crossings(at: &Links) -> usize {
    at.iter().map(|links| crossings_between(links)).sum()
}

fn crossings_at(at: &Links, layer: usize) -> usize {
    let above = layer.checked_sub(1).and_then(|layer| at.get(layer));
    above.into_iter().chain(at.get(layer)).map(|links| crossings_between(links)).sum()
}

fn crossings_between(links: &[(usize, usize)]) -> usize {
    let cross = |a: &(usize, usize), b: &(usize, usize)| {
        (a.0 < b.0 && a.1 > b.1) || (a.0 > b.0 && a.1 < b.1)
    };
    let pairs = links.iter().enumerate();
    pairs.map(|(ix, a)| links[ix + 1..].iter().filter(|b| cross(a, b)).count()).sum()
}

/// Where each seat's middle is across: as near to its neighbours as the seats beside it allow.
fn places(sizes: &[(f64, f64)], seats: &[Vec<Seat>], links: &Links) -> Vec<Vec<f64>> {
    let half = |seat: Seat| match seat {
        Seat::Box(ix) => sizes[ix].0 / 2.0,
        Seat::Pass(_) => 0.0,
    };
    let distance = |a: Seat, b: Seat| {
        let is_box = |seat| matches!(seat, Seat::Box(_));
        half(a) + half(b) + if is_box(a) && is_box(b) { BOX_GAP } else { PASS_GAP }
    };
    // Of each seat, its distance from the first of its layer when all stand close.
    let close: Vec<Vec<f64>> = seats
        .iter()
        .map(|layer| {
            let mut at = 0.0;
            let mut offsets = Vec::with_capacity(layer.len());
            for (ix, &seat) in layer.iter().enumerate() {
                at += if ix > 0 { distance(layer[ix - 1], seat) } else { 0.0 };
                offsets.push(at);
            }
            offsets
        })
        .collect();
    let mut xs: Vec<Vec<f64>> = close
        .iter()
        .map(|offsets| {
            let middle = offsets.last().copied().unwrap_or_default() / 2.0;
            offsets.iter().map(|at| at - middle).collect()
        })
        .collect();
    // No layer may stray beyond the width that the widest needs.
    let widest = (seats.iter().zip(&close))
        .filter_map(|(layer, at)| Some(half(*layer.first()?) + at.last()? + half(*layer.last()?)))
        .fold(0.0, f64::max);
    for sweep in 0..PLACE_SWEEPS {
        for step in 0..seats.len() {
            let layer = if sweep % 2 == 0 { step } else { seats.len() - 1 - step };
            let wanted: Vec<(f64, f64)> = (0..seats[layer].len())
                .map(|ix| {
                    let mut sum = 0.0;
                    let mut weight = 0.0;
                    let mut pull = |other: Seat, x: f64| {
                        // A way past boxes that bends at every layer is hard to follow.
                        let is_pass = |seat| matches!(seat, Seat::Pass(_));
                        let strength =
                            if is_pass(other) && is_pass(seats[layer][ix]) { 8.0 } else { 1.0 };
                        sum += strength * x;
                        weight += strength;
                    };
                    if layer > 0 {
                        for link in links[layer - 1].iter().filter(|link| link.1 == ix) {
                            pull(seats[layer - 1][link.0], xs[layer - 1][link.0]);
                        }
                    }
                    for link in links.get(layer).into_iter().flatten().filter(|link| link.0 == ix) {
                        pull(seats[layer + 1][link.1], xs[layer + 1][link.1]);
                    }
                    if weight > 0.0 { (sum / weight, weight) } else { (xs[layer][ix], 0.01) }
                })
                .collect();
            let ends = seats[layer].first().zip(seats[layer].last());
            let room = ends.map_or((0.0, 0.0), |(&first, &last)| {
                (
                    half(first) - widest / 2.0,
                    widest / 2.0 - half(last) - close[layer][seats[layer].len() - 1],
                )
            });
            xs[layer] = pool(&wanted, &close[layer], room);
        }
    }
    let left = (seats.iter().zip(&xs))
        .flat_map(|(layer, xs)| layer.iter().zip(xs).map(|(&seat, x)| x - half(seat)))
        .fold(f64::INFINITY, f64::min);
    for x in xs.iter_mut().flatten() {
        *x += MARGIN - left;
    }
    xs
}

/// The positions nearest to the wanted ones, by least squares with the given weights, that stay at least as far apart
/// as the offsets: pooling of neighbours that would overlap. `room` is where the first may stand.
fn pool(wanted: &[(f64, f64)], offsets: &[f64], room: (f64, f64)) -> Vec<f64> {
    // Mean, weight and number of each pool.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (&(x, weight), &offset) in wanted.iter().zip(offsets) {
        pools.push((x - offset, weight, 1));
        while let [.., a, b] = pools[..] {
            if a.0 <= b.0 {
                break;
            }
            let weight = a.1 + b.1;
            pools.truncate(pools.len() - 2);
            pools.push(((a.0 * a.1 + b.0 * b.1) / weight, weight, a.2 + b.2));
        }
    }
    let means = pools.iter().flat_map(|&(mean, _, n)| std::iter::repeat_n(mean, n));
    means.zip(offsets).map(|(mean, offset)| mean.min(room.1).max(room.0) + offset).collect()
}

/// Gives each arrow a start on the lower side of its cause and an end on the upper side of its effect, those that
/// share a side beside each other in the order in which they come.
fn join_sides(
    sizes: &[(f64, f64)],
    boxes: &[Point],
    arrows: &[(usize, usize)],
    bends: Vec<Vec<Point>>,
) -> Vec<Vec<Point>> {
    let port = |box_ix: usize, arrow_ix: usize, is_start: bool| {
        // Where each arrow at this side comes from or goes; those that share their way share their port.
        let mut towards: Vec<(f64, usize)> = (arrows.iter().enumerate())
            .filter(|(_, arrow)| if is_start { arrow.0 == box_ix } else { arrow.1 == box_ix })
            .map(|(ix, arrow)| {
                let bend = if is_start { bends[ix].get(1) } else { bends[ix][1..].last() };
                let other = if is_start { arrow.1 } else { arrow.0 };
                (bend.map_or(boxes[other].0, |at| at.0), ix)
            })
            .collect();
        towards.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let own = towards.iter().find(|(_, ix)| *ix == arrow_ix).map_or(0.0, |(x, _)| *x);
        towards.dedup_by(|a, b| is_start && a.0 == b.0);
        let at =
            towards.iter().position(|(x, ix)| if is_start { *x == own } else { *ix == arrow_ix });
        let (width, height) = sizes[box_ix];
        let gap = PORT_GAP.min(width * 0.7 / towards.len().max(1) as f64);
        let beside_middle = (at.unwrap_or(0) as f64 - (towards.len() as f64 - 1.0) / 2.0) * gap;
        let side = if is_start { height / 2.0 } else { -height / 2.0 };
        (boxes[box_ix].0 + beside_middle, boxes[box_ix].1 + side)
    };
    (arrows.iter().zip(&bends).enumerate())
        .map(|(ix, (&(from, to), bends))| {
            let start = port(from, ix, true);
            let mut points = vec![start, (start.0, bends[0].1)];
            points.extend(&bends[1..]);
            points.push(port(to, ix, false));
            points
        })
        .collect()
}

/// A smooth line through the points, upright at each of them.
pub fn smooth_path(points: &[Point]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!("M{:.1} {:.1}", first.0, first.1);
    for pair in points.windows(2) {
        let ((x, y), (next_x, next_y)) = (pair[0], pair[1]);
        if (x - next_x).abs() < 0.05 {
            path.push_str(&format!(" V{next_y:.1}"));
        } else {
            let middle = (y + next_y) / 2.0;
            path.push_str(&format!(
                " C{x:.1} {middle:.1} {next_x:.1} {middle:.1} {next_x:.1} {next_y:.1}"
            ));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_stand_above_effects() {
        let sizes = [(100.0, 40.0); 4];
        let arrows = [(0, 1), (1, 2), (0, 2), (3, 2)];
        let layers = place_in_layers(&sizes, &arrows, 5);
        for (&(from, to), points) in arrows.iter().zip(&layers.arrows) {
            assert!(layers.boxes[from].1 < layers.boxes[to].1);
            assert_eq!(points.first().unwrap().1, layers.boxes[from].1 + 20.0);
            assert_eq!(points.last().unwrap().1, layers.boxes[to].1 - 20.0);
        }
        assert_eq!(layers, place_in_layers(&sizes, &arrows, 5));
    }

    #[test]
    fn boxes_do_not_overlap_and_no_layer_is_too_wide() {
        let arrows: Vec<(usize, usize)> = (0..50).map(|ix| (ix, ix + 10)).collect();
        let layers = place_in_layers(&[(100.0, 40.0); 60], &arrows, 4);
        for (ix, a) in layers.boxes.iter().enumerate() {
            for b in &layers.boxes[ix + 1..] {
                assert!((a.0 - b.0).abs() >= 99.9 || (a.1 - b.1).abs() >= 40.0, "{a:?} {b:?}");
            }
            assert!(layers.boxes.iter().filter(|b| b.1 == a.1).count() <= 4);
        }
    }

    /// An arrow bends between the layers only, and beside the boxes of a layer it goes straight down.
    #[test]
    fn arrows_pass_no_box() {
        let mut arrows: Vec<(usize, usize)> = (0..20).map(|ix| (ix, 20 + ix % 4)).collect();
        arrows.extend([(0, 24), (20, 24), (21, 24), (22, 25), (24, 25), (1, 25), (23, 25)]);
        let sizes: Vec<(f64, f64)> =
            (0..26).map(|ix| (100.0, 40.0 + f64::from(ix % 3) * 15.0)).collect();
        let layers = place_in_layers(&sizes, &arrows, 5);
        for points in &layers.arrows {
            for pair in points.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                for (at, size) in layers.boxes.iter().zip(&sizes) {
                    let beside = (at.0 - pair[0].0).abs() >= size.0 / 2.0;
                    let (top, bottom) = (at.1 - size.1 / 2.0, at.1 + size.1 / 2.0);
                    assert!(beside || pair[1].1 <= top + 0.1 || pair[0].1 >= bottom - 0.1);
                }
            }
        }
    }

    #[test]
    fn a_circle_is_drawn_and_not_followed() {
        let layers = place_in_layers(&[(100.0, 40.0); 3], &[(0, 1), (1, 2), (2, 0), (1, 1)], 5);
        assert_eq!(layers.arrows.len(), 4);
        assert!(layers.boxes[0].1 < layers.boxes[2].1);
    }

    #[test]
    fn paths_are_upright_at_their_points() {
        assert_eq!(
            smooth_path(&[(0.0, 0.0), (10.0, 20.0)]),
            "M0.0 0.0 C0.0 10.0 10.0 10.0 10.0 20.0"
        );
        assert_eq!(smooth_path(&[(0.0, 0.0), (0.0, 20.0)]), "M0.0 0.0 V20.0");
        assert_eq!(smooth_path(&[]), "");
    }
}
