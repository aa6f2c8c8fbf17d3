import os.path
import requests
import shop.store.base as base
from flask import Flask
from shop import Shelf, gross
from shop.store import make
from . import nothing

app = Flask(__name__)


@app.get("/items/<int:id>")
def item(id):
    store = make()
    store.sell(id)
    Shelf.open().refund()
    return gross(1)


def fetch(id):
    requests.get(f"http://shop/items/{id}")
    os.path.join("a")
    base.Base().log("x")
    return list(map(gross, [lambda gross: gross(1)]))


class Broken(:
    pass
