"""Chinese surnames, the most frequent first, without those that begin many common words (黄, 马).

Each list serves the patterns that were tuned with it, and models were trained on what those find:
a name moves from one to the next only together with a training.
"""

from typing import Final

MOST_FREQUENT: Final = "王李张刘陈杨赵吴周徐孙朱胡郭林"
FREQUENT: Final = f"{MOST_FREQUENT}罗郑梁"
COMMON: Final = f"{FREQUENT}谢宋唐许韩邓曹彭"
