"""Where we go because a message says so: https, and hosts of a list, nowhere else. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

VENDOR_HOSTS: Final = ("*.weixin.qq.com", "*.qpic.cn", "*.myqcloud.com")
"""Where WeCom keeps its API and people's files."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """A list of hosts; `*.name` is every host below it."""

    known: Sequence[str] = VENDOR_HOSTS

    def admit(self, url: str) -> bool:
        """Return whether we go there: https, a host of the list, no login in the address."""
        try:
            parts = urlsplit(url)
            if parts.scheme != "https" or parts.username or parts.password:
                return False
        except ValueError:
            return False
        host = host_of(url)
        return any(
            host == known.lower() or (known.startswith("*.") and host.endswith(known[1:].lower()))
            for known in self.known
        )


def host_of(url: str) -> str:
    """Return the host of an address in lower case, empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
