"""A word added to the site's own lexicon, comments and layout of its file left as they are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import KeyType, SingleKey
from tomlkit.toml_document import TOMLDocument

from core.understanding.vocabulary import Lexicons, Symptom
from storage.lexicons import LexiconFault, read_lexicons

_HEAD: Final = "Words of this hospital, added to those that ship."


class WordKnown(Exception):
    """The file has the word there already."""


@dataclass(frozen=True, slots=True)
class Addition:
    """One word, and where it belongs."""

    file: str
    """Name of the lexicon: `devices`, `consumables`, `idioms` or `symptoms`."""
    word: str
    name: str = ""
    """Word of record of the thing, or name of the symptom, that it stands for."""
    category: str = ""
    """Of the thing."""
    like: Symptom | None = None
    """The symptom of that name that ships: what it says of categories holds for the word too."""

    @property
    def path(self) -> str:
        """The file, relative to the site directory."""
        return f"lexicon/{self.file}.toml"


def add_word(site: Path, addition: Addition) -> Lexicons:
    """Write the word into the site's file and return the lexicons as they are then.

    Raises:
        WordKnown: nothing was written.
        LexiconFault: with the word the file cannot be used; it is as it was before. `where` is
            the line.
        OSError: the file cannot be written.
    """
    path = site / addition.path
    before = path.read_bytes() if path.exists() else None
    after = _with(before, addition, path.name)
    is_new_folder = not path.parent.exists()
    path.parent.mkdir(exist_ok=True)
    replace_file(path, after)
    try:
        return read_lexicons(site)
    except BaseException as error:
        _restore(path, before, is_new_folder=is_new_folder)
        if isinstance(error, LexiconFault):
            line = _line_of(after, addition, error.where)
            raise LexiconFault(error.path, line, error.message) from error
        raise


def replace_file(path: Path, content: bytes) -> None:
    """Write the file whole: whoever reads meanwhile sees the old one or the new one."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    if path.exists():
        beside.chmod(path.stat().st_mode)
    beside.replace(path)


def _restore(path: Path, before: bytes | None, *, is_new_folder: bool) -> None:
    if before is not None:
        replace_file(path, before)
        return
    path.unlink()
    if is_new_folder:
        path.parent.rmdir()


def _with(before: bytes | None, addition: Addition, name: str) -> bytes:
    """Return the file with the word.

    Raises:
        WordKnown, LexiconFault.
    """
    try:
        document = _blank() if before is None else tomlkit.parse(before.decode("utf-8"))
        words = _list_for(document, addition)
        # A thing of record stands for itself, with an empty list.
        if addition.file == "symptoms" or addition.word != addition.name:
            if addition.word in words:
                raise WordKnown
            words.append(addition.word)
    except (TOMLKitError, UnicodeDecodeError, TypeError, AttributeError) as error:
        raise LexiconFault(name, "file", str(error)) from error
    after = tomlkit.dumps(document).encode("utf-8")
    if after == before:
        raise WordKnown
    return after


def _blank() -> TOMLDocument:
    document = tomlkit.document()
    document.add(tomlkit.comment(_HEAD))
    document.add(tomlkit.nl())
    return document


def _list_for(document: TOMLDocument, addition: Addition) -> Any:
    """Return the list that the word goes into, made where it is missing."""
    if addition.file == "idioms":
        return _under(document, "words", tomlkit.array())
    if addition.file == "symptoms":
        return _under(_under(document, addition.name, _symptom(addition)), "words", tomlkit.array())
    category = _under(document, addition.category, tomlkit.table())
    return _under(category, addition.name, tomlkit.array())


def _under(table: Any, key: str, fresh: Any) -> Any:
    """Return what stands under the key, `fresh` once that was put there."""
    if key not in table:
        table.append(key if key.isascii() else SingleKey(key, KeyType.Basic), fresh)
    return table[key]


def _symptom(addition: Addition) -> Any:
    entry = tomlkit.inline_table()
    entry["words"] = tomlkit.array()
    like = addition.like
    if like is not None:
        told = {"category": like.category, "otherwise": like.otherwise, "over": sorted(like.over)}
        entry.update({key: value for key, value in told.items() if value})
    return entry


def _line_of(content: bytes, addition: Addition, where: str) -> str:
    """Return the last line that holds the word, else what the reader named."""
    numbered = enumerate(content.decode("utf-8").splitlines(), start=1)
    lines = [number for number, line in numbered if f'"{addition.word}"' in line]
    return f"line {lines[-1]}" if lines else where
