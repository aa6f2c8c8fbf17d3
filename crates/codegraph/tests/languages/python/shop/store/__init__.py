from shop import money
from .base import Base


class Store(Base):
    """Where goods are."""

    def __init__(self, client: "Client"):
        super().__init__()
        self.client = client
        self.cart = Cart()

    @classmethod
    def open(cls):
        return cls(Client())

    def sell(self, item):
        self.cart.add(item)
        self.client.charge(money.gross(item.price))
        self.log("sold")
        unknown(item)
        item.touch()

        def inner():
            return self.refund()

        return inner()

    def refund(self):
        money = 3
        money.gross(1)


class Client:
    def charge(self, amount): ...


class Cart:
    def add(self, item): ...


def make() -> Store:
    return Store(Client())
