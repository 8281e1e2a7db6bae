"""What stands beside the name of a department or a thing, and makes it a room or a paper."""

import re
from typing import Final

from core.surnames import COMMON

_ROOM_FOR_FAMILIES: Final = r"电视|等候|休息|谈话|区|椅|室"
PATIENT_AFTER: Final = re.compile(
    r"(?:绿道|绿色通道|卒中|胸痛)?的?"
    rf"(?:病人|患者|家属(?!来电|{_ROOM_FOR_FAMILIES})|大夫|病历|医嘱)(?!.{{0,4}}[室站办])"
)
"""After a department's name these speak of people and papers, wherever they are now."""
_AT_THE_DESK: Final = r"[处台室口间窗那这]|的?(?:电脑|打印|电话|座机|主机|屏)"
"""After 登记 these make it the desk of a department, not a record."""
_NO_ROOM: Final = "一二两三四五六七八九十几这那哪每个说让叫喊和跟及与去到送来在给转往把被从找问请借"
ROOM: Final = (
    rf"前台|登记(?={_AT_THE_DESK})|候诊|等候|自助|走廊|过道|休息区|楼[道梯]"
    rf"|家属(?={_ROOM_FOR_FAMILIES})|(?:服务|咨询|接待|导[诊医]|分诊|护士)台"
    rf"|[^\W\d{_NO_ROOM}]{{1,3}}(?:[室厅]|处(?!理|方|置)|间(?!歇|断|隔))"
)
"""A regular expression for a room that every department may have; it stands after a name."""
ROOM_AFTER: Final = re.compile(ROOM)
NO_PLACE_AFTER: Final = re.compile(
    rf"单|报告(?![室厅台])|结果|系统|码|标签|申请|登记(?!{_AT_THE_DESK})|费|人数|专家|图|仪"
    r"|机(?![房柜])|医嘱|患者|者|证|表|卡|号|接口|界面|项|液|器|胶片|"
    r"数据|软件|模块|查询|记录|的?时候|病人|流程|标本|不良|医生叫|会议(?!室)|读卡|贴纸|[脚手足]环|听力|筛查|出生|办证|黄疸"
)
_SENTENCE_AFTER: Final = r"[^\w]|的(?!结果|报告)|这|那|要|想|领|在|主任|护士|医生|到|门口"
_MAN_AFTER: Final = rf"[小老][{COMMON}]|[{COMMON}](?:老师|主任|护士|医生|大夫|师傅|工(?!作))"
_NUMBER_AFTER: Final = r"[一二三1-9](?![0-9]|次|个)"
_VERB_AFTER: Final = r"送|需|也|全|有|没|打来|来电(?!显)"
_THING_AFTER: Final = (
    r"打印|电脑|网|空调|电话|座机|呼叫|扫|pda|键盘|鼠标|显示器|屏|插|灯|门|窗|叫号|高拍|读卡"
    r"|腕带机|标签机|热水|马桶|水|氧|his|emr|lis|pacs|那|急|机[房柜]"
)
PLACE_AFTER: Final = re.compile(
    "|".join((_SENTENCE_AFTER, _MAN_AFTER, _NUMBER_AFTER, _VERB_AFTER, ROOM, _THING_AFTER))
)
"""After a short name these make it a place."""
MATTER_AFTER: Final = re.compile(
    r"[单图]|报告|系统|记录|预约|视频|病人|归档|编码|申请|结果|模板|软件|模块|接口|数据"
)
"""After the sender's own name these make it the subject, not the place."""
HOUSE_AFTER: Final = re.compile(r"楼(?![道梯])|医院")
"""After a department's name these make it the name of a house."""
ROOM_OF: Final = re.compile(
    rf"[室厅]|处(?!理|方|置)|间(?!歇|断|隔)|窗口|台(?![式电主机打]|笔记本)|(?<=登记)(?:{_AT_THE_DESK})"
)
"""After a thing these make it a room, which is no thing: 检验报告室, 体检登记台."""
NO_PLACE_BEFORE: Final = (
    *("做", "开", "抽血", "去做", "送检", "要做", "预约", "交"),
    *("连不上", "登不上", "登不了", "上不了", "进不了", "刷不了", "报不了"),
)
"""Before a name these make it what is done, not where."""
