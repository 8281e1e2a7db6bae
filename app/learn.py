"""`learn`: what people put right in the chat, for review; kept as a test, or learned as a word."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from app.database import check_schema, url_of
from app.faults import Unable
from app.hospital import Hospital
from app.labels import FILE, label, write_label
from app.settings import Settings
from bot.replies.layout import CATEGORIES, Names
from bot.replies.learning import example_block, label_of, reading_line
from core.examples import Example, ExampleState, Field
from core.ids import IdMaker
from core.understanding.normalise import normalise
from core.understanding.read import Reader
from core.understanding.result import OPENING_ACTS, Act, Draft
from core.understanding.vocabulary import Lexicons, Symptom, Thing
from storage.lexicon_edits import Addition, WordKnown, add_word
from storage.lexicons import LexiconFault, read_lexicons
from storage.uow import Database, SqlUnitOfWork

OK: Final = 0
_TAIL: Final = 6
"""Characters of an id that are shown."""
_LEAST: Final = 4
"""Characters of an id that have to be given."""
_NOTATION: Final = re.compile(r"[{}|^$…⋯*]")
"""Has a meaning of its own in a lexicon, or hides a number in the text."""


class CannotLearn(Exception):
    """Wrong use: one Chinese line."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with which example; nothing lists them."""

    keep: str = ""
    drop: str = ""
    learn: str = ""
    word: str = ""
    name: str = ""
    """Word of record that `word` stands for."""


async def run(settings: Settings, order: Order, out: TextIO) -> int:
    """List the examples that nobody has looked at, or do what is ordered with one.

    Raises:
        CannotLearn: the order cannot be carried out as it is.
        Unable: there is no database of this version, or a file cannot be written.
        SiteFaults, LexiconFault: the site's files cannot be used.
    """
    hospital = Hospital.load(settings.site.dir)
    await check_schema(url_of(settings))
    database = Database(url_of(settings), hospital.files.id)
    desk = _Review(hospital, database, out)
    try:
        await desk.begin()
        if order.keep:
            await desk.keep(order.keep)
        elif order.drop:
            await desk.drop(order.drop)
        elif order.learn:
            await desk.learn(order.learn, order.word.strip(), order.name.strip())
        else:
            await desk.list_new()
    except OSError as error:
        raise Unable(f"写不了 {error.filename or settings.site.dir}，请检查权限。") from error
    finally:
        await database.close()
    return OK


@dataclass
class _Review:
    """One run of the command."""

    hospital: Hospital
    database: Database
    out: TextIO

    def __post_init__(self) -> None:
        self._now = datetime.now(UTC)

    @asynccontextmanager
    async def _unit(self) -> AsyncIterator[SqlUnitOfWork]:
        async with self.database.unit(self.hospital.site, IdMaker(), self._now) as uow:
            yield uow

    @property
    def _names(self) -> Names:
        return Names(self.hospital.site, self._now)

    def _say(self, line: str) -> None:
        print(line, file=self.out)

    async def begin(self) -> None:
        """Lay what was said in the chat over the files: nicknames of departments are read so."""
        async with self._unit() as uow:
            await self.hospital.lay_over(uow.overlays)

    async def list_new(self) -> None:
        """Print a block for each that nobody has looked at, oldest first."""
        async with self._unit() as uow:
            examples = await uow.examples.unseen()
        if not examples:
            self._say("没有待看的改正。群里有人说“不是报修”“改成网络”之后，这里才会有。")
            return
        self._say(f"{len(examples)} 条待看。--keep 编号：收进测试集；--drop 编号：不要；")
        self._say("--word 编号 词：把原话里的词加进词库")
        for example in examples:
            self._say("")
            self._say(example_block(example, example.id[-_TAIL:], self._names))

    async def keep(self, tail: str) -> None:
        """Write the example into the hospital's test messages, with what was kept before of it."""
        example = await self._find(tail)
        async with self._unit() as uow:
            about = await uow.examples.about(example.message)
        right = {e.field: e.right for e in about if e.state is ExampleState.KEPT}
        right[example.field] = example.right
        labelled = label(example, right, self.hospital.reader)
        write_label(self.hospital.folder, labelled)
        async with self._unit() as uow:
            await uow.examples.mark(example.id, ExampleState.KEPT)
        path = self.hospital.folder / FILE
        self._say(f"已收进 {path}：{self._right(example)}（{labelled['id']}）")

    async def drop(self, tail: str) -> None:
        """Mark the example as not wanted."""
        example = await self._find(tail)
        async with self._unit() as uow:
            await uow.examples.mark(example.id, ExampleState.DROPPED)
        was_kept = example.state is ExampleState.KEPT
        rest = f"；{FILE} 里那一行还在，不要的话请删掉" if was_kept else ""
        self._say(f"已不要：{example.id[-_TAIL:]}{rest}")

    async def learn(self, tail: str, word: str, name: str) -> None:
        """Add a word of the example to the hospital's lexicon, and say how it is read then."""
        example = await self._find(tail)
        addition = _addition(example, _usable(word, example), name, self.hospital.folder)
        before = self._read(self.hospital.reader, example)
        try:
            lexicons = add_word(self.hospital.folder, addition)
        except WordKnown as error:
            raise CannotLearn(f"{addition.path} 里已经有“{word}”。") from error
        except LexiconFault as fault:
            where = fault.where.replace("line ", "第 ") + " 行" * fault.where.startswith("line ")
            raise CannotLearn(
                f"没有加：lexicon/{fault.path} {where}：{fault.message}；文件已恢复原样"
            ) from fault
        after = self._read(Reader(lexicons, list(self.hospital.site.departments.values())), example)
        self._say(f"已加进 {self.hospital.folder / addition.path}：“{word}”")
        self._say(f"以前读作 {reading_line(before, self._names)}")
        self._say(f"现在读作 {reading_line(after, self._names)}")
        if getattr(after, example.field) != example.right:
            self._say(f"还{self._right(example)}，可以再换一个词。")

    def _right(self, example: Example) -> str:
        return f"应为 {label_of(example.field, example.right, self._names)}"

    def _read(self, reader: Reader, example: Example) -> Draft:
        return reader.read(
            example.text, role=example.role, sender_department=example.department
        ).first

    async def _find(self, tail: str) -> Example:
        """Return the example whose id ends so.

        Raises:
            CannotLearn: none does, or several do.
        """
        async with self._unit() as uow:
            found = await uow.examples.ending(tail.lower()) if len(tail) >= _LEAST else []
        if not found:
            raise CannotLearn(f"没有编号是“{tail}”的改正，不带选项运行 learn 可以看到编号。")
        if len(found) > 1:
            raise CannotLearn(f"编号“{tail}”对得上 {len(found)} 条，请多写几位。")
        return found[0]


def _usable(word: str, example: Example) -> str:
    """Return the word.

    Raises:
        CannotLearn: the message does not hold it, or it is none.
    """
    if len(word) < 2 or _NOTATION.search(word):
        raise CannotLearn(f"“{word}”不能加进词库：至少两个字，不带 {{}}|^$…* 这些符号。")
    if normalise(word) not in normalise(example.text):
        raise CannotLearn(f"这条消息里没有“{word}”，只能加原话里的词。")
    return word


def _addition(example: Example, word: str, name: str, site: Path) -> Addition:
    """Return where the word belongs.

    Raises:
        CannotLearn: no word can help what was put right, or `name` is something else.
    """
    lexicons = read_lexicons(site)
    if example.field is Field.CATEGORY:
        return _thing(word, name, example.right, lexicons)
    if example.field is Field.ACT and example.right == Act.CHATTER:
        if name:
            raise CannotLearn("“不是报修”的词不用 --as。")
        return Addition("idioms", word)
    if example.field is Field.ACT and example.read.get(Field.ACT) not in OPENING_ACTS:
        return _symptom(word, name, lexicons)
    raise CannotLearn(
        "加词只能改类别、误登记和漏登记；科室的叫法请在群里说“记住：叫法=科室”，其余请用 --keep。"
    )


def _symptom(word: str, name: str, lexicons: Lexicons) -> Addition:
    known = next((each for each in lexicons.symptoms if _names(each, word)), None)
    if known is not None:
        raise CannotLearn(f"词库里已经有“{word}”（{known.name}），再加一次也不会变，请换一个词。")
    like = next((symptom for symptom in lexicons.symptoms if symptom.name == name), None)
    return Addition("symptoms", word, name or word, like=like)


def _thing(word: str, name: str, category: str, lexicons: Lexicons) -> Addition:
    known = [t.category for t in lexicons.things if t.name == name or _names(t, word)]
    others = [other for other in known if other != category]
    if others:
        theirs, ours = CATEGORIES[others[0]], CATEGORIES[category]
        raise CannotLearn(f"“{name or word}”在词库里属于“{theirs}”，不能又算“{ours}”。")
    file = "consumables" if category == "consumable" else "devices"
    return Addition(file, word, name or word, category)


def _names(entry: Thing | Symptom, word: str) -> bool:
    """Return whether the word alone is enough to name it."""
    return any(phrase.head == normalise(word) and not phrase.rest for phrase in entry.phrases)
