#ifndef STOCK_H
#define STOCK_H
struct stock { int left; };
enum size { SMALL, LARGE };
int take(struct stock *stock, int count);
#endif
