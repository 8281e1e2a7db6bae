"""What engineers write when they wait, and what is read from it: why, and until when."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.waits import beside_time, reason_in, until_in

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)
FRIDAY = MONDAY + timedelta(days=4)

REASONS = """
等配件                       parts
缺货，等到货                 parts
备件在路上，快递明天到       parts
没货了要采购                 parts
硒鼓调货中                   parts
返厂了                       factory
主板寄修，一周回来           factory
送修，等厂里消息             factory
等厂家上门                   vendor
厂商说要等补丁               vendor
报了400，工程师明天到        vendor
运营商那边在查               vendor
软件公司明天发版             vendor
科室在用，晚点再来           ward
病人做着治疗，不让进         ward
手术没结束                   ward
医生在查房                   ward
没人，门锁着                 ward
待科室确认                   confirmation
等护士长确认                 confirmation
不可抗力                     force_majeure
台风，明天再来               force_majeure
等领导审批                   approval
要科长签字                   approval
报价单还没批下来             approval
等授权                       approval
等一下                       -
先放着                       -
明天再来                     -
""".strip()

# what is said on Monday 23 November 2026, 09:30, and the instant that it means
DATES = """
明天                  24 18:00
明天到货              24 18:00
明天上午              24 12:00
明天中午              24 13:00
明天下午              24 18:00
明天下午三点          24 15:00
明天下午3点半         24 15:30
明早                  24 09:00
明早8点               24 08:00
明晚8点               24 20:00
今天下午              23 18:00
今天内                23 18:00
今天下午5点           23 17:00
下午两点来            23 14:00
下午                  23 18:00
今晚                  23 20:00
10:30                 23 10:30
10点30送来            23 10:30
10点半                23 10:30
等到11点              23 11:00
3点                   23 15:00
后天                  25 18:00
后天上午10点          25 10:00
大后天                26 18:00
周三                  25 18:00
周三下午4点           25 16:00
星期五上午            27 12:00
礼拜天                29 18:00
下周一                30 18:00
下周三上午            2 12:00
下周日                6 18:00
两小时后              23 11:30
2个小时               23 11:30
半小时                23 10:00
半个小时后            23 10:00
一个半小时            23 11:00
20分钟后              23 09:50
三天                  26 18:00
3天后                 26 18:00
两三天                26 18:00
十天左右              3 18:00
半天                  23 13:30
一周内                30 18:00
两个星期              7 18:00
半个月                8 18:00
25号到货              25 18:00
11月27日              27 18:00
12月2号上午           2 12:00
等配件                -
返厂了                -
不知道什么时候        -
今天早上              -
8点                   -
报了400               -
8205房间没人          -
""".strip()


def _table(text: str) -> list[tuple[str, str]]:
    rows = []
    for line in text.splitlines():
        said, _, meant = line.partition("  ")
        rows.append((said, meant.strip()))
    return rows


def _instant(meant: str) -> datetime | None:
    """Return the first such day, from Monday 23 November on."""
    if meant == "-":
        return None
    day, clock = meant.split()
    found = MONDAY.replace(hour=int(clock[:2]), minute=int(clock[3:]))
    while found.day != int(day):
        found += timedelta(days=1)
    return found


@pytest.mark.parametrize(("said", "code"), _table(REASONS))
def test_the_reason_is_read_from_the_words(said: str, code: str) -> None:
    assert (reason_in(said) or "-") == code


@pytest.mark.parametrize(("said", "meant"), _table(DATES))
def test_the_date_is_read_from_the_words(said: str, meant: str) -> None:
    assert until_in(said, MONDAY) == _instant(meant)


@pytest.mark.parametrize(
    ("said", "days"), [("周一", 3), ("下周一", 3), ("下周五", 7), ("周五", 0), ("下周日", 9)]
)
def test_next_week_begins_on_the_coming_monday(said: str, days: int) -> None:
    meant = (FRIDAY + timedelta(days=days)).replace(hour=18, minute=0)
    assert until_in(said, FRIDAY) == meant


def test_an_instant_that_is_past_counts_as_unsaid() -> None:
    evening = MONDAY.replace(hour=19)
    assert until_in("今天", evening) is None
    assert until_in("下午5点", evening) is None


@given(
    st.text(max_size=40), st.datetimes(timezones=st.just(ZONE)).filter(lambda at: at.year < 9000)
)
def test_whatever_is_said_means_a_later_instant_or_none(said: str, local: datetime) -> None:
    until = until_in(said, local)
    assert until is None or until > local
    assert reason_in(said) is None or reason_in(said)


WORDS = (
    *("明天", "后天", "下周", "周五", "上午", "下午", "月", "号", "日"),
    *("3", "25", "半", "两", "个", "点", "小时", "分钟", ":", "："),
)
words = st.lists(st.sampled_from(WORDS), max_size=6).map("".join)


@given(words, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(ZONE)))  # noqa: DTZ001
def test_a_wait_said_in_a_few_words_ends_within_a_year(said: str, local: datetime) -> None:
    until = until_in(said, local)
    assert until is None or local < until <= local + timedelta(days=366 * 3)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("下午4点，等厂家远程", "等厂家远程"),
        ("等厂家远程，预计下午4点前能修好", "等厂家远程"),
        ("改约到明天上午10点，主板没到货", "主板没到货"),
        ("在东湖抢修，下午2点", "在东湖抢修"),
        ("在下午2点，因为电梯停了", "电梯停了"),
        ("明天", ""),
        ("改到后天下午3点半左右", ""),
        ("", ""),
    ],
)
def test_what_stands_beside_a_time_is_the_reason(said: str, reason: str) -> None:
    assert beside_time(said) == reason
