@testable import Shop

class ShopTests {
    func testTotal() {
        let stock = Stock(count: 1)
        stock.take(total(2))
    }
}
