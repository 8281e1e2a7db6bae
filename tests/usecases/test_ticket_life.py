"""Whatever people do, in whatever order: a ticket stays whole.

Hypothesis plays wards, engineers, a supervisor and the clock against the use cases on SQLite.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from core.actor import Actor
from core.due import timers_of
from core.errors import DeskError
from core.events import EventKind, standing
from core.ids import DepartmentId, IdMaker, PersonId, TicketId
from core.kinds import ENDED, State, TicketKind, Urgency
from core.moments import MOMENTS
from core.people import SUPERVISOR, WORKING_ROLES
from core.ports import UnitOfWork
from core.questions import Question, Topic
from core.site import WORK
from core.sla import states
from core.ticket import Ticket, fold
from core.usecases.change_ticket import Amend, amend, cancel, join, nudge
from core.usecases.exempt_ticket import decide_exemption, plead
from core.usecases.grade_ticket import Judgement, decide_grade
from core.usecases.merge_tickets import Merge, merge_tickets
from core.usecases.open_ticket import OpenTicket, open_ticket
from core.usecases.record_moment import Said, record_moment
from core.usecases.sign_off import Answer, accept, rate, reopen
from core.usecases.split_ticket import Part, Split, split_ticket
from core.usecases.transfer_ticket import Transfer, decline, take, transfer
from core.usecases.undo_move import undo_move
from core.usecases.work_ticket import Move, acknowledge, arrive, progress, resolve, resume, wait
from scheduler.sweep import plan, sweep
from storage.tables import outbox, tickets
from storage.uow import Database
from tests.desk import demo_hospital
from tests.factories import HOUR, MINUTE, NINE

SITE = demo_hospital().files
POLICY = SITE.policies["office"]
WARDS = ("n-em", "n-lab", "h-em")
ENGINEERS = ("e-zhao", "e-qian", "e-li")
EVERYBODY = (*WARDS, *ENGINEERS, "d-he", "s-du", "a-it", "路人")
OWNER, AUTHOR, INVITED = "owner", "author", "invited"
"""Whoever these are for the ticket at hand; they come oftener than anybody else."""
people = st.sampled_from((AUTHOR, AUTHOR, AUTHOR, OWNER, *EVERYBODY))
engineers = st.sampled_from((OWNER, OWNER, OWNER, OWNER, OWNER, INVITED, *ENGINEERS, "s-du"))
Deed = Callable[[UnitOfWork, datetime], Awaitable[Any]]


def an_actor(key: str) -> Actor:
    return Actor(key, WORK, "fake", SITE.find_person(key))


def _decision(question: Question, command: Move, *, approved: bool) -> Deed:
    return lambda uow, now: decide_exemption(question, command, approved=approved, uow=uow, now=now)


class TicketLife(RuleBasedStateMachine):
    """One hospital, a few tickets, all the time in the world."""

    template: ClassVar[Path]
    known = Bundle("known")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="huying-life-"))
        shutil.copyfile(self.template, self.folder / "huying.db")
        self.runner = asyncio.Runner()
        self.database = Database(f"sqlite:///{self.folder / 'huying.db'}", SITE.id)
        self.ids = IdMaker.repeatable()
        self.now = NINE
        self.lengths: Counter[TicketId] = Counter()

    def teardown(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def do(self, deed: Deed) -> Any:
        """Return what the deed returns, or the refusal; a refusal leaves no trace."""
        return self.runner.run(self._do(deed))

    async def _do(self, deed: Deed) -> Any:
        before = await self._tickets()
        try:
            async with self.database.unit(SITE, self.ids, self.now) as uow:
                return await deed(uow, self.now)
        except DeskError as refusal:
            assert await self._tickets() == before
            return refusal

    async def _tickets(self) -> list[Ticket]:
        async with self.database.unit(SITE, self.ids, self.now) as uow:
            return await uow.tickets.get_many(line.id for line in await uow.reads.all_lines())

    def actor(self, key: str, ticket: TicketId) -> Actor:
        """Return the person, or whoever that is to the ticket."""
        if key not in (OWNER, AUTHOR, INVITED):
            return an_actor(key)
        known: Ticket = self.do(lambda uow, now: uow.tickets.get(ticket))
        who = {OWNER: known.assignee, AUTHOR: known.requester, INVITED: known.offered_to}[key]
        return an_actor(who or "路人")

    def move(self, key: str, ticket: TicketId) -> Move:
        return Move(self.actor(key, ticket), ticket, self.now, note="说明")

    @initialize(target=known, urgency=st.sampled_from([Urgency.URGENT, Urgency.NORMAL]))
    def the_day_begins_with_a_report(self, urgency: Urgency) -> TicketId:
        self.do(plan)
        return self.report("n-em", TicketKind.REPORT, urgency, "em")

    @rule(
        target=known,
        who=st.sampled_from(EVERYBODY),
        kind=st.sampled_from([TicketKind.REPORT, TicketKind.SUPPLY, TicketKind.QUESTION]),
        urgency=st.sampled_from([Urgency.URGENT, Urgency.NORMAL]),
        place=st.sampled_from(["em", "lab", None]),
    )
    def reports(self, who: str, kind: TicketKind, urgency: Urgency, place: str | None) -> TicketId:
        return self.report(who, kind, urgency, place)

    def report(self, who: str, kind: TicketKind, urgency: Urgency, place: str | None) -> TicketId:
        command = OpenTicket(
            an_actor(who),
            kind,
            self.now,
            "打印机卡纸",
            department=None if place is None else DepartmentId(place),
            category="printer",
            urgency=urgency,
        )
        kept = self.do(lambda uow, now: open_ticket(command, uow=uow, now=now))
        opened: TicketId = kept.ticket.id
        return opened

    @rule(ticket=known, who=engineers)
    def acknowledges(self, ticket: TicketId, who: str) -> None:
        command = self.move(who, ticket)
        self.do(lambda uow, now: acknowledge(command, uow=uow, now=now))

    @rule(ticket=known, who=engineers)
    def arrives(self, ticket: TicketId, who: str) -> None:
        command = self.move(who, ticket)
        self.do(lambda uow, now: arrive(command, uow=uow, now=now))

    @rule(ticket=known, who=people)
    def reports_progress(self, ticket: TicketId, who: str) -> None:
        command = self.move(who, ticket)
        self.do(lambda uow, now: progress(command, uow=uow, now=now))

    @rule(
        ticket=known,
        who=engineers,
        reason=st.sampled_from(["parts", "factory", None]),
        hours=st.sampled_from([None, 1, 30]),
    )
    def waits(self, ticket: TicketId, who: str, reason: str | None, hours: int | None) -> None:
        until = None if hours is None else self.now + hours * HOUR
        command = self.move(who, ticket)
        self.do(lambda uow, now: wait(command, reason=reason, until=until, uow=uow, now=now))

    @rule(ticket=known, who=engineers)
    def resumes(self, ticket: TicketId, who: str) -> None:
        command = self.move(who, ticket)
        self.do(lambda uow, now: resume(command, uow=uow, now=now))

    @rule(ticket=known, who=engineers)
    def pleads(self, ticket: TicketId, who: str) -> None:
        command = self.move(who, ticket)
        self.do(lambda uow, now: plead(command, uow=uow, now=now))

    @rule(ticket=known, who=st.sampled_from([OWNER, "s-du", "a-it"]), approved=st.booleans())
    def decides(self, ticket: TicketId, who: str, approved: bool) -> None:
        command = self.move(who, ticket)
        asked: list[Question] = self.do(lambda uow, now: uow.questions.about(ticket))
        for question in asked:
            if question.topic is Topic.EXEMPTION:
                before = self.do(lambda uow, now: uow.tickets.get(ticket))
                self.do(_decision(question, command, approved=approved))
                after = self.do(lambda uow, now: uow.tickets.get(ticket))
                assert after.breaches == before.breaches

    @rule(ticket=known, who=engineers, photo=st.booleans())
    def finishes(self, ticket: TicketId, who: str, photo: bool) -> None:
        photos = ("a.jpg",) if photo else ()
        command = self.move(who, ticket)
        self.do(lambda uow, now: resolve(command, photos=photos, uow=uow, now=now))

    @rule(ticket=known, who=people)
    def accepts(self, ticket: TicketId, who: str) -> None:
        answer = Answer(self.actor(who, ticket), ticket, self.now)
        self.do(lambda uow, now: accept(answer, uow=uow, now=now))

    @rule(target=known, ticket=known, who=people)
    def reopens(self, ticket: TicketId, who: str) -> TicketId:
        before: Ticket = self.do(lambda uow, now: uow.tickets.get(ticket))
        answer = Answer(self.actor(who, ticket), ticket, self.now)
        done = self.do(lambda uow, now: reopen(answer, uow=uow, now=now))
        if isinstance(done, DeskError):
            return ticket
        assert not before.is_unresolved
        opened: TicketId = done.ticket.id
        assert opened == ticket or done.ticket.linked == before.number
        return opened

    @rule(ticket=known, follows=st.sampled_from(["accepts", "rates", "reopens", "takes_back"]))
    def finishes_and_hears(self, ticket: TicketId, follows: str) -> None:
        """The engineer finishes; a minute later the requester answers, or he takes it back."""
        self.finishes(ticket, OWNER, photo=True)
        self.now += MINUTE / 2
        match follows:
            case "accepts":
                self.accepts(ticket, AUTHOR)
            case "rates":
                self.rates(ticket, AUTHOR, 4)
            case "reopens":
                self.reopens(ticket, AUTHOR)
            case _:
                self.takes_back(ticket, OWNER, names_it=True)

    @rule(ticket=known, to=st.sampled_from(ENGINEERS), takes=st.booleans())
    def hands_over(self, ticket: TicketId, to: str, takes: bool) -> None:
        """The engineer offers the ticket to a colleague, who answers."""
        self.transfers(ticket, OWNER, to)
        self.now += MINUTE / 2
        self.answers_an_offer(ticket, INVITED, takes)

    @rule(ticket=known, who=people, rating=st.integers(0, 6))
    def rates(self, ticket: TicketId, who: str, rating: int) -> None:
        answer = Answer(self.actor(who, ticket), ticket, self.now)
        self.do(lambda uow, now: rate(answer, rating, uow=uow, now=now))

    @rule(ticket=known, who=people)
    def nudges(self, ticket: TicketId, who: str) -> None:
        actor = self.actor(who, ticket)
        self.do(lambda uow, now: nudge(actor, ticket, now, uow=uow, now=now))

    @rule(ticket=known, who=st.sampled_from(WARDS))
    def joins(self, ticket: TicketId, who: str) -> None:
        actor = self.actor(who, ticket)
        self.do(lambda uow, now: join(actor, ticket, now, note="也坏了", uow=uow, now=now))

    @rule(
        ticket=known,
        who=people,
        changes=st.fixed_dictionaries(
            {},
            optional={
                "department": st.sampled_from(["em", "lab", "ward-card"]),
                "urgency": st.sampled_from(["urgent", "normal"]),
                "category": st.sampled_from(["printer", "medgas"]),
            },
        ),
    )
    def amends(self, ticket: TicketId, who: str, changes: dict[str, Any]) -> None:
        command = Amend(self.actor(who, ticket), ticket, self.now, changes, addition="补充")
        self.do(lambda uow, now: amend(command, uow=uow, now=now))

    @rule(ticket=known, who=people)
    def withdraws(self, ticket: TicketId, who: str) -> None:
        actor = self.actor(who, ticket)
        self.do(lambda uow, now: cancel(actor, ticket, now, uow=uow, now=now))

    @rule(
        ticket=known,
        other=known,
        who=st.sampled_from(["d-he", "s-du", "n-em"]),
        wide=st.booleans(),
        regrets=st.booleans(),
    )
    def merges(
        self, ticket: TicketId, other: TicketId, who: str, wide: bool, regrets: bool
    ) -> None:
        """Two become one; who did it may part them again."""
        before = self.runner.run(self._tickets())
        command = Merge(an_actor(who), (ticket, other), self.now, wide)
        done = self.do(lambda uow, now: merge_tickets(command, uow=uow, now=now))
        if isinstance(done, DeskError):
            return
        main = done.kept.ticket
        assert all(main.opened_at <= each.opened_at for each in done.others)
        assert all(each.merged_into == main.number for each in done.others)
        assert all(each.state is State.MERGED for each in done.others)
        was = {each.id: each for each in before}
        for each in (main, *done.others):
            assert each.events[: len(was[each.id].events)] == was[each.id].events
            assert each.breaches == was[each.id].breaches
        if regrets:
            self.do(lambda uow, now: undo_move(an_actor(who), main.id, now, uow=uow, now=now))
            for each in self.runner.run(self._tickets()):
                assert (each.state, each.affected) == (was[each.id].state, was[each.id].affected)
                assert each.merged_into == was[each.id].merged_into

    @rule(
        ticket=known,
        who=st.sampled_from([OWNER, OWNER, AUTHOR, "d-he", "s-du"]),
        kind=st.sampled_from(sorted(MOMENTS)),
        regrets=st.booleans(),
    )
    def says_a_moment(self, ticket: TicketId, who: str, kind: EventKind, regrets: bool) -> None:
        """Somebody says that a step is done; who said so may take it back."""
        before: Ticket = self.do(lambda uow, now: uow.tickets.get(ticket))
        command = self.move(who, ticket)
        done = self.do(lambda uow, now: record_moment(command, Said(kind), uow=uow, now=now))
        if isinstance(done, DeskError):
            return
        assert [event.kind for event in done.ticket.events][-1] is kind
        assert done.ticket.assignee == before.assignee or before.assignee is None
        if regrets:
            actor = command.actor
            self.do(lambda uow, now: undo_move(actor, ticket, now, uow=uow, now=now))
            after: Ticket = self.do(lambda uow, now: uow.tickets.get(ticket))
            assert (after.state, after.assignee) == (before.state, before.assignee)

    @rule(
        ticket=known,
        who=st.sampled_from(["d-he", "s-du", OWNER]),
        word=st.sampled_from(["复杂", "返厂", "紧急", "一般", "不常用"]),
    )
    def grades(self, ticket: TicketId, who: str, word: str) -> None:
        before: Ticket = self.do(lambda uow, now: uow.tickets.get(ticket))
        command = Judgement(self.actor(who, ticket), ticket, self.now, word)
        self.do(lambda uow, now: decide_grade(command, uow=uow, now=now))
        after: Ticket = self.do(lambda uow, now: uow.tickets.get(ticket))
        assert after.breaches == before.breaches

    @rule(
        target=known,
        ticket=known,
        who=st.sampled_from([AUTHOR, "d-he", "s-du"]),
        trades=st.lists(st.sampled_from(["printer", "medgas", None]), min_size=1, max_size=3),
        regrets=st.booleans(),
    )
    def splits(
        self, ticket: TicketId, who: str, trades: list[str | None], regrets: bool
    ) -> TicketId:
        """One becomes several with one past; who did it may make one of them again."""
        before: Ticket = self.do(lambda uow, now: uow.tickets.get(ticket))
        actor = self.actor(who, ticket)
        parts = tuple(Part(f"第{n}件", trade) for n, trade in enumerate(trades))
        command = Split(actor, ticket, self.now, parts)
        done = self.do(lambda uow, now: split_ticket(command, uow=uow, now=now))
        if isinstance(done, DeskError):
            return ticket
        for each in (kept.ticket for kept in done):
            assert (each.opened_at, each.breaches) == (before.opened_at, before.breaches)
            assert (each.responded_at, each.arrived_at) == (before.responded_at, before.arrived_at)
            assert each.department == before.department
        newest: TicketId = done[-1].ticket.id
        if regrets:
            self.do(lambda uow, now: undo_move(actor, ticket, now, uow=uow, now=now))
            again: Ticket = self.do(lambda uow, now: uow.tickets.get(ticket))
            assert (again.summary, again.state, again.parts) == (
                *(before.summary, before.state),
                before.parts,
            )
            gone: Ticket = self.do(lambda uow, now: uow.tickets.get(newest))
            assert gone.state is State.CANCELLED
        return newest

    @rule(ticket=known, who=people, to=st.sampled_from([None, *ENGINEERS, "n-em"]))
    def transfers(self, ticket: TicketId, who: str, to: str | None) -> None:
        named = None if to is None else PersonId(to)
        command = Transfer(self.actor(who, ticket), ticket, self.now, to=named)
        self.do(lambda uow, now: transfer(command, uow=uow, now=now))

    @rule(ticket=known, who=engineers, takes=st.booleans())
    def answers_an_offer(self, ticket: TicketId, who: str, takes: bool) -> None:
        actor, answer = self.actor(who, ticket), take if takes else decline
        self.do(lambda uow, now: answer(actor, ticket, now, uow=uow, now=now))

    @rule(ticket=known, who=people, names_it=st.booleans())
    def takes_back(self, ticket: TicketId, who: str, names_it: bool) -> None:
        actor = self.actor(who, ticket)
        named = ticket if names_it else None
        self.do(lambda uow, now: undo_move(actor, named, now, uow=uow, now=now))

    @rule(minutes=st.sampled_from([1, 1, 9, 20, 200]))
    def time_passes(self, minutes: int) -> None:
        """Let every timer on the way fire at its instant, or all of them late, after a stop."""
        until = self.now + minutes * MINUTE
        while (due := self.do(lambda uow, now: uow.timers.next_due())) and due <= until:
            self.now = max(due, self.now)
            self.do(sweep)
        self.now = until

    @precondition(lambda self: self.now < NINE + 200 * HOUR)
    @rule(hours=st.sampled_from([1, 5, 50]))
    def the_desk_stands_still(self, hours: int) -> None:
        self.now += hours * HOUR
        self.do(sweep)

    @rule()
    def a_moment_passes(self) -> None:
        self.now += timedelta(seconds=20)

    @invariant()
    def tickets_are_whole(self) -> None:
        for ticket in self.runner.run(self._tickets()):
            _check_log(ticket)
            _check_owner(ticket)
            _check_thresholds(ticket)
            assert len(ticket.events) >= self.lengths[ticket.id]
            self.lengths[ticket.id] = len(ticket.events)

    @invariant()
    def the_projection_is_the_fold(self) -> None:
        self.runner.run(self._check_projections())

    async def _check_projections(self) -> None:
        found = {ticket.id: ticket for ticket in await self._tickets()}
        rows = await self._rows(tickets)
        assert {row.id for row in rows} == set(found)
        assert len({row.number for row in rows}) == len(rows)
        for row in rows:
            _check_projection(row, found[row.id])

    async def _rows(self, table: Any) -> list[Any]:
        async with self.database._store.transaction() as connection:
            return list((await connection.execute(select(table))).rows)

    @invariant()
    def timers_are_those_of_the_tickets(self) -> None:
        self.runner.run(self._check_timers())

    async def _check_timers(self) -> None:
        async with self.database.unit(SITE, self.ids, self.now) as uow:
            waiting = await uow.timers.due(self.now + timedelta(days=9999), 10_000)
            lines = await uow.reads.all_lines()
            for ticket in await uow.tickets.get_many(line.id for line in lines):
                terms = await uow.terms.get(ticket.terms)
                clocks = states(
                    POLICY, SITE.calendars, events=ticket.events, now=ticket.events[-1].at
                )
                wanted = {timer.key for timer in timers_of(ticket, clocks, terms, SITE)}
                assert {timer.key for timer in waiting if timer.owner == ticket.id} == wanted

    @invariant()
    def no_threshold_is_told_twice(self) -> None:
        rows = self.runner.run(self._rows(outbox))
        told = Counter(
            (row.ticket, row.kind, row.chat, row.facts.get("milestone"), row.facts.get("step"))
            for row in rows
            if row.kind in ("sla_warning", "sla_breach", "escalation")
        )
        assert not [key for key, times in told.items() if times > 1]


def _check_log(ticket: Ticket) -> None:
    assert [event.seq for event in ticket.events] == list(range(1, len(ticket.events) + 1))
    assert ticket.events[0].kind is EventKind.OPENED
    assert ticket.state in State
    assert fold(ticket.id, ticket.events, saved=True, version=ticket.version) == ticket
    assert ticket.rating in (None, 1, 2, 3, 4, 5)


def _check_owner(ticket: Ticket) -> None:
    """Somebody who can work answers for every ticket that is past being new."""
    if ticket.assignee is None:
        assert ticket.state in {State.NEW, State.CANCELLED, State.MERGED}
        return
    owner = SITE.person(ticket.assignee)
    assert owner.role in WORKING_ROLES | {SUPERVISOR, "desk"}
    if ticket.state is State.WAITING:
        assert ticket.resolved_at is None or ticket.rounds > 1
    if ticket.state in ENDED and ticket.state is not State.CLOSED:
        assert not ticket.is_open
    signed = [e for e in standing(ticket.events) if e.kind in (EventKind.ACCEPTED, EventKind.RATED)]
    assert all(event.by is not None for event in signed)


def _check_thresholds(ticket: Ticket) -> None:
    told = Counter(
        (event.kind, event.facts.get("milestone"), event.facts.get("step"))
        for event in standing(ticket.events)
        if event.kind in (EventKind.WARNED, EventKind.BREACHED, EventKind.ESCALATED)
    )
    assert not [key for key, times in told.items() if times > 1]


def _check_projection(row: Any, ticket: Ticket) -> None:
    same = (
        *("number", "kind", "state", "department", "category", "assignee", "requester"),
        *("opened_at", "responded_at", "arrived_at", "resolved_at", "accepted_at", "closed_at"),
        *("rating", "severity", "urgency", "offered_to", "version"),
    )
    for name in same:
        assert getattr(row, name) == getattr(ticket, name), name
    assert row.unresolved is ticket.is_unresolved
    assert row.events == len(ticket.events)
    assert row.breaches == list(ticket.breaches)


def test_a_ticket_stays_whole_whatever_people_do(sqlite_template: Path) -> None:
    TicketLife.template = sqlite_template
    run_state_machine_as_test(
        TicketLife,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),
        ),
    )
