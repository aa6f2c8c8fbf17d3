class Acme::Ledger
  def total
    Acme::Ledger.new
  end
end

class ::Outer::Inner < Acme::Ledger
  def sum
    total
  end
end
