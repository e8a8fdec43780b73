//! A small cache of the most recently used items.

/// Holds a fixed number of items. A new one replaces the least recently used one.
///
/// Items are compared one by one, which is faster than hashing for a few dozen.
pub(crate) struct LruCache<T> {
    max_items: usize,
    /// The most recently used one is at the end.
    items: Vec<T>,
}

impl<T> LruCache<T> {
    pub(crate) const fn new(max_items: usize) -> LruCache<T> {
        LruCache {
            max_items,
            items: Vec::new(),
        }
    }

    /// Returns the item that `is_wanted` accepts, and marks it as the most recently used.
    pub(crate) fn find(&mut self, is_wanted: impl FnMut(&T) -> bool) -> Option<&T> {
        let index = self.items.iter().position(is_wanted)?;
        self.move_to_end(index);
        self.items.last()
    }

    pub(crate) fn put(&mut self, item: T) {
        if self.items.len() >= self.max_items {
            self.move_to_end(0);
            self.items.pop();
        }
        self.items.push(item);
    }

    fn move_to_end(&mut self, index: usize) {
        if let Some(items) = self.items.get_mut(index..)
            && items.len() > 1
        {
            items.rotate_left(1);
        }
    }

    pub(crate) fn retain(&mut self, is_kept: &dyn Fn(&T) -> bool) {
        self.items.retain(|item| is_kept(item));
    }
}

#[cfg(test)]
mod tests {
    use super::LruCache;

    #[test]
    fn evicts_the_least_recently_used_item() {
        let mut cache = LruCache::new(3);
        for item in [1, 2, 3] {
            cache.put(item);
        }
        assert_eq!(cache.find(|item| *item == 1), Some(&1));
        cache.put(4);
        assert_eq!(cache.find(|item| *item == 2), None);
        assert_eq!(cache.find(|item| *item == 3), Some(&3));
        cache.put(5);
        assert_eq!(cache.find(|item| *item == 1), None);
        for item in [3, 4, 5] {
            assert_eq!(cache.find(|it| *it == item), Some(&item));
        }
    }

    #[test]
    fn drops_what_is_not_retained() {
        let mut cache = LruCache::new(2);
        cache.put(1);
        cache.put(2);
        cache.retain(&|item| *item != 1);
        assert_eq!(cache.find(|item| *item == 1), None);
        assert_eq!(cache.find(|item| *item == 2), Some(&2));
    }
}
