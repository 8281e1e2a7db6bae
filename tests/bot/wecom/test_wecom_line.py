"""The long connection against a platform with WeCom's rules: chaos ends connected, or as due."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels.wecom import frames
from bot.channels.wecom.faults import NoAnswer, NotLive, Refused
from bot.channels.wecom.link import Callback, Callbacks
from bot.channels.wecom.standing import State, Trouble
from bot.channels.wecom.traffic import ALL_SILENT, GROUPS_SILENT, Traffic
from tests.bot.wecom.lines import QUICK, MemoryLease, a_line, soon
from tests.bot.wecom.vectors import vectors
from tests.fakes.tls import make_tls
from tests.fakes.wecom import FakeWeCom, a_wecom

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
GROUP = "wrGROUP01"
SECOND = timedelta(seconds=1)


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeWeCom]:
    async with a_wecom() as running:
        yield running


def words(text: str = "@小修 没网", chat: str = GROUP) -> dict[str, object]:
    return {
        "msgid": f"m-{text}",
        "chatid": chat,
        "chattype": "group",
        "from": {"userid": "chenjing"},
        "msgtype": "text",
        "text": {"content": text},
    }


def push(chat: str = GROUP) -> dict[str, object]:
    return {"chatid": chat, "chat_type": 2, "msgtype": "markdown", "markdown": {"content": "hi"}}


async def test_the_first_frame_subscribes_and_then_the_line_is_live(fake: FakeWeCom) -> None:
    async with a_line(fake) as held:
        await fake.subscribed()
        await held.ears.until(lambda: held.ears.gaps)
        assert held.line.state is State.LIVE
        first = fake.frames[0]
        assert first["cmd"] == "aibot_subscribe"
        assert first["body"] == {"bot_id": "bot-1", "secret": "s3cret"}
        await fake.until(lambda: any(frame["cmd"] == "ping" for frame in fake.frames))
        assert "body" not in next(frame for frame in fake.frames if frame["cmd"] == "ping")


def test_frames_have_the_form_of_the_vendors_own_sdk() -> None:
    for theirs in vectors()["ws_client_frames"]["frames"]:
        req_id = theirs["headers"]["req_id"]
        ours = json.loads(frames.make(theirs["cmd"], req_id, theirs["body"]))
        assert ours == theirs
        assert isinstance(frames.parse(json.dumps(theirs)), frames.Frame)
    made = frames.new_req_id("aibot_send_msg", NOW)
    assert made.startswith("aibot_send_msg_1795395600000_")
    assert len(made.rpartition("_")[2]) == 8


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "7", "{" * 5000, "\x00"])
def test_what_is_no_frame_is_none(text: str) -> None:
    assert frames.parse(text) is None


def test_raw_control_characters_inside_words_are_bearable() -> None:
    frame = frames.parse(
        '{"cmd":"aibot_msg_callback","headers":{"req_id":"r"},"body":{"a":"b\x01c"}}'
    )
    assert frame == frames.Frame("aibot_msg_callback", "r", {"a": "bc"})


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1008, 1011, 1012])
async def test_however_a_connection_ends_the_next_one_begins(fake: FakeWeCom, code: int) -> None:
    async with a_line(fake) as held:
        for times in range(1, 4):
            link = await fake.subscribed(times)
            if code == 1006:
                link.abort()
            else:
                await link.socket.close(code=code)
            await fake.until(lambda link=link: not link.is_subscribed)  # type: ignore[misc]
        await fake.subscribed(4)
        await held.ears.until(lambda: len(held.ears.gaps) == 4)
        assert held.line.state is State.LIVE
        assert held.ears.troubles == []


async def test_a_wire_that_has_gone_silent_is_noticed_and_left(fake: FakeWeCom) -> None:
    async with a_line(fake):
        await fake.subscribed()
        fake.swallow.add("ping")
        await fake.subscribed(2)
        fake.swallow.clear()
        await fake.until(lambda: fake.live is not None)


async def test_somebody_elses_connection_with_our_credentials_is_not_fought(
    fake: FakeWeCom,
) -> None:
    async with a_line(fake) as held, a_line(fake) as other:
        await soon(lambda: bool(held.ears.troubles or other.ears.troubles))
        loser = held if held.ears.troubles else other
        assert loser.ears.troubles == [Trouble.KICKED]
        assert loser.line.state is State.KICKED
        assert len(fake.subscribes) == 2
        with pytest.raises(NotLive):
            await loser.line.request(frames.SEND, push())


async def test_wrong_credentials_are_tried_a_few_times_and_then_told(fake: FakeWeCom) -> None:
    async with a_line(fake, secret="wrong") as held:
        await held.ears.until(lambda: held.ears.troubles)
        assert held.ears.troubles == [Trouble.AUTH_FAILED]
        assert held.line.state is State.AUTH_FAILED
        assert len(fake.subscribes) == 3


async def test_a_platform_that_says_too_often_is_left_alone_for_a_while(fake: FakeWeCom) -> None:
    fake.subscribe_codes.extend([45009, 45009])
    async with a_line(fake) as held:
        await held.ears.until(lambda: held.ears.gaps)
        first, second, third = fake.subscribes
        assert min(second - first, third - second) >= QUICK.too_often


async def test_a_line_that_flaps_is_not_reopened_at_once(fake: FakeWeCom) -> None:
    rhythm = replace(QUICK, first_retry=0.04, longest_retry=1.0)

    async def drop() -> None:
        link = await fake.subscribed(len(fake.subscribes) or 1)
        await link.socket.close()
        await fake.until(lambda: not link.is_subscribed)

    async with a_line(fake, rhythm=rhythm):
        for times in range(1, 6):
            await fake.subscribed(times)
            await drop()
        await fake.subscribed(6)
    gaps = [b - a for a, b in zip(fake.subscribes, fake.subscribes[1:], strict=False)]
    assert gaps[-1] > gaps[0]
    assert gaps[-1] > 0.3


async def test_a_lost_subscription_is_renewed_and_the_message_said_once_more(
    fake: FakeWeCom,
) -> None:
    async with a_line(fake) as held:
        link = await fake.subscribed()
        await fake.tell(words())
        await held.ears.until(lambda: held.ears.gaps)
        link.is_subscribed = False
        await held.line.request(frames.SEND, push())
        assert len(fake.subscribes) == 2
        assert [body["chatid"] for body in fake.pushes] == [GROUP]


async def test_an_answer_to_a_message_of_an_earlier_connection_is_refused(fake: FakeWeCom) -> None:
    async with a_line(fake) as held:
        link = await fake.subscribed()
        req_id = await fake.tell(words())
        await held.ears.until(lambda: held.ears.frames)
        await link.socket.close()
        await fake.subscribed(2)
        await held.ears.until(lambda: len(held.ears.gaps) == 2)
        stream = {"msgtype": "stream", "stream": {"id": "s", "finish": True, "content": "x"}}
        with pytest.raises(Refused) as refused:
            await held.line.request(frames.RESPOND, stream, req_id=req_id)
        assert refused.value.code == 846605


async def test_answers_to_one_message_go_out_one_after_the_other(fake: FakeWeCom) -> None:
    async with a_line(fake) as held:
        await fake.subscribed()
        req_id = await fake.tell(words())
        await held.ears.until(lambda: held.ears.frames)

        def stream(n: int) -> dict[str, object]:
            return {"msgtype": "stream", "stream": {"id": f"s{n}", "finish": True, "content": "x"}}

        await asyncio.gather(
            *(held.line.request(frames.RESPOND, stream(n), req_id=req_id) for n in range(5))
        )
        assert [body["stream"]["id"] for _, body in fake.replies] == [f"s{n}" for n in range(5)]


async def test_what_is_never_acknowledged_is_neither_sent_nor_unsent(fake: FakeWeCom) -> None:
    async with a_line(fake) as held:
        await fake.subscribed()
        await held.ears.until(lambda: held.ears.gaps)
        fake.swallow.add("aibot_send_msg")
        assert held.line.link is not None
        with pytest.raises(NoAnswer):
            await held.line.link.request(frames.SEND, push(), NOW, seconds=0.05)


async def test_a_process_without_the_lease_does_not_connect(fake: FakeWeCom) -> None:
    lease = MemoryLease(is_ours=False)
    async with a_line(fake, lease=lease) as held:
        await soon(lambda: lease.asked >= 3)
        assert held.line.state is State.STANDBY
        assert fake.subscribes == []
        lease.is_ours = True
        await fake.subscribed()


async def test_a_process_that_loses_the_lease_hangs_up(fake: FakeWeCom) -> None:
    async with a_line(fake) as held:
        link = await fake.subscribed()
        held.lease.is_ours = False
        await fake.until(lambda: not link.is_subscribed)
        await soon(lambda: held.line.state is State.STANDBY)


async def test_garbage_unknown_commands_and_pings_hurt_nobody(fake: FakeWeCom) -> None:
    async with a_line(fake) as held:
        link = await fake.subscribed()
        await link.socket.send_str("not json")
        await link.socket.send_bytes(b"\xff\xfe")
        await link.socket.send_str('{"cmd":"brand_new","headers":{"req_id":"r"}}')
        await link.socket.send_str('{"headers":{"req_id":"nobody asked"},"errcode":0}')
        await link.socket.ping()
        await fake.tell(words())
        await held.ears.until(
            lambda: any(frame.cmd in frames.MESSAGES for frame in held.ears.frames)
        )
        assert len(fake.subscribes) == 1


async def test_a_platform_that_cannot_be_reached_is_tried_for_ever() -> None:
    async with a_wecom() as fake:
        pass
    async with a_line(fake) as held:
        await soon(lambda: held.line.state is State.CONNECTING)
        with pytest.raises(NotLive):
            async with asyncio.timeout(5):
                await held.line.request(frames.SEND, push())


def test_an_answer_goes_to_what_was_said_last_before_it_by_whom_it_is_for() -> None:
    callbacks = Callbacks()
    for n, sender in enumerate(["a", "b", "a"]):
        callbacks.note(f"m{n}", Callback(f"r{n}", GROUP, sender, NOW + n * SECOND))
    assert callbacks.newest(GROUP, NOW + timedelta(hours=25)) is None
    waiting = callbacks.waiting(GROUP, ["b"], NOW + 2 * SECOND)
    assert waiting is not None
    assert waiting.req_id == "r1"
    callbacks.answered(waiting)
    assert callbacks.waiting(GROUP, ["b"], NOW + 2 * SECOND) is None
    assert callbacks.waiting(GROUP, ["a"], NOW + SECOND) == Callback("r0", GROUP, "a", NOW)
    others = callbacks.waiting(GROUP, ["c"], NOW + 2 * SECOND)
    assert others is not None
    assert others.req_id == "r2"
    assert callbacks.waiting(GROUP, ["a"], NOW + timedelta(minutes=2)) is None


async def test_the_line_runs_over_tls_with_a_certificate_authority_of_its_own(
    tmp_path: Path,
) -> None:
    tls = make_tls(tmp_path)
    async with a_wecom(tls.server) as fake:
        trusting = ssl.create_default_context(cafile=str(tls.ca_file))
        async with a_line(fake, trust=trusting) as held:
            await fake.subscribed()
            await held.ears.until(lambda: held.ears.gaps)
        async with a_line(fake) as held:
            await soon(lambda: held.line.state is State.CONNECTING)
            with pytest.raises(NotLive):
                await held.line.request(frames.SEND, push())
        assert len(fake.subscribes) == 1, "a certificate that nobody vouches for is not trusted"


class TestSilence:
    """A group that does not speak in working hours is suspicious only after a while."""

    def traffic(self) -> Traffic:
        traffic = Traffic()
        traffic.connected(NOW - timedelta(hours=2))
        traffic.heard(GROUP, is_group=True, now=NOW - timedelta(hours=1, minutes=50))
        traffic.lost(NOW - timedelta(minutes=90))
        traffic.connected(NOW - timedelta(minutes=80))
        return traffic

    def test_groups_silent_while_private_words_come_after_a_reconnect(self) -> None:
        traffic = self.traffic()
        traffic.connected_at = NOW - GROUPS_SILENT
        traffic.heard("chenjing", is_group=False, now=NOW)
        assert traffic.is_suspicious(NOW, working=True)
        assert not traffic.is_suspicious(NOW - timedelta(seconds=1), working=True)
        assert not traffic.is_suspicious(NOW, working=False)

    def test_everything_silent_for_an_hour(self) -> None:
        traffic = self.traffic()
        traffic.connected_at = NOW - ALL_SILENT
        assert traffic.is_suspicious(NOW, working=True)
        traffic.forced_at = NOW
        assert not traffic.is_suspicious(NOW + timedelta(minutes=14), working=True)
        assert traffic.is_suspicious(NOW + timedelta(minutes=15), working=True)

    def test_a_hospital_without_busy_groups_is_never_suspicious(self) -> None:
        traffic = Traffic()
        traffic.connected(NOW - timedelta(days=1))
        assert not traffic.is_suspicious(NOW, working=True)

    def test_a_break_lasts_from_its_beginning_to_the_next_success(self) -> None:
        traffic = self.traffic()
        traffic.lost(NOW)
        traffic.lost(NOW + timedelta(seconds=50))
        assert traffic.connected(NOW + timedelta(seconds=70)) == timedelta(seconds=70)
        assert traffic.connected(NOW + timedelta(seconds=80)) == timedelta(0)
