"""Departments that are only spoken of are no place, and doubt about one is a question."""

import pytest

from core.ids import DepartmentId
from core.understanding.read import Reader
from core.understanding.result import Draft


def draft(reader: Reader, text: str, own: str | None) -> Draft:
    role = "desk" if own is None else "nurse"
    department = None if own is None else DepartmentId(own)
    return reader.read(text, role=role, sender_department=department).first


@pytest.mark.parametrize(
    "text",
    [
        "急诊科转来的病人腕带打印不出来",
        "检验科的报告在我们电脑上打不开",
        "儿科门诊的申请单收不到，系统卡死了",
        "检验科那边收不到我们的标本条码，标签机坏了",
        "耳鼻咽喉科医生开的医嘱打印不了",
        "检验科打电话说条码看不清，我们这台标签机坏了",
        "刚从急诊科回来，发现护士站电脑蓝屏了",
        "座机哑了，急诊科抢救要血打不进来",
        "标签机坏了，听急诊科讲他们那边没事",
        "送检验科的标签用完了，要两卷",
        "检验科派来的学生要开账号，三个",
        "检验科那边嫌标签太淡，碳带送一卷",
        "我账号还挂在急诊科，在这边登不上",
        "护士站仓库在科里，门锁坏了",
        "给急诊科配的药要贴标签，碳带没了",
        "检验科下午要来检查，标签机打不出字",
        "收费系统打不开，队都排到急诊科了",
        "标签机打不出条码，病人绕到急诊科去打",
        "急诊科老周，我们这台标签机又不出纸",
        "护士站座机挂断以后还在响，隔一层楼板都听得见",
        "检验性质的标本条码打不出来，标签机坏了",
        "急诊手术用的红腕带要两卷",
        "急诊科有个出院的一结算就报错，人在窗口站着等",
        "扫码枪坏一把，给急诊科的包发得慢",
        "空调水滴到床上，2床病人挪到急诊科去住了",
        "给急诊科打培训证，打印机一直掉粉",
        "急诊科支援来的小秦，记录权限开一下",
    ],
)
def test_papers_people_and_words_of_another_department_do_not_move_the_work(
    reader: Reader, text: str
) -> None:
    assert draft(reader, text, "gu1").department == "gu1"


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("急诊科的打印机卡纸了", "jz"),
        ("急诊科那台电脑蓝屏了", "jz"),
        ("电脑蓝屏了，急诊科这边", "jz"),
        ("替急诊科报一下，电脑蓝屏了", "jz"),
        ("我在急诊科会诊，他们那台电脑蓝屏了，我替他们报", "jz"),
        ("急诊科的同事托我说一声，他们网断了", "jz"),
        ("急诊科申请两箱A4纸", "jz"),
        ("急诊科刚跑来说她们标签机不吐纸", "jz"),
        ("急诊科小庞托报：她那键盘按不出来", "jz"),
        ("急诊科的没进群，替她们要1包A4", "jz"),
        ("骨科一病区……不对，我今天在急诊科顶班，急诊科电脑蓝屏了", "jz"),
        ("我骨科一病区的，急诊科窗口那个喇叭只有一边响，让我带个话", "jz"),
        ("早上转到急诊科，看见护士站电脑蓝屏了", "jz"),
        ("检验科来电：急诊科打印机卡纸了", "jz"),
        ("急诊科送药的阿姨说她们2号打印机墨快见底", "jz"),
        ("急诊科让转告，他们四号窗电脑蓝屏了", "jz"),
        ("检验科的打印机……哦不对看错牌子，是急诊科，打印机卡纸了", "jz"),
        ("骨科一病区的标签机……说串了，是急诊科的，不出纸", "jz"),
        ("帮检验要三个键盘", "jyk"),
        ("要一个键盘，不是我们用，给急诊科的", "jz"),
        ("骨科的……说错，是检验，电脑没网", "jyk"),
        ("刚去检验送标本，他们更衣室的灯不亮", "jyk"),
        ("检验想在报表上加一列，托我提一下", "jyk"),
        ("帮楼下检验要三个键盘", "jyk"),
        ("路过检验前台，小票机的盖子掉了", "jyk"),
        ("从急诊科路过，墙上那个AP掉下来吊着线", "jz"),
        ("急诊科让我们顺带领四卷打印纸", "jz"),
        ("我这周在急诊科代班，治疗室水龙头关不住", "jz"),
        ("检验的同事说条码打不出来，代报", "jyk"),
        ("我们的会在报告厅开，话筒没声，台下都坐满了", "bgt"),
    ],
)
def test_what_stands_there_or_is_told_for_its_people_is_theirs(
    reader: Reader, text: str, department: str
) -> None:
    assert draft(reader, text, "gu1").department == department


@pytest.mark.parametrize(
    "text", ["检验科的系统登不进去", "打印机坏了检验科", "检验条码机卡住不动了"]
)
def test_a_name_without_a_sign_of_its_part_is_asked_about_with_the_senders_own_first(
    reader: Reader, text: str
) -> None:
    found = draft(reader, text, "gu1")
    if found.department is None:
        assert found.department_options[0] == "gu1"
        assert "jyk" in found.department_options
    else:
        assert found.department == "gu1"


def test_of_two_departments_the_desk_means_the_one_whose_thing_is_broken(reader: Reader) -> None:
    assert draft(reader, "检验科说急诊科那台打印机卡纸了", None).department == "jz"


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("检验科那单谁能接？我卡在急诊科出不来", "jyk"),
        ("我在急诊科里头走不开，检验科那单谁替我跑一下", "jyk"),
        ("不是急诊，是东院急诊，读卡器没反应", "djz"),
        ("给检验科，等等，是给儿科门诊，送三包A4", "ekmz"),
        ("神内打电话来，6楼护士站所有电脑都登不上", "shj"),
    ],
)
def test_the_desk_and_engineers_mean_who_called_and_not_who_keeps_them_or_was_a_slip(
    reader: Reader, text: str, department: str
) -> None:
    assert draft(reader, text, None).department == department


def test_a_stem_that_clinic_and_ward_share_is_a_question(reader: Reader) -> None:
    assert set(draft(reader, "儿科空调不制冷", None).department_options) == {"ek", "ekmz", "xse"}


def test_the_end_of_a_longer_word_is_no_name(reader: Reader) -> None:
    assert draft(reader, "新生儿科病房空调不制冷", None).department == "xse"


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("耳鼻那帮人没进群，她们诊室断网", "ent"),
        ("煎要的说灯坏了，托我报", "jys"),
        ("报告那个厅话筒没声，我代报", "bgt"),
    ],
)
def test_who_speaks_for_others_is_asked_whose_work_it_is_where_no_name_is_understood(
    reader: Reader, text: str, department: str
) -> None:
    found = draft(reader, text, "gu1")
    assert (found.department, found.department_options[0]) == (None, department)
    assert found.department_options[-1] == "gu1"
    assert "替别处说的" in found.grounds.place


def test_where_no_part_of_a_name_is_heard_there_is_nothing_to_offer(reader: Reader) -> None:
    found = draft(reader, "那帮小伙子值班室断网，我代报", "gu1")
    assert (found.department, found.department_options) == ("gu1", ())
