//! Sorts by index.

use std::cmp::Ordering;

/// Returns the indexes 0 to `count - 1` in sorted order. Equal items keep their order.
///
/// A plain heap sort: the standard library's sorts are faster, but they add 8 KB to the module.
pub(crate) fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places = Vec::with_capacity(count);
    for place in 0..count {
        places.push(place);
    }
    let is_sorted = (1..count).all(|place| compare(place - 1, place) != Ordering::Greater);
    if is_sorted {
        return places;
    }
    let after =
        |places: &[usize], one: usize, other: usize| match (places.get(one), places.get(other)) {
            (Some(one), Some(other)) => {
                compare(*one, *other).then(one.cmp(other)) == Ordering::Greater
            }
            _ => false,
        };
    let sift = |places: &mut [usize], mut parent: usize| {
        loop {
            let mut largest = parent;
            for child in [2 * parent + 1, 2 * parent + 2] {
                if after(places, child, largest) {
                    largest = child;
                }
            }
            if largest == parent {
                return;
            }
            places.swap(parent, largest);
            parent = largest;
        }
    };
    for parent in (0..count / 2).rev() {
        sift(&mut places, parent);
    }
    for end in (1..count).rev() {
        places.swap(0, end);
        if let Some(heap) = places.get_mut(..end) {
            sift(heap, 0);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_stably_as_the_standard_library_does() {
        let mut state = 7_u32;
        for count in 0..70 {
            let items: Vec<(u32, usize)> = (0..count)
                .map(|index| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 28, index)
                })
                .collect();
            let mut wanted = items.clone();
            wanted.sort();
            let sorted = order(count, &|one, other| items[one].0.cmp(&items[other].0));
            let sorted: Vec<_> = sorted.into_iter().map(|place| items[place]).collect();
            assert_eq!(sorted, wanted);
        }
    }
}
