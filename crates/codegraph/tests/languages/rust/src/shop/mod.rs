//! What a shop sells.

mod money;
pub use money::Price;
use crate::sell;

pub struct Basket {
    sum: Price,
}

impl Basket {
    pub fn new() -> Self {
        Self { sum: Price::of(0) }
    }

    pub fn add(&mut self, cents: u32) {
        self.sum.raise(cents);
    }

    pub fn total(&self) -> u32 {
        self.sum.cents()
    }
}

pub(crate) fn refill() {
    sell(crate::Book::new(1));
}
