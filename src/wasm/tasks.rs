//! What is under way over the network: futures, which JavaScript resumes by their numbers.
//!
//! All that they ever wait for are promises of JavaScript's, and each call there knows when one of its
//! own has settled. So there is nothing to wake and no queue to keep, which is most of what
//! wasm-bindgen-futures is for.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;

use super::hot::{GONE, fail, state};
use crate::error::Result;

/// What is under way, whatever it is: one type, since in wasm every further one is paid for. It gives
/// text, JSON as a rule.
pub(super) type Work = Pin<Box<dyn Future<Output = Result<String>>>>;

pub(super) struct Tasks {
    next: u32,
    waiting: Vec<(u32, Work)>,
}

impl Tasks {
    pub(super) const fn new() -> Tasks {
        Tasks {
            next: 0,
            waiting: Vec::new(),
        }
    }

    /// Keeps it, and gives the number to resume it by.
    pub(super) fn put(&mut self, work: Work) -> u32 {
        self.next = self.next.wrapping_add(1);
        self.waiting.push((self.next, work));
        self.next
    }

    fn take(&mut self, number: u32) -> Option<Work> {
        let index = self.waiting.iter().position(|(it, _)| *it == number)?;
        Some(self.waiting.swap_remove(index).1)
    }
}

/// Goes on with a task. Gives 2 as long as there is something to wait for. Answer: its text.
#[wasm_bindgen]
pub fn resume(number: u32) -> u32 {
    // Taken out: what it calls in JavaScript may call other functions of the module.
    let Some(mut work) = state().ok().and_then(|mut state| state.tasks.take(number)) else {
        return GONE;
    };
    let polled = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let Ok(mut state) = state() else {
        return 1;
    };
    match polled {
        Poll::Pending => {
            state.tasks.waiting.push((number, work));
            GONE
        }
        Poll::Ready(Ok(text)) => {
            state.frame.answer(&[Some(text.as_bytes())]);
            0
        }
        Poll::Ready(Err(error)) => fail(&mut state, error),
    }
}
