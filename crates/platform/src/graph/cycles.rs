//! What needs itself by way of others.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

/// From each node to those it needs.
pub(super) type Needs = BTreeMap<i64, Vec<i64>>;

/// One shortest cycle through the first node of every strongly connected component of more than
/// one node, smallest first.
pub(super) fn cycles(needs: &Needs) -> Vec<Vec<i64>> {
    let mut found: Vec<Vec<i64>> = components(needs)
        .into_iter()
        .filter(|component| component.len() > 1)
        .filter_map(|component| shortest(needs, &component))
        .collect();
    found.sort_by_key(|cycle| (cycle.len(), cycle.first().copied()));
    found
}

/// A node on the way, and which of those it needs comes next.
struct Step {
    node: i64,
    next: usize,
}

#[derive(Default)]
struct Search {
    /// In the order of their finding.
    numbers: HashMap<i64, usize>,
    /// The earliest that can be come back to.
    low: HashMap<i64, usize>,
    waiting: Vec<i64>,
    is_waiting: HashSet<i64>,
    components: Vec<Vec<i64>>,
}

/// Tarjan's algorithm (1972), without recursion: code calls itself deeper than a stack is.
fn components(needs: &Needs) -> Vec<Vec<i64>> {
    let mut search = Search::default();
    for &start in needs.keys() {
        if !search.numbers.contains_key(&start) {
            search.from(start, needs);
        }
    }
    search.components
}

impl Search {
    fn from(&mut self, start: i64, needs: &Needs) {
        let mut way = vec![self.enter(start)];
        while let Some(step) = way.last_mut() {
            let node = step.node;
            let next = needs.get(&node).and_then(|ends| ends.get(step.next)).copied();
            step.next += 1;
            match next {
                Some(end) if !self.numbers.contains_key(&end) => way.push(self.enter(end)),
                Some(end) if self.is_waiting.contains(&end) => {
                    let number = self.numbers.get(&end).copied();
                    self.lower(node, number);
                }
                Some(_) => {}
                None => {
                    way.pop();
                    if let Some(before) = way.last().map(|step| step.node) {
                        let low = self.low.get(&node).copied();
                        self.lower(before, low);
                    }
                    self.leave(node);
                }
            }
        }
    }

    fn enter(&mut self, node: i64) -> Step {
        let number = self.numbers.len();
        self.numbers.insert(node, number);
        self.low.insert(node, number);
        self.waiting.push(node);
        self.is_waiting.insert(node);
        Step { node, next: 0 }
    }

    fn lower(&mut self, node: i64, to: Option<usize>) {
        if let (Some(low), Some(to)) = (self.low.get_mut(&node), to) {
            *low = to.min(*low);
        }
    }

    /// Takes the component off when `node` was the first of it.
    fn leave(&mut self, node: i64) {
        if self.low.get(&node) != self.numbers.get(&node) {
            return;
        }
        let mut component = Vec::new();
        while let Some(member) = self.waiting.pop() {
            self.is_waiting.remove(&member);
            component.push(member);
            if member == node {
                break;
            }
        }
        component.sort_unstable();
        self.components.push(component);
    }
}

/// Breadth first from the first node of the component back to itself.
fn shortest(needs: &Needs, component: &[i64]) -> Option<Vec<i64>> {
    let start = *component.first()?;
    let mut came_from = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &end in needs.get(&node).into_iter().flatten() {
            if end == start {
                let mut cycle = vec![node];
                while let Some(before) = cycle.last().and_then(|node| came_from.get(node)) {
                    cycle.push(*before);
                }
                cycle.reverse();
                return Some(cycle);
            }
            if component.binary_search(&end).is_ok() && !came_from.contains_key(&end) {
                came_from.insert(end, node);
                queue.push_back(end);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_knot_is_told_once_by_its_shortest_way_around() {
        let needs = Needs::from([
            (1, vec![2, 9]),
            (2, vec![3]),
            (3, vec![1, 4]),
            (4, vec![5]),
            (5, vec![4]),
            (6, vec![6, 1]),
        ]);
        assert_eq!(cycles(&needs), [vec![4, 5], vec![1, 2, 3]]);
    }

    #[test]
    fn a_way_of_a_hundred_thousand_steps_is_no_danger() {
        let needs: Needs = (0..100_000).map(|at| (at, vec![(at + 1) % 100_000])).collect();
        assert_eq!(cycles(&needs).first().map(Vec::len), Some(100_000));
    }
}
