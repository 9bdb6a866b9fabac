"""抽签的拒绝: one error of all documents of a draw: what, where, why and what to do next."""


class DrawRefusedError(Exception):
    """抽签文件被拒绝: the text is whole Chinese sentences, ready to be shown.

    Attributes:
        place: the file of the published folder, and the field or line within it.
        what: what is wrong there.
        why: the rule that it breaks.
        remedy: what to do next.
    """

    def __init__(self, *, place: str, what: str, why: str, remedy: str) -> None:
        self.place = place
        self.what = what
        self.why = why
        self.remedy = remedy
        super().__init__(f"{place}：{what}。{why}。{remedy}。")
