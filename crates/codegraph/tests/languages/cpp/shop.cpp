#include "shop.hpp"
namespace shop {
Book::Book(int pages) : pages_(pages) {}
int Book::price() const { return Item::price() + pages_; }
}
int main() {
    shop::Book book(3);
    auto *other = new shop::Book(2);
    return book.twice() + other->price();
}
