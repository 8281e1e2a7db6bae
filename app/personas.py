"""Who can be played in the simulator, and which chats there are."""

from bot.web.views import ChatView, Persona
from core.notices import private_chat
from core.people import ADMIN, DESK, ENGINEER, HEAD, LOGISTICS, NURSE, SUPERVISOR
from core.site import Site

_ORDER = {role: n for n, role in enumerate((NURSE, ENGINEER, SUPERVISOR, HEAD, DESK))}
_LAST = {LOGISTICS: 8, ADMIN: 9}
STRANGER = Persona("路人甲", "路人甲", "stranger", "还没登记的人")


def personas(site: Site) -> list[Persona]:
    """Return everybody of the hospital, the roles of a morning first, and one stranger."""
    people = sorted(site.people.values(), key=lambda p: _ORDER.get(p.role, _LAST.get(p.role, 7)))
    known = []
    for person in people:
        department = site.find_department(person.department)
        known.append(
            Persona(person.id, person.name, person.role, department.name if department else "")
        )
    return [*known, STRANGER]


def chats(site: Site) -> list[ChatView]:
    """Return the groups, then everybody's private chat."""
    groups = [ChatView(chat, title) for chat, title in site.chats.items()]
    private = [
        ChatView(private_chat(person.id), f"{person.name}的私聊", frozenset({person.id}))
        for person in site.people.values()
    ]
    stranger = ChatView(f"dm:{STRANGER.id}", f"{STRANGER.name}的私聊", frozenset({STRANGER.id}))
    return [*groups, *private, stranger]
