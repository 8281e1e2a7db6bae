"""Facts such as every template of the bot's words is given: full ones, and bare ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.actions import Step
from core.events import EventKind
from core.kinds import CATEGORIES, Urgency
from core.questions import Topic
from core.roster import DayPart
from core.usecases.expire_question import LAPSES
from tests.bot.card_samples import CARDS
from tests.bot.sample_grades import ASKED, DECISIONS, more_samples
from tests.bot.sample_room_facts import ROOM_SAMPLES
from tests.factories import DAY, HOUR, MINUTE, NINE

K = EventKind
Some = Mapping[str, Any]

OF_TICKETS = (
    *("card", "dispatch", "ticket", "ticket_state", "sign_off", "sign_off_again"),
    *("sign_off_moved", "ask_rating", "sign_off_over", "reopened", "nudged", "ping", "cancelled"),
    *("cancelled_for", "works_again", "works_told"),
    *(
        "taken_off",
        "regraded",
        "undone",
        "undone_for_you",
        "handover",
        "handover_taken",
        "handover_declined",
    ),
    *("takeover_granted", "wait_over", "moved"),
)
NUMBER = "JN-261123-007"
DUE: dict[str, Any] = {
    "clock": "response",
    "due_at": (NINE + 10 * MINUTE).isoformat(),
    "limit": 600.0,
}
CLAUSE: dict[str, Any] = {"clause": "000 §报修响应"}
LINE: dict[str, Any] = {
    "number": NUMBER,
    "department": "ward-resp",
    "summary": "6楼护士站打印机卡纸了，打不出腕带",
    "state": "assigned",
    "assignee": "e-qian",
    "opened_at": NINE.isoformat(),
    "late": True,
    "rating": None,
    "over": 4000.0,
}
BARE_LINE: dict[str, Any] = LINE | {
    "department": None,
    "assignee": None,
    "summary": "",
    "over": None,
}
ROWS: dict[str, Any] = {
    "lines": [LINE, BARE_LINE] * 3,
    "more": True,
    "counts": [["e-qian", 3], [None, 3]],
}
NO_ROWS: dict[str, Any] = {"lines": [], "more": False, "counts": []}
PERIOD: dict[str, Any] = {
    "from": NINE.isoformat(),
    "to": (NINE + DAY).isoformat(),
    "opened": 3,
    "done": 2,
    "late": 1,
}
DAY_FACTS: dict[str, Any] = {
    "day": "2026-11-23",
    "opened": 9,
    "resolved": 7,
    "cancelled": 1,
    "breached": 2,
    "by_category": [["printer", 5], ["other", 4]],
    "open": 20,
    "unassigned": 1,
    "overdue": 2,
    "lines": [LINE, BARE_LINE] * 2,
    "people": [{"person": "e-qian", "done": 4, "open": 2, "late": 1}],
    "owed": [["report", 1], ["review", 2]],
    "owed_lines": [LINE | {"clock": "report"}, BARE_LINE | {"clock": "review"}],
    "asked": 5,
    "rated": 3,
    "satisfied": 3,
    "rating_sum": 14,
    "target_percent": 95,
}
QUIET_DAY: dict[str, Any] = DAY_FACTS | {
    **dict.fromkeys(("opened", "resolved", "cancelled", "breached", "open", "overdue"), 0),
    **dict.fromkeys(("asked", "rated", "satisfied", "rating_sum", "unassigned"), 0),
    **{name: [] for name in ("by_category", "lines", "people")},
    "target_percent": None,
}
ROUND: dict[str, Any] = {"period": "2026-11", "steps": 5, "closes_at": (NINE + DAY).isoformat()}
WHY_CLOCK: dict[str, Any] = {
    "clock": "resolution",
    "cycle": 1,
    "started_at": NINE.isoformat(),
    "due_at": (NINE + HOUR).isoformat(),
    "stopped_at": (NINE + HOUR).isoformat(),
    "breached": False,
    "limit": 3600.0,
    **CLAUSE,
    "unsettled": [2027, 2028],
    "left_out": [
        {"from": NINE.isoformat(), "to": (NINE + HOUR).isoformat(), "reason": reason}
        for reason in ("closed", "resolved", "factory")
    ]
    + [
        {
            "from": NINE.isoformat(),
            "to": (NINE + HOUR).isoformat(),
            "reason": "factory",
            "by": "e-qian",
            "evidence": photos,
        }
        for photos in (0, 2)
    ],
}
TIMES: dict[str, Any] = {
    "number": NUMBER,
    "contract": "000",
    "terms": "0123456789abcdef",
    "any": True,
    "more": 0,
    "met": 0,
    "clocks": [],
}
TIMED: dict[str, Any] = {
    "clock": "resolution",
    "cycle": 2,
    "result": "running",
    "started_at": NINE.isoformat(),
    "due_at": (NINE + HOUR).isoformat(),
    "stopped_at": None,
    "paused": True,
    "adrift": True,
    "limit": 3600.0,
    "counted": 600.5,
    "left": 2999.5,
    **CLAUSE,
    "left_out": [
        {
            "reason": reason,
            "seconds": 60.0,
            "n": n,
            "from": NINE.isoformat(),
            "to": (NINE + HOUR).isoformat(),
        }
        for reason, n in (("closed", 3), ("factory", 1))
    ],
    "unsettled": [2027],
}
LATE_BY_LITTLE: dict[str, Any] = TIMED | {
    "cycle": 1,
    "result": "breached",
    "stopped_at": (NINE + HOUR).isoformat(),
    "paused": False,
    "adrift": False,
    "left": -0.5,
    "left_out": [],
    "unsettled": [],
}
EXCUSED: dict[str, Any] = {"breached": True, "excuse": {"by": "s-du", "reason": "电梯停运"}}
PLEA: dict[str, Any] = {
    "topic": "exemption",
    "number": NUMBER,
    "department": "ward-card",
    "summary": "电脑开不了机",
    "by": "e-qian",
    "reason": "电梯停运",
    "plea": 4,
    "clocks": [{"clock": clock, "at": NINE.isoformat()} for clock in ("arrival", "resolution")],
}
WHY_CLOCKS = (
    WHY_CLOCK,
    WHY_CLOCK | {"stopped_at": None, "beside": [WHY_CLOCK | {"limit": 0.0, "breached": True}]},
    WHY_CLOCK | {"limit": None, "due_at": None},
    *(WHY_CLOCK | {"at_least": True, "breached": breached} for breached in (True, False)),
    WHY_CLOCK | {"beside": [WHY_CLOCK | {"limit": None, "due_at": None}]},
)
GROUNDS: tuple[dict[str, Any], ...] = (
    {},
    {"default": True},
    {"category": "clinical", "campus": "main", "asset": "SS-0301"},
)
FAULT: dict[str, Any] = {
    "topic": "wider",
    "number": NUMBER,
    "numbers": [NUMBER, "JN-261123-008", "JN-261124-001"],
    "departments": ["em", "ward-card", "ward-resp"],
    "category": "clinical",
    "device": "HIS",
    "symptom": "登不进",
    "options": 2,
}
CONTRACT: dict[str, Any] = {
    "contract": "000",
    "contract_title": "办公设备驻场维护",
    "terms": "0123456789abcdef",
}

EARLIER: dict[str, Any] = {"until": (NINE + HOUR).isoformat(), "clocks": WHY_CLOCKS}

READING: dict[str, Any] = {
    "act": "report",
    "department": "em",
    "urgency": "normal",
    "act_why": ["说了故障“卡纸” +2.2", "设备出了故障 +0.8", "送了“送到” -1.0"],
    "thing": ["故障“卡纸”", "对象“打印机”"],
    "place": "科室“急诊”：名称",
    "haste": [],
}

CORRECTIONS = (
    *(("act", act) for act in ("chatter", "report", "supply", "question")),
    *(("category", category) for category in CATEGORIES),
    *(("urgency", urgency) for urgency in Urgency),
    ("department", "em"),
)

DECIDED: Sequence[Some] = [
    card | {"decided_by": "s-du", "pleaded": ["arrival", "resolution"]} for card in CARDS
]

PASSED_ON = [topic for topic in Topic if topic not in LAPSES]

SAMPLES: Mapping[str, Sequence[Some]] = {
    **dict.fromkeys(OF_TICKETS, CARDS),
    **more_samples(CARDS),
    "merged": [
        card | {"goes": goes} for card in CARDS if card["merged_into"] for goes in ("e-li", None)
    ],
    "absorbed": [
        card | {"others": others, "is_declared": declared, "is_regraded": declared}
        for card in CARDS
        for others in (["JN-261123-002", "JN-261123-003"], [])
        for declared in (True, False)
    ],
    "merged_for_desk": [
        card | {"others": others} for card in CARDS for others in (["JN-261123-002"], [])
    ],
    "parted": [
        {"number": NUMBER, "others": others} for others in (["JN-261123-008", "JN-261124-001"], [])
    ],
    "joined_wide": CARDS,
    "moment_kept": [
        card | {"moment": moment, "starts": starts, "cut_short": starts}
        for card in CARDS
        for moment in card["moments"]
        for starts in ([{"clock": "report", "at": NINE.isoformat()}], [])
    ],
    "split_done": [card | {"split": [LINE, BARE_LINE]} for card in CARDS],
    "repaired": [
        FAULT | {"affected": ["em", "ward-card", "n-em"], "device": device, "symptom": symptom}
        for device in ("HIS", None)
        for symptom in ("登不进", None)
    ],
    "ask_wider": [FAULT | {"numbers": numbers} for numbers in (FAULT["numbers"], [NUMBER])]
    + [FAULT | {"device": device, "symptom": None} for device in ("电话", None)],
    "poor_rating": [card for card in CARDS if card["rating"]],
    "warning": [card | DUE for card in CARDS],
    "breach": [
        card | DUE | CLAUSE | {"is_excused": is_, "at_least": is_least}
        for card in CARDS
        for is_, is_least in ((True, 0), (False, 0), (False, 1))
    ],
    **{
        name: [
            {
                "number": NUMBER,
                "by": by,
                "reason": "confirmation",
                "until": (NINE + DAY).isoformat(),
            }
            | {"asked": asked, "decided_by": "n-card"}
            for by, asked in (("e-qian", ["n-card"]), (None, []))
        ]
        for name in ("ask_pause", "pause_asked", "pause_confirmed", "pause_refused")
    },
    "ask_exemption": [PLEA, PLEA | {"department": None, "summary": ""}],
    "exemption_asked": [PLEA | {"deciders": deciders} for deciders in (["s-du"], [])],
    "exemption_lapsed": [PLEA],
    "exemption_granted": DECIDED,
    "exemption_refused": DECIDED,
    "escalation": [card | DUE | {"can": can} for card in CARDS for can in Step]
    + [
        card | DUE | {"since": since, "after": after, "basis": "004 §6.4.2"}
        for card in CARDS
        for since, after in (("anchor", 0.0), ("anchor", 600.0), ("limit", 86400.0))
    ],
    "roll_up": [
        {
            "lines": [
                LINE | DUE | {"what": what} for what in ("sla_breach", "escalation", "notice")
            ],
            "total": 251,
        },
        {"lines": [BARE_LINE | {"what": "sign_off_request", "clock": None, "due_at": None}]},
    ],
    "why": [
        card | CONTRACT | {"clocks": clocks, "tier": tier}
        for card in CARDS
        for clocks, tier in (
            ([], None),
            ([WHY_CLOCK], "on_call"),
            ([WHY_CLOCK | EXCUSED | {"left_out": []}], None),
        )
    ]
    + [CARDS[0] | CONTRACT | {"clocks": [], "tier": None, "reading": READING}]
    + [CARDS[0] | CONTRACT | {"clocks": [], "tier": None, "grades": DECISIONS}]
    + [
        CARDS[0]
        | CONTRACT
        | {"clocks": WHY_CLOCKS, "tier": None, "ground": ground, "earlier": [CONTRACT | EARLIER]}
        for ground in GROUNDS
    ],
    "times": [
        TIMES | {"any": False},
        TIMES,
        TIMES | {"clocks": [TIMED, LATE_BY_LITTLE], "more": 1, "met": 2},
    ],
    "reading": [
        READING,
        READING | {"act": "chatter", "urgency": None, "act_why": [], "thing": [], "place": ""},
        READING | {"urgency": "urgent", "haste": ["轻重：病人在等“排队”"], "department": None},
    ],
    **dict.fromkeys(
        (
            *("alias_kept", "alias_confirmed", "alias_asked"),
            *("alias_known", "alias_unknown", "alias_declined", "alias_forgotten"),
        ),
        ({"alias": "急症", "department": "em"},),
    ),
    "corrected": [
        {"number": NUMBER, "field": field, "value": value, "assignee": assignee}
        for field, value in CORRECTIONS
        for assignee in ("e-qian", None)
    ],
    "already_so": [
        {"number": NUMBER, "field": field, "value": value} for field, value in CORRECTIONS
    ],
    "ask_alias": [{"alias": "急症", "department": "em", "name": "陈静", "options": 2}],
    "holidays_missing": [{"year": 2027}],
    "offered": [{"number": NUMBER, "to": "e-li"}],
    "reassigned": [{"number": NUMBER, "to": "e-li"}],
    "takeover_asked": [{"number": NUMBER, "assignee": "e-li"}],
    "takeover_refused": [{"number": NUMBER, "assignee": "e-li"}],
    "ask_photo": [{"number": NUMBER}],
    "ask_department": [
        {"number": NUMBER, "name": "陈静", "options": 0},
        {"number": NUMBER, "name": "陈静", "options": 3},
        {"number": NUMBER, "name": "陈静", "options": 3, "asked": "n-em"},
        {"number": NUMBER, "name": "路人", "options": 0, "asked": "路人"},
    ],
    "ask_is_report": [
        {"name": "陈静", "text": "打印机好像不太对", "options": 2},
        {"name": "陈静", "text": "打印机好像不太对", "options": 2, "asked": "n-em"},
    ],
    "ask_which_ticket": [{"name": "钱峰", "choices": [LINE, BARE_LINE], "options": 2}],
    "ask_wait_reason": [{"number": NUMBER, "name": "钱峰", "reason": None, "options": 6}],
    "ask_wait_until": [
        {"number": NUMBER, "name": "钱峰", "reason": reason, "options": 4}
        for reason in ("parts", None)
    ],
    "ask_transfer_to": [{"number": NUMBER, "name": "钱峰", "reason": "", "options": 3}],
    "why_him": [
        {"number": NUMBER, "assignee": "e-qian", "tier": tier, "department": "ward-resp"}
        for tier in ("zone_owner", None)
    ],
    "ask_what": [
        {"name": "陈静", "text": "又坏了", "options": 0},
        {"name": "陈静", "text": "扫码枪", "thing": "扫码枪", "is_supply": False, "options": 0},
        {"name": "陈静", "text": "硒鼓", "thing": "硒鼓", "is_supply": True, "options": 0},
    ],
    "ask_alike": [{"name": "陈静", "said": "打印机卡纸", "options": 2}],
    "ask_recovered": [{"number": NUMBER, "name": "陈静", "summary": "打印机卡纸", "options": 2}],
    "ask_take_over": [
        {"number": NUMBER, "summary": summary, "by": "e-li", "asked_in": "work", "options": 2}
        for summary in ("卡纸", "")
    ],
    "asked": [
        {"number": NUMBER, "answer": "等配件"},
        {"answer": ""},
        *(PLEA | {"answer": answer} for answer in ("同意", "")),
        {"name": "陈静"},
        *(FAULT | {"answer": answer} for answer in ("是", "否")),
        FAULT | {"answer": "", "is_replaced": True},
        *ASKED,
    ],
    "survey_question": [
        ROUND | {"dimension": name, "step": n}
        for n, name in enumerate(("speed", "result", "attitude", "conduct", "dress"), start=1)
    ],
    "survey_thanks": [ROUND],
    "survey_comment": [
        ROUND | {"department": department, "text": "来得快"} for department in ("ward-card", None)
    ],
    "survey_result": [
        ROUND | {"asked": 5, "answered": 3, "means": [["speed", 4.5, 3]], "comments": 1},
        ROUND | {"asked": 5, "answered": 0, "means": [], "comments": 0},
        ROUND | {"asked": 0, "answered": 0, "means": [], "comments": 0},
    ],
    "comment_kept": [{}],
    "own_work": [ROWS | {"name": "钱峰"}, NO_ROWS | {"name": "钱峰"}],
    "department_open": [ROWS | {"department": "ward-resp"}, NO_ROWS | {"department": "ward-resp"}],
    "backlog": [ROWS, NO_ROWS],
    "period": [
        PERIOD | {"department": None, "rated": 0, "rating_sum": 0, "lines": [], "more": 0},
        PERIOD | {"department": "icu", "rated": 2, "rating_sum": 9, "lines": [LINE], "more": 2},
    ],
    "help": [
        {"bot": "呼应", "speech": [["催一下", "问进度"]], "commands": [], "is_stranger": stranger}
        for stranger in (True, False)
    ],
    "press_heard": [{}],
    "press_done": [{}],
    "unknown_command": [{"said": "/ping"}],
    "register": [{"name": "路人"}],
    "duty": [
        {"at": NINE.isoformat(), "duty": ["e-qian"], "oncall": [], "leave": ["e-zhao"]},
        {"at": NINE.isoformat()},
        {"at": NINE.isoformat(), "duty": ["e-qian", "e-zhao"], "loads": {"e-qian": 2}},
    ],
    "leave_kept": [
        {"person": "e-zhao", "first": "2026-11-23", "last": last, "moved": moved}
        for last, moved in (("2026-11-23", []), ("2026-11-25", [NUMBER]))
    ]
    + [
        {"person": "e-zhao", "first": "2026-11-23", "last": "2026-11-23", "part": part}
        for part in DayPart
    ],
    "stock": [
        {
            "wanted": "硒鼓",
            "lines": [
                {"name": "硒鼓", "on_hand": "3", "unit": "个", "daily": daily, "zone": zone}
                | {"location": place}
                for daily, zone, place in (("2", "red", "库房"), ("0", "green", ""))
            ],
            "more": 2,
        },
        {"wanted": "硒鼓", "lines": [], "more": 0},
    ],
    "photo_refused": [
        {"faults": ["too_large", "broken"]},
        {"faults": ["unheard_of"]},
        {"faults": ["voice_too_big"]},
    ],
    "help_in_short": [{"name": "陈静"}],
    "nothing_open": [{"name": "陈静"}],
    "voice_unread": [{"name": "陈静"}],
    "parked": [{"name": "陈静"}],
    "parked_for_desk": [
        {"name": "陈静", "chat": "work", "at": NINE.isoformat(), "text": text, "code": "01234567"}
        for text in ("打印机坏了", "")
    ],
    "unanswered": [{"topic": topic, "asked": "n-em", "number": NUMBER} for topic in PASSED_ON]
    + [{"topic": Topic.IS_REPORT, "asked": "路人"}],
    "digest": [DAY_FACTS, QUIET_DAY, DAY_FACTS | {"rated": 0, "rating_sum": 0, "satisfied": 0}],
    "refusal": [],
    **ROOM_SAMPLES,
}
