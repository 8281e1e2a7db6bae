"""The commands, their words for the terminal and their exit codes: 0, 2 for what the user can
mend, 1 for anything else.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from app import logs
from app.database_url import database_url
from app.faults import Unable
from app.settings import DEMO_SITE, Settings, load
from app.settings_faults import SettingsFaults
from storage.lexicons import LexiconFault
from storage.site.faults import SiteFaults

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["_Parser"]  # noqa: SLF001 - it has no public name

OK, FAILED, WRONG = 0, 1, 2


class Usage(Exception):
    """Wrong words on the command line."""


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """Speaks Chinese, and says one line where argparse would print its usage."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, "add_help": False, **given})
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示用法")

    def error(self, message: str) -> NoReturn:
        raise Usage(_in_chinese(message))


def _in_chinese(message: str) -> str:
    words = (
        ("the following arguments are required: ", "缺少参数 "),
        ("unrecognized arguments: ", "不认识的参数 "),
        ("expected one argument", "后面要跟一个值"),
        ("expected 2 arguments", "后面要跟两个值"),
        ("not allowed with argument ", "不能同时用 "),
        ("invalid choice: ", "没有这个命令 "),
        ("(choose from ", "（可用 "),
        ("argument ", "参数 "),
        ("invalid int value: ", "应为整数 "),
    )
    for english, chinese in words:
        message = message.replace(english, chinese)
    return re.sub(r"（可用 (.*)\)$", r"（可用 \1）", message)


def run() -> NoReturn:
    """Run as the installed command."""
    sys.exit(main(sys.argv[1:]))


def main(words: Sequence[str]) -> int:
    """Run the command that the words name, `serve` without any; return the exit code."""
    try:
        args = _parser().parse_args(words or ["serve"])
    except Usage as fault:
        return _say(f"{fault}。用 --help 看用法。", WRONG)
    logs.configure("warning", "console", sys.stderr)
    if args.debug:
        return _run(args)
    try:
        return _run(args)
    except KeyboardInterrupt:
        return OK
    except BrokenPipeError:
        return FAILED
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        if type(error).__name__ in _NO_DATABASE:
            return _say("数据库打不开，请检查 database.url 的地址和权限。", FAILED)
        return _say(f"出错了（{type(error).__name__}），加 --debug 可看详情。", FAILED)


_NO_DATABASE = ("OperationalError", "InterfaceError", "ConnectionRefusedError")


def _run(args: argparse.Namespace) -> int:
    try:
        command: Callable[[argparse.Namespace], int] = args.command
        return command(args)
    except SettingsFaults as faults:
        return _say("\n".join(faults.lines), WRONG)
    except SiteFaults as faults:
        return _say("\n".join(fault.line() for fault in faults.faults), WRONG)
    except LexiconFault as fault:
        return _say(str(fault), WRONG)
    except Usage as fault:
        return _say(str(fault), WRONG)
    except Unable as fault:
        return _say(str(fault), FAILED)


def _say(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="run_bot.py",
        description="呼应：医院工作群里的报修助手。不带命令就是 serve。",
    )
    parser.add_argument("--debug", action="store_true", help="出错时显示完整信息")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    _add_serve(commands)
    _add_site_commands(commands)
    _add_words(commands)
    _add_learn(commands)
    _add_database(commands)
    return parser


def _add_serve(commands: "Commands") -> None:
    serve = commands.add_parser("serve", help="运行助手（默认）")
    _shared(serve, with_db=True)
    serve.add_argument("--port", type=int, metavar="端口", help="网页模拟器端口，默认 8080")
    serve.set_defaults(command=_serve)


def _add_site_commands(commands: "Commands") -> None:
    check = commands.add_parser("check", help="检查设置和医院资料，一次说清所有问题")
    _shared(check)
    check.add_argument("--online", action="store_true", help="同时问一次模型服务，看有没有回答")
    check.set_defaults(command=_check)
    site = commands.add_parser("site", help="医院资料目录")
    actions = site.add_subparsers(title="操作", metavar="操作", required=True)
    new = actions.add_parser("new", help="新建一份带说明的医院资料")
    new.add_argument("folder", type=Path, metavar="目录")
    new.set_defaults(command=_site_new)
    draft = commands.add_parser("policy-draft", help="从合同文本起草时限（要人确认才生效）")
    draft.add_argument("text", type=Path, metavar="合同文本", help="纯文本，UTF-8 或 GB18030")
    draft.add_argument("--out", type=Path, metavar="文件", help="写进这个新文件，默认标准输出")
    draft.set_defaults(command=_policy_draft)


def _add_words(commands: "Commands") -> None:
    parse = commands.add_parser("parse", help="逐行读懂消息（标准输入 JSON，标准输出 JSON）")
    parse.add_argument("--site", type=Path, required=True, metavar="目录", help="医院资料目录")
    parse.set_defaults(command=_parse)
    replay = commands.add_parser("replay", help="在虚拟时钟上重放一份记录")
    replay.add_argument("transcript", type=Path, metavar="记录文件")
    replay.add_argument("--site", type=Path, required=True, metavar="目录", help="医院资料目录")
    replay.add_argument("--db", metavar="地址", help="数据库地址，默认临时库")
    replay.add_argument("--tickets", action="store_true", help="最后列出全部工单")
    replay.set_defaults(command=_replay)


def _add_learn(commands: "Commands") -> None:
    learn = commands.add_parser("learn", help="看群里改正过的读法，收进测试集或加进词库")
    _shared(learn, with_db=True)
    order = learn.add_mutually_exclusive_group()
    order.add_argument("--keep", metavar="编号", help="收进医院自己的测试集 messages.jsonl")
    order.add_argument(
        "--word", nargs=2, metavar=("编号", "词"), help="把原话里的词加进医院自己的词库"
    )
    order.add_argument("--drop", metavar="编号", help="不要这一条")
    learn.add_argument(
        "--as", dest="name", metavar="名称", help="这个词就是词库里的什么，配合 --word"
    )
    learn.set_defaults(command=_learn)


def _add_database(commands: "Commands") -> None:
    db = commands.add_parser("db", help="数据库")
    actions = db.add_subparsers(title="操作", metavar="操作", required=True)
    upgrade = actions.add_parser("upgrade", help="升级表结构")
    _shared(upgrade, with_db=True)
    upgrade.set_defaults(command=_upgrade)
    for name, help_, command in (
        ("backup", "在线备份内置数据库", _backup),
        ("restore", "从备份恢复内置数据库（先停止助手）", _restore),
    ):
        one = commands.add_parser(name, help=help_)
        _shared(one, with_db=True)
        one.add_argument("file", type=Path, metavar="文件")
        one.set_defaults(command=command)


def _shared(parser: argparse.ArgumentParser, *, with_db: bool = False) -> None:
    parser.add_argument("--config", type=Path, metavar="文件", help="设置文件（TOML）")
    parser.add_argument("--site", type=Path, metavar="目录", help="医院资料目录")
    if with_db:
        parser.add_argument("--db", metavar="地址", help="数据库地址")


def _settings(args: argparse.Namespace) -> Settings:
    given: dict[str, dict[str, object]] = {}
    if getattr(args, "site", None):
        given["site"] = {"dir": args.site}
    if getattr(args, "db", None):
        given["database"] = {"url": args.db}
    if getattr(args, "port", None) is not None:
        given["web"] = {"port": args.port}
    return load(args.config, given)


def _serve(args: argparse.Namespace) -> int:
    from app import serve

    return asyncio.run(serve.run(_settings(args)))


def _check(args: argparse.Namespace) -> int:
    from app import check, model

    now = datetime.now(UTC)
    try:
        settings = _settings(args)
    except SettingsFaults as faults:
        folder = args.site or DEMO_SITE
        return check.run(folder, now, out=sys.stdout, err=sys.stderr, settings_faults=faults.lines)
    code = check.run(settings.site.dir, now, out=sys.stdout, err=sys.stderr)
    print(model.described(settings.model))
    if args.online:
        _, site = check.check_site(settings.site.dir)
        print(asyncio.run(model.tried(settings.model, site)))
    return code


def _site_new(args: argparse.Namespace) -> int:
    from storage.site.skeleton import FolderInUse, make_site

    try:
        make_site(args.folder)
    except FolderInUse as error:
        raise Usage(f"{args.folder} 里已经有东西，请换一个空目录") from error
    print(f"已建好 {args.folder}，按里面的说明填写，再用 check --site {args.folder} 检查。")
    return OK


def _policy_draft(args: argparse.Namespace) -> int:
    from app import policy_draft

    try:
        return policy_draft.run(args.text, args.out, sys.stdout, sys.stderr)
    except policy_draft.CannotDraft as error:
        raise Usage(str(error)) from error


def _parse(args: argparse.Namespace) -> int:
    from app import parse

    return parse.run(args.site, sys.stdin, sys.stdout)


def _learn(args: argparse.Namespace) -> int:
    from app import learn

    if args.name and not args.word:
        raise Usage("--as 要和 --word 一起用")
    given, word = args.word or ("", "")
    order = learn.Order(args.keep or "", args.drop or "", given, word, args.name or "")
    try:
        return asyncio.run(learn.run(_settings(args), order, sys.stdout))
    except learn.CannotLearn as error:
        raise Usage(str(error)) from error


def _replay(args: argparse.Namespace) -> int:
    from app import replay
    from storage.schema import upgrade

    if not args.transcript.is_file():
        raise Usage(f"找不到记录文件 {args.transcript}")

    async def play(url: str) -> int:
        await upgrade(url)
        return await replay.run(
            args.transcript,
            args.site,
            url=url,
            out=sys.stdout,
            err=sys.stderr,
            lists_tickets=args.tickets,
        )

    try:
        if args.db:
            return asyncio.run(play(_url(args.db)))
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(play(f"sqlite+aiosqlite:///{folder}/replay.db"))
    except replay.DatabaseInUse as error:
        raise Usage("这个数据库里已有工单，重放请换一个空库") from error


def _url(given: str) -> str:
    try:
        return database_url(given)
    except ValueError as error:
        raise Usage(str(error)) from error


def _upgrade(args: argparse.Namespace) -> int:
    from app import database

    return asyncio.run(database.upgrade_schema(_settings(args)))


def _backup(args: argparse.Namespace) -> int:
    from app import database

    return database.back_up(_settings(args), args.file)


def _restore(args: argparse.Namespace) -> int:
    from app import database

    return database.bring_back(_settings(args), args.file)
