import asyncio
import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import structlog

from app.logs import Format, bind_message, configure

SECRET = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
PHONE = "13812345678"
WORDS = "打印机又卡纸了"
PLANTED = (SECRET, PHONE, "360102199003071236", "张小三", WORDS)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("sqlalchemy", "aiohttp.access")}
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


@pytest.fixture(params=get_args(Format))
def out(request: pytest.FixtureRequest) -> io.StringIO:
    """Return where the lines go, in each of the formats in turn."""
    stream = io.StringIO()
    configure("debug", request.param, stream)
    return stream


@pytest.fixture
def json_out() -> io.StringIO:
    stream = io.StringIO()
    configure("info", "json", stream)
    return stream


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_carries_its_facts_level_name_and_time_in_utc(json_out: io.StringIO) -> None:
    structlog.get_logger("bot.inbox").info("ticket_opened", ticket="JN-261123-007", n=3)
    (event,) = events(json_out)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "ticket_opened",
        "ticket": "JN-261123-007",
        "n": 3,
        "level": "info",
        "logger": "bot.inbox",
    }


def test_lines_of_libraries_take_the_same_way(json_out: io.StringIO) -> None:
    logging.getLogger("somewhere").warning("call %s", PHONE)
    (event,) = events(json_out)
    assert (event["event"], event["logger"]) == ("call 138****5678", "somewhere")


def test_what_is_below_the_level_is_not_written(json_out: io.StringIO) -> None:
    structlog.get_logger().debug("seen")
    logging.getLogger("x").debug("seen")
    assert json_out.getvalue() == ""


@pytest.mark.parametrize(
    "name", ["sqlalchemy.engine.Engine", "aiohttp.access", "httpx", "aiosqlite"]
)
def test_talkative_libraries_speak_from_warnings_up(out: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("SELECT 1")
    assert out.getvalue() == ""
    logging.getLogger(name).warning("slow")
    assert "slow" in out.getvalue()


def test_setting_up_twice_writes_each_line_once(out: io.StringIO) -> None:
    configure("info", "json", out)
    structlog.get_logger().info("seen")
    assert len(out.getvalue().splitlines()) == 1


async def test_lines_of_one_message_carry_its_id_into_tasks(json_out: io.StringIO) -> None:
    log = structlog.get_logger()

    async def work() -> None:
        log.info("inside")
        logging.getLogger("library").info("inside")

    with bind_message("0193a"):
        await asyncio.create_task(work())
    log.info("outside")
    assert [event.get("message") for event in events(json_out)] == ["0193a", "0193a", None]


def test_planted_secrets_phones_and_words_come_out_nowhere(out: io.StringIO) -> None:
    log = structlog.get_logger()
    url = f"https://api.telegram.org/bot123456789:{SECRET}/sendMessage"
    log.info("sent", url=url, to=PHONE, phone=13812345678, text=WORDS, body=WORDS.encode())
    log.info("sent", payload={"token": SECRET, "message_text": WORDS, "list": [PHONE, (PHONE,)]})
    log.warning(f"no answer from {PHONE}", access_token=SECRET, db=f"postgresql://u:{SECRET}@h/d")
    log.info("card", number="360102199003071236", who="患者张小三要出院")
    log.info(f"?key={SECRET}&access_token={SECRET}", header=f"Authorization: Bearer {SECRET}")
    logging.getLogger("httpx").warning("HTTP Request: POST %s", url)
    logging.getLogger("x").error("%s", {"corpsecret": SECRET, "phone": f"138 {PHONE[3:]}"})
    try:
        raise ValueError(f"password={SECRET} phone {PHONE}\n[parameters: ('{WORDS}',)]")
    except ValueError:
        log.exception("handler_failed", **{PHONE: 1})
        logging.getLogger("x").exception("failed")
    written = out.getvalue()
    assert len(written.splitlines()) == 9
    unescaped = written.encode().decode("unicode_escape")
    for planted in PLANTED:
        assert planted not in written
        assert planted not in unescaped


def test_a_line_that_cannot_be_formatted_shows_nothing_of_its_values(out: io.StringIO) -> None:
    broken = {"name": "library", "msg": "%d of %s", "args": (PHONE,), "levelno": logging.WARNING}
    logging.getLogger().handlers[0].handle(logging.makeLogRecord(broken))
    assert "log_line_lost" in out.getvalue()
    assert PHONE not in out.getvalue()


@pytest.mark.parametrize(
    "evil", ["a\nb", "a\r\nb", "a\u2028b", "a\x85b", "a\x1b[31mb", "a\u202eb", "a\ud800b", "a\0b"]
)
def test_a_line_stays_one_line_whatever_is_in_it(out: io.StringIO, evil: str) -> None:
    log = structlog.get_logger()
    log.info(evil, fact=evil, **{evil: 1})
    logging.getLogger("library").warning("%s", evil)
    lines = out.getvalue().splitlines()
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
    out.getvalue().encode()


def test_a_traceback_stays_one_line(out: io.StringIO) -> None:
    try:
        raise ValueError("why")
    except ValueError:
        structlog.get_logger().exception("handler_failed")
    (line,) = out.getvalue().splitlines()
    assert "ValueError: why" in line
    assert "test_logs.py" in line


@pytest.mark.filterwarnings("default")
def test_warnings_are_lines_too(json_out: io.StringIO) -> None:
    warnings.warn(f"old {PHONE}", UserWarning, stacklevel=1)
    (event,) = events(json_out)
    assert event["logger"] == "py.warnings"
    assert "138****5678" in event["event"]


def test_values_of_any_kind_can_be_logged(out: io.StringIO) -> None:
    ring: list[Any] = []
    ring.append(ring)
    structlog.get_logger().info(
        "odd", ring=ring, thing=object(), raw=b"\xff", nan=float("nan"), s={1}
    )
    assert len(out.getvalue().splitlines()) == 1
