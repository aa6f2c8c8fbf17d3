package com.acme;

import com.acme.model.*;
import static com.acme.model.Prices.total;

/** Sells books. */
public class Shop extends Base implements Sells {
    private final Stock stock = new Stock(3);

    public Shop(int size) {
        super(size);
    }

    @Override
    public int sell(int count) {
        stock.take(count);
        this.log();
        prepare();
        Stock other = new Stock(1);
        other.take(1);
        return total(count);
    }

    enum Kind { BOOK, MAP }
}

interface Sells {
    int sell(int count);
}

class Base {
    Base(int size) {}

    void prepare() {}

    void log() {}
}
