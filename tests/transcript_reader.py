"""The notation of transcripts: one line, one step.

# a comment                      @ 2026-11-23 08:05, +8m, +1h30m      time
停机 +1h                         the bot is away for so long
黄丽: 打印机卡纸了               in the work group; `黄丽(私聊):` in private
黄丽 r1: …                       the message is called r1; the same name again is a redelivery
黄丽 回复 @r1: …                 quotes what the bot last said of the ticket that r1 opened
黄丽 改 r1: …                    edits r1
黄丽: [照片×2] …                 with photos; [语音] spoken
钱峰(私聊) 按 接单 @r1:dispatch  presses a button; without a reference the newest that has it
监控 响 sw-5f: 5楼交换机离线     a machine raises an alarm; 停 takes it back
? 工单                           prints every ticket
# 新医院                         plays in the hospital that `site new` makes, not in the demo
⟪字⟫×20000, \\u200b, ⏎           much of the same, what cannot be seen, a new line
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.transcript import Step
from core.site import WORK, Site

LIST: Final = "? 工单"
NEW_SITE: Final = "# 新医院"
STOPPED: Final = "停机 "
_AT = re.compile(r"@ (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)")
_PLUS = re.compile(r"\+(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?")
_WHO = r"(?P<who>[^\s:()]+)(?P<private>\(私聊\))?"
_SAYS = re.compile(
    rf"{_WHO}(?: (?P<id>[a-z]\w*))?(?: 改 (?P<edit>\w+))?(?: 回复 (?P<reply>@?[\w:]+))?"
    r": ?(?P<text>.*)"
)
_TAPS = re.compile(rf"{_WHO} 按 (?P<label>\S+)(?: (?P<on>@?[\w:]+))?")
_ALARM = re.compile(r"监控 (?P<sign>[响停]) (?P<machine>\S+): (?P<text>.+)")
_PHOTOS = re.compile(r"^\[照片(?:×(?P<n>\d+))?\] ?")
_VOICE = re.compile(r"^\[语音\] ?")
_MUCH = re.compile(r"⟪(?P<what>.+?)⟫×(?P<n>\d+)")
_ESCAPE = re.compile(r"\\u(?P<code>[0-9a-f]{4})")


class Unreadable(ValueError):
    """A line that is no transcript."""


@dataclass
class Reader:
    """Reads lines one after the other; keeps what time it is."""

    site: Site
    at: datetime | None = None
    number: int = 0

    def step(self, line: str) -> Step | None:
        """Return what the line does; None for comments, blank lines and lists.

        Raises:
            Unreadable: it is none of these.
        """
        if not line.strip() or line.startswith("#") or line == LIST:
            return None
        self.number += 1
        if self._moves_time(line.removeprefix(STOPPED)):
            return self._step()
        if found := _TAPS.fullmatch(line):
            return replace(self._by(found), tap=found["label"], on=found["on"] or "")
        if found := _ALARM.fullmatch(line):
            return replace(self._step(), alarm=_alarm(found))
        if found := _SAYS.fullmatch(line):
            return self._says(found)
        raise Unreadable(line)

    def _moves_time(self, line: str) -> bool:
        if found := _AT.fullmatch(line):
            self.at = datetime.fromisoformat(found["at"]).replace(tzinfo=ZoneInfo(self.site.zone))
            return True
        found = _PLUS.fullmatch(line)
        if found is None or self.at is None:
            return False
        days, hours, minutes, seconds = (int(found[unit] or 0) for unit in "dhms")
        self.at += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return True

    def _step(self) -> Step:
        if self.at is None:
            raise Unreadable("the first line must say what time it is")
        return Step(number=self.number, at=self.at, id=f"m{self.number}")

    def _by(self, found: re.Match[str]) -> Step:
        name = found["who"]
        person = next((key for key, p in self.site.people.items() if p.name == name), None)
        sender = person or name
        return replace(
            self._step(), sender=sender, chat=f"dm:{sender}" if found["private"] else WORK
        )

    def _says(self, found: re.Match[str]) -> Step:
        step = self._by(found)
        photos = _PHOTOS.match(found["text"])
        text = found["text"][photos.end() :] if photos else found["text"]
        voice = _VOICE.match(text)
        return replace(
            step,
            text=_spelt_out(text[voice.end() :] if voice else text),
            id=found["id"] or step.id,
            reply_to=found["reply"] or "",
            edit=found["edit"] or "",
            photos=("true",) * int(photos["n"] or 1) if photos else (),
            voice=voice is not None,
        )


def _alarm(found: re.Match[str]) -> dict[str, object]:
    """Return what Alertmanager would send."""
    alert = {
        "status": "firing" if found["sign"] == "响" else "resolved",
        "labels": {"instance": found["machine"], "severity": "critical"},
        "annotations": {"summary": found["text"]},
        "fingerprint": found["machine"],
    }
    return {"groupKey": found["machine"], "alerts": [alert]}


def _spelt_out(text: str) -> str:
    text = _MUCH.sub(lambda found: found["what"] * int(found["n"]), text)
    text = _ESCAPE.sub(lambda found: chr(int(found["code"], 16)), text)
    return text.replace("⏎", "\n")
