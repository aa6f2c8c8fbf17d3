import Foundation

/// Sells books.
class Shop: Base, Sells {
    private let stock: Stock = Stock(count: 3)

    func sell(count: Int) -> Int {
        stock.take(count)
        self.prepare()
        return total(count)
    }
}

protocol Sells {
    func sell(count: Int) -> Int
}
