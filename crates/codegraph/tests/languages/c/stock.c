#include "stock.h"

int take(struct stock *stock, int count) {
    stock->left -= count;
    return stock->left;
}
