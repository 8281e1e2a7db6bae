"""`replay`: what it prints, what it refuses, and that it always prints the same."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from app import replay
from app.main import main
from app.settings import DEMO_SITE

DAY = Path(__file__).parent / "data" / "day.jsonl"
REPORT = "6楼护士站打印机卡纸了"
Line = dict[str, Any]


def at(clock: str) -> str:
    return f"2026-11-23T{clock}+08:00"


def says(clock: str, sender: str, text: str, **more: object) -> Line:
    return {"at": at(clock), "chat": "work", "from": sender, "text": text, **more}


def taps(clock: str, sender: str, label: str, **more: object) -> Line:
    return {"at": at(clock), "chat": f"dm:{sender}", "from": sender, "tap": label, **more}


def until(clock: str) -> Line:
    return {"at": at(clock)}


async def printed(transcript: Path, url: str) -> str:
    out = StringIO()
    await replay.run(transcript, DEMO_SITE, url=url, out=out, err=StringIO(), lists_tickets=True)
    return out.getvalue()


class Stage:
    """Plays lines on a fresh database and keeps what came out."""

    def __init__(self, folder: Path, url: str) -> None:
        self._file = folder / "transcript.jsonl"
        self._url = url
        self.code = 0
        self.posts: list[Line] = []
        self.tickets: list[Line] = []
        self.complaints: list[str] = []

    async def play(self, *lines: Line | str) -> "Stage":
        rows = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        self._file.write_text("\n".join(rows), "utf-8")
        out, err = StringIO(), StringIO()
        self.code = await replay.run(
            self._file, DEMO_SITE, url=self._url, out=out, err=err, lists_tickets=True
        )
        came = [json.loads(line) for line in out.getvalue().splitlines()]
        self.posts = [line for line in came if "text" in line]
        self.tickets = [line for line in came if "text" not in line]
        self.complaints = err.getvalue().splitlines()
        return self

    def of_kind(self, kind: str) -> list[Line]:
        return [post for post in self.posts if post["kind"] == kind]


@pytest.fixture
def stage(tmp_path: Path, sqlite_url: str) -> Stage:
    return Stage(tmp_path, sqlite_url)


@pytest.fixture
def again(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> str:
    """Another fresh database beside the first."""
    path = tmp_path_factory.mktemp("again") / "huying.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


async def test_a_day_gives_the_same_bytes_twice(sqlite_url: str, again: str) -> None:
    first = await printed(DAY, sqlite_url)
    assert first == await printed(DAY, again)
    assert DAY.read_text("utf-8").count('"from"') >= 60


@pytest.mark.postgres
async def test_a_day_gives_the_same_bytes_on_postgresql(sqlite_url: str, postgres_url: str) -> None:
    assert await printed(DAY, postgres_url) == await printed(DAY, sqlite_url)


async def test_every_line_of_the_day_can_be_played(sqlite_url: str) -> None:
    err = StringIO()
    code = await replay.run(DAY, DEMO_SITE, url=sqlite_url, out=StringIO(), err=err)
    assert (code, err.getvalue()) == (0, "")


async def test_a_post_carries_exactly_the_promised_fields(stage: Stage) -> None:
    await stage.play(says("09:00:00", "n-resp", REPORT))
    card, dispatch = stage.posts
    assert list(card) == [
        "at", "id", "chat", "kind", "ticket", "to", "text", "buttons", "attachments",
    ]  # fmt: skip
    assert card["at"] == at("09:00:00")
    assert (card["chat"], card["kind"]) == ("work", "ticket_opened")
    assert card["ticket"] == "JN-261123-001"
    assert card["to"] == ["e-qian"]
    assert (dispatch["chat"], dispatch["to"]) == ("dm:e-qian", ["e-qian"])
    assert dispatch["buttons"][:3] == ["接单", "到场", "完成"]


async def test_an_edit_has_the_id_of_its_message(stage: Stage) -> None:
    await stage.play(says("09:00:00", "n-resp", REPORT), taps("09:01:00", "e-qian", "接单"))
    card, dispatch, card_again, dispatch_again = stage.posts
    assert (card_again["id"], card_again["edit"]) == (card["id"], True)
    assert (dispatch_again["id"], dispatch_again["edit"]) == (dispatch["id"], True)
    assert "edit" not in card


async def test_the_sign_off_message_becomes_the_survey_under_its_id(stage: Stage) -> None:
    await stage.play(
        says("09:00:00", "n-resp", REPORT, id="r1"),
        says("09:05:00", "e-qian", "修好了", photo=True),
        {"at": at("09:06:00"), "chat": "work", "from": "n-resp", "tap": "已解决"},
        {
            "at": at("09:07:00"),
            "chat": "work",
            "from": "n-resp",
            "tap": "5分",
            "on": "@r1:sign_off_request",
        },
    )
    (asked,) = stage.of_kind("sign_off_request")
    assert {post["id"] for post in stage.of_kind("survey")} == {asked["id"]}
    assert len(asked["attachments"]) == 1
    assert stage.tickets[0]["rating"] == 5


async def test_a_ticket_line_has_the_promised_fields_in_order(stage: Stage) -> None:
    await stage.play(
        says("09:00:00", "n-resp", REPORT),
        says("09:00:00", "n-card", "5楼护士站电脑蓝屏"),
        taps("09:04:00", "e-qian", "接单"),
    )
    first, second = stage.tickets
    assert list(first) == [
        "ticket", "kind", "state", "department", "category", "urgency", "assignee", "opened_at",
        "responded_at", "arrived_at", "resolved_at", "accepted_at", "closed_at", "breaches",
        "rating", "events",
    ]  # fmt: skip
    assert [first["ticket"], second["ticket"]] == ["JN-261123-001", "JN-261123-002"]
    assert (second["state"], second["responded_at"]) == ("acknowledged", at("09:04:00"))
    assert (first["state"], first["responded_at"]) == ("assigned", None)
    assert first["opened_at"] == at("09:00:00")


async def test_cancelled_tickets_are_listed_too(stage: Stage) -> None:
    await stage.play(
        says("09:00:00", "n-resp", REPORT),
        says("09:01:00", "n-resp", "取消报修"),
    )
    assert [ticket["state"] for ticket in stage.tickets] == ["cancelled"]


async def test_a_breach_is_posted_one_second_after_its_limit(stage: Stage) -> None:
    await stage.play(says("09:00:00", "n-resp", REPORT), until("09:10:01"))
    (breach,) = stage.of_kind("sla_breach")
    assert breach["at"] == at("09:10:01")
    assert stage.tickets[0]["breaches"] == ["response"]


async def test_exactly_at_the_limit_is_met(stage: Stage) -> None:
    await stage.play(
        says("09:00:00", "n-resp", REPORT), taps("09:10:00", "e-qian", "接单"), until("09:12:00")
    )
    assert stage.tickets[0]["breaches"] == []


async def test_a_second_after_the_limit_is_late(stage: Stage) -> None:
    await stage.play(says("09:00:00", "n-resp", REPORT), taps("09:10:01", "e-qian", "接单"))
    assert stage.tickets[0]["breaches"] == ["response"]


async def test_a_person_comes_before_the_timers_of_the_same_instant(stage: Stage) -> None:
    """The warning is due at 09:08:00; who answers at 09:08:00 is not warned any more."""
    await stage.play(
        says("09:00:00", "n-resp", REPORT), taps("09:08:00", "e-qian", "到场"), until("09:09:00")
    )
    assert stage.of_kind("sla_warning") == []


async def test_timers_due_at_the_last_instant_fire(stage: Stage) -> None:
    await stage.play(says("09:00:00", "n-resp", REPORT), until("09:08:00"))
    assert [post["at"] for post in stage.of_kind("sla_warning")] == [at("09:08:00")]


async def test_between_two_lines_every_timer_fires_at_its_own_instant(stage: Stage) -> None:
    await stage.play(says("09:00:00", "n-resp", REPORT), until("09:16:00"))
    told = [(post["at"], post["kind"]) for post in stage.posts if post["kind"].startswith("sla_")]
    assert told == [
        (at("09:08:00"), "sla_warning"),
        (at("09:10:01"), "sla_breach"),
        (at("09:12:00"), "sla_warning"),
        (at("09:15:01"), "sla_breach"),
    ]


async def test_a_message_that_comes_twice_counts_once(stage: Stage) -> None:
    line = says("09:00:00", "n-resp", REPORT, id="r1")
    await stage.play(line, line)
    assert len(stage.tickets) == 1


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "不是 JSON"),
        ("[]", "应为一个对象"),
        ('{"chat": "work", "from": "n-resp"}', "at 应为"),
        (json.dumps({"at": at("09:01:00"), "chat": "work", "text": "x"}), "缺少 from"),
        ('{"at": "2026-11-23T09:00:00"}', "at 缺少时区"),
        ('{"at": "2026-11-23T08:00:00+08:00"}', "时间早于上一行"),
        (json.dumps(until("09:01:00") | {"colour": "red"}), "不认识的字段 colour"),
        (json.dumps(until("09:01:00") | {"from": "n-resp"}), "缺少 chat"),
        (json.dumps(says("09:01:00", "n-resp", "") | {"text": 3}), "text 应为文字"),
        (json.dumps(says("09:01:00", "n-resp", "") | {"photo": 3}), "photo 应为"),
        (json.dumps(taps("09:01:00", "n-resp", "5分")), "没有带按钮“5分”的消息"),
        (json.dumps(taps("09:01:00", "e-qian", "5分", on="@r1:dispatch")), "没有按钮“5分”"),
        (json.dumps(taps("09:01:00", "e-qian", "接单", on="@r9")), "找不到 @r9"),
        (json.dumps(says("09:01:00", "n-resp", "", photo="nowhere.jpg")), "读不了照片"),
    ],
)
async def test_a_line_that_cannot_be_played_is_one_complaint_and_the_run_goes_on(
    stage: Stage, line: str, complaint: str
) -> None:
    await stage.play(
        says("09:00:00", "n-resp", REPORT, id="r1"),
        line,
        says("09:02:00", "n-card", "5楼护士站电脑蓝屏"),
    )
    assert stage.code == 1
    assert len(stage.complaints) == 1
    assert complaint in stage.complaints[0]
    assert stage.complaints[0].startswith("第 2 行")
    assert len(stage.tickets) == 2


async def test_a_photo_that_is_none_is_refused_in_the_chat(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    await stage.play(says("09:00:00", "n-resp", REPORT, photo="broken.jpg"))
    assert stage.code == 0
    assert "打不开" in stage.of_kind("answer")[0]["text"]
    assert len(stage.tickets) == 1


async def test_a_photo_of_the_transcripts_folder_is_attached(stage: Stage, tmp_path: Path) -> None:
    from bot.media.pictures import SAMPLE_JPEG

    (tmp_path / "printer.jpg").write_bytes(SAMPLE_JPEG)
    await stage.play(
        says("09:00:00", "n-resp", REPORT),
        says("09:05:00", "e-qian", "修好了", photo=["printer.jpg", True]),
    )
    assert len(stage.of_kind("sign_off_request")[0]["attachments"]) == 2


async def test_spoken_words_are_read_like_written_ones(stage: Stage) -> None:
    line = says("09:00:00", "n-resp", "")
    await stage.play(line | {"voice": REPORT})
    assert [ticket["department"] for ticket in stage.tickets] == ["ward-resp"]


async def test_an_empty_transcript_is_no_failure(stage: Stage) -> None:
    await stage.play("", "  ")
    assert (stage.code, stage.posts, stage.complaints) == (0, [], [])


def test_a_database_with_tickets_is_refused(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    transcript = tmp_path / "one.jsonl"
    transcript.write_text(json.dumps(says("09:00:00", "n-resp", REPORT)), "utf-8")
    words = ["replay", str(transcript), "--site", str(DEMO_SITE), "--db", sqlite_url]
    assert main(words) == 0
    first = capsys.readouterr()
    assert first.out.count("\n") == 2
    assert main(words) == 2
    second = capsys.readouterr()
    assert second.out == ""
    assert "已有工单" in second.err


def test_a_transcript_that_is_not_there_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.jsonl"
    assert main(["replay", str(missing), "--site", str(DEMO_SITE)]) == 2
    assert capsys.readouterr().err == f"找不到记录文件 {missing}\n"


def test_a_failed_line_makes_the_command_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    transcript = tmp_path / "bad.jsonl"
    transcript.write_text("{\n", "utf-8")
    assert main(["replay", str(transcript), "--site", str(DEMO_SITE), "--tickets"]) == 1
    assert capsys.readouterr().err.startswith("第 1 行：不是 JSON")


def test_tickets_are_listed_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    transcript = tmp_path / "one.jsonl"
    transcript.write_text(json.dumps(says("09:00:00", "n-resp", REPORT)), "utf-8")
    assert main(["replay", str(transcript), "--site", str(DEMO_SITE)]) == 0
    assert all("text" in json.loads(line) for line in capsys.readouterr().out.splitlines())
