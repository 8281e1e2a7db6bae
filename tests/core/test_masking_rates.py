"""How much is hidden that must be, and how much that need not: 1,000 made messages each way."""

from collections.abc import Callable
from random import Random

from core.masking import mask, masks

SURNAMES = [*"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹", "欧阳"]
GIVEN_NAMES = [
    *"伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚三四五",
    *(
        "桂英",
        "秀英",
        "建国",
        "建华",
        "建军",
        "国强",
        "志强",
        "小红",
        "海燕",
        "丽娟",
        "春梅",
        "玉兰",
    ),
    *(
        "桂兰",
        "秀兰",
        "志明",
        "文博",
        "浩然",
        "子涵",
        "梓萱",
        "雨桐",
        "思远",
        "晓东",
        "红梅",
        "卫东",
    ),
    *(
        "德福",
        "永康",
        "美玲",
        "佳怡",
        "嘉豪",
        "俊杰",
        "一诺",
        "宇轩",
        "欣怡",
        "诗涵",
        "昊天",
        "淑珍",
    ),
    *("凤英", "金凤", "福生", "长海", "庆华", "大山", "水根", "阿毛"),
]
CUES = [
    "患者",
    "病人",
    "产妇",
    "孕妇",
    "患儿",
    "患者：",
    "病人:",
    "患者姓名：",
    "3床患者",
    "急诊病人",
]
GOING_ON = [
    *("", "。", "要出院", "的腕带打不出来", "在抢救", "需要转科", "今天手术", "呼叫器不响"),
    *("医嘱打不开", "办不了入院", "，女，32岁", "已经等了半小时", "做CT", "换床位", "拿药扫不了码"),
    *(
        "血糖录不进去",
        "高热",
        "明天出院",
        "和家属在等",
        "住院费结不了",
        "报告还没出",
        "说看不到检查单",
    ),
]
HOSPITAL_CUES = [
    "住院号",
    "住院号：",
    "住院号是",
    "门诊号",
    "病历号",
    "病案号",
    "就诊卡号",
    "ID号",
    "患者ID",
]
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_CHECK = "10X98765432"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def digits(rng: Random, n: int) -> str:
    return "".join(rng.choices("0123456789", k=n))


def disguised(rng: Random, number: str) -> str:
    """Return the number as people type and apps copy it."""
    match rng.randrange(5):
        case 0:
            return number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
        case 1:
            return "".join(c + rng.choice(["", "", rng.choice(UNSEEN)]) for c in number)
        case _:
            return number


def phone(rng: Random) -> str:
    number = f"1{rng.choice('3456789')}{digits(rng, 9)}"
    gap = rng.choice(["", "", " ", "-", "  ", "　"])
    parted = gap.join((number[:3], number[3:7], number[7:]))
    return rng.choice(["", "", "+86", "+86 ", "86-"]) + disguised(rng, parted)


def identity_card(rng: Random) -> str:
    born = f"{rng.randint(1930, 2020)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    body = f"{rng.choice(['360102', '110101', '440305'])}{born}{digits(rng, 3)}"
    total = sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True))
    return disguised(rng, body + _CHECK[total % 11])


def hospital_number(rng: Random) -> str:
    prefix = rng.choice(["", "", "", "ZY", "M"])
    return rng.choice(HOSPITAL_CUES) + prefix + disguised(rng, digits(rng, rng.randint(6, 12)))


def equipment(rng: Random) -> str:
    hexes = rng.choices("0123456789ABCDEF", k=12)
    return rng.choice(
        [
            f"SN {digits(rng, rng.randint(8, 18))}",
            f"序列号：{''.join(rng.choices('ABCDEFGHJKLMNPQRSTUVWXYZ0123456789', k=10))}",
            f"资产编号{digits(rng, rng.randint(6, 14))}",
            f"ZC-{rng.randint(2015, 2026)}-{digits(rng, 5)}",
            f"IP {'.'.join(str(rng.randint(1, 254)) for _ in range(4))}",
            ".".join(str(rng.randint(1, 254)) for _ in range(4)),
            ":".join("".join(hexes[i : i + 2]) for i in range(0, 12, 2)),
            "-".join("".join(hexes[i : i + 2]) for i in range(0, 12, 2)),
            f"分机{digits(rng, 4)}",
            f"电话{rng.randint(8000, 8999)}",
            f"{rng.randint(1, 25)}{digits(rng, 2)}室打印机",
            f"JN-{digits(rng, 6)}-{digits(rng, 3)}",
            f"错误代码{digits(rng, 8)}",
            f"{digits(rng, 8)}号机",
        ]
    )


def hidden_share(seed: int, secret: Callable[[Random], str]) -> float:
    """Return the share of 1,000 messages in which nothing is left of the secret but its ends."""
    rng, hidden = Random(seed), 0
    for _ in range(1_000):
        number = secret(rng)
        before, after = (
            rng.choice(["打印机坏了 ", "", "麻烦看下，"]),
            rng.choice(["，急", "", " 3床"]),
        )
        hidden += "**" in mask(before + number + after) and number not in mask(before + number)
    return hidden / 1_000


def test_of_phones_at_least_995_in_1000_are_hidden() -> None:
    assert hidden_share(1, phone) >= 0.995


def test_of_identity_cards_at_least_995_in_1000_are_hidden() -> None:
    assert hidden_share(2, identity_card) >= 0.995


def test_of_hospital_numbers_at_least_980_in_1000_are_hidden() -> None:
    assert hidden_share(3, hospital_number) >= 0.98


def test_of_cued_names_at_least_900_in_1000_are_hidden_to_the_letter() -> None:
    rng, exact = Random(4), 0
    for _ in range(1_000):
        cue, surname, given, rest = map(rng.choice, (CUES, SURNAMES, GIVEN_NAMES, GOING_ON))
        exact += mask(cue + surname + given + rest) == cue + surname + "*" * len(given) + rest
    assert exact / 1_000 >= 0.9


def test_of_equipment_strings_at_most_10_in_1000_are_touched() -> None:
    rng = Random(5)
    assert sum(masks(f"{equipment(rng)} 坏了") for _ in range(1_000)) <= 10
