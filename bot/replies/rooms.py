"""Words about groups and accounts: what was bound, how to bind, who cannot be reached."""

from typing import Final

from bot.replies.layout import Names, lines, text
from core.events import Facts
from core.ids import ChatId, DepartmentId
from core.reach import NOWHERE

CHANNELS: Final = {"telegram": "Telegram", "wecom": "企业微信", "web": "网页", "replay": "回放"}
_REASONS: Final = {
    "no_way": "他还没有绑定任何账号",
    "blocked": "对方屏蔽了助手，或还没有点过“开始”",
    "kicked": "助手已经不在那个群里",
    "never_spoken": "他还没有在企业微信里和助手说过话",
    "refused": "平台不收这条",
    "expired": "一直送不出去，已经过时",
}


def room_bound(facts: Facts, names: Names) -> str:
    """Say which chat the group is from now on."""
    chat = ChatId(text(facts["chat"]))
    campus = names.site.campuses.get(text(facts.get("campus")), "")
    department = names.department(DepartmentId(chat.removeprefix("dept:")))
    what = f"{department}的群" if chat.startswith("dept:") else f"{names.site.name}的工作群"
    return lines(
        f"好的，本群现在是{what}{f'（{campus}）' if campus else ''}。",
        "直接说哪里、什么坏了，就会登记派单。",
    )


def room_unbound(facts: Facts, names: Names) -> str:
    """Say that the group is none of the hospital's any more."""
    return "好的，本群已解绑，我不再登记这里的报修。"


def room_unknown(facts: Facts, names: Names) -> str:
    """Tell a group that is bound to nothing how it is bound."""
    return "本群还没有绑定，报修还不会登记。请管理员或服务台在群里发“绑定本群”（或 /bind）。"


def invitation(facts: Facts, names: Names) -> str:
    """Say the code to who asked for it."""
    who = names.person(facts["person"])
    return lines(
        f"{who}的绑定码：{facts['code']}",
        f"请{who}在两小时内私聊发给我：绑定 {facts['code']}",
        *(f"或点开：{link.format(code=facts['code'])}" for link in names.site.reach.links),
        "只能用一次，不要发在群里。",
    )


def invitation_sent(facts: Facts, names: Names) -> str:
    """Say in the group that the code came in private."""
    return f"{names.person(facts['person'])}的绑定码已私聊发给你。"


def account_bound(facts: Facts, names: Names) -> str:
    """Greet somebody who is known from now on."""
    place = names.department(facts.get("department"))
    where = f"（{place}）" if place else ""
    return f"{names.person(facts['person'])}{where}，绑定好了。直接说话就行，发“帮助”看全部用法。"


def unreachable(facts: Facts, names: Names) -> str:
    """Tell the admin what could be said nowhere."""
    who = names.person(facts.get("person")) or _group(text(facts["chat"]), names)
    channel = text(facts["channel"])
    where = "" if channel == NOWHERE else f"在{CHANNELS.get(channel, channel)}上"
    reason = _REASONS.get(text(facts["reason"]), "平台不收")
    about = f"（{facts['number']}）" if facts.get("number") else ""
    return lines(
        f"有消息{where}送不到：{who}{about}，{reason}。",
        f"请发“邀请{who}”，让他重新绑定账号；急事请打电话。"
        if facts.get("person")
        else "请检查那个群。",
    )


def hears_little(facts: Facts, names: Names) -> str:
    """Tell a group why plain words are not heard there, and what to do."""
    return lines(
        "注意：隐私模式开着，直接说的报修我收不到，只看得到 /开头的、@我的和回复我的消息。",
        "请在本群把我设为管理员；或在 BotFather 发 /setprivacy 选 Disable，再把我移出群重新拉入。",
    )


def no_person(facts: Facts, names: Names) -> str:
    """Say why nobody may act in the name of a group."""
    return "匿名可以报修，但接单、确认要知道是谁：请关闭“匿名管理员”，用自己的账号再发一次。"


def channel_gap(facts: Facts, names: Names) -> str:
    """Tell a group what may have been missed while its platform was out of reach."""
    channel = CHANNELS.get(text(facts["channel"]), text(facts["channel"]))
    since, until = names.time(facts["since"]), names.time(facts["until"])
    return lines(
        f"{since}到{until}我和{channel}断开了，这段时间的消息正在补收。",
        "看到回执的不用重发；过几分钟还没有回执的，请再发一次；按过没反应的按钮，请再按一次。",
    )


def _group(chat: str, names: Names) -> str:
    return names.site.chats.get(ChatId(chat), "没有绑定的群")
