package com.acme

import com.acme.model.Stock
import com.acme.model.total as sum

/** Sells books. */
class Shop(private val stock: Stock) : Base(), Sells<Int> {
    companion object {
        const val MOST = 3
        fun build(): Shop = Shop(Stock())
        private fun hidden() = Stock()
    }

    private val till by lazy { Till(MOST) }
    lateinit var other: Stock

    fun sell(count: Int): Int {
        stock.take(count)
        prepare()
        val other = Stock()
        other.take(1)
        this.other!!.take(MOST)
        till.count().twice()
        Registry.sell()
        build().stock.take(2)
        hidden().take(3)
        com.acme.model.total(1)
        // TODO: refunds
        unknown(count)
        return if (count == Kind.MAP.size) sum(count) else super.prepare()
    }

    inner class Till(val size: Int) {
        fun count(): Stock? = null
    }
}

fun Stock.twice(): Stock {
    take(1)
    this.take(2)
    return this
}

class Loan(all: Sells<Int>) : Sells<Int> by all

open class Base {
    protected fun prepare() = 1
}

interface Sells<T> {
    fun sell(): T
}

object Registry : Sells<Int> {
    override fun sell() = 1
}

enum class Kind(val size: Int) {
    BOOK(1),
    MAP(2);

    fun best() = Kind.BOOK
}
