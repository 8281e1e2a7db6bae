"""An idiom hides no fault where it begins within another word, or where a thing is named."""

import pytest

from core.understanding.read import Reader
from core.understanding.result import OPENING_ACTS, Act


@pytest.mark.parametrize(
    "text",
    [
        "暖箱加热坏了",
        "冰箱制冷坏了",
        "空调制热坏了",
        "等候区电脑坏了",
        "等离子灭菌器坏了",
        "人脸识别坏了",
        "硬盘满了",
        "中等号血压袖带坏了",
        "护理手机坏了",
        "值班手机坏了",
        "联想电脑坏了",
        "病人信息刷新很慢",
        "家属通道门禁没反应",
        "家属电梯不动了",
        "体温枪量出来偏低",
        "护士宿舍没网",
        "模拟定位机坏了",
        "下水管路堵了",
        "停车场道闸坏了",
        "系统都崩溃了",
        "病人等着呢电脑坏了",
        "废液桶满了",
        "仓库钥匙丢了",
        "病人的呼叫器不听话",
        "5床监护仪不听话",
    ],
)
def test_a_word_of_ours_that_holds_an_idiom_is_work(reader: Reader, text: str) -> None:
    assert reader.read(text, role="nurse", sender_department=None).act in OPENING_ACTS


@pytest.mark.parametrize(
    "text",
    [
        "今天忙坏了",
        "热死了",
        "我手机屏碎了",
        "家里停水了",
        "我家电脑坏了",
        "病人血压低",
        "患者情绪崩溃",
        "停车场又满了",
        "床位又满了",
        "我真要崩溃了",
        "等它坏了再说",
        "我家钥匙丢了",
        "病人不听话",
        "5床不听话老拔管",
        "今天小孩不听话",
        "今天天气有点怪",
        "这个菜味道有点怪",
        "奶茶味道怪怪的",
    ],
)
def test_an_idiom_by_itself_is_talk(reader: Reader, text: str) -> None:
    assert reader.read(text, role="nurse", sender_department=None).act is Act.CHATTER
