"""Settings: what a process must know before it can read its hospital from the site directory.

They come, the first winning, from the command line, from the environment
(`HUYING_SECTION__KEY`) and from a TOML file (`[section] key`). A secret may stand in a file of its
own, named by `KEY_file`. There is no setting for the time zone: it is the site's, never the host's.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.database_url import URL_FORMS, database_url
from app.settings_faults import SettingsFaults, section_models, wrong_key
from app.settings_section import Section
from app.settings_sources import (
    Entry,
    Sections,
    command_line,
    entries,
    environment,
    toml_file,
    without_number,
)
from app.settings_wecom import WeComSettings, wecom_faults

DEMO_SITE: Final = Path(__file__).resolve().parents[1] / "sites" / "demo"


def _secret_url(given: object) -> object:
    return SecretStr(database_url(given)) if isinstance(given, str) else given


def _lower(given: object) -> object:
    return given.lower() if isinstance(given, str) else given


class DatabaseSettings(Section):
    """`[database]`."""

    url: Annotated[SecretStr, BeforeValidator(_secret_url)] = Field(
        default=SecretStr("sqlite+aiosqlite:///data/huying.db"), description=URL_FORMS
    )
    """As `database_url` returns it; a relative file is below the working directory."""


class SiteSettings(Section):
    """`[site]`."""

    dir: Path = Field(default=DEMO_SITE, description="应为医院资料目录的路径")


class WebSettings(Section):
    """`[web]`."""

    enabled: bool = Field(default=True, description="应为 true 或 false")
    host: str = Field(
        default="127.0.0.1", pattern=r"^[^\s/]+$", description="应为监听的地址，例如 127.0.0.1"
    )
    port: int = Field(
        default=8080, ge=0, le=65535, description="应为 0 到 65535 的整数，0 是任选一个空闲端口"
    )
    simulator: bool = Field(default=False, description="应为 true 或 false")
    """The page beside real channels; without any it is there anyway."""


class LogSettings(Section):
    """`[log]`."""

    level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", description="应为 debug、info、warning、error 之一"
    )
    format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = Field(
        default="console", description="应为 console 或 json"
    )


class ModelSettings(Section):
    """`[model]`: a language model to ask about doubtful messages; off while `url` is empty."""

    url: str = Field(
        default="",
        pattern=r"^(https?://[^\s@/]+[^\s@]*)?$",
        description="应为模型服务的地址，例如 http://127.0.0.1:8000/v1，密码写在 key；不用就留空",
    )
    key: SecretStr = Field(default=SecretStr(""), description="应为模型服务的密钥")
    name: str = Field(default="", description="应为模型的名称，照模型服务给的写")
    below: float = Field(
        default=0.5, ge=0, le=1, allow_inf_nan=False, description="应为 0 到 1 的数，例如 0.5"
    )
    """Readings less sure than this are asked about."""
    timeout: float = Field(
        default=3, gt=0, le=10, allow_inf_nan=False, description="应为 10 以内的秒数，例如 3"
    )
    """Seconds that a message may wait for an answer."""


class TelegramSettings(Section):
    """`[telegram]`; off while `token` is empty."""

    token: SecretStr = Field(
        default=SecretStr(""), description="应为 BotFather 给的机器人令牌，形如 123456789:AA…"
    )
    mode: Annotated[Literal["polling", "webhook"], BeforeValidator(_lower)] = Field(
        default="polling", description="应为 polling 或 webhook"
    )
    base_url: str = Field(
        default="https://api.telegram.org",
        pattern=r"^https?://[^\s/@]+[^\s@?#]*$",
        description="应为 Bot API 服务的地址，例如 https://api.telegram.org",
    )
    proxy: SecretStr = Field(
        default=SecretStr(""),
        description="应为代理的地址，例如 http://10.0.0.2:3128；写 env 就用环境变量；不用就留空",
    )
    webhook_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/@]+[^\s@?#]*)?$",
        validate_default=True,
        description="mode 是 webhook 时必填，应为 Telegram 能访问到的 https:// 地址，"
        "端口只能是 443、80、88、8443，例如 https://desk.example.org/hooks/telegram；"
        "其他端口请由反向代理转过来",
    )
    secret_token: SecretStr = Field(
        default=SecretStr(""), description="应为 1 到 256 个字母、数字、_、-；留空就由令牌算出"
    )

    @field_validator("token")
    @classmethod
    def _token(cls, given: SecretStr) -> SecretStr:
        if not re.fullmatch(r"([0-9]+:[A-Za-z0-9_-]+)?", given.get_secret_value()):
            raise ValueError("no token")
        return given

    @field_validator("secret_token")
    @classmethod
    def _secret(cls, given: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", given.get_secret_value()):
            raise ValueError("no secret that may stand in a header")
        return given

    @field_validator("proxy")
    @classmethod
    def _proxy(cls, given: SecretStr) -> SecretStr:
        if not re.fullmatch(r"(env|(https?|socks5h?)://\S+)?", given.get_secret_value()):
            raise ValueError("no proxy")
        return given

    @field_validator("webhook_url")
    @classmethod
    def _webhook_url(cls, given: str, others: ValidationInfo) -> str:
        if others.data.get("mode") != "webhook":
            return given
        if not given:
            raise ValueError("missing")
        is_public = urlsplit(others.data.get("base_url", "")).hostname == _PUBLIC_HOST
        if is_public and not _is_called_by_telegram(given):
            raise ValueError("no address that Telegram calls")
        return given


def _is_called_by_telegram(url: str) -> bool:
    """Return whether the public server posts updates to such an address; one of the house's own
    posts to any.

    Source: Bot API, "setWebhook", and "Using a Local Bot API Server".
    """
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.port in _WEBHOOK_PORTS


_PUBLIC_HOST: Final = "api.telegram.org"
_WEBHOOK_PORTS: Final = frozenset({None, 443, 80, 88, 8443})


class Settings(BaseSettings):
    """Every setting in its place, checked. Printing it shows no secret."""

    model_config = SettingsConfigDict(
        env_prefix="HUYING_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    database: DatabaseSettings = DatabaseSettings()
    site: SiteSettings = SiteSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    model: ModelSettings = ModelSettings()
    telegram: TelegramSettings = TelegramSettings()
    wecom: WeComSettings = WeComSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the arguments as the only source; `load` lays the others over one another."""
        return (init_settings,)


def load(path: Path | None = None, given: Sections | None = None) -> Settings:
    """Return the settings of a file, the environment and the command line.

    `given` is what the command line says, in the shape of the file: `{"web": {"port": 8081}}`.

    Raises:
        SettingsFaults: every fault of all three, one line each.
    """
    sources = [environment(Settings), command_line(given or {})]
    if path:
        sources.insert(0, toml_file(path))
    faults: list[str] = []
    chosen: dict[tuple[str, str], Entry] = {}
    for source in sources:
        for entry in entries(source, Settings, faults):
            chosen[entry.section, entry.key] = entry
    settings = _checked(chosen, faults)
    if settings is None or faults:
        raise SettingsFaults(faults)
    return settings


def _checked(chosen: dict[tuple[str, str], Entry], faults: list[str]) -> Settings | None:
    """Return the settings, or None after adding a line for each fault."""
    try:
        settings = Settings.model_validate(_nested(chosen.values()))
    except ValidationError as invalid:
        places = dict.fromkeys(
            (".".join(map(str, e["loc"][:-1])), str(e["loc"][-1])) for e in invalid.errors()
        )
    else:
        faults += wecom_faults(settings.wecom)
        return settings
    models = section_models(Settings)
    for at in places:
        faults.append(wrong_key(_place(at, chosen), at[1], models[without_number(at[0])]))
    return None


def _place(at: tuple[str, str], chosen: dict[tuple[str, str], Entry]) -> str:
    """Return what the place of a key calls it, or its own name where nobody gave it."""
    return chosen[at].place if at in chosen else ".".join(at)


def _nested(chosen: Iterable[Entry]) -> dict[str, Any]:
    """Return the values as their sections lie in one another, lists in their order."""
    values: dict[str, Any] = {}
    for entry in chosen:
        within = values
        for name in entry.section.split("."):
            within = within.setdefault(name, {})
        within[entry.key] = entry.value
    return {name: _with_lists(value) for name, value in values.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdecimal() for key in value):
        return [value[key] for key in sorted(value, key=int)]
    return {key: _with_lists(inner) for key, inner in value.items()}
