"""A shop."""
from .store import Store as Shelf
from .money import *
