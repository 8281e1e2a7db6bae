"""Which departments a text only mentions: called, thanked, visited, waited for; not the place."""

import re
from collections.abc import Iterable
from typing import Final

from core.understanding.placement import Mention, Nouns

PROXY: Final = re.compile(
    r"(?:帮|替|代|(?<![发传送打转交分拨])给|为|帮忙给|麻烦给)(?:一下|隔壁|旁边|楼上|楼下|对面)?的?$"
)
_ON_THE_WAY: Final = r"顺带|顺便|顺道|帮|代|替|捎|转"
_ASKED_ME: Final = rf"(?:托|让|叫|喊|要)(?:我(?!们|去)|我们(?:{_ON_THE_WAY})|转告|带话|捎话)|托报"
ASKS_FOR: Final = re.compile(
    rf"(?:那边|的)?\w{{0,5}}?(?:{_ASKED_ME}|打电话(?:让|说|报)|来电(?!话|显)|反映|报上来|求助|求救"
    r"|说[他她]们(?!那?[边里]?(?:也|都|就|还)?(?:没|看不|收不|查不|等|来)))"
)
"""After a department: its people asked the sender to speak for them."""
_BEFORE: Final = re.compile(
    r"(?:跑到|跑去|跑|去|借|找|联系|发给|传到|传给|传回|送到|打给|打到|跟|和|比|像|从"
    r"|推到|排到|堵到|挤到|漫到|绕到|拿到|靠|蹭|通知|问|问过|催|不像|除了|隔壁|到处"
    r"|送去|住到|住进|睡到|给到|传不到|到不了|发到|回|@|不归|归|你们|打|打个|挂在"
    r"|(?<![拿搬带抬借送])走|(?<![连转交])接|感谢|谢谢|多谢|转|该|等|扣在|扣住|发不到|录到|转到|把)$"
)
_WHOEVER: Final = (
    r"(?:的?(?:人|医生|护士|同事|老师|那边|主任|领导))?(?:也|都|就|又|一直|老|总|已经)?"
)
_COMES: Final = r"(?:今天|明天|后天|上午|下午|下周|等下|一会儿?)?要?来(?:督?查|检查|看)|要求"
_CALLS: Final = (
    r"打了?\w?个?电话|电话打(?:到|来|给|过|进)|打来|嫌|电话没人接|扯着?嗓子|在喊|靠喊|跑断腿"
    r"|催|在催|投诉|不接|没人接|说没|说不|那边说"
)
_WORKS_THERE: Final = r"还行|正常|没事|好的|是好的|都能|能打|能看|能用"
_ANSWERS: Final = r"不收|不认|说备件|说是"
_IS_THERE: Final = r"到了|在等|等着|就位|到齐"
_LENDS: Final = r"(?:那台)?(?:不借|不肯借)|来借|同款|同型号"
_RANG: Final = r"来电话(?!\W*(?:说|讲|反映|让|叫|要|报))"
_RELAYED: Final = re.compile(
    r"(?:那边|的?(?:人|护士|同事|老师))?(?:刚刚?|又)?(?:来电话?(?!显)|打电话来?|打来电话|打来)(?:说|讲|反映|报)?\W*"
)
"""Between the department that called and the one that it spoke of: 导诊台来电：抽血处……."""
_AFTER: Final = re.compile(
    rf"{_WHOEVER}(?:{_COMES}|{_CALLS}|{_WORKS_THERE}|{_ANSWERS}|{_IS_THERE}|{_LENDS}|{_RANG})"
)
_LATELY: Final = r"(?:今天|昨天|刚刚?|早上|下午|昨晚|新|才|那边|这边)?"
_MOVED: Final = (
    r"(?:转|送|退|发|开|推|接|带|拿|借|约|递|寄|搬|抽|调)(?:回|过|上|下|来|到|出|进|错|的)"
)
_MADE_THERE: Final = r"(?:做|拍|出|写|审|签|抽|预约|配|煎|发|排|出院|入院|住院|手术|透析)的|的号"
_PAPER: Final = (
    r"(?![那这]单)的?\w{0,4}"
    r"(?:记录|单子?|报告|结果|申请(?=单|没|收|不|都|传)|医嘱|处方|标本|数据|意见)"
    r"(?!仪|机|打|系统|纸|[室厅台处])"
)
_PATIENT: Final = r"的?(?:阿[婆公叔姨伯]|老人|老伯|爷爷|奶奶|婆婆|宝宝|娃娃?|小朋友|产妇)"
_PILED_UP: Final = r"\w{0,6}(?:压|堵|积|等)(?:着|了|压)"
_CAME_NEW: Final = r"(?:派|支援|轮转|借调)(?:来|过来)|新[来招进](?!了?一?台)|群里|官网|公众号"
_FETCHED: Final = r"(?:马上|刚刚?|等下|就要?|要)?[送转推抱]\w{1,3}来"
_ERRAND: Final = r"取片(?!处|窗)|拿药|取药(?!窗|处)|开会|会诊|做检查|交钱|交完|缴完"
_SOMEBODY: Final = (
    r"有[个一两三几]{1,2}[个位名份]"
    r"|有[个位名](?:出院|入院|转科|手术|急诊|病|家属|患者|产妇|孩子|老|新)"
)
_LAY_DOWN: Final = r"去?(?:先|暂时)?(?:住|睡|躺)(?:了|着|下|去)"
_DOCTOR_SAID: Final = r"的?(?:\w{0,2}(?:医生|大夫)(?:开|说|下|写|叫|要))"
_HANDED_ON: Final = re.compile(
    rf"{_LATELY}(?:{_MOVED}|{_MADE_THERE}|{_PAPER}|{_PATIENT}|{_PILED_UP}|{_CAME_NEW}|{_FETCHED}"
    rf"|{_ERRAND}|{_SOMEBODY}|{_LAY_DOWN}|{_DOCTOR_SAID})"
)
"""After a department these tell of people and papers that came from it or went there."""
_WELL: Final = re.compile(r"[^,。;!?\s]{0,8}(?:能用|好用|是好的|好好的|没事|没问题|都正常|还正常)")
"""After a department these tell that there it works, whoever says so."""
_BUSY: Final = re.compile(r"(?:卡|困|堵|耗|陷|忙|绊|拖)在$")
_KEPT: Final = re.compile(
    r"(?:里|里头|里面|那边|这边)?(?:走不开|出不来|走不掉|脱不开|抽不开|离不开|过不来)"
)
"""Before and after the place that keeps somebody from coming."""
_SAYS: Final = re.compile(
    r"(?:那边|那头|那里)?(?:的?(?:人|同事|老师|师傅|主任|领导|护士长?|医生|大夫|小[\u4e00-\u9fff]))?"
    r"(?:也|都|就|又|还|刚)?"
    r"(?:说|讲|回复|回话|告诉|通知|显示(?!器|屏)|看不?到|收不?到|没收到|没看到|让我们|叫我们|要我们)"
)
"""After a department these tell what its people say or see, not where the sender's trouble is."""
_SPEAKS_FOR: Final = (
    "[替帮代](?:[他她它]们?|人家|对方|科里|他们科)(?:报|说|问|要|领|申|登记|催)"
    "|我(?:来|就)?代(?:报|说|讲|领|登记)"
)
_MESSAGE: Final = r"(?:跑|打电话|来电|捎话|带话|捎信)\w{0,3}(?:说|讲|反映),?[他她]们"
_THEY_ASKED: Final = "[他她]们.{0,16}(?:托|让|叫)我(?!们|报[到给]|找|来|打|问|联系|去)"
_ASKED_BY_THEM: Final = "(?:托|让|叫)我(?!们).{0,12}[他她]们|托我(?!们)"
_ASKED_TO_REPORT: Final = (
    "(?:托|让|叫|请|喊)我们?(?:帮[忙着]?|代|替|来)?(?:一下)?"
    "(?:报|登(?![录陆])|说一声|讲一声)(?!告|销|表|名|废)"
)
_IN_PLACE_OF: Final = r"代(?:报|登记|说|讲)(?:一?下|了|哈)?[^\w]*$|我替(?:喊|叫|吼|报|说)"
_NOT_IN_CHAT: Final = r"(?<!我)(?<!我们)(?<!咱)(?:没|不)[在进]群"
_BY_THE_WAY: Final = r"我(?:顺嘴|顺便|顺手|顺带)(?:就|来|帮\w{0,2})?(?:报|说|讲|提|登)"
_FOR_OTHERS: Final = re.compile(
    "|".join(
        (
            *(_SPEAKS_FOR, _MESSAGE, _THEY_ASKED, _ASKED_BY_THEM, _ASKED_TO_REPORT),
            *(_IN_PLACE_OF, _NOT_IN_CHAT, _BY_THE_WAY),
        )
    )
)
OTHERS: Final = re.compile("(?<!报给)(?<!告诉)(?<!回复)(?<!跟)[他她它]们")
_THEIR_THING: Final = re.compile(
    "(?:[他她它]们|佢哋|人家)(?:那|的|嘅|嗰|家|科|里)?(?:[一两几]?[部台个把条只间块])?$"
)
"""Before a thing that is not the sender's: 他们那部座机."""
_SENT_THERE: Final = re.compile(
    r"(?:(?:请|麻烦|派(?:个?人)?|来个?人|叫个?人|直接|先|帮忙|快)去$"
    r"|(?:请|麻烦)(?:师傅|老师|你们|工程师)去$)"
)
_TO_LOOK: Final = re.compile(r"(?:那边|那里|那头)?(?:看看|看一?[下眼]|瞧|修|处理|查看?一?下|查查)")
"""Around the place where somebody is asked to go: 请去放射科看看."""
_CAME_BACK: Final = re.compile(
    r"(?:那边|那里)?(?:开[完了]?会|听课|培训|上课)?(?:回来|出来|过来|回科|回到)"
)
"""After a room, and 从 before it: there he was, and is no longer."""
_NEXT_DOOR: Final = re.compile("(?:隔壁|旁边|对面|对门|同层|楼上|楼下)(?:的|那个)?$")
_TOLD: Final = re.compile("的?(?:人|护士|小[\u4e00-\u9fff])?[说讲喊]")
_GUEST: Final = re.compile(
    "(?:过来|过嚟|来|在这)?(?:支援|帮忙|借调|轮转|顶班|代班|坐诊)"
    "|(?:这边|这里|这儿)?(?:讲|说|报|反映|通知|问)(?:一下|一声|个事|下|声)[^\\w]"
)
"""After the sender's own name these tell who writes, not where the trouble is."""
_WHO: Final = re.compile(r"的[^\w]")
"""After it and 我: 我产二的，……."""
_SEEN: Final = re.compile("路过|经过|看[见到]的|碰[见到]的|发现的|听[见到]的")
_SAW: Final = re.compile("看[见到]|瞧见|发现|碰[见到]")
_SAW_AT: Final = re.compile(f"(?:{_SAW.pattern})$")
"""Right before a name."""
_WENT: Final = re.compile("(?:到|去|去了|转|进|过)$")
"""Before a name, and that he saw something after it: he went there and saw it."""
_WALKED: Final = re.compile("(?:门口|旁边|那边)?(?:路过|经过|走过)")
"""After a name, and 从 before it: there he saw what he tells of."""
_SLIP: Final = (
    r"(?:(?:[啊哦噢喔哎诶唉呃])?(?:不对|不不|不是(?=[^\w])|[啊哦噢喔]不是?)|口误|更正|纠正|呸|等等|等一?下"
    r"|[说打写看报讲发选](?:得?快|错|串|岔|混)\w{0,3}|嘴瓢\w?|错了)"
)
"""With which somebody notices that he said it wrong."""
_TAKEN_BACK: Final = re.compile(rf"(?:的?[^\W\d]{{1,6}}[^\w]+)?[^\w]*{_SLIP}")
"""After a name this takes it back: 外一……不对."""
_RATHER: Final = r"我|这|应该|应当|说的|是|为|送|给|到|去|在|帮|替|\d{1,2}楼"
_PUT_RIGHT: Final = re.compile(
    rf"(?:{_SLIP}[^\w]*|不是\w{{1,8}}[^\w]*而?(?=是))(?:{_RATHER}){{0,3}}$"
)
"""Before a name this puts it in the place of another: 说错了，是."""
_CLAUSES: Final = re.compile(r"[^,。;!?~\n]+")
_MADE: Final = re.compile(
    r"(?:手术|检查)?(?:用|配|做|开|备|留|准备|打印|贴|印|写|消|送|填|报)的"
    r"|的(?:包|药|血|饭|餐|液体?|器械包?|敷料|通知|报表|标签|申请|资料|清单|材料|片子|文件|图纸|证明)(?!机|打印|柜)"
    r"|[^,。;!?\s送装配换接开加调]{1,5}?(?:完|到一半|了[一两三四五六七八九十几半\d])(?=[^,。;!?]{0,8}[,\s])"
    r"|会诊|转科|排班|退[方药费库]"
    r"|(?:复印|打印?|印|写|做|开|拷|煎|熬|排|录)(?:一?[份张批个些])?(?!印?机)[^,。\d]{0,4}"
    r"(?:证|表格?|单子?|通知|标签|资料|材料|胶片|片子|报告|药|文件|条码|试卷|合同)"
)
"""After a name that only tells for whom something was made: 给输液中心配的药."""
_SENT: Final = re.compile(r"(?:送|寄|交|传|发|(?:开|送|发|交)给)$")
_GOING: Final = re.compile("的(?![那这]|地方|窗口)")
"""Before and after a name that only tells where something goes: 送病理的瓶子."""
_PAPERS_NEAR: Final = 5
_FOR_PAPER: Final = 4
_OF_THING: Final = re.compile("用?的?(?:那[台个部张]|的)")
"""Between what is made and the thing that makes it: 拍片那台电脑."""
_THERE: Final = re.compile("那[边头里]")
_OURS: Final = re.compile("[我咱俺]")
"""Whoever does not speak of himself tells of what stands still there: 药房那边录入界面卡死了."""
_OF_AN_OLD: Final = re.compile("的?(?:[那这][台个部张]?)?[旧老新]?")
"""Between those who own a thing and the thing: 总务仓库那台旧电脑."""
_SIGNATURE: Final = 3
"""Characters after the name of a place that only says where it is: 急诊科这边."""
_CALLED_BEFORE: Final = re.compile(r"(?:麻烦|请|让|叫|喊|找|等|要|@|喂)$")
_CALLED_AFTER: Final = re.compile(
    r"(?:的?(?:师傅|人|同事|工程师|老师|主任|领导))?(?:来|派|安排|过来|帮|处理|弄|修|批|审|点)"
)
_DONE_BY: Final = re.compile(
    r"(?:今天|昨天|刚刚?|上次|新)?(?:新|刚)?(?:[换拉装分配领修调布铺]|分配|派)(?:[来给]|过来|下来)?的"
    r"|(?:让|叫|要求)(?:我们?)?(?:在|往)群里"
)
"""After the name of those who serve the others: what they did for the sender, or told him."""
_SERVING: Final = re.compile("人事|人力|库|采购|教学")
_ROOMS: Final = ("会议室", "厅", "教室", "礼堂")
_PERSON: Final = re.compile(
    r"的?(?:[老小阿][\u4e00-\u9fff]|[\u4e00-\u9fff](?:工|哥|姐|师傅|老师|主任))[,:]"
)
"""After the name that begins a message: 库房老胡，……."""
_CREW: Final = re.compile(
    r"信息|网络中心|计算机|后勤|总务|设备科|设备处|设备部|医工|医学工程|保障|物业|维修|水电|电工"
    r"|基建|客服|驻场|机电"
)
"""Names of those who are written to in such a group: 信息科的老师 is an address, no place."""
_PLACE_BEFORE: Final = re.compile(r"(?:在|到|路过|经过|帮|替|代|位于|地点|地址|科室:?|我们|本)$")
_AT_THEIR_PLACE: Final = re.compile(r"的?(?:门口|楼[上下]|走廊|办公室|会议室|仓库|库房|机房|大厅)")
_OUR_PLACE: Final = (
    r"科室?|病区|这儿?(?![周个月两几次回阵])|这边|这里|诊室|窗口|护士站|楼|办公室|评估室|治疗室"
    r"|室|柜|站|中心|药房"
)
_HERE: Final = re.compile(
    rf"(?<![到给往回])(?:我们|我|咱们?|俺们?|阿拉|本)(?:{_OUR_PLACE})"
    r"|(?<![他她它们家别各])科里(?!人)|我们的"
    r"|(?<![到往])我们(?!去|来|要|先|也|都|[顺帮代替捎转])"
)

_NOT_OURS: Final = re.compile(r"不是[送给帮替代]?我们\w{0,3}")


def speaks_of_own(text: str) -> bool:
    """Return whether the sender says that it is about where he is, not what he saw elsewhere."""
    here = _HERE.search(_NOT_OURS.sub("", text))
    return here is not None and not _SEEN.search(text)


def is_of_others(text: str, nouns: Nouns) -> bool:
    """Return whether the sender speaks of a thing of people elsewhere: 他们那部座机."""
    starts = (start for start, _ in nouns.fixtures)
    return any(_THEIR_THING.search(text[max(0, start - 6) : start]) for start in starts)


def is_next_door(text: str, mention: Mention) -> bool:
    """Return whether the department is said to lie beside the sender's own."""
    return _NEXT_DOOR.search(text[max(0, mention.start - 4) : mention.start]) is not None


def is_told_next_door(text: str, mention: Mention) -> bool:
    """Return whether it is the people next door who say it: 楼上产科说护士站座机打不出去."""
    return is_next_door(text, mention) and _TOLD.match(text, mention.end) is not None


def is_telling(text: str, mention: Mention) -> bool:
    """Return whether its people say it, or call: 产科护士说, 内科来电."""
    return any(sign.match(text, mention.end) for sign in (_SAYS, _RELAYED))


def is_walked_past(text: str, mention: Mention) -> bool:
    """Return whether the sender saw it there on his way: 从血透路过."""
    return text[: mention.start].endswith("从") and _WALKED.match(text, mention.end) is not None


def is_sent_there(text: str, mention: Mention) -> bool:
    """Return whether somebody is asked to go there: 请去放射科看看."""
    before = text[max(0, mention.start - 8) : mention.start]
    return _SENT_THERE.search(before) is not None and _TO_LOOK.match(text, mention.end) is not None


def is_seen(text: str, mention: Mention) -> bool:
    """Return whether the sender saw it there: 预检台这边看到挂号处……."""
    return not mention.is_own and _SAW_AT.search(text[: mention.start]) is not None


def speaks_for_others(text: str) -> bool:
    """Return whether the sender says that others have the trouble: 我替她报."""
    return _FOR_OTHERS.search(text) is not None


def is_room(mention: Mention) -> bool:
    """Return whether a room is named that is nobody's own: it is a place wherever it stands."""
    return mention.typed.endswith(_ROOMS)


def is_taken_back(text: str, mention: Mention) -> bool:
    """Return whether the sender says at once that he meant another: 外一……不对，老年科."""
    return _TAKEN_BACK.match(text, mention.end) is not None


def is_put_right(text: str, mention: Mention) -> bool:
    """Return whether the sender says that he means this one and not the one before."""
    return _PUT_RIGHT.search(text[max(0, mention.start - 16) : mention.start]) is not None


def _is_aside(text: str, mention: Mention, nouns: Nouns) -> bool:
    """Return whether the name comes after the thing that the work is about, in a clause that names
    no thing, and says something: 电话哑了，手术室要血打不进来.
    """
    clause = next(c for c in _CLAUSES.finditer(text) if c.end() > mention.start)
    after = text[mention.end : clause.end()]
    before = [start for start, _ in nouns.chains if start < mention.start]
    inside = any(clause.start() <= start < clause.end() for start, _ in nouns.fixtures)
    return bool(before) and not inside and len(after) > _SIGNATURE


def is_proxy(text: str, mention: Mention) -> bool:
    """Return whether the sender speaks for the department."""
    before = text[max(0, mention.start - 6) : mention.start]
    if _MADE.match(text, mention.end) or _is_done_by(text, mention):
        return False
    after = ASKS_FOR.match(text[mention.end : mention.end + 14])
    return PROXY.search(before) is not None or (after is not None and not before.endswith("@"))


def is_relaying(text: str, mention: Mention, mentions: Iterable[Mention]) -> bool:
    """Return whether the department only called and another is named at once."""
    told = _RELAYED.match(text, mention.end)
    return told is not None and any(
        m.start == told.end() and not set(m.departments) & set(mention.departments)
        for m in mentions
    )


def is_passing(text: str, mention: Mention, nouns: Nouns) -> bool:
    """Return whether the words name a department that the work is not for."""
    if mention.is_own:
        is_name = text[: mention.start].endswith("我") and _WHO.match(text, mention.end)
        return bool(is_name) or _GUEST.match(text, mention.end) is not None
    if is_address(text, mention, nouns):
        return True
    before = text[max(0, mention.start - 4) : mention.start]
    after = text[mention.end : mention.end + 12]
    stands_there = nouns.after(mention.end, 1) in nouns.fixtures
    if is_next_door(text, mention) and (stands_there or is_told_next_door(text, mention)):
        return bool(_WELL.match(after))
    if _WELL.match(after) or _BUSY.search(before) or _KEPT.match(after):
        return True
    if _MADE.match(after) or (_SENT.search(before) and _GOING.match(after)):
        return True
    if _is_done_by(text, mention):
        return True
    told = any(pattern.match(after) for pattern in (_AFTER, _SAYS, _HANDED_ON))
    if not is_room(mention):
        is_there = _THERE.match(after) and not _OURS.search(text)
        told = told or (not is_there and _is_of_paper(text, mention, nouns))
    told = told or _is_aside(text, mention, nouns)
    if told and not OTHERS.search(text):
        return True
    called = _CALLED_BEFORE.search(before) and _CALLED_AFTER.match(after)
    if _WENT.search(before) and _SAW.search(text, mention.end):
        return False
    if is_walked_past(text, mention) or is_sent_there(text, mention):
        return False
    if is_room(mention) and before.endswith("从"):
        return _CAME_BACK.match(text, mention.end) is not None
    if before.endswith("把") and nouns.after(mention.end, 1) in nouns.fixtures:
        return False
    return bool(called or _BEFORE.search(before))


def _is_of_paper(text: str, mention: Mention, nouns: Nouns) -> bool:
    """Return whether something follows that travels between departments, and not a thing that is
    there for it: 牙科拍小牙片那台电脑.
    """
    paper = nouns.after(mention.end, _PAPERS_NEAR)
    if paper is None or paper not in nouns.papers:
        return False
    thing = nouns.after(paper[1], _FOR_PAPER)
    if thing is None or thing not in nouns.fixtures:
        return True
    return _OF_THING.fullmatch(text, paper[1], thing[0]) is None


def _is_done_by(text: str, mention: Mention) -> bool:
    """Return whether those are named who serve the others, for what they did or told him to do."""
    serves = _CREW.search(mention.typed) or _SERVING.search(mention.typed)
    return serves is not None and _DONE_BY.match(text, mention.end) is not None


def is_address(text: str, mention: Mention, nouns: Nouns) -> bool:
    """Return whether those are named who are written to, and not a place of theirs."""
    before = text[max(0, mention.start - 4) : mention.start]
    if before.endswith("@") or (not before and _PERSON.match(text, mention.end)):
        return True
    if mention.is_own or not _CREW.search(mention.typed) or _PLACE_BEFORE.search(before):
        return False
    if _AT_THEIR_PLACE.match(text, mention.end):
        return False
    of = _OF_AN_OLD.match(text, mention.end)
    return nouns.after(of.end() if of else mention.end, 2) is None
