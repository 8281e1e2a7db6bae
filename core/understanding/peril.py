"""Words that nobody may take for talk: somebody is shut in and cannot get out."""

import re
from typing import Final

_PEOPLE: Final = (
    "(?:人|病人|患者|家属|孩子|小孩|小朋友|宝宝|老人|大爷|大妈|阿姨|奶奶|爷爷|护士|医生|同事|产妇)"
)
_SHUT_IN: Final = re.compile(
    rf"电梯.{{0,4}}(?:困|关|卡)(?:了|住|着)?(?:了)?[个一二两三四五几有]{{0,2}}[个位名]?{_PEOPLE}"
    rf"|{_PEOPLE}.{{0,2}}(?:被)?(?:困|反锁|锁|关)(?:住|死)?[在进到](?:了)?(?:电梯|轿厢|厕所|卫生间|浴室|里面|里头|屋里|房间)"
    rf"|{_PEOPLE}(?:被)?(?:困|卡)[在住]?电梯"
)
_NOT_NOW: Final = re.compile(
    r"演练|演习|培训|听说|新闻|视频|抖音|电影|昨[天晚]|前天|上次|上回|上周|上个?月|去年|那次|以前|要是|万一|如果|假如|生怕|怕"
    r"|放出来了|救出来了|出来了|没(?:有)?(?:关|困)"
)


def holds_somebody(text: str) -> bool:
    """Return whether a normalised text says that somebody is shut in now."""
    return _SHUT_IN.search(text) is not None and _NOT_NOW.search(text) is None
