"""How times, spans, names and places are written, and how long a line may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from core.actor import name_in
from core.cards import minutes
from core.events import Json
from core.site import Site

STATES = {
    "new": "待派单",
    "assigned": "已派单",
    "acknowledged": "已接单",
    "on_site": "已到场",
    "waiting": "等待中",
    "resolved": "已修好，待确认",
    "accepted": "已确认",
    "closed": "已关闭",
    "cancelled": "已取消",
    "merged": "已并单",
}
CLOCKS = {
    "response": "响应",
    "arrival": "到场",
    "diagnosis": "诊断",
    "part": "换件",
    "resolution": "修复",
    "soak": "试运行",
    "report": "报告",
    "review": "复盘",
    "progress": "进展反馈",
    "plan": "方案",
    "delivery": "送达",
    "contact": "联系确认",
    "survey": "满意度调查",
    "callback": "回访",
    "shipment": "出库",
    "rework": "返工",
}
CATEGORIES = {
    "computer": "电脑",
    "printer": "打印机",
    "peripheral": "外设",
    "network": "网络",
    "phone": "电话",
    "av": "音视频",
    "software": "软件",
    "clinical": "业务系统",
    "account": "账号权限",
    "data": "数据",
    "consumable": "耗材",
    "facility": "水电设施",
    "medgas": "医用气体",
    "other": "其他",
}
WAITS = {
    "parts": "等配件",
    "factory": "返厂",
    "vendor": "等厂家",
    "ward": "科室不便",
    "confirmation": "待科室确认",
    "approval": "待审批",
    "force_majeure": "不可抗力",
    "other": "其他原因",
}


@dataclass(frozen=True, slots=True)
class Names:
    """Turns ids and instants into what people read, as of one moment at one hospital."""

    site: Site
    at: datetime

    def person(self, key: Json) -> str:
        """Return the person's name; an id that left the files is shown as it is."""
        found = self.site.find_person(str(key)) if key else None
        return found.name if found else name_in(str(key or ""))

    def department(self, key: Json) -> str:
        """Return the department's name, empty where there is none."""
        found = self.site.find_department(str(key)) if key else None
        return found.name if found else ""

    def short(self, key: Json) -> str:
        """Return what staff call the department, or the person's name."""
        found = self.site.find_department(str(key)) if key else None
        if found is None:
            return self.person(key)
        return found.aliases[0] if found.aliases else found.name

    def place(self, key: Json) -> str:
        """Return department, building and floor in one piece."""
        found = self.site.find_department(str(key)) if key else None
        if found is None:
            return "地点待确认"
        where = f"{found.building}{found.floor}楼" if found.floor else found.building
        return f"{found.name}（{where}）" if where else found.name

    def phone(self, key: Json) -> str:
        """Return the department's extension, empty where none is known."""
        found = self.site.find_department(str(key)) if key else None
        return found.phone if found else ""

    def who(self, key: Json) -> str:
        """Return the name of a department or of a person."""
        return self.department(key) or self.person(key)

    def time(self, value: Json) -> str:
        """Return an ISO instant as HH:MM, with the day where it is not today."""
        if not isinstance(value, str):
            return ""
        local = self.site.local(datetime.fromisoformat(value))
        today = self.site.local(self.at).date()
        if local.date() == today:
            return f"{local:%H:%M}"
        if local.date() == today + timedelta(days=1):
            return f"明天{local:%H:%M}"
        return f"{local.month}月{local.day}日{local:%H:%M}"


def span(seconds: float) -> str:
    """Return a length of time in the largest units that matter: 50分钟, 3小时20分, 2天4小时."""
    whole = minutes(timedelta(seconds=abs(seconds)))
    days, rest = divmod(whole, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{left}分" if left else f"{hours}小时"
    return f"{left}分钟"


def lines(*parts: str) -> str:
    """Join the parts that say something, one a line."""
    return "\n".join(part for part in parts if part)


def rows(value: Json) -> list[dict[str, Json]]:
    """Return a list of facts as such; empty where there is none."""
    return cast("list[dict[str, Json]]", value) if isinstance(value, list) else []


def pairs(value: Json) -> list[list[Json]]:
    """Return a list of small lists as such."""
    return cast("list[list[Json]]", value) if isinstance(value, list) else []


def text(value: Json) -> str:
    """Return a fact as text, empty where there is none."""
    return "" if value is None else str(value)


def number(value: Json) -> float:
    """Return a fact as a number, 0 where there is none."""
    return float(value) if isinstance(value, int | float) else 0.0


def numbers(value: Json) -> str:
    """Return ticket numbers as a list, those of the same day with their serial alone."""
    shown: list[str] = []
    day = ""
    for each in value if isinstance(value, list) else []:
        head, _, serial = text(each).rpartition("-")
        shown.append(serial if head == day else text(each))
        day = head
    return some(shown, "单")


_MOST = 8


def some(words: Sequence[str], unit: str) -> str:
    """Return a Chinese list that stays readable: of many the first, and how many there are."""
    more = f"等{len(words)}{unit}" if len(words) > _MOST else ""
    return joined(words[:_MOST]) + more


def joined(words: Iterable[str]) -> str:
    """Return a Chinese list."""
    return "、".join(word for word in words if word)
