class StockTest < Minitest::Test
  def test_take
    Acme::Stock.new.take(1)
  end
end
