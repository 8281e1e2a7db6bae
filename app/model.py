"""The language model of the settings, if any: made, described, and asked once by `check`."""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog

from app.settings import ModelSettings
from bot.model.advisor import Advisor
from bot.model.client import Asking, Fault, ModelClient, ModelFault
from bot.model.prompt import instructions, shown
from core.people import NURSE
from core.site import Site

log = structlog.get_logger(__name__)
_TRIAL: Final = "3楼护士站的打印机卡纸了"
_FAULTS: Final = {
    Fault.UNREACHABLE: "连不上，请检查 model.url 和网络",
    Fault.REFUSED: "不受理，回的是 HTTP {status}，请检查 model.url、model.key 和 model.name",
    Fault.LATE: "{seconds:g} 秒内没有回答",
    Fault.HUGE: "回答太长，没有采用",
    Fault.UNUSABLE: "有回答，但不是要求的格式，不能采用",
}


@asynccontextmanager
async def advising(settings: ModelSettings) -> AsyncIterator[Advisor | None]:
    """Return who asks the model about doubtful messages; None where no model is in use."""
    if not settings.url:
        yield None
        return
    async with aclosing(_client(settings)) as client:
        log.info("model_in_use", host=_host(settings), below=settings.below)
        yield Advisor(client, settings.below, timedelta(seconds=settings.timeout))


def described(settings: ModelSettings) -> str:
    """Return one line that says whether a model is in use, and which."""
    if not settings.url:
        return "模型：没有启用（model.url 是空的）"
    name = settings.name or "（没有写 model.name）"
    return (
        f"模型：已启用，{_host(settings)} 的 {name}；把握低于 {settings.below:g} 的消息"
        f"遮掉病人信息后问它，最多等 {settings.timeout:g} 秒"
    )


async def tried(settings: ModelSettings, site: Site | None) -> str:
    """Return one line that says whether the model answers, after asking it once."""
    if not settings.url:
        return "模型服务：没有启用，不用联网检查"
    departments = site.departments if site else {}
    asking = Asking(instructions(tuple(departments.values())), shown(_TRIAL, NURSE))
    began = time.monotonic()
    async with aclosing(_client(settings)) as client:
        try:
            await client.fetch(asking, departments, settings.timeout)
        except ModelFault as fault:
            words = _FAULTS[fault.fault].format(status=fault.status, seconds=settings.timeout)
            return f"模型服务：{words}"
    return f"模型服务：正常，{time.monotonic() - began:.1f} 秒回答"


def _client(settings: ModelSettings) -> ModelClient:
    return ModelClient(settings.url, settings.key.get_secret_value(), settings.name)


def _host(settings: ModelSettings) -> str:
    return urlsplit(settings.url).netloc
