"""虚构姓名: names put together from common surnames and characters by chance; of nobody."""

import random
from itertools import accumulate

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任"
    "卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵万覃武钱戴严莫孔向"
)
_RARE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟")
_RARE_SHARE = 0.004
_PUPIL_FIRST = "梓子浩宇欣雨思语若诗一沐奕俊嘉佳铭泽明皓晨书芷可心悦安景承星知昕予以启睿"
_PUPIL_SECOND = "涵轩怡萱琪彤妍萌宁瑶瑞辰阳博文豪杰睿航宸霖然熙洋晴桐诺墨凡歌允行舟远禾乔"
_ADULT_FIRST = "建志晓海春秀丽文俊雪小永国燕红玉利丹敏静立卫宏晨佳思冬亚振学艳新"
_ADULT_SECOND = "华平军峰霞玲芳芬娟杰涛强明辉勇波斌敏慧燕林梅洁莉云刚鹏飞倩琳颖婷宁松"
_ELDER_FIRST = "桂秀玉淑国德福兰凤永世文光正素春明金树素"
_ELDER_SECOND = "英兰珍芳华荣贵清明林生祥云琴芝昌全碧富"


def _cumulated() -> list[float]:
    # why: a few surnames are borne by many, so the weights fall as one over the rank.
    return list(accumulate(1 / (rank + 6) for rank in range(len(_SURNAMES))))


_WEIGHTS = _cumulated()


def surname(stream: random.Random) -> str:
    """A surname (姓), the common ones more often; now and then one of two characters."""
    if stream.random() < _RARE_SHARE:
        return stream.choice(_RARE_SURNAMES)
    return stream.choices(_SURNAMES, cum_weights=_WEIGHTS)[0]


def pupil_name(stream: random.Random) -> str:
    """A pupil's name (学生姓名)."""
    if stream.random() < 0.08:
        return surname(stream) + stream.choice(_PUPIL_SECOND)
    return surname(stream) + stream.choice(_PUPIL_FIRST) + stream.choice(_PUPIL_SECOND)


def adult_name(stream: random.Random, *, family: str = "") -> str:
    """A parent's or teacher's name (家长、教师姓名), of the family given or of any."""
    family = family or surname(stream)
    if stream.random() < 0.18:
        return family + stream.choice(_ADULT_SECOND)
    return family + stream.choice(_ADULT_FIRST) + stream.choice(_ADULT_SECOND)


def elder_name(stream: random.Random, *, family: str = "") -> str:
    """A grandparent's name (祖辈姓名)."""
    family = family or surname(stream)
    return family + stream.choice(_ELDER_FIRST) + stream.choice(_ELDER_SECOND)
