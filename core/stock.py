"""Consumables and spares on the shelf: one row of `stock.csv` each."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class StockZone(StrEnum):
    """How fast an item moves. Never said as a bare colour: the words name the axis (库存·红区)."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class StockItem:
    """What is on hand of one article."""

    sku: str
    name: str
    zone: StockZone
    unit: str
    on_hand: Decimal
    daily_use: Decimal
    """Average of the articles used in a day, in the same unit; zero where nothing is known."""
    aliases: tuple[str, ...] = ()
    location: str = ""
