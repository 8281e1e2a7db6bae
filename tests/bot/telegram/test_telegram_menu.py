"""Laws of the menu: what Telegram admits, in both languages, and every command a word as well."""

import re

from bot.channels.telegram.menu import MENU, in_words, menus
from bot.menu import COMMANDS


def test_every_command_is_one_that_telegram_admits_and_says_what_it_is() -> None:
    for given in menus([3301]):
        assert given["scope"]["type"] in {
            *("all_private_chats", "all_group_chats", "all_chat_administrators", "chat"),
        }
        for command in given["commands"]:
            assert re.fullmatch(r"[a-z0-9_]{1,32}", command["command"])
            assert 1 <= len(command["description"]) <= 256


def test_each_scope_is_told_in_chinese_and_in_english() -> None:
    told: dict[str, list[str]] = {}
    for given in menus():
        told.setdefault(given["scope"]["type"], []).append(given.get("language_code", ""))
    assert set(map(tuple, told.values())) == {("", "zh", "en")}


def test_who_leads_sees_more_than_others() -> None:
    shown = {
        given["scope"]["type"]: {each["command"] for each in given["commands"]}
        for given in menus([3301])
    }
    assert "backlog" not in shown["all_private_chats"] | shown["all_group_chats"]
    assert "backlog" in shown["chat"] & shown["all_chat_administrators"]


def test_every_command_also_exists_as_a_word_that_is_understood() -> None:
    for item in MENU:
        if item.name != "undo":
            assert COMMANDS.fits(item.word), item
    assert in_words("undo", "") == "撤销"
