"""作业管理的网址."""

from django.urls import path

from shuangjian.areas.homework.views import import_plans, plan, public_table, settle
from shuangjian.foundation.registry import url_date  # noqa: F401  -- registers <day:…>

CLASS_DAY = "classes/<uuid:pseudonym>/<day:on>/"

urlpatterns = [
    path("", plan.plan_list, name="homework-plan"),
    path(CLASS_DAY, plan.day, name="homework-day"),
    path(f"{CLASS_DAY}override/", settle.override, name="homework-override"),
    path(f"{CLASS_DAY}<slug:course>/withdraw/", settle.withdraw, name="homework-withdraw"),
    path(f"{CLASS_DAY}<slug:course>/trim/", settle.trim, name="homework-trim"),
    path(f"{CLASS_DAY}<slug:course>/move/", settle.move, name="homework-move"),
    path("public/<uuid:pseudonym>/<day:on>/", public_table.public_table, name="homework-public"),
    path("import/", import_plans.import_plans, name="homework-import"),
]
