from pathlib import Path

import pytest

from app.database_url import database_url, shown_url
from app.settings import Settings, load
from app.settings_faults import SettingsFaults

SECRET = "Tr0ub4dor"
SERVER = f"postgresql://huying:{SECRET}@db.local:5433/huying"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for section in ("DATABASE__URL", "SITE__DIR", "WEB__HOST", "WEB__PORT", "WEB__ENABLED"):
        monkeypatch.delenv(f"HUYING_{section}", raising=False)


def written(folder: Path, text: str) -> Path:
    path = folder / "huying.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(path: Path | None) -> list[str]:
    with pytest.raises(SettingsFaults) as refused:
        load(path)
    return [line.replace(f"{path} ", "") for line in refused.value.lines]


def test_without_a_file_everything_has_a_default() -> None:
    settings = load()
    assert settings.database.url.get_secret_value() == "sqlite+aiosqlite:///data/huying.db"
    assert settings.site.dir.parts[-2:] == ("sites", "demo")
    assert settings.site.dir.is_absolute()
    assert (settings.web.enabled, settings.web.host, settings.web.port) == (True, "127.0.0.1", 8080)
    assert (settings.log.level, settings.log.format) == ("info", "console")


def test_a_file_sets_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    settings = load(written(tmp_path, '[web]\nport = 9000\n[log]\nlevel = "DEBUG"\n'))
    assert (settings.web.port, settings.web.host) == (9000, "127.0.0.1")
    assert settings.log.level == "debug"


def test_a_file_that_an_editor_marked_as_utf_8_is_read(tmp_path: Path) -> None:
    assert load(written(tmp_path, "\ufeff[web]\nport = 9000\n")).web.port == 9000


def test_the_environment_beats_the_file_and_the_command_line_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, '[web]\nport = 9000\nhost = "10.0.0.1"\nenabled = true\n')
    monkeypatch.setenv("HUYING_WEB__PORT", "9001")
    monkeypatch.setenv("HUYING_WEB__ENABLED", "false")
    settings = load(path, {"web": {"port": 9002}})
    web = settings.web
    assert (web.enabled, web.host, web.port) == (False, "10.0.0.1", 9002)


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUYING_WEB__PORT", "")
    assert load().web.port == 8080


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"{SERVER}\n")
    settings = load(written(tmp_path, f"[database]\nurl_file = '{tmp_path / 'url'}'\n"))
    assert settings.database.url.get_secret_value() == database_url(SERVER)


def test_a_secret_file_named_by_the_environment_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text(SERVER)
    monkeypatch.setenv("HUYING_DATABASE__URL_FILE", str(tmp_path / "url"))
    settings = load(written(tmp_path, '[database]\nurl = "sqlite:///other.db"\n'))
    assert settings.database.url.get_secret_value() == database_url(SERVER)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().web.port = 1


def test_no_model_is_asked_until_one_is_named(tmp_path: Path) -> None:
    off = load().model
    assert (off.url, off.below, off.timeout) == ("", 0.5, 3)
    (tmp_path / "key").write_text(f"{SECRET}\n")
    url = "http://10.0.0.7:8000/v1"
    on = load(written(tmp_path, f"[model]\nurl = '{url}'\nkey_file = '{tmp_path / 'key'}'\n"))
    assert (on.model.url, on.model.key.get_secret_value()) == (url, SECRET)
    assert SECRET not in f"{on}{on!r}{on.model_dump()}"


def test_the_model_is_set_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUYING_MODEL__URL", "https://model.local/v1")
    monkeypatch.setenv("HUYING_MODEL__BELOW", "0.7")
    model = load().model
    assert (model.url, model.below) == ("https://model.local/v1", 0.7)


@pytest.mark.parametrize(
    "line",
    [
        "url = 'model.local/v1'",
        "url = 'ftp://model.local'",
        f"url = 'http://user:{SECRET}@model.local/v1'",
        "url = 'http://'",
        "below = 1.5",
        "below = nan",
        "timeout = 0",
        "timeout = 60",
        "seconds = 3",
    ],
)
def test_what_is_no_setting_of_a_model_is_one_fault(tmp_path: Path, line: str) -> None:
    (found,) = faults_of(written(tmp_path, f"[model]\n{line}\n"))
    assert found.startswith("model.")
    assert SECRET not in found


def test_every_fault_is_said_at_once_with_place_and_what_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUYING_WEB__ENABLED", "vielleicht")
    text = '[web]\nprot = 1\nport = 70000\n[log]\nformat = "xml"\n[database]\nurl = "mysql://x/y"\n'
    assert sorted(faults_of(written(tmp_path, text))) == [
        "database.url：值不合要求；应为 sqlite:///文件路径 或 postgresql://用户:密码@主机:端口/库名",
        "log.format：值不合要求；应为 console 或 json",
        "web.port：值不合要求；应为 0 到 65535 的整数，0 是任选一个空闲端口",
        "web.prot：没有这个设置，是不是 port？；可写：enabled、host、port、simulator",
        "环境变量 HUYING_WEB__ENABLED：值不合要求；应为 true 或 false",
    ]


def test_a_fault_names_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "[web]\nport = -1\n")
    with pytest.raises(SettingsFaults, match=str(path)):
        load(path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "[wbe]\n",
            "wbe：没有 [wbe] 这一节，是不是 web？；可写："
            + "、".join(f"[{name}]" for name in Settings.model_fields),
        ),
        ("web = 3\n", "web：应写成一节；[web]"),
        ("[site]\ndir = 3\n", "site.dir：值不合要求；应为医院资料目录的路径"),
        ("[web]\nhost = ''\n", "web.host：值不合要求；应为监听的地址，例如 127.0.0.1"),
        ("[database]\nurl = 3\n", None),
        ("[database]\nurl_file = 'nowhere'\n", None),
        ("[database]\nurl_file = 3\n", None),
        ("[database]\nurl = 'sqlite:///a.db'\nurl_file = 'a'\n", None),
        ("[site]\ndir_file = 'a'\n", None),
        ("[web]\nport = \n", None),
        ("[web\n", None),
        ("[web]\nport = 1\nport = 2", None),
    ],
)
def test_each_kind_of_fault_is_one_line(tmp_path: Path, text: str, line: str | None) -> None:
    (found,) = faults_of(written(tmp_path, text))
    assert len(found.splitlines()) == 1
    assert line in (None, found)


def test_a_syntax_fault_names_line_and_column(tmp_path: Path) -> None:
    (line,) = faults_of(written(tmp_path, "[web]\nport = \n"))
    assert line.startswith("第 2 行第 8 列：写法不对")


def test_a_file_that_is_missing_or_not_text_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "none.toml") == [f"{tmp_path / 'none.toml'}：没有这个设置文件"]
    (tmp_path / "gb.toml").write_bytes('[site]\ndir = "江南医院的资料"'.encode("gb18030"))
    assert "UTF-8" in faults_of(tmp_path / "gb.toml")[0]
    assert "读不了" in faults_of(tmp_path)[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUYING_WEB__PROT", "1"),
        ("HUYING_TELEGRAM__TOKEN", SECRET),
        ("HUYING_WEB", "{"),
        ("HUYING_DATABASE__URL", f"mysql://u:{SECRET}@h/d"),
    ],
)
def test_a_variable_that_means_nothing_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    (line,) = faults_of(None)
    assert line.startswith("环境变量 HUYING_")
    assert SECRET not in line


def test_a_variable_of_another_program_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUYING_HOME", "/srv")
    monkeypatch.setenv("OTHER_WEB__PORT", "x")
    assert load().web.port == 8080


@pytest.mark.parametrize(
    "text",
    [
        f'[database]\nurl = "postgresql://huying:{SECRET}@db.local:{SECRET}/huying"\n',
        f'[database]\nurl = "oracle://huying:{SECRET}@db/huying"\n',
        f'[database]\nurl = ["{SECRET}"]\n',
        f'[database]\nurl = "{SECRET}\n',
        f"[database]\nurl = {SECRET}\n",
        f'[database]\nurl = "postgresql://{SECRET}"\nport = 1\n',
    ],
)
def test_no_fault_shows_a_secret(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsFaults) as refused:
        load(written(tmp_path, text))
    assert SECRET not in f"{refused.value}{refused.value!r}{refused.value.__cause__!r}"


def test_printed_settings_show_no_secret(tmp_path: Path) -> None:
    settings = load(written(tmp_path, f'[database]\nurl = "{SERVER}"\n'))
    shown = f"{settings}{settings!r}{settings.model_dump()}{settings.model_dump_json()}"
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("sqlite:///data/a.db", "sqlite+aiosqlite:///data/a.db"),
        ("sqlite:////srv/a.db", "sqlite+aiosqlite:////srv/a.db"),
        ("sqlite+aiosqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgres://u:p%40ss@h:1/d", "postgresql+asyncpg://u:p%40ss@h:1/d"),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg://u@h/d"),
    ],
)
def test_a_database_url_gets_its_async_driver_and_stays_so(given: str, normal: str) -> None:
    assert database_url(given) == normal
    assert database_url(normal) == normal


@pytest.mark.parametrize(
    "given",
    [
        "",
        "data/a.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://h/d",
        "postgresql://h",
        "a://b:c/d",
    ],
)
def test_what_is_no_database_of_ours_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        database_url(given)


def test_a_shown_url_has_neither_password_nor_query() -> None:
    shown = shown_url(f"{database_url(SERVER)}?password={SECRET}")
    assert shown == "postgresql+asyncpg://huying:***@db.local:5433/huying"


def test_the_arguments_are_the_only_source_of_bare_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HUYING_WEB__PORT", "9001")
    assert Settings().web.port == 8080
