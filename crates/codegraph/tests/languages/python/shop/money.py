RATE = 1.2


def gross(net):
    # TODO: rates by country
    return round_up(net * RATE)


def round_up(value: float) -> float:
    """To the next cent."""
    return value
