#include "orders.hpp"
#include "shop.hpp"

using namespace shop;
using shop::orders::count;

// TODO: give change
int pay(Book &book) {
    return book.price() + total() + count(3) + shop::orders::count(4);
}
