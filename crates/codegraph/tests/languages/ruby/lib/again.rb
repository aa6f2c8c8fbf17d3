class Twice
end

def same
  Twice.new
  Acme::Stock.new
end
