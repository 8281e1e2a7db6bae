"""One spelling for what keyboards spell in many ways.

Everything that follows works on the text that `normalise` returns, and every word of the lexicons
goes through it as well, so that both sides always agree.
"""

import re
import unicodedata
from typing import Final

from core.understanding.numerals import figures_before_units

MAX_CHARACTERS: Final = 2000
"""What follows in a longer message is not read."""

_ROUNDS: Final = 4
_TRADITIONAL: Final = (
    "電腦機網絡線開關顯號護診檢驗醫藥療樓層間門窗燈壞單據檔錄錯誤報修馬來師傅請問題鍵盤滑標籤紙"
    "條碼掃描儀讀屏幕熒聲音視頻會議啟動連斷統計數權限賬戶無沒還過這邊們個兩臺張給幫換裝"
    "貨領費處發兒產婦腎腫膚區廳術輸評滿謝辛勞點鐘時間聯繫話機溫濕調風負壓氣體軟體"
    "喇揚聲漏冷熱紅黃藍綠亮閃爛難進遠讓應該實際現場終於對錢收據補"
)
_SIMPLIFIED: Final = (
    "电脑机网络线开关显号护诊检验医药疗楼层间门窗灯坏单据档录错误报修马来师傅请问题键盘滑标签纸"
    "条码扫描仪读屏幕荧声音视频会议启动连断统计数权限账户无没还过这边们个两台张给帮换装"
    "货领费处发儿产妇肾肿肤区厅术输评满谢辛劳点钟时间联系话机温湿调风负压气体软体"
    "喇扬声漏冷热红黄蓝绿亮闪烂难进远让应该实际现场终于对钱收据补"
)
_SIMPLER: Final = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_BREAKS: Final = re.compile(r"[\r\n\u2028\u2029]+\s*")
_BLANKS: Final = re.compile(r"[^\S\n]+")
_STUTTER: Final = re.compile(r"([^\W\d_]|[!?。~,.])\1{3,}")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_KEPT: Final = frozenset("\n\t")


def normalise(text: str) -> str:
    """Return the text in one width, one case, simplified, with figures before units.

    At most `MAX_CHARACTERS` are kept. Control, format and unpaired surrogate characters are
    dropped, line breaks kept, other blanks become one space. Idempotent.
    """
    text = text[:MAX_CHARACTERS]
    for _ in range(_ROUNDS):
        spelled = _spell(text)
        if spelled == text:
            break
        text = spelled
    return text


def _spell(text: str) -> str:
    if not text.isprintable():
        text = "".join(c for c in text if c in _KEPT or _is_visible(c))
    text = unicodedata.normalize("NFKC", text).lower().translate(_SIMPLER)
    text = text.replace("\ufe0f", "").replace("\ufe0e", "")
    text = _STUTTER.sub(r"\1\1\1", _BLANKS.sub(" ", _BREAKS.sub("\n", text))).strip()
    return figures_before_units(text)[:MAX_CHARACTERS]


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE or character in "\r\u2028\u2029"
