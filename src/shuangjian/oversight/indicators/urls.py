"""指标的网址."""

from django.urls import path

from shuangjian.foundation.registry import url_date  # noqa: F401  -- registers <day:…>
from shuangjian.oversight.indicators import views

INDICATOR = "<str:key>/<str:region_code>/<day:due_on>/"

urlpatterns = [
    path(INDICATOR, views.indicator, name="indicator"),
    path(f"{INDICATOR}schools/<uuid:pseudonym>/", views.school, name="indicator-school"),
]
