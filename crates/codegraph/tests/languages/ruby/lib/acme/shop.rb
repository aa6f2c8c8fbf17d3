require_relative "stock"

module Acme
  # Sells books.
  class Shop < Base
    include Priced

    MOST = 3
    attr_reader :stock

    def self.open(count) = new

    def initialize
      @stock = Stock.new
    end

    def sell(count)
      @stock.take(count)
      self.prepare
      Stock.new(count).take MOST
      helper = count
      helper
      stock
      checked if ready?
    rescue Errors::Missing
      # TODO: tell the reader
      unknown(count)
    end

    protected

    def ready? = price.positive?

    private

    def checked
      sell { |stock| stock.take(1) }
    end

    class << self
      def again; end
    end
  end
end
