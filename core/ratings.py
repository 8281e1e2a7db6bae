"""Ratings in words: 5分, 非常满意, ⭐⭐⭐⭐, 良, 9分 of ten."""

import re

_SCORES = (
    (re.compile(r"(非常|很|十分|超级|特别|太|相当)满意|满分|五星|优秀?$|^优|完美|给力|点赞"), 5),
    (re.compile(r"(非常|很|十分|极其|极)不满意|极差|很差|太差|差评|^差$|一星"), 1),
    (re.compile(r"不满意|不太行|较差|两星|二星"), 2),
    (re.compile(r"一般|还行|凑合|^中$|三星|马马虎虎"), 3),
    (re.compile(r"(基本|比较|较|还算)满意|^良好?|不错|挺好|四星"), 4),
    (re.compile(r"满意|^好评|^好$|^赞"), 5),
)
_DIGITS = re.compile(
    r"(?<!\d)(\d{1,3}(?:\.\d)?)(?![\d:：])\s?(?!分钟|[点楼层床号个台张天时秒次])分?"
)
"""A number that nothing else is counted by, as in 5分钟, 5楼."""
_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_STARS = re.compile(r"[⭐★🌟]")


def rating_in(text: str) -> int | None:
    """Return the rating 1 to 5 that the words give; scores out of 10 and 100 are scaled."""
    stars = len(_STARS.findall(text))
    if 1 <= stars <= 5:
        return stars
    numeral = re.search(r"([一二两三四五])[分星颗](?!钟)", text)
    if numeral:
        return _NUMERALS[numeral[1]]
    digits = _DIGITS.search(text)
    if digits:
        score = float(digits[1])
        scale = 1 if score <= 5 else 2 if score <= 10 else 20
        return min(5, max(1, round(score / scale))) if score <= 100 and score > 0 else None
    return next((score for pattern, score in _SCORES if pattern.search(text)), None)
