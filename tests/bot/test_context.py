"""Laws of the context: who speaks, what is stripped, what is quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Inbound, Photo
from bot.context import MOST_LATELY, build_context, identify, strip_mention
from bot.intake import MOST_TEXT, inbox_message, storable
from core.events import Json
from core.text import MAX_CHARACTERS
from tests.desk import Stage, demo_hospital
from tests.factories import DAY, MINUTE, NINE

NAMES = ("呼应", "小修")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("@呼应 3楼打印机坏了", "3楼打印机坏了"),
        ("@小修3楼打印机坏了", "3楼打印机坏了"),
        ("＠呼应，催一下", "，催一下"),
        ("催一下 @呼应", "催一下"),
        ("呼应，催一下", "催一下"),
        ("小修：打印机坏了", "打印机坏了"),
        ("呼应 帮助", "帮助"),
        ("@呼应", ""),
        ("@呼应 转给@李伟", "转给@李伟"),
        ("@李伟 @呼应 007给你", "@李伟   007给你"),
        ("@李伟 打印机坏了", "@李伟 打印机坏了"),
        ("呼应系统打不开", "呼应系统打不开"),
        ("要小修一下", "要小修一下"),
        ("@呼应X 你好", "@呼应X 你好"),
        ("邮箱 a@b.com", "邮箱 a@b.com"),
    ],
)
def test_a_mention_of_the_bot_is_stripped_and_every_other_is_kept(said: str, left: str) -> None:
    assert strip_mention(said, NAMES) == left


@given(st.text(max_size=60))
def test_what_mentions_nobody_stays_as_it_is(said: str) -> None:
    if "呼应" not in said and "小修" not in said:
        assert strip_mention(said, NAMES) == said.strip()


@given(st.text(max_size=40))
def test_a_bot_without_names_strips_nothing(said: str) -> None:
    assert strip_mention(said, ()) == said.strip()


def inbound(sender: str = "n-em", text: str = "你好", **fields: object) -> Inbound:
    return Inbound(
        channel="fake",
        chat="work",
        sender=sender,
        message_id="m1",
        sent_at=NINE,
        text=text,
        sender_name="某人",
        **fields,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("channel", "sender", "person"),
    [("telegram", "1001", "n-em"), ("wecom", "chenjing", "n-em"), ("fake", "n-em", "n-em")],
)
def test_a_person_is_known_by_his_account_or_by_his_id(
    channel: str, sender: str, person: str
) -> None:
    message = inbox_message(Inbound(channel, "work", sender, "m1", NINE), "k1", NINE)
    actor = identify(message, demo_hospital().files)
    assert (actor.id, actor.name, actor.role) == (person, "陈静", "nurse")


@pytest.mark.parametrize(
    ("channel", "sender"), [("telegram", "chenjing"), ("telegram", "9"), ("fake", "1001")]
)
def test_who_is_not_in_the_files_is_a_stranger_with_a_name(channel: str, sender: str) -> None:
    message = inbox_message(
        Inbound(channel, "work", sender, "m1", NINE, sender_name="王护士"), "k1", NINE
    )
    actor = identify(message, demo_hospital().files)
    assert (actor.id, actor.key, actor.department) == (None, "王护士", None)


@given(st.text(max_size=30))
def test_what_no_database_takes_is_left_out_before_it_is_stored(said: str) -> None:
    body = inbox_message(inbound(text="好" + said + "\x00\ud800"), "k1", NINE).body
    stored = str(body["text"])
    assert "\x00" not in stored
    stored.encode()


_WORDS = st.text(st.characters() | st.sampled_from("\x00\ud800\udfff\\u0"), max_size=8)
_LEAVES = st.none() | st.booleans() | st.integers() | _WORDS
_PAYLOADS = st.recursive(
    _LEAVES, lambda inner: st.lists(inner) | st.dictionaries(_WORDS, inner), max_leaves=12
)


def _without_the_impossible(value: Json) -> Json:
    if isinstance(value, str):
        return "".join(
            each for each in value if each != "\x00" and not "\ud800" <= each <= "\udfff"
        )
    if isinstance(value, list):
        return [_without_the_impossible(each) for each in value]
    if isinstance(value, dict):
        return {
            str(_without_the_impossible(name)): _without_the_impossible(each)
            for name, each in value.items()
        }
    return value


@given(_PAYLOADS)
def test_a_payload_is_stored_as_it_came_but_for_what_no_database_takes(payload: Json) -> None:
    assert storable(payload) == _without_the_impossible(payload)


def test_a_message_of_any_length_is_stored_cut_and_read_cut_again() -> None:
    body = inbox_message(inbound(text="长" * (MOST_TEXT + 5)), "k1", NINE).body
    assert len(str(body["text"])) == MOST_TEXT


async def test_the_words_are_cleaned_and_only_kept_photos_count(stage: Stage) -> None:
    photos = (Photo("k.jpg", "a.jpg"), Photo("", "b.jpg", "too_large"))
    raw = inbound(text="@呼应 打印\u200b机坏了" + "。" * 3000, photos=photos)
    async with stage.desk.unit(NINE) as uow:
        ctx = await build_context(
            inbox_message(raw, "k1", NINE), uow=uow, reader=stage.desk.hospital.reader, now=NINE
        )
    assert ctx.text.startswith("打印机坏了")
    assert len(ctx.text) <= MAX_CHARACTERS
    assert (ctx.photos, ctx.refused_photos) == (("k.jpg",), ("too_large",))
    assert ctx.quote.tickets == ()


async def test_what_a_person_kept_to_himself_is_masked_before_it_is_kept(stage: Stage) -> None:
    raw = inbound(text="病人电话13812345678，3床监护仪坏了")
    async with stage.desk.unit(NINE) as uow:
        ctx = await build_context(
            inbox_message(raw, "k1", NINE), uow=uow, reader=stage.desk.hospital.reader, now=NINE
        )
    assert "13812345678" not in ctx.note
    assert "监护仪坏了" in ctx.note


async def test_a_flood_of_one_person_is_not_read_again_with_each_message_of_it(
    stage: Stage,
) -> None:
    for n in range(MOST_LATELY + 3):
        await stage.say("n-icu", f"今天好忙啊{n}")
    async with stage.desk.unit(NINE) as uow:
        (last,) = await uow.inbox.latest_on("fake", 1)
        ctx = await build_context(last, uow=uow, reader=stage.desk.hospital.reader, now=NINE)
        said = await ctx.said_lately(NINE - MINUTE)
    assert len(said) == MOST_LATELY
    assert said[0].id == last.id


async def test_every_photo_that_came_just_before_its_report_goes_with_it(stage: Stage) -> None:
    for n in range(MOST_LATELY + 5):
        await stage.write("n-icu", photos=(Photo(f"k{n:02d}.jpg", "p.jpg"),))
    await stage.settle()
    await stage.say("n-icu", "监护仪坏了，黑屏")
    (ticket,) = await stage.tickets()
    assert list(ticket.photos) == [f"k{n:02d}.jpg" for n in range(MOST_LATELY + 5)]


async def test_nothing_is_said_to_have_happened_after_we_received_it(stage: Stage) -> None:
    for sent, expected in ((NINE + DAY, NINE), (NINE - MINUTE, NINE - MINUTE)):
        message = inbox_message(Inbound("fake", "work", "n-em", "m1", sent, text="喂"), "k", NINE)
        async with stage.desk.unit(NINE) as uow:
            ctx = await build_context(message, uow=uow, reader=stage.desk.hospital.reader, now=NINE)
        assert ctx.at == expected


async def test_a_reply_means_the_tickets_of_what_it_quotes(stage: Stage) -> None:
    first = await stage.say("n-em", "分诊台电脑开不了机")
    card = next(key for key, message in stage.channel.screen.items() if message.chat == "work")
    (ticket,) = await stage.tickets()
    for quoted, posted in ((first, False), (card, True), ("unheard-of", None)):
        raw = inbound(text="好了", reply_to=quoted)
        async with stage.desk.unit(NINE) as uow:
            ctx = await build_context(
                inbox_message(raw, "k", NINE), uow=uow, reader=stage.desk.hospital.reader, now=NINE
            )
        assert ctx.quote.tickets == (() if posted is None else (ticket.id,))
        assert (ctx.quote.posted is not None) is bool(posted)


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("\u202e路人\u200b甲", "路人甲"),
        ("路人\n甲", "路人 甲"),
        ("李" * 64 + " " + "王" * 64, "李" * 23 + "…"),
        ("\u200b", "99"),
    ],
)
def test_a_name_that_a_stranger_gave_himself_turns_no_message_round_and_fills_none(
    told: str, known: str
) -> None:
    inbound = Inbound("telegram", "work", "99", "m1", NINE, sender_name=told)
    assert identify(inbox_message(inbound, "k1", NINE), demo_hospital().site).name == known
