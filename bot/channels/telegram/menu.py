"""The menu of commands: a name that Telegram admits, and the word that it stands for.

Telegram's commands are Latin letters only, so each is a short way to say a word that everybody
may type as well. The menu is a convenience; who may do what is decided when it is done.
Source: Bot API, "setMyCommands", "BotCommandScope".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One command of the menu."""

    name: str
    word: str
    chinese: str
    english: str
    is_for_all: bool = True
    """False shows it to those who lead alone: by their role, or as administrators of a group."""

    def shown(self, language: str) -> dict[str, str]:
        """Return it as `setMyCommands` takes it, in Chinese or English."""
        text = self.english if language == "en" else f"{self.chinese}（也可以直接发：{self.word}）"
        return {"command": self.name, "description": text}


MENU: Final = (
    MenuItem("help", "帮助", "看怎么用", "How to use the service desk"),
    MenuItem("mine", "我的工单", "我报的、我手上的工单", "My tickets"),
    MenuItem("duty", "今天谁值班", "今天谁值班", "Who is on duty today"),
    MenuItem("stock", "库存", "查备件和耗材的库存", "What is in stock, e.g. /stock toner"),
    MenuItem("undo", "撤销", "一分钟内撤销刚才那一步", "Take back the last step, within a minute"),
    MenuItem("backlog", "未完成列表", "全部未完成的工单", "All open tickets", is_for_all=False),
    MenuItem(
        "bind", "绑定本群", "让这个群成为工作群", "Make this the work group", is_for_all=False
    ),
)
_WORDS: Final = {item.name: item.word for item in MENU if item.name != "bind"}
"""Binding is heard under its own name: nothing but commands reaches a bot in privacy mode."""


def in_words(command: str, rest: str) -> str:
    """Return the words that a command and what follows it stand for; unknown ones as typed."""
    return f"{_WORDS.get(command, f'/{command}')} {rest}".strip()


def menus(leaders: Sequence[int] = ()) -> list[dict[str, Any]]:
    """Return the parameters of every `setMyCommands` call: each scope in Chinese and English.

    Chinese is also what everybody gets whose language has no menu of its own. `leaders` are the
    accounts that see all of it in their private chats.
    """
    scopes: list[tuple[dict[str, Any], bool]] = [
        ({"type": "all_private_chats"}, False),
        ({"type": "all_group_chats"}, False),
        ({"type": "all_chat_administrators"}, True),
    ]
    scopes += (({"type": "chat", "chat_id": account}, True) for account in leaders)
    return [
        {
            "commands": [item.shown(code) for item in MENU if shows_all or item.is_for_all],
            "scope": scope,
        }
        | ({"language_code": code} if code else {})
        for scope, shows_all in scopes
        for code in ("", "zh", "en")
    ]
