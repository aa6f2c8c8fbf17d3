class Base {
    func prepare() {}
}

struct Stock {
    var count: Int
}

extension Stock {
    func take(_ count: Int) {}
}

func total(_ count: Int) -> Int { return count }
