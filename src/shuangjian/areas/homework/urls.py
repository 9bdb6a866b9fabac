"""作业管理的网址."""

from django.urls import path

from shuangjian.areas.homework import views
from shuangjian.foundation.registry import url_date  # noqa: F401  -- registers <day:…>

CLASS_DAY = "classes/<uuid:pseudonym>/<day:on>/"

urlpatterns = [
    path("", views.plan_list, name="homework-plan"),
    path(CLASS_DAY, views.day, name="homework-day"),
    path(f"{CLASS_DAY}override/", views.override, name="homework-override"),
    path(f"{CLASS_DAY}<slug:course>/withdraw/", views.withdraw, name="homework-withdraw"),
    path(f"{CLASS_DAY}<slug:course>/trim/", views.trim, name="homework-trim"),
    path(f"{CLASS_DAY}<slug:course>/move/", views.move, name="homework-move"),
    path("public/<uuid:pseudonym>/<day:on>/", views.public_table, name="homework-public"),
    path("import/", views.import_plans, name="homework-import"),
]
