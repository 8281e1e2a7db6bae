"""The words of the command line: commands, options and help, in Chinese."""

import argparse
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["_Parser"]  # noqa: SLF001 - it has no public name


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


def make_parser() -> argparse.ArgumentParser:
    """Return the parser; it names the command that the words ask for as `command`."""
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
    _add_clocks(commands)
    _add_people(commands)
    _add_database(commands)
    return parser


def _add_serve(commands: "Commands") -> None:
    serve = commands.add_parser("serve", help="运行助手（默认）")
    _shared(serve, with_db=True)
    serve.add_argument("--port", type=int, metavar="端口", help="网页模拟器端口，默认 8080")
    serve.set_defaults(command="serve")


def _add_site_commands(commands: "Commands") -> None:
    check = commands.add_parser("check", help="检查设置和医院资料，一次说清所有问题")
    _shared(check)
    check.add_argument(
        "--online", action="store_true", help="同时试一遍模型服务和聊天平台，说明哪里没设好"
    )
    check.set_defaults(command="check")
    site = commands.add_parser("site", help="医院资料目录")
    actions = site.add_subparsers(title="操作", metavar="操作", required=True)
    new = actions.add_parser("new", help="新建一份带说明的医院资料")
    new.add_argument("folder", type=Path, metavar="目录")
    new.set_defaults(command="site_new")
    draft = commands.add_parser("policy-draft", help="从合同文本起草时限（要人确认才生效）")
    draft.add_argument("text", type=Path, metavar="合同文本", help="纯文本，UTF-8 或 GB18030")
    draft.add_argument("--out", type=Path, metavar="文件", help="写进这个新文件，默认标准输出")
    draft.set_defaults(command="policy_draft")


def _add_words(commands: "Commands") -> None:
    reads = "逐行读懂消息（标准输入 JSON，标准输出 JSON）"
    like = '输入每行一个对象，如 {"text": "打印机坏了", "role": "nurse"}'
    parse = commands.add_parser("parse", help=reads, description=f"{reads}。{like}")
    parse.add_argument("--site", type=Path, required=True, metavar="目录", help="医院资料目录")
    parse.set_defaults(command="parse")
    replay = commands.add_parser("replay", help="在虚拟时钟上重放一份记录")
    like = '{"at": "2026-11-23T09:00:00+08:00", "chat": "work", "from": "n-resp", "text": "你好"}'
    replay.add_argument(
        "transcript", type=Path, metavar="记录文件", help=f"每行一个 JSON 对象，如 {like}"
    )
    replay.add_argument("--site", type=Path, required=True, metavar="目录", help="医院资料目录")
    replay.add_argument("--db", metavar="地址", help="数据库地址，默认临时库")
    replay.add_argument("--tickets", action="store_true", help="最后列出全部工单")
    replay.set_defaults(command="replay")


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
    learn.set_defaults(command="learn")


def _add_clocks(commands: "Commands") -> None:
    clocks = commands.add_parser("clocks", help="一张工单每个时限的时间线：哪段计时、哪段不计")
    _shared(clocks, with_db=True)
    clocks.add_argument("ticket", metavar="工单", help="编号，或编号的末尾，如 001")
    clocks.set_defaults(command="clocks")
    whatif = commands.add_parser("whatif", help="假如按另一份合同算：重算一段时间，不改任何记录")
    _shared(whatif, with_db=True)
    whatif.add_argument("--policy", type=Path, required=True, metavar="文件", help="合同文件")
    for name, help_ in (("from", "第一天"), ("to", "最后一天（含）")):
        whatif.add_argument(
            f"--{name}",
            dest=f"{name}_",
            required=True,
            metavar="日期",
            help=f"{help_}，如 2026-11-01",
        )
    whatif.set_defaults(command="whatif")


def _add_people(commands: "Commands") -> None:
    invite = commands.add_parser("invite", help="给一个人发绑定码，私聊发给助手就认得他的账号")
    _shared(invite, with_db=True)
    invite.add_argument("person", metavar="人员", help="people.csv 里的编号或姓名")
    invite.set_defaults(command="invite")
    members = commands.add_parser("members", help="列出企业微信里还不在 people.csv 的成员（CSV）")
    _shared(members)
    members.set_defaults(command="members")


def _add_database(commands: "Commands") -> None:
    db = commands.add_parser("db", help="数据库")
    actions = db.add_subparsers(title="操作", metavar="操作", required=True)
    upgrade = actions.add_parser("upgrade", help="升级表结构")
    _shared(upgrade, with_db=True)
    upgrade.set_defaults(command="upgrade")
    for name, help_ in (
        ("backup", "在线备份内置数据库"),
        ("restore", "从备份恢复内置数据库（先停止助手）"),
    ):
        one = commands.add_parser(name, help=help_)
        _shared(one, with_db=True)
        one.add_argument("file", type=Path, metavar="文件")
        one.set_defaults(command=name)


def _shared(parser: argparse.ArgumentParser, *, with_db: bool = False) -> None:
    parser.add_argument("--config", type=Path, metavar="文件", help="设置文件（TOML）")
    parser.add_argument("--site", type=Path, metavar="目录", help="医院资料目录")
    if with_db:
        parser.add_argument("--db", metavar="地址", help="数据库地址")
