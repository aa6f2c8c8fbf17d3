class Base:
    def __init__(self):
        self.entries = []

    def log(self, text):
        self.entries.append(text)
