"""The one way in: a chat message becomes an `Understanding`.

normalise → scan the lexicons → faults and slots → department → act → draft or drafts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from core.ids import DepartmentId
from core.kinds import Urgency
from core.people import DESK, ENGINEER
from core.places import Department
from core.understanding.acts import ActScorer, Judgement
from core.understanding.context import NO_CONTEXT, Context
from core.understanding.directory import Directory
from core.understanding.marks import marks_of
from core.understanding.ngrams import NgramModel
from core.understanding.normalise import normalise
from core.understanding.parts import segments
from core.understanding.placement import Placement
from core.understanding.placing import Placer
from core.understanding.quantity import quantity_of
from core.understanding.result import OPENING_ACTS, Act, Draft, Grounds, Slots, Understanding
from core.understanding.scan import Matcher, Scan
from core.understanding.scores import Reason
from core.understanding.slots import as_typed, read_slots
from core.understanding.topic import Fault, category_of, faults_of, main_fault, supplied_thing
from core.understanding.urgency import UrgencyScorer
from core.understanding.vocabulary import Lexicons

_NO_ALIASES: Final[Mapping[str, DepartmentId]] = MappingProxyType({})
_GRADED: Final = frozenset({Act.REPORT, Act.SUPPLY, Act.SERVICE})
_CATEGORISED: Final = OPENING_ACTS | {Act.QUESTION}
_ABSENT: Final = frozenset({DESK, ENGINEER})
"""Who does not report for a department of his own."""
_MAX_REASONS: Final = 8


@dataclass(frozen=True, slots=True)
class _View:
    """A text and all that was found in it, before the act is known."""

    scan: Scan
    faults: tuple[Fault, ...]
    fault: Fault | None
    slots: Slots
    quantity: int | None
    place: Placement
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Speaker:
    role: str
    department: DepartmentId | None
    context: Context


class Reader:
    """Reads messages of one hospital. Built once a directory; reading keeps no state."""

    def __init__(
        self,
        lexicons: Lexicons,
        departments: Sequence[Department],
        aliases: Mapping[str, DepartmentId] = _NO_ALIASES,
    ) -> None:
        directory = Directory(departments, lexicons.specialties, aliases)
        known = [normalise(n) for s in lexicons.specialties for n in (s.name, *s.names)]
        self._departments = frozenset(directory.departments)
        self._buildings = directory.buildings
        self._matcher = Matcher(lexicons)
        self._placer = Placer(directory, [normalise(p) for p in lexicons.places], known)
        self._acts = ActScorer(lexicons.acts, NgramModel(lexicons.ngrams))
        self._urgencies = UrgencyScorer(lexicons.urgencies)

    def read(
        self,
        text: str,
        *,
        role: str,
        sender_department: DepartmentId | None,
        context: Context | None = None,
    ) -> Understanding:
        """Return what the message means. Never raises, whatever the text.

        A department that the directory does not know counts as none.
        """
        own = sender_department if sender_department in self._departments else None
        speaker = _Speaker(role, own, context or NO_CONTEXT)
        view = self._view(normalise(text), speaker)
        judgement = self._judge(view, speaker)
        first = self._draft(view, judgement, speaker)
        parts = self._parts(view, first, speaker)
        if parts:
            named = (part for part in parts if part.slots.device == first.slots.device)
            first = next(named, parts[0])
        return Understanding(
            first=_typed(first, text),
            parts=tuple(_typed(part, text) for part in parts),
            confidence=round(judgement.confidence, 4),
            runner_up=judgement.runner_up,
        )

    def place(self, text: str, own: DepartmentId | None = None) -> Placement:
        """Return the department that words name which answer "which department?"."""
        return self._placer.place(normalise(text), own)

    def is_general(self, word: str) -> bool:
        """Return whether a word is a place that every department has, or no word at all."""
        return self._placer.is_general(normalise(word))

    def _view(self, text: str, speaker: _Speaker) -> _View:
        scan = self._matcher.scan(text)
        faults = faults_of(scan)
        fault = main_fault(scan, faults)
        thing = (fault and fault.thing) or supplied_thing(scan)
        slots = read_slots(
            text,
            device=thing.entry.name if thing else None,
            symptom=fault.symptom.entry.name if fault else None,
            device_starts=[hit.start for hit in scan.things],
            buildings=self._buildings,
        )
        things = [(hit.start, hit.end) for hit in scan.things]
        quantity = quantity_of(text, things)
        place = self._placer.place(text, speaker.department, things)
        marks = marks_of(
            scan,
            slots,
            faults=faults,
            quantity=quantity,
            place=place,
            context=speaker.context,
        )
        return _View(scan, faults, fault, slots, quantity, place, marks)

    def _judge(self, view: _View, speaker: _Speaker) -> Judgement:
        return self._acts.judge(view.scan.acts, view.marks, speaker.role, view.scan.text)

    def _draft(self, view: _View, judgement: Judgement, speaker: _Speaker) -> Draft:
        act, place = judgement.act, view.place
        opens = act in OPENING_ACTS
        department = place.department if act is not Act.CHATTER else None
        options = place.options if opens else ()
        if opens and department is None and not options and speaker.role not in _ABSENT:
            department = speaker.department
        haste = self._urgency(view)[0]
        return Draft(
            act=act,
            department=department,
            department_options=options,
            department_named=place.is_named and act is not Act.CHATTER,
            category=category_of(act, view.scan, view.fault) if act in _CATEGORISED else None,
            urgency=haste if act in _GRADED else None,
            haste=haste,
            quantity=view.quantity if act is Act.SUPPLY else None,
            slots=view.slots,
            text=view.scan.text,
            grounds=self._grounds(view, judgement, is_own=not place.is_named and bool(department)),
        )

    def _urgency(self, view: _View) -> tuple[Urgency, tuple[Reason, ...]]:
        spans = view.place.spans
        hits = [h for h in view.scan.urgencies if not _is_within(h.start, h.end, spans)]
        return self._urgencies.judge(hits, view.marks | _kinds(view), view.scan.text)

    def _parts(self, view: _View, whole: Draft, speaker: _Speaker) -> tuple[Draft, ...]:
        if whole.act not in OPENING_ACTS:
            return ()
        pieces = segments(view.scan, view.faults)
        if len(pieces) < 2:
            return ()
        drafts: list[Draft] = []
        for piece in pieces:
            part = self._view(piece, speaker)
            judgement = self._judge(part, speaker)
            if judgement.act in OPENING_ACTS and _stands_alone(judgement.act, part):
                drafts.append(_inherit(self._draft(part, judgement, speaker), part, whole))
        distinct = {(d.act, d.slots.device, d.department, d.slots.symptom) for d in drafts}
        return tuple(drafts) if len(distinct) > 1 and len(distinct) == len(drafts) else ()

    def _grounds(self, view: _View, judgement: Judgement, *, is_own: bool) -> Grounds:
        acts = [_worded(reason, judgement.act) for reason in judgement.reasons[:_MAX_REASONS]]
        things = [f"故障“{view.fault.symptom.entry.name}”"] if view.fault is not None else []
        if view.slots.device:
            things.append(f"对象“{view.slots.device}”")
        haste = []
        if judgement.act in _GRADED:
            haste = [f"轻重：{r.rule}“{r.words}”" for r in self._urgency(view)[1][:2]]
        return Grounds(
            act=tuple(acts),
            thing=tuple(things),
            place=view.place.why or ("科室：发送人所在科室" if is_own else ""),
            haste=tuple(haste),
        )


def _is_within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a range lies in a department's name: 抢救室 is no sign of haste."""
    return any(a <= start and end <= b for a, b in spans)


def _stands_alone(act: Act, view: _View) -> bool:
    """Whether a piece says enough to be work of its own."""
    if act is Act.REPORT:
        return view.fault is not None and view.fault.is_clear
    return bool(view.scan.things)


def _kinds(view: _View) -> frozenset[str]:
    """Return the category of the fault as a mark for the urgency rules."""
    return frozenset({view.fault.category} if view.fault else ())


def _inherit(part: Draft, view: _View, whole: Draft) -> Draft:
    """Give a part the place that the message named once for all."""
    if view.place.is_named:
        return part
    slots = part.slots
    return replace(
        part,
        department=whole.department,
        department_options=whole.department_options,
        department_named=whole.department_named,
        slots=replace(
            slots,
            building=slots.building or whole.slots.building,
            floor=slots.floor or whole.slots.floor,
            phone=slots.phone or whole.slots.phone,
        ),
    )


def _typed(draft: Draft, text: str) -> Draft:
    """Return the draft with its literal slots as the sender typed them."""
    slots = draft.slots
    if slots.error is None and slots.asset is None and slots.ticket is None:
        return draft
    error, asset, ticket = (
        value and as_typed(value, text) for value in (slots.error, slots.asset, slots.ticket)
    )
    return replace(draft, slots=replace(slots, error=error, asset=asset, ticket=ticket))


def _worded(reason: Reason, act: Act) -> str:
    words = f"“{reason.words}”" if reason.words else ""
    return f"{reason.rule}{words} {reason.points[act]:+.1f}"
