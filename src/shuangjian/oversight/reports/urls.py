"""半月报的网址."""

from django.urls import path

from shuangjian.foundation.registry import url_date  # noqa: F401  -- registers <day:…>
from shuangjian.oversight.reports import views, writing

REPORT = "<str:region_code>/<day:due_on>/"
REVISION = f"{REPORT}revisions/<int:revision>/"
FIGURE = f"{REVISION}figures/<str:name>/"

urlpatterns = [
    path("", views.report_list, name="report-list"),
    path(REPORT, views.report, name="report"),
    path(f"{REPORT}pdf/", views.draft_pdf, name="report-draft-pdf"),
    path(f"{REPORT}sign/", writing.sign, name="report-sign"),
    path(f"{REPORT}correct/", writing.correct, name="report-correct"),
    path(f"{REPORT}remarks/<str:kind>/<str:item>/", writing.remark, name="report-remark"),
    path(
        f"{REPORT}remarks/<str:kind>/<str:item>/withdraw/",
        writing.withdraw,
        name="report-remark-withdraw",
    ),
    path(REVISION, views.revision, name="report-revision"),
    path(f"{REVISION}pdf/", views.revision_pdf, name="report-pdf"),
    path(FIGURE, views.figure, name="report-figure"),
    path(f"{FIGURE}schools/<uuid:school>/", views.figure_school, name="report-figure-school"),
    path(
        f"{REVISION}classes/<uuid:school_class>/<day:on>/",
        views.class_day,
        name="report-class-day",
    ),
]
