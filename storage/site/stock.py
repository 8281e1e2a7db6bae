"""`stock.csv`: consumables and spares on the shelf."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Final

from core.stock import StockItem, StockZone
from storage.site.faults import Fault
from storage.site.spreadsheets import Columns, Row, Sheet, read_sheet

COLUMNS: Final = Columns(
    required=("sku", "name", "zone", "unit", "on_hand", "daily_use"),
    optional=("aliases", "location"),
)
_NUMBER: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?", re.ASCII)


def read_stock(folder: Path, faults: list[Fault]) -> tuple[StockItem, ...]:
    """Return the articles in the order of the file, faults put down; none without the file."""
    sheet = read_sheet(folder, "stock", COLUMNS)
    if sheet is None:
        return ()
    faults += sheet.faults
    seen: set[str] = set()
    items = []
    for row in sheet.rows:
        found = _faults(sheet, row)
        if row["sku"] in seen:
            found.append(sheet.at(row, f"物品编号“{row['sku']}”重复", "编号不能重复"))
        seen.add(row["sku"])
        faults += found
        if not found:
            items.append(_item(row))
    return tuple(items)


def _item(row: Row) -> StockItem:
    return StockItem(
        sku=row["sku"],
        name=row["name"],
        zone=StockZone(row["zone"]),
        unit=row["unit"],
        on_hand=Decimal(row["on_hand"]),
        daily_use=Decimal(row["daily_use"]),
        aliases=row.parted("aliases"),
        location=row["location"],
    )


def _faults(sheet: Sheet, row: Row) -> list[Fault]:
    faults = sheet.required(row, "sku", "name", "zone", "unit", "on_hand", "daily_use")
    zones = [zone.value for zone in StockZone]
    if row["zone"] and row["zone"] not in zones:
        faults.append(sheet.at(row, f"没有库存分区“{row['zone']}”", f"允许 {'、'.join(zones)}"))
    for column in ("on_hand", "daily_use"):
        if row[column] and not _NUMBER.fullmatch(row[column]):
            faults.append(sheet.at(row, f"{column} 的数量“{row[column]}”不对", "不小于 0 的数"))
    return faults
