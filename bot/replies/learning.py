"""What is said about words that the bot is taught."""

from bot.replies.layout import Names, text
from core.events import Facts


def alias_kept(facts: Facts, names: Names) -> str:
    """Confirm an alias."""
    alias, department = _named(facts, names)
    return f"记住了：“{alias}”就是{department}。说错了发“忘记：{alias}”。"


def alias_confirmed(facts: Facts, names: Names) -> str:
    """Tell who proposed it that the desk agreed."""
    alias, department = _named(facts, names)
    return f"服务台同意了：以后“{alias}”就是{department}。"


def alias_asked(facts: Facts, names: Names) -> str:
    """Say that the desk decides."""
    alias, department = _named(facts, names)
    return f"谢谢！“{alias}”就是{department}，等服务台确认后生效。"


def alias_known(facts: Facts, names: Names) -> str:
    """Say that it is known already."""
    alias, department = _named(facts, names)
    return f"“{alias}”就是{department}，我已经知道了。"


def alias_declined(facts: Facts, names: Names) -> str:
    """Say that the desk said no."""
    alias, department = _named(facts, names)
    return f"服务台没有同意把“{alias}”当作{department}，以后请写科室全名。"


def alias_forgotten(facts: Facts, names: Names) -> str:
    """Confirm that an alias is gone."""
    alias, department = _named(facts, names)
    return f"好的，“{alias}”不再代表{department}。"


def alias_unknown(facts: Facts, names: Names) -> str:
    """Say that there is nothing to forget."""
    return f"没有记过“{text(facts['alias'])}”这个叫法。"


def ask_alias(facts: Facts, names: Names) -> str:
    """Ask the desk."""
    alias, department = _named(facts, names)
    return f"{text(facts['name'])}说“{alias}”就是{department}，记住吗？"


def _named(facts: Facts, names: Names) -> tuple[str, str]:
    return text(facts["alias"]), names.department(facts["department"])
