"""网址: every page of the site; each route declares who may use it."""

from django.urls import URLPattern, URLResolver, include, path

from shuangjian.edges.web import ledger_pages, policy_pages, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/demo/", views.demo_sign_in, name="demo-sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("homework/", include("shuangjian.areas.homework.urls")),
    path("findings/", include("shuangjian.oversight.supervision.urls")),
    path("indicators/", include("shuangjian.oversight.indicators.urls")),
    path("reports/", include("shuangjian.oversight.reports.urls")),
    path("ledger/", ledger_pages.ledger_home, name="ledger-home"),
    path("ledger/heads.jsonl", ledger_pages.ledger_heads, name="ledger-heads"),
    path("ledger/books/<str:code>/", ledger_pages.ledger_book, name="ledger-book"),
    path("ledger/accounts/<int:number>/", ledger_pages.ledger_account, name="ledger-account"),
    path("ledger/transfers/<int:number>/", ledger_pages.ledger_transfer, name="ledger-transfer"),
    path("policy/", policy_pages.policy_list, name="policy-list"),
    path("policy/<str:key>/", policy_pages.policy_key, name="policy-key"),
]
handler400 = "shuangjian.edges.web.views.bad_request"
handler403 = "shuangjian.edges.web.views.forbidden"
handler404 = "shuangjian.edges.web.views.not_found"
handler500 = "shuangjian.edges.web.views.server_error"
