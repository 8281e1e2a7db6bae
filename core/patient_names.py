"""Patients' names in running text: found after a cue (患者张三), never guessed from a name alone.

A name is a surname and one or two characters. What follows tells where it ends, a mark or a word
that no name goes on with: 产妇王芳要出院 holds 王芳, 患者王建华出院 holds 王建华. Where neither is
there, the characters must be such as parents choose, so that 病人高流量吸氧 holds no name.
"""

import re
from collections.abc import Iterator
from typing import Final

from core.patient_numbers import Span
from core.surnames import COMMON

_CUE: Final = re.compile(
    r"(?:患者|病人|病患|患儿|产妇|孕妇|伤员|伤者|新生儿)(?:家属)?(?:的?(?:姓名|名字)|名?叫做?)?[是为]?"
    r"|(?:姓名|名字|家属)[是为]?(?=[\s:=])"
)
_JOINT: Final = re.compile(r"[\s:=,，、(\[【“\"'《-]{0,3}")
_ALSO: Final = re.compile("[、和及与]")
_IDEOGRAPH: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")

_COMPOUND_SURNAME: Final = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|司空|夏侯|端木|南宫|长孙|"
    "宇文|独孤|呼延|轩辕"
)
_SURNAMES: Final = frozenset(
    f"{COMMON}曾肖萧田董袁潘蒋蔡余杜叶苏魏吕丁任沈姚"
    "卢姜崔钟谭陆汪范廖贾夏韦傅邹孟熊秦邱侯郝龚邵尹薛闫阎黎贺顾赖覃莫庞倪聂翟殷詹耿焦俞柳祝阮柯"
    "纪梅童凌毕裴霍谷辛靳管柴鲍喻祁滕艾尤欧缪娄窦戚岑褚卜晏柏瞿佟臧苟邬卞仇栾隋刁巫寇桑甄虞邝匡"
)
_SURNAMES_AND_WORDS: Final = frozenset(
    "黄马何高程冯于金石方白江史安时段龙万钱严武戴孔向汤常温康施牛樊葛邢齐易乔伍颜庄章鲁岳申关兰"
    "左甘包宁尚符舒单季涂成苗盛曲冉骆蓝路游蒙华房屈饶阳农司卓古吉车项芦麦景党宫冷席卫米宗桂应闵"
    "文毛陶雷代付洪邸伏云苑商麻佘敖巩官封鞠荆乐冀燕楚全解连查从国丘狄支"
)
"""Surnames that begin many common words; a name with one of them needs a visible end."""
_GIVEN: Final = frozenset(
    "阿毛一丁三乃九义之乐乔云五亚京亭人仁仙代仪伊伍优伟传伦佐佑佩佳依侠俊俐保信倩健偲儒元兆先光克兰"
    "兴军冠冬冰冲凡凤凯利刚剑力功加劲勇勉勋勤北千升卉华卓南博卫原双友发史叶吉君启周和咏品哲唐喜"
    "嘉四园国圆坚坤城培基堂堃境士壮夏多太奇奎奕妍妙妮妹姗姝姣娅娇娜娟娣娥娴婉婕婧婵婷媛嫣嫦子孔"
    "孝孟学宁宇守安宏宗宜宝实宣宪家容宽宾密富寒寿小少尔尚尧展山岚岩岭峥峰峻崇川州巍巧平年广庆应"
    "庭康建弘强彤彦彩彬彭影征律得德志忠念怀怡思恒恩悦惠慕慧成战才扬承振捷敏敬文斌斐旋旗旭旺昆昊"
    "昌明易星春昭显晋晓晔晖晗晚晨普景晴智暄曦曼月朋望朝木权李杉杏杨杰松林果枝枫柏柔柯柱柳栋树根"
    "格桂桃桐梁梅梓梦森楚楠榕樱欢欣殿毅民永江汉沁沐沛河治泉法波泰泽洁洋洪津洲浩海涓涛润淑淳淼清"
    "渊渝湘源溪滢滨潇澄澜瀚火灵灿炎炜炳烁烨然照熙燕爱爽牛特玉玖玲玮珂珊珍珏珠珩班球理琛琦琨琪琬"
    "琳琴琼瑀瑛瑜瑞瑶瑾璇璐璞甜生甫甲畅百益盈盛相真睿矿砚硕碧磊礼祖祥福禄科秀秋程穗立竹童端笑笛"
    "筠筱素红纯纲练细绍经绣维绮绵缘罗羽美翔翠翰耀聪育胜胤自致舒良艳艺艾芊芝芬芮芯芳芷芸芹苏苑苗"
    "若英茂茜茵茹荔荣莉莎莲莹菁菊菲萌萍萱葆葵蒙蓉蓓蓝蔓蔚蕊蕙蕾薇虎虹蝶融衡裕西言诗诚语诺谊谦谷"
    "豪贞财贤贵贺赛赫超越路跃轩辉辰达运迪逸道邦郁采里重金鑫钊钢钧钰铃铁铎铭银锋锐锦长闯阳陆陵雁"
    "雄雅雨雪雯雷霄震霆霏霖霜霞露青静非靖韬韵韶顺颂颖飞香馨骁骏高魁鲁鸣鸿鹃鹏鹤麒麟黎龙丹丽东中"
    "丰临久书二六七八十锡斯娃婴佬妞炫淇煊煜熠皓涵梵冉漪潼新意世仲任佟侨兵关冯刘勃勒匀化协卿名圣"
    "坡墨复大天如妃姬威娆嫒婺孜孺宸寅屹岳峙崧嵩巾帆帅帝常干幸廉延弟彪忆恺慈戈拓挺政敦斗昱晟晶"
    "暖朗朴来栩桦楷榆歌毓沅沈洛浦淮添渲游滔漾潮瀛烽焕焱煌煦琰璋甄申登皎盼祺禹秉笙篮纪结罡群翎翊"
    "聆能舟航芙苒茗荃莞菀蓬薪虔蜜衍裳襄誉谕轶辛迎邈郎酉野铠铮锟镇镕阔隆雍霁领颐颢飒馥骄魏鳞麦黛"
    "齐龄"
)
"""What given names are mostly made of."""
_GOES_ON: Final = frozenset(
    "的了在要需是没不无把被让给叫说去做打拿等找问又还也就都已刚正今昨转入出住办缴交换抢突血病药"
    "床费因到及与至且但男女岁反想输用抽拍查检挂取退补丢腕医护欠过离回再未很最只却这那他她您你我"
    "此称诉呼吸哭吐摔痛疼晕昏死下上进手术体门急后前片单报怎为什几快并由于对将比跟请带帮讲告两每"
    "现目夜早着时"
)
"""How a sentence goes on after a name, in one character."""
_GOES_ON_WITH: Final = re.compile(
    "和家|和他|和她|和护|和医|发烧|发热|发现|发作|发生|发病|明天|明早|明日|明晚|同意|"
    "同时|能不|能否|能走|能吃|可以|可能|可否|应该|自己|自行|自费|起不|起来|先做|先用|"
    "先去|水肿|高热|高烧|高血|长期|长时|中午|中风|化验|化疗|加床|加急|天天|安排|安置|"
    "情况|家属|家里|家人|心跳|心电|心率|心梗|平时|平车|康复|普通|连不|连续|运送|超声|"
    "重复|重新|重症|静脉|青霉|清醒|方便|小便|大便|大出|大小|多次|多少|多大|全身|会诊|"
    "会不|言语|意识|意外|生命|生化|生了|生产|石膏|阳性|阴性|金额|顺产|兴奋|信息|保险|"
    "成功|立即|立刻|登记|申请|本人|本来|本次|本院|晚上|晚点|凌晨|通知|电子|电脑|星期|"
    "周一|周末|感觉|感染|马上|临时|越来|建议|建档|建卡|原来|原因|远程|强烈|满意|影像|"
    "亲属|爱人|儿子|妈妈|父亲|孩子|复查|复诊|来了|来做|来院|来不|来找|来拿|来问|来办|"
    "来交|如何|名下|结账|结算|结果|得了|得换|照片|非常|非要|太多|太急|经常|一直|一个|"
    "一早|一家|三天|二楼|新开|新入|新收|关于|游离|理赔|领药|领取|任何"
)
_NO_NAME: Final = re.compile(
    "万一|严重|乐意|云端|从来|付款|付费|付钱|代办|代替|代理|任何|任务|任意|何地|何时|"
    "余下|余额|党员|全程|全身|全部|全都|全麻|关心|关机|关注|关系|关节|农村|农民|冷静|"
    "包扎|包括|单价|单元|单子|单独|单间|卫生|叶子|司机|向上|周一|周三|周二|周五|周六|"
    "周四|周围|周天|周日|周期|周末|周转|商量|国家|国籍|夏天|孙女|孙子|季节|宁可|安全|"
    "安慰|安抚|安排|安置|安装|安静|宗教|官方|官网|封闭|尚未|尤其|左侧|左右|左手|左眼|"
    "左腿|席位|常常|常年|常来|常用|常见|常规|应当|应急|应该|康健|康复|张口|张开|成人|"
    "成像|成功|成本|成立|房间|房颤|支付|支架|文书|文件|文化|方便|方向|方式|方案|方法|"
    "方面|施行|时候|时常|时长|时间|易怒|曾经|查出|查房|查询|武警|毛巾|毛病|洪水|温度|"
    "温水|游离|焦虑|白天|白班|白细|白血|石化|石膏|祝福|程序|程度|童年|符合|管子|管床|"
    "管理|管路|米饭|胡乱|胡言|舒服|苏醒|范围|解决|解释|许可|许多|谢谢|贺卡|路上|路费|"
    "路过|车祸|辛苦|连夜|连接|连续|金属|金额|钟头|钱包|阳性|陆续|陈旧|雷同|项目|顾虑|"
    "顾问|马上|高中|高低|高兴|高危|高压|高流|高烧|高热|高糖|高级|高血|高速|高龄|麻醉|"
    "黄染|黄疸|龙头|老师"
)
"""Words that look like a name."""
_TITLE: Final = re.compile(
    "老师|先生|女士|小姐|主任|护士|医生|大夫|师傅|阿姨|大爷|大妈|奶奶|爷爷|老板|院长|科长|工程"
)


def find_names(folded: str) -> Iterator[Span]:
    """Yield the given names after each cue, the surname left in sight (患者王**)."""
    for cue in _CUE.finditer(folded):
        joint = _JOINT.match(folded, cue.end())
        span = _given_name(folded, joint.end()) if joint else None
        while span:
            yield span
            also = _ALSO.match(folded, span.end)
            span = _given_name(folded, also.end()) if also else None


def _given_name(folded: str, start: int) -> Span | None:
    """Return where the given name lies of the person whose surname is at `start`."""
    is_compound = bool(_COMPOUND_SURNAME.match(folded, start))
    given = start + 1 + is_compound
    surname = folded[start:given]
    if not is_compound and (
        _NO_NAME.match(folded, start)
        or _TITLE.match(folded, given)
        or surname not in _SURNAMES | _SURNAMES_AND_WORDS
    ):
        return None
    n = _length(folded, given, needs_end=surname in _SURNAMES_AND_WORDS)
    return Span(given, given + n) if n else None


def _length(folded: str, given: int, *, needs_end: bool) -> int:
    """Return how many characters the given name has, 0 for none."""
    first, second = folded[given : given + 1], folded[given + 1 : given + 2]
    if _is_shut(folded, given) or (_goes_on(folded, given) and first not in _GIVEN):
        return 0
    is_two = not _ends(folded, given + 1) and {first, second} & _GIVEN
    if is_two and _ends(folded, given + 2):
        return 2
    if _ends(folded, given + 1) and (first in _GIVEN or _is_shut(folded, given + 1)):
        return 1
    if needs_end or first not in _GIVEN:
        return 0
    return 2 if second in _GIVEN else 1


def _ends(folded: str, at: int) -> bool:
    return _is_shut(folded, at) or _goes_on(folded, at)


def _is_shut(folded: str, at: int) -> bool:
    return not _IDEOGRAPH.match(folded, at)


def _goes_on(folded: str, at: int) -> bool:
    return folded[at : at + 1] in _GOES_ON or bool(_GOES_ON_WITH.match(folded, at))
