module Acme
  class Base
    def prepare; end
  end

  class Stock
    def take(count) = Twice.new
  end

  module Priced
    def price = 1
  end

  module Errors
    class Missing < StandardError; end
  end
end
