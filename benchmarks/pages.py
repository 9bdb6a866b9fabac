"""测量用的网址: the site's own, and an empty page that any page must at least cost."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from shuangjian.edges.web import urls
from shuangjian.foundation.accounts.route import allow_signed_in


@allow_signed_in()
def empty(_request: HttpRequest) -> HttpResponse:
    """空白网页: sign-in and roles are looked up by the middleware, and nothing else is done."""
    return HttpResponse("")


urlpatterns = [*urls.urlpatterns, path("empty/", empty)]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
