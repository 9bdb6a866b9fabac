"""The vocabulary of every page (页面组件), as one library: ``{% load components %}``.

The tags themselves live by noun in ``layout``, ``display`` and ``fields``; ``docs/look.md`` says
when each is used, with an example.
"""

from django.template import Library

from shuangjian.edges.web.templatetags import display, fields, layout

register = Library()
for part in (layout, display, fields):
    register.tags.update(part.register.tags)
