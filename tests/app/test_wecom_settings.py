"""`[wecom.*]`: sections inside a section, lists of them, and what has to go together."""

from pathlib import Path

import pytest

from app.settings import load
from app.settings_faults import SettingsFaults
from app.wecom_check import described

KEY = "AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw"
WHOLE = f"""
[wecom.bot]
id = "B"
secret = "s3cret"
name = "小修"
[[wecom.webhook]]
chat = "work"
key = "k1"
[[wecom.webhook]]
chat = "dept:ward-resp"
key_file = "KEYFILE"
[wecom.app]
corp_id = "ww1"
secret = "a"
agent_id = 1000002
token = "t"
aes_key = "{KEY}"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "huying.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsFaults) as refused:
        load(written(folder, text))
    return list(refused.value.lines)


def test_without_a_section_wecom_is_off() -> None:
    assert not load().wecom.is_on


def test_sections_lists_and_secret_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "robot").write_text("k2\n")
    text = WHOLE.replace("KEYFILE", str(tmp_path / "robot"))
    wecom = load(written(tmp_path, text)).wecom
    assert (wecom.by_line, wecom.by_callback, wecom.by_app, wecom.app_is_called) == (
        True,
        False,
        True,
        True,
    )
    assert [each.chat for each in wecom.webhook] == ["work", "dept:ward-resp"]
    assert wecom.webhook[1].key.get_secret_value() == "k2"
    assert "s3cret" not in repr(wecom)


def test_the_environment_names_a_section_inside_by_two_underscores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUYING_WECOM__BOT__ID", "B")
    monkeypatch.setenv("HUYING_WECOM__BOT__SECRET", "from outside")
    wecom = load(written(tmp_path, '[wecom.bot]\nsecret = "in the file"\nname = "小修"\n')).wecom
    assert (wecom.bot.secret.get_secret_value(), wecom.bot.name) == ("from outside", "小修")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[wecom.bot]\nid = 'B'\n", "id 和 secret 要一起写"),
        ("[wecom.bot]\nsecret = 3\n", "wecom.bot.secret：值不合要求"),
        ("[wecom.bot]\nurl = 'http://x'\n", "wecom.bot.url：值不合要求"),
        ("[wecom.bot]\nsecrett = 'x'\n", "是不是 secret？"),
        ("[wecom.bto]\nid = 'x'\n", "是不是 bot？"),
        ("[wecom]\nbot = 3\n", "wecom.bot：值不合要求；应写成 [wecom.bot]"),
        ("[wecom.callback]\ntoken = 't'\n", "token 和 aes_key 要一起写"),
        ("[wecom.callback]\ntoken = 't'\naes_key = 'short'\n", "43 位"),
        ("[wecom.callback]\npath = 'no-slash'\n", "以 / 开头"),
        ("[[wecom.webhook]]\nchat = 'work'\n", "chat 和 key 要一起写"),
        ("[[wecom.webhook]]\nchatt = 'work'\n", "wecom.webhook.0.chatt：没有这个设置"),
        ("[wecom.app]\ncorp_id = 'ww1'\n", "corp_id、secret、agent_id 要一起写"),
        ("[wecom.app]\nagent_id = 'x'\n", "AgentId"),
    ],
)
def test_what_does_not_go_together_is_one_line_that_says_so(
    tmp_path: Path, text: str, words: str
) -> None:
    (line,) = faults(tmp_path, text)
    assert words in line
    assert len(line.splitlines()) == 1


def test_a_bot_that_is_called_needs_no_secret(tmp_path: Path) -> None:
    text = f"[wecom.bot]\nid='B'\nname='小修'\n[wecom.callback]\ntoken='t'\naes_key='{KEY}'\n"
    wecom = load(written(tmp_path, text)).wecom
    assert (wecom.by_line, wecom.by_callback) == (False, True)


def test_both_ways_of_a_bot_at_once_are_noted_and_not_refused(tmp_path: Path) -> None:
    line = "[wecom.bot]\nid='B'\nsecret='s'\n"
    callback = f"[wecom.callback]\ntoken='t'\naes_key='{KEY}'\n"
    assert "只能用一种" in described(load(written(tmp_path, line + callback)).wecom)
    assert "只能用一种" not in described(load(written(tmp_path, line)).wecom)
