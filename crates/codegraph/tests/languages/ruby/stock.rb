class Base
  def prepare; end
end

class Stock
  def take(count); end
end
