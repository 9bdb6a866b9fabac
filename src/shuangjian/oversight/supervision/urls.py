"""台账的网址."""

from django.urls import path

from shuangjian.oversight.supervision import views

FINDING = "<uuid:pseudonym>/"

urlpatterns = [
    path("", views.finding_list, name="finding-list"),
    path("assign/", views.assign_many, name="finding-assign-many"),
    path(FINDING, views.finding, name="finding"),
    path(f"{FINDING}assign/", views.assign, name="finding-assign"),
    path(f"{FINDING}rectify/", views.rectify, name="finding-rectify"),
    path(f"{FINDING}verify/", views.verify, name="finding-verify"),
    path(f"{FINDING}clear/", views.clear, name="finding-clear"),
]
