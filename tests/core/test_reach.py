"""Laws of rooms and accounts: who is reached where."""

from dataclasses import replace
from itertools import permutations

import pytest

from core.events import Facts
from core.ids import ChatId, PersonId
from core.notices import private_chat
from core.reach import (
    NOWHERE,
    Reach,
    Row,
    address_in,
    handles_of,
    rooms_of,
    strangers_chat,
    unbound,
)
from core.site import WORK
from tests.desk import demo_hospital

T, W = "telegram", "wecom"
QIAN = PersonId("e-qian")
SITE = demo_hospital().files


def row(kind: Row, address: str = "-1", channel: str = T, **facts: object) -> tuple[str, Facts]:
    return kind, {"channel": channel, "address": address, **facts}  # type: ignore[dict-item]


def bound(address: str = "-1", chat: str = WORK, **facts: str) -> tuple[str, Facts]:
    return row(Row.ROOM, address, T, chat=chat, **facts)


def reach(*rows: tuple[str, Facts], home: str = "") -> Reach:
    return Reach((T, W), home, rooms_of(rows))


def test_what_is_said_to_a_chat_goes_to_the_group_that_was_bound_last() -> None:
    rooms = reach(bound("-1"), bound("-2"))
    room = rooms.room_of(WORK, T)
    assert room is not None
    assert room.address == "-2"
    first = rooms.room_at(T, "-1")
    assert first is not None
    assert not first.is_bound


def test_a_group_that_moved_leaves_its_chat_to_the_new_address() -> None:
    rooms = reach(bound("-1", campus="east"), row(Row.NEWS, "-1", moved_to="-100"))
    room = rooms.room_of(WORK, T)
    assert room is not None
    assert (room.address, room.campus) == ("-100", "east")


@pytest.mark.parametrize("order", list(permutations(("to", "from", "joined", "left"))))
def test_in_whichever_order_a_move_is_told_the_new_address_is_reached(
    order: tuple[str, ...],
) -> None:
    told = {
        "to": row(Row.NEWS, "-1", moved_to="-100"),
        "from": row(Row.NEWS, "-1", moved_to="-100"),
        "joined": row(Row.NEWS, "-100", is_member=True),
        "left": row(Row.NEWS, "-1", is_member=False),
    }
    rooms = reach(bound("-1", campus="east"), *(told[each] for each in order))
    room = rooms.room_of(WORK, T)
    assert room is not None
    assert (room.address, room.campus, room.is_member) == ("-100", "east", True)


def test_a_group_that_the_bot_left_is_reached_no_more_until_it_is_back() -> None:
    gone = (bound(), row(Row.NEWS, is_member=False))
    assert reach(*gone).ways(WORK, {}) == (NOWHERE,)
    assert reach(*gone, row(Row.NEWS, is_member=True)).ways(WORK, {}) == (T,)


def test_what_a_platform_tells_of_a_group_that_is_not_bound_binds_nothing() -> None:
    (room,) = rooms_of([row(Row.NEWS, title="闲聊", is_admin=True)])
    assert (room.chat, room.is_bound, room.title) == (unbound(T, "-1"), False, "闲聊")


def test_a_group_on_two_channels_is_written_to_on_both_and_shown_at_home() -> None:
    rows = (bound(), row(Row.ROOM, "wr1", W, chat=WORK))
    assert reach(*rows, home="web").ways(WORK, {}) == (T, W, "web")


def test_a_private_chat_is_tried_where_its_owner_has_accounts() -> None:
    chat = private_chat(QIAN)
    assert reach().ways(chat, {W: "qian", "mail": "q@x"}) == (W,)
    assert reach().ways(chat, {W: "qian", T: "7"}) == (T, W)
    assert reach().ways(chat, {}) == (NOWHERE,)
    assert reach(home="web").ways(chat, {}) == ("web",)


def test_the_name_of_an_unknown_chat_says_where_it_is() -> None:
    for chat in (unbound(T, "-5"), strangers_chat(T, "-5")):
        assert address_in(chat, T) == "-5"
        assert address_in(chat, W) is None
        assert reach(home="web").ways(chat, {}) == (T,)
    assert address_in(ChatId("dept:telegram"), T) is None


def test_an_account_belongs_to_whom_it_was_bound_last_whatever_the_files_say() -> None:
    handle = SITE.person(QIAN).handles[W]
    rows = [
        (Row.HANDLE, {"channel": W, "handle": handle, "person": "e-li"}),
        (Row.HANDLE, {"channel": T, "handle": "77", "person": "e-li"}),
    ]
    site = SITE.with_handles(handles_of(rows))
    owner = site.find_handle(W, handle)
    assert owner is not None
    assert owner.id == "e-li"
    assert W not in site.person(QIAN).handles
    assert site.person(PersonId("e-li")).handles[T] == "77"
    assert SITE.with_handles({}) is SITE


def test_a_private_message_goes_out_once_and_a_groups_on_every_channel() -> None:
    site = replace(SITE, reach=reach(bound(), row(Row.ROOM, "wr1", W, chat=WORK)))
    assert site.posts_to(WORK) == (T, W)
    assert len(site.posts_to(private_chat(QIAN))) == 1
