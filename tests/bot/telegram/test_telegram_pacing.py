"""Laws of pacing: never too much in any minute, and nobody waits for another chat."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.pacing import ALL, GROUP, Pacer

ONE, OTHER, PERSON = -1, -2, 5


@dataclass
class Hand:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.tuples(st.sampled_from([ONE, OTHER]), st.floats(0, 30)), max_size=120))
def test_no_window_of_a_group_ever_holds_more_than_its_share(
    steps: list[tuple[int, float]],
) -> None:
    hand = Hand()
    pacer = Pacer(hand)
    sent: dict[int, list[float]] = {ONE: [], OTHER: []}
    for chat, pause in steps:
        hand.now += pause
        while (wait := pacer.take(chat)) > 0:
            hand.now += wait
        sent[chat].append(hand.now)
    for moments in sent.values():
        for first in moments:
            assert sum(first <= moment < first + 60 for moment in moments) <= 20


def test_a_group_that_has_had_its_share_waits_alone() -> None:
    hand = Hand()
    pacer = Pacer(hand)
    assert [pacer.take(ONE) for _ in range(GROUP.most)] == [0] * GROUP.most
    assert pacer.take(ONE) == GROUP.seconds
    assert pacer.take(OTHER) == 0
    hand.now += GROUP.seconds
    assert pacer.take(ONE) == 0


def test_what_telegram_asks_for_holds_one_chat_for_as_long() -> None:
    hand = Hand()
    pacer = Pacer(hand)
    pacer.pause(ONE, 8.0)
    assert pacer.take(ONE) == 8.0
    assert pacer.take(PERSON) == 0
    hand.now += 8.0
    assert pacer.take(ONE) == 0


def test_all_chats_together_stay_below_what_a_bot_may_send() -> None:
    pacer = Pacer(Hand())
    waits = [pacer.take(person) for person in range(1, 40)]
    assert waits.count(0) == ALL.most


def test_an_album_counts_as_many_as_it_holds() -> None:
    pacer = Pacer(Hand())
    assert pacer.take(ONE, 10) == 0
    assert pacer.take(ONE, 10) > 0
    assert pacer.take(ONE, 8) == 0


def test_what_was_sent_before_a_restart_still_counts() -> None:
    hand = Hand()
    pacer = Pacer(hand)
    for _ in range(GROUP.most):
        pacer.remember(ONE, 20.0)
    assert pacer.take(ONE) == GROUP.seconds - 20
