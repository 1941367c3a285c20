"""Settings, all by environment. `manage.py check --deploy` refuses an insecure production start (checks.py)."""

from pathlib import Path

import environ

from koutu.config.broker import broker_settings
from koutu.config.logs import logging_config

env = environ.Env()
ROOT = Path(__file__).resolve().parents[3]
DATA = Path(env.str("KOUTU_DATA", default=str(ROOT / "data"))).expanduser().resolve()
for _folder in ("tmp", "static"):
    (DATA / _folder).mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("KOUTU_DEBUG", default=False)
PRODUCTION = env.bool("KOUTU_PRODUCTION", default=False)


def _secret_key() -> str:
    """The key from the environment, from a file named there, or from the data folder (written at first start)."""
    if key := env.str("KOUTU_SECRET_KEY", default=""):
        return key
    path = Path(env.str("KOUTU_SECRET_KEY_FILE", default=str(DATA / "secret_key")))
    return path.read_text().strip() if path.is_file() else ""


SECRET_KEY = _secret_key()
# Without a key (before the first start) only commands that sign nothing may run; checks.E001 stops a server.
SECRET_KEY_MISSING = not SECRET_KEY
if SECRET_KEY_MISSING:
    from django.core.management.utils import get_random_secret_key

    SECRET_KEY = get_random_secret_key()

# The health check of a container calls by 127.0.0.1.
ALLOWED_HOSTS = ["*"] if not PRODUCTION else [*env.list("KOUTU_HOSTS", default=[]), "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = env.list("KOUTU_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "django_structlog",
    "django_prometheus",
    "koutu.accounts",
    "koutu.storage",
    "koutu.jobs",
    "koutu.registry",
    "koutu.clips",
    "annotation",
    "koutu.releases",
    "koutu.config",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "koutu.config.urls"
WSGI_APPLICATION = "koutu.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA / 'koutu.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # Measured: without IMMEDIATE one read-then-write transaction in fourteen fails as "database is locked".
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
    }
else:
    DATABASES["default"]["OPTIONS"] = {"pool": env.bool("KOUTU_DB_POOL", default=True)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "koutu.accounts.adapter.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
LOGIN_URL = "/login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = env.str("TZ", default="UTC")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
FRONTEND_DIST = Path(env.str("KOUTU_FRONTEND_DIST", default=str(ROOT / "frontend" / "dist")))
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
WHITENOISE_MAX_AGE = 60

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "knox.auth.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "koutu.accounts.api.errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Koutu",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "koutu.accounts.roles.Role",
        "StandingEnum": "annotation.models.Subject.Standing",
        "SubjectKindEnum": "annotation.models.Subject.Kind",
        "JobStateEnum": "koutu.jobs.models.Job.State",
        "DuplicateStateEnum": "koutu.clips.models.Duplicate.State",
        "SuggestionStateEnum": "koutu.clips.models.Suggestion.State",
        "SuggestionKindEnum": "koutu.clips.models.Suggestion.Kind",
        "VoidAreaKindEnum": "koutu.clips.models.VoidArea.Kind",
        "WatchedFileStateEnum": "koutu.clips.models.WatchedFile.TOLD",
    },
}
REST_KNOX = {"TOKEN_TTL": None}

# Uploads of gigabytes stream to disk; only form fields and tiles of a save stay in memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 2**20
FILE_UPLOAD_TEMP_DIR = str(DATA / "tmp")
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
MAX_UPLOAD_BYTES = env.int("KOUTU_MAX_UPLOAD", default=50 * 10**9)
UPLOAD_ROOT = Path(env.str("KOUTU_UPLOADS", default=str(DATA / "uploads"))).expanduser()
UPLOAD_PIECE_BYTES = 16 * 2**20
UPLOAD_KEEP_DAYS = env.int("KOUTU_UPLOAD_KEEP_DAYS", default=7)

# What may be watched for new clips, by comma: folders of this machine, and s3://bucket/prefix. Nothing by default.
_WATCH = env.list("KOUTU_WATCH", default=[])
WATCH_BUCKETS = [place for place in _WATCH if place.startswith("s3://")]
WATCH_ROOTS = [Path(place).expanduser() for place in _WATCH if not place.startswith("s3://")]

# What one source may cost: a file that wants more is refused with its reason.
MAX_FRAMES = env.int("KOUTU_MAX_FRAMES", default=1_000_000)
DECODE_MEMORY_BYTES = env.int("KOUTU_DECODE_MEMORY", default=8 * 2**30)
DECODE_PATIENCE_SECONDS = env.float("KOUTU_DECODE_PATIENCE", default=300.0)

# A folder, or s3://bucket/prefix; then only drafts lie in the folder.
_BLOBS = env.str("KOUTU_BLOBS", default=str(DATA / "blobs"))
BLOB_BUCKET = _BLOBS if _BLOBS.startswith("s3://") else ""
BLOB_ROOT = DATA / "blobs" if BLOB_BUCKET else Path(_BLOBS).expanduser()
S3_ENDPOINT = env.str("KOUTU_S3_ENDPOINT", default="")
KEEP_FREE_BYTES = env.int("KOUTU_KEEP_FREE", default=1 * 10**9)

JOB_LEASE_SECONDS = env.int("KOUTU_JOB_LEASE", default=30)
JOB_SWEEP_SECONDS = env.float("KOUTU_JOB_SWEEP", default=5.0)
TASK_LEASE_SECONDS = env.int("KOUTU_TASK_LEASE", default=15 * 60)

# The network that propagation follows with: NAME or NAME=WEIGHTS of `python -m models.backends`, those of the task
# "track"; nothing carries corrections along.
TRACKER = env.str("KOUTU_TRACKER", default="")
# Where networks of torch work, as torch names it; those of MediaPipe and the mattes' solver choose for themselves.
DEVICE = env.str("KOUTU_DEVICE", default="cpu")

vars().update(broker_settings(env, DATA))
LOGGING = logging_config(json_lines=env.bool("KOUTU_LOG_JSON", default=PRODUCTION))
DJANGO_STRUCTLOG_CELERY_ENABLED = False

X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
# Behind TLS every cookie and link is https; `make run` on a LAN speaks plain http and says so.
SECURE = env.bool("KOUTU_TLS", default=PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = env.bool("KOUTU_SSL_REDIRECT", default=SECURE)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
