//! A shop.
mod shop;
pub use shop::{Basket, Price as Cost};
use serde::Serialize;

/// What can be sold.
pub trait Item {
    fn price(&self) -> Cost;
    fn twice(&self) -> u32 {
        self.price().cents() * 2
    }
}

#[derive(Serialize)]
pub struct Book {
    pages: u32,
}

impl Book {
    pub fn new(pages: u32) -> Self {
        Self { pages }
    }
}

impl Item for Book {
    fn price(&self) -> Cost {
        Cost::of(self.pages)
    }
}

macro_rules! shelf {
    ($book:expr) => {
        vec![$book]
    };
}

pub fn sell(book: Book) -> Basket {
    let mut basket = Basket::new();
    basket.add(book.twice());
    // TODO: count what is left
    shelf!(describe(&book));
    basket
}

fn describe(_book: &Book) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_is_sold() {
        assert_eq!(sell(Book::new(7)).total(), 14);
    }
}
