"""When a ticket next needs attention without anyone speaking: its timers, as a function of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.contract import Terms
from core.escalation import DueStep, steps
from core.events import EventKind, Json
from core.kinds import State
from core.policy import Step, StepStart
from core.replans import newest_replan
from core.site import Site
from core.sla import ClockState, Milestone, Threshold, milestones
from core.ticket import Ticket
from core.timers import Timer, TimerKind


def timers_of(
    ticket: Ticket, clocks: Sequence[ClockState], terms: Terms, site: Site
) -> tuple[Timer, ...]:
    """Return every timer that the ticket needs now; a save replaces those it had."""
    return (
        *_clock_timers(ticket, clocks, site),
        *_ladder_timers(ticket, clocks, terms, site),
        *_wait_timers(ticket, site),
        *_replan_timers(ticket, site),
        *_sign_off_timers(ticket, site),
    )


def milestone_key(milestone: Milestone) -> str:
    """Name the threshold within its ticket: clock, cycle, threshold and counted seconds."""
    after = milestone.after.total_seconds()
    return f"{milestone.clock}:{milestone.cycle}:{milestone.threshold}:{after:.0f}"


def _regraded_at(ticket: Ticket) -> datetime:
    """Return since when the grade is what it is: what another grade makes late by then is due at
    that instant, and no sooner.
    """
    changed = (e.at for e in ticket.standing if e.facts.keys() & _GRADES)
    return max(changed, default=ticket.opened_at)


_GRADES = frozenset({"severity", "policy"})


def _clock_timers(ticket: Ticket, clocks: Sequence[ClockState], site: Site) -> Iterator[Timer]:
    since = _regraded_at(ticket)
    for milestone in milestones(clocks):
        key = milestone_key(milestone)
        facts: dict[str, Json] = {
            "clock": str(milestone.clock),
            "cycle": milestone.cycle,
            "milestone": key,
            "due_at": milestone.due_at.isoformat(),
        }
        if milestone.threshold is Threshold.BREACH:
            if not _told(ticket, EventKind.BREACHED, "milestone", key, since_contract=True):
                yield Timer(
                    f"{ticket.id}:{key}",
                    TimerKind.BREACH,
                    ticket.id,
                    max(milestone.at + _second_thoughts(milestone, clocks, site), since),
                    urgent=True,
                    facts=facts,
                )
        elif not _told(ticket, EventKind.WARNED, "milestone", key, since_contract=True):
            at = max(milestone.at, since)
            due = at if ticket.is_urgent else awake(site, at)
            if _helps(milestone, clocks, due):
                yield Timer(
                    f"{ticket.id}:{key}",
                    TimerKind.WARN,
                    ticket.id,
                    due,
                    urgent=ticket.is_urgent,
                    facts=facts,
                )


def _second_thoughts(milestone: Milestone, clocks: Sequence[ClockState], site: Site) -> timedelta:
    """Return how long a breach waits that is somebody's own word: until he cannot take it back."""
    runs = (c for c in clocks if (c.clock, c.cycle) == (milestone.clock, milestone.cycle))
    return site.times.undo if any(clock.rule.at_least for clock in runs) else timedelta(0)


def _helps(milestone: Milestone, clocks: Sequence[ClockState], due: datetime) -> bool:
    """Return whether a warning at `due` still comes before the limit of a running clock."""
    return any(
        clock.is_running and clock.due_at is not None and due < clock.due_at
        for clock in clocks
        if clock.clock is milestone.clock and clock.cycle == milestone.cycle
    )


def _moment(ticket: Ticket, step: DueStep, site: Site) -> datetime:
    """Return when to tell; what comes well before a limit lets people sleep."""
    woken = awake(site, step.at)
    is_early = step.step.since is StepStart.LIMIT and woken - step.at < step.step.after
    return woken if is_early and not ticket.is_urgent else step.at


def _ladder_timers(
    ticket: Ticket, clocks: Sequence[ClockState], terms: Terms, site: Site
) -> Iterator[Timer]:
    since = _regraded_at(ticket)
    for step in steps(terms.policy, terms.calendars, clocks):
        key = f"step:{step.number}:{step.cycle}"
        if not _told(ticket, EventKind.ESCALATED, "step", key, since_contract=True):
            yield Timer(
                f"{ticket.id}:{key}",
                TimerKind.ESCALATE,
                ticket.id,
                max(_moment(ticket, step, site), since),
                urgent=True,
                facts={
                    "step": key,
                    "to": list(step.step.to),
                    "clock": str(step.step.clock),
                    "due_at": step.due_at.isoformat() if step.due_at else None,
                    **_occasion(step.step),
                },
            )


def _occasion(step: Step) -> dict[str, Json]:
    """Return why a step is taken that is not about a breach."""
    if step.since is StepStart.BREACH:
        return {}
    return {
        "since": str(step.since),
        "after": step.after.total_seconds(),
        "basis": step.basis,
    }


def _wait_timers(ticket: Ticket, site: Site) -> Iterator[Timer]:
    until = ticket.wait_ends
    if ticket.state is not State.WAITING or until is None:
        return
    if not _told(ticket, EventKind.QUESTION_ASKED, "wait_until", until.isoformat()):
        due = until if ticket.is_urgent else awake(site, until)
        yield Timer(f"{ticket.id}:wait:{until.isoformat()}", TimerKind.WAIT_OVER, ticket.id, due)


def _replan_timers(ticket: Ticket, site: Site) -> Iterator[Timer]:
    """Yield the moment at which a promised time has come and the work goes on."""
    replan = newest_replan(ticket)
    if replan is None or not ticket.is_unresolved:
        return
    until = replan.until.isoformat()
    if not _told(ticket, EventKind.QUESTION_ASKED, "replan", until):
        due = replan.until if ticket.is_urgent else awake(site, replan.until)
        facts: dict[str, Json] = {"replan": until}
        yield Timer(f"{ticket.id}:replan:{until}", TimerKind.WAIT_OVER, ticket.id, due, facts=facts)


def _sign_off_timers(ticket: Ticket, site: Site) -> Iterator[Timer]:
    if ticket.resolved_at is None or ticket.state not in (State.RESOLVED, State.ACCEPTED):
        return
    if ticket.state is State.RESOLVED and not ticket.reminded and ticket.requester:
        due = awake(site, ticket.resolved_at + site.times.sign_off_reminder)
        yield Timer(
            f"{ticket.id}:remind:{ticket.rounds}", TimerKind.SIGN_OFF_REMINDER, ticket.id, due
        )
    due = ticket.resolved_at + site.times.auto_close
    yield Timer(f"{ticket.id}:close:{ticket.rounds}", TimerKind.AUTO_CLOSE, ticket.id, due)


def _told(
    ticket: Ticket, kind: EventKind, fact: str, value: str, *, since_contract: bool = False
) -> bool:
    """Return whether it was told; `since_contract` leaves out what another contract told."""
    if kind not in ticket.happened:
        return False
    log = ticket.standing
    if since_contract:
        log = log[max((at for at, event in enumerate(log) if "policy" in event.facts), default=0) :]
    return any(event.kind is kind and event.facts.get(fact) == value for event in log)


def awake(site: Site, instant: datetime) -> datetime:
    """Return the instant, or the end of the quiet hours that it falls into."""
    local = site.local(instant)
    schedules = site.schedules
    if not schedules.is_quiet(local.time()):
        return instant
    end = local.replace(
        hour=schedules.quiet_to.hour, minute=schedules.quiet_to.minute, second=0, microsecond=0
    )
    return (end if end > local else end + timedelta(days=1)).astimezone(instant.tzinfo)
