"""Facts for what is said about grades, about what helps before a limit, and about progress."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from tests.factories import DAY, NINE

Some = Mapping[str, Any]
NUMBER = "JN-261123-007"
UNTIL = (NINE + DAY).isoformat()
GRADES: list[Some] = [
    {"word": "紧急", "clause": "000 §报修响应（影响临床业务）"},
    {"word": "一般", "clause": ""},
]
DISPUTED: dict[str, Any] = {
    "number": NUMBER,
    "department": "ward-card",
    "summary": "电脑开不了机",
    "by": "e-qian",
    "severity": "紧急",
    "wanted": "一般",
    "reason": "只有一台电脑",
    "others": [
        {"by": "n-card", "wanted": "紧急", "reason": "病人等着"},
        {"by": "n-em", "wanted": None, "reason": ""},
    ],
    "grades": GRADES,
    "options": 2,
}
DECISIONS: Sequence[dict[str, Any]] = [
    {"rule": "care", "note": "抢救与手术科室", "urgency": "urgent"},
    *({"rule": "clinical", "by": "n-card", "affects": affects} for affects in (True, False)),
    {"rule": "spread", "n": 2, "severity": "复杂", "clause": "004 §7.2"},
    {"rule": "decided", "by": "s-du", "was": "紧急", "severity": "一般", "reason": ""},
    {"rule": "decided", "by": "s-du", "was": "一般", "severity": "一般", "reason": "一台电脑"}
    | {"disputed_by": "e-qian"},
    {"rule": "lapsed", "dispute": 3},
]
LIMITS = [{"clock": clock, "at": NINE.isoformat()} for clock in ("arrival", "resolution")]
PROMISE: dict[str, Any] = {"until": UNTIL, "reason": "等厂家", "clocks": ["resolution:1"]}


def _asked(topic: str, **facts: Any) -> list[Some]:
    asked: dict[str, Any] = {"topic": topic, "number": NUMBER, **facts}
    return [
        *(asked | {"answer": answer} for answer in ("是", "否", "修改", "等厂家")),
        asked | {"answer": "", "is_replaced": True},
    ]


ASKED: Sequence[Some] = [
    each
    for topic in ("clinical", "grade", "help", "replan", "progress_note")
    for each in _asked(topic)
]


def more_samples(cards: Sequence[dict[str, Any]]) -> dict[str, Sequence[Some]]:
    """Return the facts by template; `cards` are tickets in every state."""
    decided = [card | each for card in cards[:3] for each in DECISIONS if each["rule"] == "decided"]
    notes: list[dict[str, Any]] = [
        card | {"told": ["a-it", "s-du"], "note_due_at": UNTIL, "until": until, "is_promised": is_}
        for card in cards
        for until, is_ in ((None, False), (UNTIL, True), (UNTIL, False))
    ]
    pool = [{"tag": "ZC-20901", "name": "备用激光打印机", "model": "L5"}]
    return {
        "ask_clinical": [{"number": NUMBER, "name": "陈静", "options": 2}],
        "ask_grade": [
            DISPUTED,
            DISPUTED | {"department": None, "wanted": None, "severity": None, "reason": ""},
        ],
        "grade_disputed": [
            {"number": NUMBER, "severity": severity, "deciders": deciders}
            for severity, deciders in product(("紧急", None), (["s-du"], []))
        ],
        "grade_decided": decided,
        "grade_lapsed": cards,
        "ask_help": [card | {"by": "e-qian"} for card in cards],
        "help_asked": [{"number": NUMBER, "to": ["e-zhao", "e-li"]}],
        "help_refused": [{"number": NUMBER}],
        "loaner_wanted": [
            card | {"by": "e-qian", "loaners": loaners} for card in cards for loaners in (pool, [])
        ],
        "loaner_asked": [card | {"desk": "d-he"} for card in cards],
        "ask_replan": [
            {"number": NUMBER, "until": until, "reason": reason}
            for until, reason in ((None, ""), (None, "等厂家"), (UNTIL, ""))
        ],
        "replanned": [
            card | {"by": "e-qian", "limits": limits, "basis": basis, "replan": PROMISE}
            for card in cards
            for limits, basis in ((LIMITS, "004 服务要求"), ([], None))
        ],
        "replan_kept": [
            card | {"told": told, "replan": PROMISE} for card in cards for told in (["a-it"], [])
        ],
        "replan_over": cards,
        "withdrawn": [
            {"number": NUMBER, "kind": kind} for kind in ("replanned", "loaner_asked", "")
        ],
        "ask_progress_note": [*notes, *(note | {"is_edited": True} for note in notes[:3])],
        "progress_note": [
            card | {"by": by, "draft": draft}
            for card in cards
            for by, draft in (("e-qian", None), (None, None), ("e-qian", notes[0]))
        ],
        "progress_over": [card | {"by": "e-qian"} for card in cards],
    }
