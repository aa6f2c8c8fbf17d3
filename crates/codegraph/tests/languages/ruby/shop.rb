require_relative "stock"

# Sells books.
class Shop < Base
  MOST = 3

  def initialize
    @stock = Stock.new
  end

  def sell(count)
    @stock.take(count)
    self.prepare
    helper(count)
  end

  def helper(count) = count
end
