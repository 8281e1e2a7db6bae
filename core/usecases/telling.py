"""What a contract wants told to people beyond those who work on a ticket."""

from collections.abc import Mapping

from core.cards import card_facts
from core.events import Facts, Json
from core.ids import PersonId
from core.notices import Notice, NoticeKind, private_chat
from core.parties import called
from core.policy import Policy
from core.ports import UnitOfWork
from core.recipients import Occasion
from core.ticket import Ticket
from core.usecases.keeping import Kept


async def tell_named(
    policy: Policy,
    occasion: Occasion,
    kept: Kept,
    template: str,
    facts: Mapping[str, Json],
    *,
    uow: UnitOfWork,
    without: tuple[PersonId, ...] = (),
) -> tuple[PersonId, ...]:
    """Tell those whom the contract names for the occasion, in private; return who they are.

    Who reported is told in the chat of the ticket by whoever calls this, never here.
    """
    named = policy.told_of(occasion)
    if named is None:
        return ()
    ticket = kept.ticket
    roles = [role for role in named.to if role != "requester"]
    meant = called(ticket, roles, uow.site) if roles else ()
    people = tuple(each for each in meant if each not in without)
    for person in people:
        await uow.outbox.put(
            Notice(
                NoticeKind.REPORT,
                private_chat(person),
                template,
                {**card_facts(ticket, kept.clocks), **facts, "basis": named.clause},
                to=(person,),
                ticket=ticket.id,
                slot=tell_slot(ticket, occasion, len(ticket.events)),
                urgent=True,
            )
        )
    return people


def tell_slot(ticket: Ticket, occasion: Occasion, seq: int) -> str:
    """Name the messages that tell of an event, so that an undo can take them back."""
    return f"tell:{occasion}:{ticket.id}:{seq}"


async def tell_progress(
    kept: Kept,
    by: PersonId | None,
    *,
    uow: UnitOfWork,
    draft: Facts | None = None,
    template: str = "progress_note",
) -> None:
    """Send how a grave fault stands to those whom the contract names, where such notes are owed.

    `draft` is what the log said at the time of the draft; without it the newest words go out.
    """
    if not any(clock.rule.repeats for clock in kept.clocks):
        return
    policy = (await uow.terms.get(kept.ticket.terms)).policy
    facts: dict[str, Json] = {"by": by, "draft": dict(draft) if draft else None}
    without = (by,) if by else ()
    await tell_named(policy, Occasion.PROGRESS, kept, template, facts, uow=uow, without=without)
