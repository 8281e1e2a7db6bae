"""Laws of weighing whose work it is: names are signs, rules speak first, a model beside them."""

from hypothesis import given
from hypothesis import strategies as st

from core.ids import DepartmentId
from core.understanding.linear import written
from core.understanding.placement import NO_NOUNS, Mention, Nouns
from core.understanding.whose import Naming, Ruling, WhoseJudge, whose_traits

OWN, OTHER = DepartmentId("gu1"), DepartmentId("jz")


def a_naming(text: str, name: str, ruling: Ruling = Ruling.DOUBTFUL) -> Naming:
    start = text.index(name)
    mention = Mention(start, start + len(name), (OTHER,), "本名或别名", name)
    return Naming(mention, (mention,), ruling, is_roving=False)


def test_what_a_department_is_called_says_nothing_of_whose_work_it_is() -> None:
    short, long = "替急诊报一下，网断了", "替心血管内科报一下，网断了"
    assert whose_traits(short, a_naming(short, "急诊"), NO_NOUNS) == whose_traits(
        long, a_naming(long, "心血管内科"), NO_NOUNS
    )


def test_what_a_thing_is_called_says_nothing_either() -> None:
    printer, lamp = "急诊的打印机坏了", "急诊的灯坏了"
    here = [
        whose_traits(
            text, a_naming(text, "急诊"), Nouns((span,), (span,), fixtures=frozenset({span}))
        )
        for text, span in ((printer, (3, 6)), (lamp, (3, 4)))
    ]
    assert here[0] == here[1]


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_trait_fits_on_a_line_of_a_models_file_whatever_the_text(before: str, after: str) -> None:
    text = f"{before}急诊{after}"
    traits = whose_traits(text, a_naming(text, "急诊"), NO_NOUNS)
    assert not any("\t" in trait or "\n" in trait for trait in traits)


def test_where_the_model_says_nothing_the_rules_decide() -> None:
    text = "急诊网断了"
    judge = WhoseJudge({})
    shares = [judge.share(text, a_naming(text, "急诊", each), NO_NOUNS) for each in Ruling]
    by_ruling = dict(zip(Ruling, shares, strict=True))
    assert by_ruling[Ruling.DOUBTFUL] == 0.5
    assert max(by_ruling[Ruling.PASSING], by_ruling[Ruling.OWN], by_ruling[Ruling.LOOSE]) < 0.2
    assert by_ruling[Ruling.SURE] > 0.8


def test_what_the_model_has_learned_is_added_to_what_the_rules_say() -> None:
    text = "替急诊报一下"
    judge = WhoseJudge({"b:替": written(-1.0) + written(1.0)})
    for ruling in Ruling:
        plain = WhoseJudge({}).share(text, a_naming(text, "急诊", ruling), NO_NOUNS)
        assert judge.share(text, a_naming(text, "急诊", ruling), NO_NOUNS) > plain
