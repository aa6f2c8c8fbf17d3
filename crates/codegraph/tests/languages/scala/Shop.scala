package com.acme

import com.acme.model.{Stock, Prices => Costs}

/** Sells books. */
class Shop(stock: Stock) extends Base with Sells {
  def sell(count: Int): Int = {
    stock.take(count)
    prepare()
    val other = new Stock(1)
    other.take(1)
    Costs.total(count)
  }
}

trait Sells {
  def sell(count: Int): Int
}

class Base {
  def prepare(): Unit = {}
}
