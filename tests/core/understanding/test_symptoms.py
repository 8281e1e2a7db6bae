"""What is commonly said of what commonly breaks is understood as a fault."""

import pytest

from core.understanding.normalise import normalise
from core.understanding.read import Reader
from core.understanding.scan import Matcher
from core.understanding.vocabulary import Lexicons

SAID = {
    "打印机": (
        "卡了 又卡了 不打了 打不出来 打不了 没反应 不出纸 不走纸 脱机 离线了 红灯亮 报错 "
        "亮黄灯 嗡嗡响 吱吱响 有异响 打出来是黑的 打出来是白的 打出来有条线 字迹模糊 打歪了 "
        "偏了 打重了 掉粉 缺色 串色 连不上 找不到 皱纸 卡壳 冒烟 有焦味 打一半停 打出来花 "
        "打得慢 缺字 漏字 打错位 不扫描 扫不了 扫描不出来 没电 开不开 自动关机 面板黑了 "
        "齿轮响 夹纸 双面打不了 老提示缺纸 不听话 抽风了"
    ),
    "电脑": (
        "卡了 很卡 卡死了 卡得不行 慢死了 慢得要命 变慢了 黑屏 蓝屏了 花屏 闪屏 开不了机 "
        "开机没反应 关不了机 自己关机 自动重启 一直重启 死机 没网 上不了网 断网了 没声音 "
        "声音小 时间不对 输不了字 打不了字 中毒了 弹广告 登不上 进不去 进不了系统 无法启动 "
        "一直转圈 嘀嘀响 风扇响 很烫 主机响 鼠标不动 键盘没反应 屏幕暗 显示器不亮 无信号 "
        "找不到硬盘 C盘满了 磁盘满了 内存不足 读不了U盘 桌面没了 图标没了 分辨率不对 "
        "右下角没网 网络红叉 输入法没了 打不开文件 打不开软件 未响应 卡在开机画面 停在欢迎 "
        "更新卡住 密码错 有点怪 不听话"
    ),
    "扫码枪": (
        "扫不了 扫不出来 扫不上 不响 没反应 不亮 没电 充不进电 断连 连不上 红灯 扫出来乱码 "
        "扫两遍 失灵 不灵 掉地上摔坏了 线断了"
    ),
    "系统": (
        "卡 很慢 进不去 登不上 崩了 崩溃 闪退 报错 打不开 没反应 卡住了 断了 连不上 掉线 "
        "白屏 加载不出来 提交不了 保存不了 存不上 查不到 不显示 点不动 刷不出来 显示异常 "
        "乱码 数据不对 签不了 退不出来 时间对不上 瘫了 瘫痪 宕机 挂了 用不了 不能用 没法用 "
        "出问题了 有问题 不正常 转圈 超时 无响应"
    ),
    "空调": (
        "不制冷 不凉 不热 漏水 滴水 不出风 有异味 响 开不开 关不掉 遥控器没反应 跳闸 结冰 "
        "吹热风 噪音大 停了"
    ),
    "电话": (
        "不通 打不出去 打不进来 没声音 有杂音 听不清 不响 断线 忙音 没信号 占线 听筒坏了 "
        "断断续续 串音 免提不响"
    ),
    "灯": ("不亮 灭了 一直闪 忽明忽暗 坏了 掉下来了 关不掉 有响声 亮不起来 烧了"),
    "水龙头": ("漏水 关不紧 滴水 没水 水小 出黄水 松了 堵了 拧不动"),
    "叫号屏": ("黑屏 不显示 不叫号 没声音 卡住了 停了 显示错 花屏 乱跳 不更新 不动了 闪"),
    "呼叫铃": ("不响 按了没反应 一直响 没声 误报 串床 按不动 线断了 显示不对"),
    "门": ("打不开 关不上 锁不上 卡住 掉了 玻璃碎了 门禁刷不开 响 合页松"),
    "氧气": ("没压力 漏气 压力低 不出气 接头松 报警 流量不稳 停了"),
    "网": ("断了 没了 慢 很卡 时断时续 连不上 掉线 上不去 不稳定 不通 红叉"),
    "PDA": (
        "扫不了 登不上 没网 死机 黑屏 充不上电 电池不耐用 闪退 连不上WiFi 同步不了 卡 屏碎了 "
        "触摸没反应"
    ),
}
"""By thing: turns of phrase of the trade, set down before the lists of words were asked."""


@pytest.fixture(scope="module")
def matcher(lexicons: Lexicons) -> Matcher:
    return Matcher(lexicons)


@pytest.mark.parametrize("thing", SAID)
def test_what_is_commonly_said_of_a_thing_is_a_fault_alone_again_and_at_a_place(
    matcher: Matcher, thing: str
) -> None:
    said = [
        f"{before}{thing}{again}{fault}"
        for fault in SAID[thing].split()
        for before, again in (("", ""), ("", "又"), ("护士站", ""))
        if not (again and fault.startswith(again))
    ]
    missed = [
        text
        for text in said
        if all(symptom.negated for symptom in matcher.scan(normalise(text)).symptoms)
    ]
    assert missed == []


@pytest.mark.parametrize(
    "text", ["忘带卡了", "刷过卡了", "早上打卡了", "医保卡办好了", "慢慢来", "他走得慢"]
)
def test_cards_and_slowness_of_people_are_none(matcher: Matcher, text: str) -> None:
    assert not [s for s in matcher.scan(normalise(text)).symptoms if not s.negated]


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("打印机又抽风了", "打印机"),
        ("空调又抽风", "空调"),
        ("抽风机不转", "排风扇"),
        ("卫生间的抽风不转了", "排风扇"),
        ("污洗间抽风没开", "排风扇"),
    ],
)
def test_what_fits_is_no_fan_but_a_wet_room_has_one(reader: Reader, text: str, device: str) -> None:
    assert reader.read(text, role="nurse", sender_department=None).first.slots.device == device
