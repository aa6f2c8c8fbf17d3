require "acme/shop"

describe Acme::Shop do
  it "sells" do
    shop = Acme::Shop.new
    shop.sell(1)
  end
end
