"""The one way in: a chat message becomes an `Understanding`.

normalise → scan the lexicons → faults and slots → department → rules and models → draft or drafts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from core.ids import DepartmentId
from core.kinds import CATEGORIES, Urgency
from core.people import DESK, ENGINEER
from core.places import Department
from core.understanding.acts import ActScorer, Judgement, Weighed
from core.understanding.categories import CategoryJudge
from core.understanding.context import NO_CONTEXT, Context
from core.understanding.directory import Directory
from core.understanding.linear import LinearModels, bounded
from core.understanding.marks import marks_of
from core.understanding.normalise import normalise
from core.understanding.parts import segments
from core.understanding.peril import holds_somebody
from core.understanding.placement import Placement
from core.understanding.placing import Placer
from core.understanding.quantity import quantity_of
from core.understanding.result import OPENING_ACTS, Act, Draft, Grounds, Slots, Understanding
from core.understanding.scan import Matcher, Scan
from core.understanding.scores import Reason, side_of
from core.understanding.slots import as_typed, read_slots
from core.understanding.topic import (
    Fault,
    category_of,
    faults_of,
    main_fault,
    nouns_of,
    supplied_thing,
)
from core.understanding.traits import traits_of
from core.understanding.urgency import OUTCOMES, UrgencyScorer
from core.understanding.vocabulary import Lexicons
from core.understanding.whose import Naming, whose_traits

_NO_ALIASES: Final[Mapping[str, DepartmentId]] = MappingProxyType({})
_GRADED: Final = frozenset({Act.REPORT, Act.SUPPLY, Act.SERVICE})
_CATEGORISED: Final = OPENING_ACTS | {Act.QUESTION}
_ABSENT: Final = frozenset({DESK, ENGINEER})
"""Who does not report for a department of his own."""
_NEARLY_WORK: Final = 0.2
"""Share of the acts that open a ticket from which a reading says where the work would be, and of
which kind, though it was read as another act: whoever is asked about it has it at hand.
"""
_MAX_REASONS: Final = 8
_OF_ACTS: Final = slice(len(Act))
_OF_CATEGORIES: Final = slice(len(Act), len(Act) + len(CATEGORIES))
_OF_URGENCY: Final = slice(len(Act) + len(CATEGORIES), None)


@dataclass(frozen=True, slots=True)
class View:
    """A text and all that was found in it, before the act is known."""

    scan: Scan
    faults: tuple[Fault, ...]
    fault: Fault | None
    slots: Slots
    quantity: int | None
    place: Placement
    marks: frozenset[str]
    weighed: Weighed
    traits: frozenset[str]
    """What the models are told."""
    said: tuple[int, ...]
    """What they say to it, see `LinearModels.sums`: of acts, of categories, of urgency."""


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
        places = [normalise(place) for place in lexicons.places]
        whose = lexicons.models.get("places", {})
        self._placer = Placer(directory, places, known, whose, lexicons.doings)
        acts, categories, urgency = (
            lexicons.models.get(name, {}) for name in ("acts", "categories", "urgency")
        )
        self._acts = ActScorer(lexicons.acts)
        self._urgencies = UrgencyScorer(lexicons.urgencies, urgency)
        self._categories = CategoryJudge(categories)
        self._models = LinearModels(
            (acts, len(Act)), (categories, len(CATEGORIES)), (urgency, len(OUTCOMES))
        )

    def read(
        self,
        text: str,
        *,
        role: str,
        sender_department: DepartmentId | None,
        context: Context | None = None,
        act: Act | None = None,
    ) -> Understanding:
        """Return what the message means, as the given act where the chat around it decides that.

        Never raises, whatever the text. A department that the directory does not know counts as
        none.
        """
        speaker = self._speaker(role, sender_department, context)
        view = self._view(normalise(text), speaker)
        judgement = self._judge(view)
        if act is not None:
            judgement = replace(judgement, act=act, confidence=1.0, reasons=())
        is_peril = holds_somebody(view.scan.text)
        if is_peril and judgement.act in (Act.CHATTER, Act.REPORT):
            judgement = _in_peril(judgement)
        first = self._draft(view, judgement, speaker)
        if is_peril and first.act is Act.REPORT:
            first = replace(first, urgency=Urgency.URGENT, haste=Urgency.URGENT, urgent_share=1.0)
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

    def view(self, text: str, *, role: str, sender_department: DepartmentId | None) -> View:
        """Return what is found in a message before its act is known: what models learn from."""
        return self._view(normalise(text), self._speaker(role, sender_department, None))

    def naming(self, text: str, own: DepartmentId) -> tuple[Naming, frozenset[str]] | None:
        """Return the other department than the sender's that a message names, and what a model
        learns from about whose work it is; None where there is none to weigh.
        """
        plain = normalise(text)
        nouns = nouns_of(self._matcher.scan(plain))
        _, naming = self._placer.by_rules(plain, own, nouns)
        return None if naming is None else (naming, whose_traits(plain, naming, nouns))

    def named_category(self, act: Act, view: View) -> str:
        """Return the category that the words of the trade give."""
        return category_of(act, view.scan, view.fault)

    def urgency_rules(self, view: View) -> tuple[Reason, ...]:
        """Return the urgency rules that apply; words in a department's name do not count."""
        spans = view.place.spans
        hits = [h for h in view.scan.urgencies if not _is_within(h.start, h.end, spans)]
        return self._urgencies.reasons(hits, view.marks | _kinds(view), view.scan.text)

    def _speaker(
        self, role: str, department: DepartmentId | None, context: Context | None
    ) -> _Speaker:
        own = department if department in self._departments else None
        return _Speaker(role, own, context or NO_CONTEXT)

    def place(self, text: str, own: DepartmentId | None = None) -> Placement:
        """Return the department that words name which answer "which department?"."""
        return self._placer.place(normalise(text), own)

    def is_general(self, word: str) -> bool:
        """Return whether a word is a place that every department has, or no word at all."""
        return self._placer.is_general(normalise(word))

    def _view(self, text: str, speaker: _Speaker) -> View:
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
        quantity = quantity_of(text, [(hit.start, hit.end) for hit in scan.things])
        place = self._placer.place(text, speaker.department, nouns_of(scan))
        marks = marks_of(
            scan,
            slots,
            faults=faults,
            quantity=quantity,
            place=place,
            context=speaker.context,
        )
        weighed = self._acts.weigh(scan.acts, marks, speaker.role, text)
        traits = traits_of(
            scan,
            place.spans,
            side=side_of(speaker.role),
            role=speaker.role,
            marks=marks,
            rules=[reason.rule for reason in weighed.reasons],
        )
        said = self._models.sums(traits)
        return View(scan, faults, fault, slots, quantity, place, marks, weighed, traits, said)

    def _judge(self, view: View) -> Judgement:
        return self._acts.judge(view.weighed, bounded(view.said[_OF_ACTS]), view.marks)

    def _draft(self, view: View, judgement: Judgement, speaker: _Speaker) -> Draft:
        act, place = judgement.act, view.place
        opens = act in OPENING_ACTS
        may_open = opens or judgement.work_share >= _NEARLY_WORK
        department = place.department if may_open or act is not Act.CHATTER else None
        options = place.options if opens else ()
        if may_open and department is None and not options and speaker.role not in _ABSENT:
            department = speaker.department
        if act is Act.QUERY and department is None:
            # 查一下骨一昨天报的单子: what is asked about is nobody's place of work.
            department = self._placer.mentioned(view.scan.text, speaker.department)
        named = self.named_category(act, view)
        category = self._categories.judge(act, named, view.said[_OF_CATEGORIES])
        rules = self.urgency_rules(view)
        said = view.said[_OF_URGENCY] if act in _GRADED else None
        graded = self._urgencies.judge(rules, act, category, said)
        return Draft(
            act=act,
            department=department,
            department_options=options,
            department_named=place.is_named and act is not Act.CHATTER,
            category=category if may_open or act in _CATEGORISED else None,
            urgency=graded.urgency if act in _GRADED else None,
            urgent_share=graded.urgent_share if act in _GRADED else 0.0,
            haste=graded.urgency,
            quantity=view.quantity if act is Act.SUPPLY else None,
            slots=view.slots,
            text=view.scan.text,
            grounds=_grounds(
                view,
                judgement,
                rules,
                is_own=not place.is_named and department == speaker.department is not None,
            ),
        )

    def _parts(self, view: View, whole: Draft, speaker: _Speaker) -> tuple[Draft, ...]:
        if whole.act not in OPENING_ACTS:
            return ()
        pieces = segments(view.scan, view.faults)
        if len(pieces) < 2:
            return ()
        drafts: list[Draft] = []
        for piece in pieces:
            part = self._view(piece, speaker)
            judgement = self._judge(part)
            if judgement.act not in OPENING_ACTS and part.fault is not None:
                # 另外扫码枪也坏了 adds to a request elsewhere; in a report it is one more
                judgement = replace(judgement, act=Act.REPORT)
            if judgement.act in OPENING_ACTS and _stands_alone(judgement.act, part):
                drafts.append(_inherit(self._draft(part, judgement, speaker), part, whole))
        distinct = {(d.act, d.slots.device, d.department, d.slots.symptom) for d in drafts}
        return tuple(drafts) if len(distinct) > 1 and len(distinct) == len(drafts) else ()


def _in_peril(judgement: Judgement) -> Judgement:
    """Return the judgement of words that no model may take for talk."""
    return replace(
        judgement, act=Act.REPORT, runner_up=Act.CHATTER, confidence=1.0, reasons=(), work_share=1.0
    )


def _grounds(view: View, judgement: Judgement, rules: Sequence[Reason], *, is_own: bool) -> Grounds:
    acts = [_worded(reason, judgement.act) for reason in judgement.reasons[:_MAX_REASONS]]
    things = [f"故障“{view.fault.symptom.entry.name}”"] if view.fault is not None else []
    if view.slots.device:
        things.append(f"对象“{view.slots.device}”")
    haste = []
    if judgement.act in _GRADED:
        haste = [f"轻重：{reason.rule}“{reason.words}”" for reason in rules[:2]]
    return Grounds(
        act=tuple(acts),
        thing=tuple(things),
        place=view.place.why or ("科室：发送人所在科室" if is_own else ""),
        haste=tuple(haste),
    )


def _is_within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a range lies in a department's name: 抢救室 is no sign of haste."""
    return any(a <= start and end <= b for a, b in spans)


def _stands_alone(act: Act, view: View) -> bool:
    """Whether a piece says enough to be work of its own."""
    if act is Act.REPORT:
        return view.fault is not None and view.fault.is_clear
    return bool(view.scan.things)


def _kinds(view: View) -> frozenset[str]:
    """Return the category of the fault as a mark for the urgency rules."""
    return frozenset({view.fault.category} if view.fault else ())


def _inherit(part: Draft, view: View, whole: Draft) -> Draft:
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
