from shop.app import item


def test_item():
    assert item(1) == 1
