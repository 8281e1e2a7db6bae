"""A crowd says and presses whatever comes to mind: nothing breaks, nothing is left hanging."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from bot.channels.base import Inbound, InboundKind, Photo
from core.messages import Outcome
from storage.tables import inbox, outbox
from tests.desk import Stage
from tests.factories import HOUR, MINUTE

SAID = tuple(
    """
6楼护士站打印机卡纸了|急诊电脑蓝屏，病人等着呢|麻烦送两个硒鼓到心内科|网络断了|我们这也是|系统登录不了
3床监护仪没信号|帮忙装个软件|打印机怎么双面打|都等半小时了还没人来|催一下|师傅什么时候到|不是3床是5床|不用来了
可以用了|还是不行|5分|服务太差了我要投诉|收到|马上到|到了|正在修|等配件明天到|返厂了|等下周三|好了|修好了
转李伟|忙不过来谁能帮一下|今天还有几单
谢谢|哈哈|中午吃什么|撤销|接单|到场|完成|等待|恢复|转派|求助
已解决|没修好|取消报修|1分|为什么|是|否|接|不接|帮助|我的工单|未完成列表
查单 001|今天谁值班|库存 硒鼓
赵强 明天请假|002转给李伟|合并 002 到 001|001|#003|3分 001
1|2|²|不是|心内科|李伟|。。。|😀|<b>&amp;</b>|'; DROP TABLE tickets; --
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
SPANS = (1, 20, 61, 300, 1500)


async def _say_something(stage: Stage, chance: Random, people: list[str]) -> None:
    who = chance.choice(people)
    quoted = list(stage.channel.screen)[-10:]
    await stage.write(
        who,
        chance.choice(SAID),
        chat=chance.choice(["work", "work", f"dm:{who}"]),
        reply_to=chance.choice([None, None, None, *quoted]),
        photos=chance.choice([(), (), (Photo("k.jpg", "k.jpg"),), (Photo("", "k", "broken"),)]),
    )


async def _press_something(stage: Stage, chance: Random, people: list[str], number: int) -> None:
    shown = [(key, m) for key, m in stage.channel.screen.items() if m.buttons][-30:]
    if not shown:
        return
    key, message = chance.choice(shown)
    owner = message.chat.removeprefix("dm:")
    await stage.desk.intake.deliver(
        Inbound(
            channel=stage.channel.name,
            chat=message.chat,
            sender=chance.choice(people) if owner == message.chat else owner,
            message_id=f"press{number}",
            sent_at=stage.now,
            kind=InboundKind.TAP,
            tapped=key,
            label=chance.choice(message.buttons).label,
        )
    )


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_a_crowd_does_every_message_comes_to_one_end(
    stage: Stage, seed: int
) -> None:
    chance = Random(seed)
    people = [*stage.site.people, "路人甲", "王医生"]
    for number in range(150):
        if chance.random() < 0.6:
            await _say_something(stage, chance, people)
        else:
            await _press_something(stage, chance, people, number)
        await stage.settle()
        await stage.let_pass(timedelta(seconds=chance.choice(SPANS)))
    await stage.let_pass(HOUR + MINUTE)
    outcomes = Counter(row.outcome for row in await stage.rows(inbox))
    assert None not in outcomes
    assert Outcome.PARKED not in outcomes
    assert {row.state for row in await stage.rows(outbox)} == {"sent"}
    assert not [entry for entry in stage.logs if entry["log_level"] in ("error", "critical")]
    _check_words(stage)


def _check_words(stage: Stage) -> None:
    posts = [message for message in stage.channel.sent if message.edit_of is None]
    told = Counter(
        (message.chat, message.text)
        for message in posts
        if message.kind in ("sla_warning", "sla_breach", "escalation")
    )
    assert not [words for words, times in told.items() if times > 1]
    for message in stage.channel.sent:
        assert message.text.strip()
        assert "None" not in message.text
        assert len(message.text) <= 1500
        labels = [button.label for button in message.buttons]
        assert len(labels) == len(set(labels))
