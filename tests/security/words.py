"""Words that exist once in the world, so that a page which shows one has read that very record."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ClassWords:
    published: str  # content of published homework: the class's school and guardians
    held: str  # content of held homework: the school side and the bureau
    teacher: str
    reason: str  # why the class teacher let a day through
    note: str  # a note on the class's finding

    @property
    def all(self) -> frozenset[str]:
        return frozenset((self.published, self.held, self.teacher, self.reason, self.note))


def _words(mark: str) -> ClassWords:
    return ClassWords(
        published=f"{mark}抄写生字",
        held=f"{mark}暂缓卷子",
        teacher=f"{mark}先生",
        reason=f"{mark}期中复习已沟通",
        note=f"{mark}已约谈班主任",
    )


CLASS_WORDS = {
    "here": _words("鸿雁"),
    "beside": _words("青鸾"),
    "next": _words("白鹭"),
    "there": _words("玄鹤"),
}
SCHOOL_NAMES = {
    "here": "示范市鸿蒙实验小学",
    "beside": "示范市鸿蒙实验小学",
    "next": "示范市皓月中心小学",
    "there": "示范市幽兰完全小学",
}
REMARKS = {"990101": "丁香街道压减三家", "990102": "雪松街道压减五家"}
LEDGER_WORDS = ("pupil:zhulu", "麒麟存管账簿")
