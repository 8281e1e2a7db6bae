"""`[wecom]`: how WeCom is reached. Nothing of it is on while nothing of it is set."""

from typing import Final

from pydantic import Field, SecretStr

from app.settings_faults import fault
from app.settings_section import Section

_URL: Final = r"^(https?://[^\s@/]+[^\s@]*)?$"
_PATH: Final = r"^/[A-Za-z0-9/_.-]*$"
_KEY_CHARACTERS: Final = 43


class WeComBotSettings(Section):
    """`[wecom.bot]`: the intelligent bot over its long connection."""

    id: str = Field(default="", description="应为机器人的 Bot ID")
    secret: SecretStr = Field(default=SecretStr(""), description="应为机器人的 Secret")
    url: str = Field(
        default="wss://openws.work.weixin.qq.com",
        pattern=r"^wss?://[^\s@/]+[^\s@]*$",
        description="应为长连接的地址，例如 wss://openws.work.weixin.qq.com",
    )
    name: str = Field(default="", description="应为机器人在企业微信里的名字，群里@的就是它")


class WeComCallbackSettings(Section):
    """`[wecom.callback]`: the intelligent bot by URL callback, instead of the long connection."""

    token: SecretStr = Field(default=SecretStr(""), description="应为接收消息的 Token")
    aes_key: SecretStr = Field(default=SecretStr(""), description="应为 43 位的 EncodingAESKey")
    path: str = Field(
        default="/wecom/callback",
        pattern=_PATH,
        description="应为以 / 开头的路径，例如 /wecom/callback",
    )


class WeComWebhookSettings(Section):
    """One of `[[wecom.webhook]]`: the group robot of one chat."""

    chat: str = Field(default="", description="应为群：work 或 dept:科室编号")
    key: SecretStr = Field(default=SecretStr(""), description="应为消息推送地址里 key= 后面的部分")
    url: str = Field(
        default="https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        pattern=_URL,
        description="应为消息推送的地址，不带 key",
    )


class WeComAppSettings(Section):
    """`[wecom.app]`: the self-built application."""

    corp_id: str = Field(default="", description="应为企业ID，在“我的企业”最下面")
    secret: SecretStr = Field(default=SecretStr(""), description="应为自建应用的 Secret")
    agent_id: int = Field(default=0, ge=0, description="应为自建应用的 AgentId，是一个数")
    token: SecretStr = Field(default=SecretStr(""), description="应为接收消息的 Token")
    aes_key: SecretStr = Field(default=SecretStr(""), description="应为 43 位的 EncodingAESKey")
    path: str = Field(
        default="/wecom/app", pattern=_PATH, description="应为以 / 开头的路径，例如 /wecom/app"
    )
    api_base: str = Field(
        default="https://qyapi.weixin.qq.com",
        pattern=_URL,
        description="应为接口的地址，例如 https://qyapi.weixin.qq.com",
    )


class WeComSettings(Section):
    """`[wecom]`."""

    hosts: tuple[str, ...] = Field(
        default=("*.weixin.qq.com", "*.qpic.cn", "*.myqcloud.com"),
        description='应为允许取图片的主机名，例如 ["*.weixin.qq.com"]',
    )
    link: str = Field(
        default="https://work.weixin.qq.com/",
        pattern=_URL,
        description="应为没有按钮的卡片点开的网址",
    )
    ca_file: str = Field(default="", description="应为私有部署的根证书文件（PEM）")
    bot: WeComBotSettings = Field(default=WeComBotSettings(), description="应写成 [wecom.bot]")
    callback: WeComCallbackSettings = Field(
        default=WeComCallbackSettings(), description="应写成 [wecom.callback]"
    )
    webhook: tuple[WeComWebhookSettings, ...] = Field(
        default=(), description="应写成 [[wecom.webhook]]"
    )
    app: WeComAppSettings = Field(default=WeComAppSettings(), description="应写成 [wecom.app]")

    @property
    def by_line(self) -> bool:
        """The bot talks over the long connection."""
        return bool(self.bot.id and self.bot.secret.get_secret_value())

    @property
    def by_callback(self) -> bool:
        """The bot is called by URL."""
        return bool(self.callback.token.get_secret_value())

    @property
    def by_app(self) -> bool:
        """The application is used."""
        return bool(self.app.corp_id)

    @property
    def app_is_called(self) -> bool:
        """WeCom calls the application, so that buttons pressed on its cards are heard."""
        return self.by_app and bool(self.app.token.get_secret_value())

    @property
    def is_on(self) -> bool:
        """Anything of it is used."""
        return self.by_line or self.by_callback or self.by_app or bool(self.webhook)


def wecom_faults(settings: WeComSettings) -> list[str]:
    """Return what is wrong in how the sections go together, one line each."""
    bot, callback, app = settings.bot, settings.callback, settings.app
    found = []
    if bool(bot.id) != bool(bot.secret.get_secret_value()) and not settings.by_callback:
        found.append(fault("wecom.bot", "id 和 secret 要一起写", "在机器人的“API 模式”页面上"))
    if app.corp_id and not (app.secret.get_secret_value() and app.agent_id):
        found.append(fault("wecom.app", "corp_id、secret、agent_id 要一起写", "都在应用详情页上"))
    if callback.path == app.path and settings.by_callback and settings.app_is_called:
        found.append(fault("wecom", "两个 path 不能一样", "两节各用一个"))
    for name, token, key in (
        ("wecom.callback", callback.token, callback.aes_key),
        ("wecom.app", app.token, app.aes_key),
    ):
        found += _key_faults(name, token.get_secret_value(), key.get_secret_value())
    for n, webhook in enumerate(settings.webhook):
        if not webhook.chat or not webhook.key.get_secret_value():
            found.append(fault(f"wecom.webhook.{n}", "chat 和 key 要一起写", "一个群一段"))
    return found


def _key_faults(name: str, token: str, key: str) -> list[str]:
    if bool(token) != bool(key):
        return [fault(name, "token 和 aes_key 要一起写", "在“接收消息”的设置页上")]
    if key and len(key.rstrip("=")) != _KEY_CHARACTERS:
        return [fault(f"{name}.aes_key", "长度不对", "应为 43 位的 EncodingAESKey，不要带空格")]
    return []
