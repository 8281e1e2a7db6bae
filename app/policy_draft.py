"""`policy-draft`: a contract's text in, a policy that nobody has confirmed out."""

from pathlib import Path
from typing import Final, TextIO

from app.draft_toml import toml_of
from app.faults import Unable
from core.drafting.draft import Draft, draft_of
from core.drafting.finder import findings_in
from storage.site.spreadsheets import UnreadableSheet, decode

OK: Final = 0
MAX_BYTES: Final = 2 * 1024 * 1024


class CannotDraft(Exception):
    """Wrong use: one Chinese line."""


def run(source: Path, target: Path | None, out: TextIO, err: TextIO) -> int:
    """Write the draft to `target`, or to `out` without one, and say what it holds.

    Raises:
        CannotDraft: the text cannot be read, or there is a file already.
        Unable: the file cannot be written.
    """
    if target is not None and target.exists():
        raise CannotDraft(f"{target} 已经有了，请换一个文件名；草稿不会盖掉任何文件。")
    draft = draft_of(findings_in(_text_of(source)))
    written = toml_of(draft, source.stem)
    if target is None:
        out.write(written)
        print(_summary(draft), file=err)
        return OK
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(written)
    except FileExistsError as error:
        raise CannotDraft(f"{target} 已经有了，请换一个文件名；草稿不会盖掉任何文件。") from error
    except OSError as error:
        raise Unable(f"写不了 {target}（{error.strerror}）。") from error
    print(f"已写入 {target}：{_summary(draft)}", file=out)
    return OK


def _text_of(source: Path) -> str:
    if not source.is_file():
        raise CannotDraft(f"找不到合同文本 {source}")
    try:
        if source.stat().st_size > MAX_BYTES:
            raise CannotDraft(f"{source} 太大，最多 {MAX_BYTES // 1024 // 1024} MB 的纯文本。")
        return decode(source.read_bytes())
    except UnreadableSheet as error:
        raise CannotDraft(
            f"{source} 的文字编码无法识别，请存为纯文本（txt，UTF-8 或 GB18030）。"
        ) from error
    except OSError as error:
        raise CannotDraft(f"{source} 打不开（{error.strerror}）") from error


def _summary(draft: Draft) -> str:
    n_set = sum(rule.length is not None for rule in draft.rules)
    if not draft.rules:
        return f"没有找到时限，{len(draft.questions)} 个问题写在开头。"
    n_open = len(draft.rules) - n_set
    open_ = f"、{n_open} 条待定" if n_open else ""
    return f"{n_set} 条时限{open_}，{len(draft.questions)} 个问题写在开头；还没有人确认，不会生效。"
