package com.acme.model

class Stock(count: Int) {
  def take(count: Int): Unit = {}
}

object Prices {
  def total(count: Int): Int = count
}
