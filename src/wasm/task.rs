//! What is under way: futures, each gone on with at once when a promise that it waits for settles. Promises
//! never do that while a future is being polled, so it takes no queue and no microtask of its own, for which
//! `spawn_local` takes 3 KB more.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// What is to be woken: it stands for its work, which is not for any thread, as what wakes has to be.
struct Task;

thread_local! {
    /// What waits. What is being polled is not among them.
    static WAITING: RefCell<Vec<(Arc<Task>, Work)>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn start(work: Work) {
    go_on(Arc::new(Task), work);
}

fn go_on(task: Arc<Task>, mut work: Work) {
    let waker = Waker::from(Arc::clone(&task));
    if work
        .as_mut()
        .poll(&mut Context::from_waker(&waker))
        .is_pending()
    {
        WAITING.with_borrow_mut(|all| all.push((task, work)));
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let waiting = WAITING.with_borrow_mut(|all| {
            let place = all.iter().position(|(task, _)| Arc::ptr_eq(task, &self))?;
            Some(all.swap_remove(place))
        });
        if let Some((task, work)) = waiting {
            go_on(task, work);
        }
    }
}
