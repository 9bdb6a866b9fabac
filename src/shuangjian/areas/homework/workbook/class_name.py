"""班级名称: class names in the spellings that sheets use, as a grade or a year and a number."""

import datetime as dt
import re
from dataclasses import dataclass

from shuangjian.areas.homework.workbook.course import normalised
from shuangjian.areas.homework.workbook.fault import CellValue, MisreadError, written
from shuangjian.areas.homework.workbook.numeral import arabic, parse_numeral
from shuangjian.areas.homework.workbook.plan_row import (
    JUNIOR_OFFSET,
    ClassRef,
    Stage,
    school_year,
)

_JUNIOR = r"(?:初中?)"
_GRADE = r"(?:(?P<stage>小学?|初中?)?(?P<grade>[1-9一二三四五六七八九])|初(?P<junior>[1-4一二三四]))"
_NUMBER = r"(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})"
_TAIL = rf"(?:\({_NUMBER}\)班?|{_NUMBER}班?)"
_BY_GRADE = re.compile(
    rf"(?:(?P<stage>小学?|初中)?(?P<grade>[1-9一二三四五六七八九])|(?P<chu>初)(?P<junior>[1-4一二三四]))"
    rf"(?:年级|年|级)?[.·、-]?(?:\((?P<bracketed>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\)班?"
    rf"|(?P<plain>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})(?P<ban>班)?)"
)
_BY_YEAR = re.compile(
    r"(?P<stage>小学?|初中?)?(?P<year>20\d\d|\d\d)级[.·、-]?"
    r"(?:\((?P<bracketed>\d{1,2}|[一二三四五六七八九十]{1,3})\)班?"
    r"|(?P<plain>\d{1,2}|[一二三四五六七八九十]{1,3})班?)"
)
_THREE_DIGITS = re.compile(r"(?P<grade>[1-9])(?P<number>\d\d)班?")
_NUMBER_ONLY = re.compile(r"第?\(?(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})\)?班?")
