"""Django's settings (站点设置); every choice of an installation comes from ``env``."""

from csp.constants import NONE, SELF

from shuangjian.edges.config import env
from shuangjian.edges.config.database import database_entries
from shuangjian.edges.config.secret import secret_key

MODE = env.mode()
DEMO_MODE = MODE == "demo"
DEBUG = False
SHUANGJIAN_DATA = env.data_folder()
SHUANGJIAN_POLICIES = env.ROOT / "policies"
SHUANGJIAN_TODAY = env.pretended_today()
SITE_NAME = env.SITE_NAME.read()
FONTS_FOLDER = env.FONTS.read() or str(SHUANGJIAN_DATA / "fonts")

SECRET_KEY = secret_key()
ALLOWED_HOSTS = [host for host in env.ALLOWED_HOSTS.read().split(",") if host]
DATABASES = database_entries()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.postgres",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "shuangjian.foundation.audit",
    "shuangjian.foundation.registry",
    "shuangjian.foundation.accounts",
    "shuangjian.foundation.policy",
    "shuangjian.foundation.findings",
    "shuangjian.foundation.draws",
    "shuangjian.foundation.ledger",
    "shuangjian.foundation.lake",
    "shuangjian.areas.homework",
    "shuangjian.areas.quality",
    "shuangjian.oversight.supervision",
    "shuangjian.oversight.indicators",
    "shuangjian.oversight.reports",
    "shuangjian.edges.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shuangjian.edges.web.middleware.ActorMiddleware",
    "shuangjian.edges.web.middleware.AccessMiddleware",
    "shuangjian.edges.web.policy_pages.PolicyFreshnessMiddleware",
    "shuangjian.edges.web.middleware.InspectAfterWriteMiddleware",
]
ROOT_URLCONF = "shuangjian.edges.web.urls"
WSGI_APPLICATION = "shuangjian.edges.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["shuangjian.edges.web.templatetags.components"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "shuangjian.edges.web.context.site",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True

LANGUAGE_CODE = "zh-hans"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = SHUANGJIAN_DATA / "static"
STATICFILES_DIRS = [("tabler/css", env.ROOT / "node_modules" / "@tabler" / "core" / "dist" / "css")]
WHITENOISE_MAX_AGE = 7 * 24 * 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # why: the manifest's storage answers 404 for every file of the test server.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedStaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
_https = MODE == "production" and env.HTTPS.read() == "1"
SECURE_SSL_REDIRECT = _https
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
