"""Laws of help: what it shows can be typed as it stands, and is answered."""

import pytest

from bot.menu import COMMANDS
from bot.router import Command
from bot.speech import SPOKEN, Spoken
from core.people import ROLES
from core.understanding.result import Act
from tests.desk import Stage, demo_hospital

ALL = COMMANDS.commands
ONE_OF_EACH = ("n-em", "h-em", "e-qian", "l-luo", "d-he", "s-du", "a-it")
SAID = [spoken for spoken in SPOKEN if spoken.example]


def test_one_of_each_role_is_asked() -> None:
    roles = [demo_hospital().files.people[key].role for key in ONE_OF_EACH]  # type: ignore[index]
    assert sorted(roles) == sorted(ROLES)


@pytest.mark.parametrize("command", ALL, ids=lambda command: str(command.example))
def test_every_command_has_an_example_that_it_matches_first(command: Command) -> None:
    assert command.example
    assert command.purpose
    first = next(each for each in ALL if each.pattern.fullmatch(command.example))
    assert first is command


@pytest.mark.parametrize("command", ALL, ids=lambda command: str(command.example))
async def test_every_example_is_answered_once_to_who_is_shown_it(
    stage: Stage, command: Command
) -> None:
    for n in range(7):
        await stage.say(
            f"n-{('em', 'icu', 'lab', 'orth', 'cash', 'resp', 'gen2')[n]}", "电脑开不了机"
        )
    fitting = [
        key
        for key in ONE_OF_EACH
        if not command.roles or stage.site.people[key].role in command.roles  # type: ignore[index]
        if command.shown is None or command.shown(stage.site)
    ]
    for person in fitting:
        chat = f"dm:{person}"
        before = len(stage.channel.posts(chat, "answer"))
        await stage.say(person, command.example, chat=chat)
        answers = stage.channel.posts(chat, "answer")[before:]
        assert len(answers) == 1, person


@pytest.mark.parametrize("person", [*ONE_OF_EACH, "路人甲"])
async def test_help_shows_whatever_way_it_is_asked_for(stage: Stage, person: str) -> None:
    for word in ("帮助", "/help", "help", "@呼应 帮助", "怎么用"):
        before = len(stage.channel.sent)
        await stage.say(person, word)
        said = stage.channel.sent[before:]
        assert [message.kind for message in said] == ["answer"], word
        assert "我是呼应" in said[0].text
        assert ("还不认识你" in said[0].text) is (person == "路人甲")
        assert len(said[0].text) <= 600


async def test_a_bare_question_mark_shows_help_to_nobody_but_whoever_is_alone_with_the_bot(
    stage: Stage,
) -> None:
    for word in ("？", "?"):
        before = len(stage.channel.sent)
        await stage.say("n-em", word)
        assert stage.channel.sent[before:] == []


@pytest.mark.parametrize("spoken", SAID, ids=lambda spoken: str(spoken.example))
def test_what_help_tells_people_to_say_is_understood_so(spoken: Spoken) -> None:
    assert spoken.purpose
    for role in spoken.audience:
        read = demo_hospital().reader.read(spoken.example, role=role, sender_department=None)
        assert read.act in spoken.acts, role


def test_every_act_is_served_once_and_chatter_by_nobody() -> None:
    served = [act for spoken in SPOKEN for act in spoken.acts]
    assert sorted(served) == sorted(set(Act) - {Act.CHATTER})


@pytest.mark.parametrize(
    "words",
    ["今天的病人真多", "001 002", "2024年了", "查房去了", "值班护士叫我来的", "进度条卡住了"],
)
def test_ordinary_talk_is_no_command(words: str) -> None:
    assert not any(command.pattern.fullmatch(words) for command in ALL)
