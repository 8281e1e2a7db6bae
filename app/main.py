"""The commands, their words for the terminal and their exit codes: 0, 2 for what the user can
mend, 1 for anything else.
"""

import argparse
import asyncio
import gc
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, NoReturn

from app import logs
from app.command_line import Usage, make_parser
from app.database_url import database_url
from app.faults import Unable
from app.settings import DEMO_SITE, Settings, load
from app.settings_faults import SettingsFaults
from core.site import Site
from storage.lexicons import LexiconFault
from storage.site.faults import SiteFaults

OK, FAILED, WRONG = 0, 1, 2


def run() -> NoReturn:
    """Run as the installed command."""
    sys.exit(main(sys.argv[1:]))


def main(words: Sequence[str]) -> int:
    """Run the command that the words name, `serve` without any; return the exit code."""
    try:
        args = make_parser().parse_args(words or ["serve"])
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
        return _COMMANDS[args.command](args)
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
    # All that is read until it serves stays: to look through it for garbage only costs time.
    gc.disable()
    try:
        from app import serve

        return asyncio.run(serve.run(_settings(args)))
    finally:
        gc.enable()


def _check(args: argparse.Namespace) -> int:
    from app import check, model, wecom_check

    now = datetime.now(UTC)
    try:
        settings = _settings(args)
    except SettingsFaults as faults:
        folder = args.site or DEMO_SITE
        return check.run(folder, now, out=sys.stdout, err=sys.stderr, settings_faults=faults.lines)
    code = check.run(settings.site.dir, now, out=sys.stdout, err=sys.stderr)
    print(model.described(settings.model))
    print(wecom_check.described(settings.wecom))
    print(_telegram_described(settings))
    if args.online:
        _, site = check.check_site(settings.site.dir)
        print(asyncio.run(model.tried(settings.model, site)))
        print("\n".join(asyncio.run(wecom_check.tried(settings, site))))
        return code or _telegram_checked(settings, site)
    return code


def _telegram_described(settings: Settings) -> str:
    given = settings.telegram
    if not given.token.get_secret_value():
        return "Telegram：没有启用（telegram.token 是空的）"
    how = "由我们去取消息" if given.mode == "polling" else "由 Telegram 送到 webhook_url"
    return f"Telegram：启用，{how}；加 --online 试一遍"


def _telegram_checked(settings: Settings, site: Site | None) -> int:
    """Print what Telegram says; return 1 if it cannot be used."""
    if not settings.telegram.token.get_secret_value():
        return OK
    from app import telegram_online

    report = asyncio.run(telegram_online.checked(settings, site))
    print("\n".join(report.lines))
    return OK if report.works else FAILED


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


def _clocks(args: argparse.Namespace) -> int:
    from app import clocks

    now = datetime.now(UTC)
    try:
        return asyncio.run(clocks.run(_settings(args), args.ticket, now, sys.stdout))
    except clocks.UnknownTicket as error:
        raise Usage(str(error)) from error


def _whatif(args: argparse.Namespace) -> int:
    from app import whatif

    if not args.policy.is_file():
        raise Usage(f"找不到合同文件 {args.policy}")
    trial = whatif.Trial(args.policy, _date(args.from_), _date(args.to_))
    if trial.last < trial.first:
        raise Usage(f"--to {trial.last} 早于 --from {trial.first}")
    now = datetime.now(UTC)
    return asyncio.run(whatif.run(_settings(args), trial, now, sys.stdout, sys.stderr))


def _date(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Usage(f"日期“{written}”不对，写法如 2026-11-01") from error


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


def _invite(args: argparse.Namespace) -> int:
    from app import invite

    try:
        return asyncio.run(invite.run(_settings(args), args.person, datetime.now(UTC), sys.stdout))
    except invite.UnknownPerson as error:
        raise Usage(str(error)) from error


def _members(args: argparse.Namespace) -> int:
    from app import members

    return asyncio.run(members.run(_settings(args), sys.stdout, sys.stderr))


def _upgrade(args: argparse.Namespace) -> int:
    from app import database

    return asyncio.run(database.upgrade_schema(_settings(args)))


def _backup(args: argparse.Namespace) -> int:
    from app import database

    return database.back_up(_settings(args), args.file)


def _restore(args: argparse.Namespace) -> int:
    from app import database

    return database.bring_back(_settings(args), args.file)


_COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "serve": _serve,
    "check": _check,
    "site_new": _site_new,
    "policy_draft": _policy_draft,
    "parse": _parse,
    "replay": _replay,
    "learn": _learn,
    "clocks": _clocks,
    "whatif": _whatif,
    "upgrade": _upgrade,
    "backup": _backup,
    "restore": _restore,
    "invite": _invite,
    "members": _members,
}
