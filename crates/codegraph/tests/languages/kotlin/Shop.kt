package com.acme

import com.acme.model.Stock
import com.acme.model.total as sum

/** Sells books. */
class Shop(private val stock: Stock) : Base() {
    fun sell(count: Int): Int {
        stock.take(count)
        prepare()
        val other = Stock()
        other.take(1)
        return sum(count)
    }
}

open class Base {
    fun prepare() {}
}

enum class Kind { BOOK, MAP }
