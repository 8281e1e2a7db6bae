"""Lists, figures, help and other answers that are about no single ticket."""

from bot.replies.duties import owed
from bot.replies.layout import (
    CATEGORIES,
    STATES,
    Names,
    joined,
    lines,
    number,
    pairs,
    rows,
    text,
)
from bot.replies.tickets import over
from core.events import Facts, Json
from core.text import one_line

_STOCK_ZONES = {"red": "库存·红区", "yellow": "库存·黄区", "green": "库存·绿区"}
_PHOTO_FAULTS = {
    "too_large": "图片太大（10 MB 以内）",
    "too_many_pixels": "图片像素太高（2000 万以内）",
    "not_a_picture": "这个文件不是图片（支持 JPG、PNG、WEBP）",
    "broken": "图片不完整，打不开",
}
_FILE_FAULTS = {
    "not_fetched": "图片没有取到，请再发一次，文字不受影响。",
    "file_too_big": "文件超过 20 MB，我取不下来，请压缩一下或发截图。",
    "not_taken": "视频和文件我收不了，请发照片或截图，文字不受影响。",
    "voice_too_big": "语音超过 20 MB，我取不下来，请说短一点，或用文字说一句：哪里、什么坏了。",
}


def _row(line: Facts, names: Names, *, shows_place: bool = True) -> str:
    place = f"{names.department(line['department']) or '科室待确认'} " if shows_place else ""
    who = names.person(line["assignee"]) if line["assignee"] else "未派"
    late = ("·紧急" if line.get("urgent") else "") + ("·超时" if line.get("late") else "")
    late += "（已免责）" if line.get("excused") else ""
    return (
        f"· {line['number']} {place}{one_line(text(line['summary']), 30)}"
        f"｜{STATES[str(line['state'])]}{late}｜{who}"
    )


def own_work(facts: Facts, names: Names) -> str:
    """Return the unresolved tickets of the engineer who asks, or of the one asked about."""
    body = [_row(line, names) for line in rows(facts["lines"])]
    other = names.person(facts.get("person"))
    if not body:
        return f"{other or text(facts['name']) + '，你'}手上没有未完成的单子。"
    return lines(f"{other or '你'}手上还有{_count(facts)}单：", *body)


def department_open(facts: Facts, names: Names) -> str:
    """Return a department's unresolved tickets."""
    place = names.department(facts["department"])
    body = [_row(line, names, shows_place=False) for line in rows(facts["lines"])]
    if not body:
        return f"{place}没有未完成的单子。"
    return lines(f"{place}还有{_count(facts)}单没完成：", *body)


def backlog(facts: Facts, names: Names) -> str:
    """Return the whole backlog."""
    body = [_row(line, names) for line in rows(facts["lines"])]
    if not body:
        return "没有未完成的单子。"
    counts = joined(
        f"{names.person(person) if person else '未派'} {text(n)}"
        for person, n in pairs(facts["counts"])
    )
    return lines(
        f"未完成{_count(facts)}单，最早的在前：", *body, f"各人手上：{counts}" if counts else ""
    )


def _count(facts: Facts) -> str:
    shown = len(rows(facts["lines"]))
    return f"至少{shown + 1}" if facts.get("more") else str(shown)


def period(facts: Facts, names: Names) -> str:
    """Return the figures of a period."""
    place = names.person(facts.get("person")) or names.department(facts["department"]) or "全院"
    first, last = _day(facts["from"], names), _day(facts["to"], names)
    days = first if first == last else f"{first}至{last}"
    rated = int(number(facts["rated"]))
    mean = (
        f"，评价{rated}条平均{number(facts['rating_sum']) / rated:.1f}分"
        if rated
        else "，还没有评价"
    )
    body = [_row(line, names) for line in rows(facts["lines"])]
    more = f"……另有{facts['more']}单" if facts.get("more") else ""
    return lines(
        f"{place} {days}："
        f"报{facts['opened']}单，完成{facts['done']}单，超时{facts['late']}单"
        f"{_of_which_excused(facts)}{mean}。",
        *body,
        more,
    )


def _of_which_excused(facts: Facts) -> str:
    return f"（其中已免责{facts['excused']}单）" if facts.get("excused") else ""


def _day(value: Json, names: Names) -> str:
    from_text = text(value)[:10]
    _, month, day = from_text.split("-")
    return f"{int(month)}月{int(day)}日"


def help_text(facts: Facts, names: Names) -> str:
    """Return how to talk to the assistant, by example."""
    speech = [f"· {example} —— {purpose}" for example, purpose in pairs(facts["speech"])]
    commands = [f"· {example} —— {purpose}" for example, purpose in pairs(facts["commands"])]
    stranger = (
        "我还不认识你，请联系服务台登记；登记前也可以在群里报修。" if facts["is_stranger"] else ""
    )
    return lines(
        f"我是{facts['bot']}，直接说话就行：",
        *speech,
        *commands,
        "说错了？一分钟内发“撤销”。我记错了？说“不是报修”“改成网络”。",
        stranger,
    )


def press_heard(facts: Facts, names: Names) -> str:
    """Say that a press was heard; what came of it shows on the card."""
    return "收到。"


def press_done(facts: Facts, names: Names) -> str:
    """Tell who pressed twice that once was enough."""
    return "刚才已经处理过了，不用再按。"


def unknown_command(facts: Facts, names: Names) -> str:
    """Say that there is no such command, and what to say instead."""
    return f"没有 {facts['said']} 这个命令。报修请直接说哪里、什么坏了；发“帮助”看全部用法。"


def register(facts: Facts, names: Names) -> str:
    """Tell a stranger in private how to be known."""
    desk = joined(f"{p.name}" for p in names.site.desks)
    return (
        f"你好，我还不认识你。请把姓名、科室告诉服务台{desk}，登记后就能在这里报修。"
        "着急的话，请先在工作群里说，一样会登记。"
    )


def duty(facts: Facts, names: Names) -> str:
    """Return who works, with the tickets that each has in hand if the reader may know; who can be
    called, who is away.
    """
    loads = facts.get("loads")

    def one(person: Json) -> str:
        if not isinstance(loads, dict):
            return names.person(person)
        held = loads.get(text(person), 0)
        return f"{names.person(person)}（{f'{text(held)}单' if held else '空'}）"

    def listed(key: str) -> str:
        return joined(names.person(person) for person in _list(facts.get(key)))

    return lines(
        f"{names.time(facts['at'])} 值班情况",
        f"在岗：{joined(map(one, _list(facts.get('duty')))) or '无'}",
        f"听班：{listed('oncall') or '无'}",
        f"请假：{listed('leave')}" if facts.get("leave") else "",
    )


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def leave_kept(facts: Facts, names: Names) -> str:
    """Confirm a leave."""
    first, last = _day(facts["first"], names), _day(facts["last"], names)
    days = first if first == last else f"{first}至{last}"
    part = _DAY_PARTS.get(text(facts.get("part")), "")
    moved = _list(facts.get("moved"))
    sent_on = f"手上的 {joined(map(text, moved))} 已改派。" if moved else ""
    return f"已登记：{names.person(facts['person'])} {days}{part} 请假，期间不派单给他。{sent_on}"


_DAY_PARTS = {
    "morning": "上午（到12:00）",
    "afternoon": "下午（12:00到18:00）",
    "night": "晚上（18:00到次日08:00）",
}


def stock(facts: Facts, names: Names) -> str:
    """Return what is on the shelf; every colour names its axis."""
    body = []
    for line in rows(facts["lines"]):
        daily = number(float(text(line["daily"]) or 0))
        days = f"，约够{int(float(text(line['on_hand'])) / daily)}天" if daily else ""
        where = f"，在{line['location']}" if line.get("location") else ""
        zone = _STOCK_ZONES[str(line["zone"])]
        body.append(f"· {line['name']} {line['on_hand']}{line['unit']}{days}（{zone}{where}）")
    if not body:
        return f"库存里没有找到“{facts['wanted']}”。"
    more = f"……另有{facts['more']}种，请写得具体些" if facts.get("more") else ""
    return lines(*body, more)


def photo_refused(facts: Facts, names: Names) -> str:
    """Say why a picture, a recording or another file was not kept."""
    faults = [text(fault) for fault in _list(facts["faults"])]
    files = dict.fromkeys(_FILE_FAULTS[fault] for fault in faults if fault in _FILE_FAULTS)
    pictures = dict.fromkeys(
        _PHOTO_FAULTS.get(fault, "图片收不了") for fault in faults if fault not in _FILE_FAULTS
    )
    again = f"{joined(pictures)}，请换一张再发，文字不受影响。" if pictures else ""
    return lines(again, *files)


def nothing_open(facts: Facts, names: Names) -> str:
    """Say that there is nothing to nudge or cancel."""
    return f"{facts['name']}，没有找到你未完成的报修。要报修请直接说哪里、什么坏了。"


def help_in_short(facts: Facts, names: Names) -> str:
    """Say in one line what to do."""
    return f"{facts['name']}，直接说哪里、什么坏了就行。想看全部用法，发“帮助”。"


def voice_unread(facts: Facts, names: Names) -> str:
    """Ask for words where a voice message came without any."""
    return f"{facts['name']}，语音我还听不懂，请用文字说一句：哪里、什么坏了。"


def parked(facts: Facts, names: Names) -> str:
    """Apologise once."""
    return f"{facts['name']}，这条我没处理好，已转服务台人工处理，不用重发。"


def parked_for_desk(facts: Facts, names: Names) -> str:
    """Tell the desk what to look at."""
    return lines(
        f"请人工处理：{facts['name']} {names.time(facts['at'])} 的消息出错",
        f"故障码 {facts['code']}",
        text(facts["text"]),
    )


def unanswered(facts: Facts, names: Names) -> str:
    """Tell the desk of a question that nobody answered."""
    about, asked = _TOPICS[str(facts["topic"])], names.who(facts["asked"])
    said = text(facts.get("note") or facts.get("text"))
    spoke = f"说“{said}”，" if said else ""
    return f"请跟进：{asked}{spoke}没有回答我问的“{about}”。{text(facts.get('number'))}"


_TOPICS = {
    "which_ticket": "说的是哪一单",
    "wait_reason": "为什么等待",
    "wait_until": "等到什么时候",
    "transfer_to": "转给谁",
    "take_over": "是否让同事接手",
    "department": "哪个科室",
    "is_report": "是不是报修",
    "what": "是什么坏了",
    "alike": "是不是同样的问题",
    "alias": "科室的叫法",
    "pause": "是否同意停表",
    "exemption": "是否同意免责",
    "wider": "是不是大面积故障",
    "voice": "语音是不是报修",
}


def digest(facts: Facts, names: Names) -> str:
    """Return the digest of a day, the longest delay first."""
    body = [
        f"{place}. {line['number']} {names.department(line['department']) or '科室待确认'} "
        f"{one_line(text(line['summary']), 24)}｜{STATES[str(line['state'])]}｜"
        f"{names.person(line['assignee']) if line['assignee'] else '未派'}｜{over(line['over'])}"
        f"{'（已免责）' if line.get('excused') else ''}"
        for place, line in enumerate(rows(facts["lines"]), start=1)
    ]
    kinds = joined(
        f"{CATEGORIES.get(text(name), text(name))}{text(n)}"
        for name, n in pairs(facts["by_category"])
    )
    shown, total = len(body), int(number(facts["open"]))
    return lines(
        f"{_day(facts['day'], names)}日报",
        f"新报{facts['opened']}单{f'（{kinds}）' if kinds else ''}，完成{facts['resolved']}单，"
        f"取消{facts['cancelled']}单，超时{facts['breached']}单{_of_which_excused(facts)}",
        f"未完成{total}单{'，拖得最久的在前：' if total else ''}",
        *body,
        f"……另有{total - shown}单" if total > shown else "",
        owed(facts, names),
        *_engineers(facts, names),
        _satisfaction(facts),
    )


def _engineers(facts: Facts, names: Names) -> list[str]:
    people = [
        f"{names.person(row['person'])} 完成{row['done']}、手上{row['open']}"
        f"{'、超时' + text(row['late']) if row['late'] else ''}"
        f"{'（免责' + text(row['excused']) + '）' if row.get('excused') else ''}"
        for row in rows(facts["people"])
    ]
    return ["各人：" + "；".join(people)] if people else []


def _satisfaction(facts: Facts) -> str:
    asked, rated = int(number(facts["asked"])), int(number(facts["rated"]))
    if not asked and not rated:
        return "满意度：昨天没有需要评价的单子"
    if not rated:
        return f"满意度：请了{asked}人评价，还没有人评（不计为满意）"
    mean = number(facts["rating_sum"]) / rated
    percent = 100 * number(facts["satisfied"]) / rated
    asked = max(asked, rated)
    target = facts.get("target_percent")
    goal = f"（合同要求{text(target)}%）" if target else ""
    return (
        f"满意度：{rated}人评价，平均{mean:.1f}分，满意率{percent:.0f}%{goal}，"
        f"回收率{100 * rated / asked:.0f}%（{rated}/{asked}）"
    )
