class Shop:
    def sell(self, book):
        pass


class Stall:
    def sell(self, book):
        pass


def open_shop():
    pass
