"""Laws of the roll-up: all of it counted, the worst of it named, no more than a chat can bear."""

from core.due_words import MOST_LINES, Clocks, Word, roll_up
from core.events import Json
from core.ids import PersonId
from core.notices import NoticeKind
from core.site import WORK
from core.timers import Timer, TimerKind
from tests.desk import demo_hospital
from tests.factories import MINUTE, NINE, a_ticket

SITE = demo_hospital().files
TERMS = SITE.terms_of(SITE.policies[SITE.default_policy], NINE)


def a_word(n: int) -> Word:
    due = NINE + n * MINUTE
    ticket = a_ticket(number=f"JN-261123-{n:03d}", assignee="e-li")
    facts: dict[str, Json] = {"clock": "response", "cycle": 1, "due_at": due.isoformat()}
    timer = Timer(f"{ticket.id}:breach", TimerKind.BREACH, ticket.id, due, facts=facts)
    clocks = Clocks(ticket, TERMS, due)
    return Word(NoticeKind.SLA_BREACH, WORK, (PersonId("e-li"),), ticket, clocks, timer)


def test_a_roll_up_counts_all_and_names_the_longest_overdue() -> None:
    told = roll_up(WORK, [a_word(n) for n in reversed(range(MOST_LINES + 50))])
    lines = told.facts["lines"]
    assert isinstance(lines, list)
    assert told.facts["total"] == MOST_LINES + 50
    numbers = [line["number"] for line in lines if isinstance(line, dict)]
    assert numbers == [f"JN-261123-{n:03d}" for n in range(MOST_LINES)]


def test_a_timer_of_an_older_version_has_its_limit_worked_out() -> None:
    word = a_word(0)
    facts = {name: value for name, value in word.timer.facts.items() if name != "due_at"}
    older = Word(
        word.kind,
        word.chat,
        word.to,
        word.ticket,
        word.clocks,
        Timer(word.timer.key, word.timer.kind, word.ticket.id, NINE, facts=facts),
    )
    assert older.run is not None
    assert older.due_at == (NINE + 10 * MINUTE).isoformat()
