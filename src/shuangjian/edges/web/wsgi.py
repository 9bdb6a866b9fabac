"""WSGI: what gunicorn serves. It refuses to start where production meets demonstration data."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuangjian.edges.config.settings")

from shuangjian.edges.config.database import ensure_server

ensure_server()

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

from shuangjian.edges.start import refuse_unsafe_start  # noqa: E402

refuse_unsafe_start()
