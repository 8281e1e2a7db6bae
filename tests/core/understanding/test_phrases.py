import pytest

from core.understanding.clauses import clauses_of
from core.understanding.phrases import MAX_GAP, BadPhrase, read_phrases


def found(notation: str, text: str) -> bool:
    """Return whether some spelling of the notation occurs in the text."""
    for phrase in read_phrases(notation):
        start = text.find(phrase.head)
        while start >= 0:
            clause = next(c for c in clauses_of(text) if c.start <= start < c.end)
            if phrase.end_in(text, start, start + len(phrase.head), clause) is not None:
                return True
            start = text.find(phrase.head, start + 1)
    return False


def test_plain_words_are_found_anywhere() -> None:
    assert found("卡纸", "打印机卡纸了")


def test_a_choice_stands_for_each_of_its_spellings() -> None:
    assert found("{别|不用}{来|修}了", "不用修了")
    assert not found("{别|不用}{来|修}了", "别来修")


def test_choices_stand_within_choices_and_may_be_empty() -> None:
    assert found("{没{有|}网|断网}", "没网")
    assert found("{没{有|}网|断网}", "没有网")


def test_a_gap_is_short_and_stays_within_the_clause() -> None:
    assert found("什么时候…来", "什么时候师傅能来")
    assert not found("什么时候…来", "什么时候" + "啊" * (MAX_GAP + 1) + "来")
    assert not found("什么时候…来", "什么时候,来")


def test_a_comma_written_out_leads_into_the_next_clause() -> None:
    assert found("不是…,是", "不是打印机,是扫描仪")


def test_the_beginning_leaves_out_address_and_the_end_particles() -> None:
    assert found("^收到", "好的师傅,收到")
    assert found("^收到", "师傅收到")
    assert not found("^收到", "没有收到")
    assert found("好了$", "已经好了哈~")
    assert not found("好了$", "好了没")


@pytest.mark.parametrize("notation", ["", "…", "{|}", "{别来", "别来}", "^", "{a|b"])
def test_what_cannot_be_read_is_refused(notation: str) -> None:
    with pytest.raises(BadPhrase):
        read_phrases(notation)


def test_too_many_beginnings_are_refused() -> None:
    with pytest.raises(BadPhrase, match="种开头"):
        read_phrases("{" + "|".join(chr(0x4E00 + i) for i in range(600)) + "}")
