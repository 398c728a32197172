//! Boxes and arrows in layers, from left to right: dagre places them, and the arrows are drawn to their sides.

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir, layout};

type Point = (f64, f64);

/// Room around the whole drawing.
const MARGIN: f64 = 6.0;
/// Largest distance between two arrows at one side of a box.
const PORT_GAP: f64 = 9.0;

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

/// Places boxes of the given widths and heights and the arrows between them.
pub fn place_in_layers(sizes: &[(f64, f64)], arrows: &[(usize, usize)]) -> Layers {
    let mut graph: Graph<NodeLabel, EdgeLabel> =
        Graph::with_options(GraphOptions { directed: true, multigraph: false, compound: false });
    // Numbers as names: nothing that an author typed can collide with the names that the layout invents.
    let name = |ix: usize| format!("n{ix}");
    for (ix, &(width, height)) in sizes.iter().enumerate() {
        graph.set_node(name(ix), Some(NodeLabel { width, height, ..NodeLabel::default() }));
    }
    for &(from, to) in arrows {
        graph.set_edge(name(from), name(to), Some(EdgeLabel::default()), None);
    }
    let options = LayoutOptions {
        rankdir: RankDir::LR,
        nodesep: 18.0,
        edgesep: 12.0,
        ranksep: 44.0,
        marginx: MARGIN,
        marginy: MARGIN,
        ..LayoutOptions::default()
    };
    layout(&mut graph, Some(options));

    let boxes: Vec<Point> = (0..sizes.len())
        .map(|ix| {
            let label = graph.node(&name(ix));
            label.map_or((0.0, 0.0), |label| (label.x.unwrap_or(0.0), label.y.unwrap_or(0.0)))
        })
        .collect();
    let bends = (arrows.iter())
        .map(|&(from, to)| {
            let points =
                graph.edge(&name(from), &name(to), None).map_or(&[][..], |edge| &edge.points);
            // The first and last lie on the boxes' frames. One between two neighbouring layers is only the
            // place for a label.
            match points {
                [_, inner @ .., _] if inner.len() > 1 => {
                    inner.iter().map(|at| (at.x, at.y)).collect()
                }
                _ => Vec::new(),
            }
        })
        .collect();
    let arrows = join_sides(sizes, &boxes, arrows, bends);
    let right = boxes.iter().zip(sizes).map(|(at, size)| at.0 + size.0 / 2.0);
    let bottom = boxes.iter().zip(sizes).map(|(at, size)| at.1 + size.1 / 2.0);
    Layers {
        width: right.chain(arrows.iter().flatten().map(|at| at.0)).fold(0.0, f64::max) + MARGIN,
        height: bottom.chain(arrows.iter().flatten().map(|at| at.1)).fold(0.0, f64::max) + MARGIN,
        boxes,
        arrows,
    }
}

/// Gives each arrow a start on the right side of its cause and an end on the left side of its effect, those that
/// share a side below each other in the order in which they come from.
fn join_sides(
    sizes: &[(f64, f64)],
    boxes: &[Point],
    arrows: &[(usize, usize)],
    bends: Vec<Vec<Point>>,
) -> Vec<Vec<Point>> {
    let port = |box_ix: usize, arrow_ix: usize, is_start: bool| {
        // The neighbours at this side with the height towards which each goes.
        let mut towards: Vec<(f64, usize)> = (arrows.iter().enumerate())
            .filter(|(_, arrow)| if is_start { arrow.0 == box_ix } else { arrow.1 == box_ix })
            .map(|(ix, arrow)| {
                let bend = if is_start { bends[ix].first() } else { bends[ix].last() };
                let other = if is_start { arrow.1 } else { arrow.0 };
                (bend.map_or(boxes[other].1, |at| at.1), ix)
            })
            .collect();
        towards.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let at = towards.iter().position(|&(_, ix)| ix == arrow_ix).unwrap_or(0);
        let (width, height) = sizes[box_ix];
        let gap = PORT_GAP.min(height * 0.7 / towards.len() as f64);
        let below_middle = (at as f64 - (towards.len() as f64 - 1.0) / 2.0) * gap;
        let side = if is_start { width / 2.0 } else { -width / 2.0 };
        (boxes[box_ix].0 + side, boxes[box_ix].1 + below_middle)
    };
    (arrows.iter().zip(&bends).enumerate())
        .map(|(ix, (&(from, to), bends))| {
            let mut points = vec![port(from, ix, true)];
            points.extend(bends);
            points.push(port(to, ix, false));
            points
        })
        .collect()
}

/// A smooth line through the points, level at each of them.
pub fn smooth_path(points: &[Point]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!("M{:.1} {:.1}", first.0, first.1);
    for pair in points.windows(2) {
        let ((x, y), (next_x, next_y)) = (pair[0], pair[1]);
        let middle = (x + next_x) / 2.0;
        path.push_str(&format!(
            " C{middle:.1} {y:.1} {middle:.1} {next_y:.1} {next_x:.1} {next_y:.1}"
        ));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_stand_to_the_left_of_effects() {
        let sizes = [(100.0, 40.0); 4];
        let arrows = [(0, 1), (1, 2), (0, 2), (3, 2)];
        let layers = place_in_layers(&sizes, &arrows);
        for (&(from, to), points) in arrows.iter().zip(&layers.arrows) {
            assert!(layers.boxes[from].0 < layers.boxes[to].0);
            assert_eq!(points.first().unwrap().0, layers.boxes[from].0 + 50.0);
            assert_eq!(points.last().unwrap().0, layers.boxes[to].0 - 50.0);
        }
        assert_eq!(layers, place_in_layers(&sizes, &arrows));
    }

    #[test]
    fn boxes_of_a_layer_do_not_overlap() {
        let arrows: Vec<(usize, usize)> = (0..50).map(|ix| (ix, ix + 10)).collect();
        let layers = place_in_layers(&[(100.0, 40.0); 60], &arrows);
        for (ix, a) in layers.boxes.iter().enumerate() {
            for b in &layers.boxes[ix + 1..] {
                assert!((a.0 - b.0).abs() >= 100.0 || (a.1 - b.1).abs() >= 40.0, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn paths_are_level_at_their_points() {
        assert_eq!(
            smooth_path(&[(0.0, 0.0), (10.0, 20.0)]),
            "M0.0 0.0 C5.0 0.0 5.0 20.0 10.0 20.0"
        );
        assert_eq!(smooth_path(&[]), "");
    }
}
