"""Settings: everything that may differ from town to town comes from the environment (docs/guide/settings.md)."""

import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[3]


def _flag(name: str) -> bool:
    """Say whether an environment variable is switched on."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def _secret_key(home: Path) -> str:
    """Return the town's secret: from the environment, else made once and kept readable by its owner only."""
    if key := os.environ.get("MACHIKADO_SECRET_KEY"):
        return key
    path = home / "secret-key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        fresh = home / f"secret-key.{os.getpid()}.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)  # the first process wins, whoever comes second reads what it wrote
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


# --- the town -------------------------------------------------------------------------------------------------------

MACHIKADO_HOME = Path(os.environ.get("MACHIKADO_HOME", ROOT / "var")).resolve()
MACHIKADO_DATA = Path(data).resolve() if (data := os.environ.get("MACHIKADO_DATA")) else None
MACHIKADO_DEMO = _flag("MACHIKADO_DEMO")
MACHIKADO_TOWN_SPEED = int(os.environ.get("MACHIKADO_TOWN_SPEED", "60")) if MACHIKADO_DEMO else 1
MACHIKADO_READ_ONLY = _flag("MACHIKADO_READ_ONLY")

DEBUG = _flag("MACHIKADO_DEBUG")
SECRET_KEY = _secret_key(MACHIKADO_HOME)
ALLOWED_HOSTS = os.environ.get("MACHIKADO_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("MACHIKADO_ORIGINS", "").split(",") if origin]
BEHIND_TLS = bool(CSRF_TRUSTED_ORIGINS) and all(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)

if MACHIKADO_DEMO and (CSRF_TRUSTED_ORIGINS or set(ALLOWED_HOSTS) - {"127.0.0.1", "localhost", "[::1]"}):
    raise ImproperlyConfigured("MACHIKADO_DEMO signs anybody in; it must not be on where a town is served to others.")

# --- the rooms ------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "machikado.town.config",
    "machikado.town.work",
    "machikado.town.drive",
    "machikado.town.ride",
    "machikado.town.transit",
    "machikado.town.law",
    "machikado.town.people",
    "machikado.town.common",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "machikado.town.common.middleware.log_request",
    "machikado.town.work.problem_json.problems_as_json",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "machikado.town.common.unreadable.refuse_unreadable",
    "machikado.town.common.middleware.read_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "machikado.town.people.middleware.see_viewer",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "machikado.town.people.middleware.DoorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "machikado.town.config.urls"
WSGI_APPLICATION = "machikado.town.config.wsgi.application"
FORM_RENDERER = "machikado.town.common.rendering.Renderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "machikado.town.config.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- the database: SQLite by default, PostgreSQL by DATABASE_URL ------------------------------------------------------

DATABASES: dict[str, Any] = {
    "default": dj_database_url.config(
        default=f"sqlite:///{MACHIKADO_HOME / 'town.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
    }
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("MACHIKADO_TEST_DATABASE")}
else:
    # A statement that comes again is planned once: half of PostgreSQL's work for a claim was planning.
    DATABASES["default"]["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 3}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # beyond it some are forgotten early, also those that count inquiries
    }
}

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["now", "slow"],
        "OPTIONS": {},
    }
}

# --- who comes in -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "machikado.town.people.backends.AccountBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 2 * 3600
# Five wrong passwords for one address from one place close that door for a quarter of an hour; counted in the database.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_CLIENT_IP_CALLABLE = "machikado.town.people.sign_in.client_ip"
AXES_LOCKOUT_TEMPLATE = "people/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
LOGIN_URL = "sign_in"
GUEST_URL = "ride:guest"
LOGIN_REDIRECT_URL = "front"
LOGOUT_REDIRECT_URL = "front"

SESSION_ENGINE = "machikado.town.people.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- words and time ---------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

# --- files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # the built files are served from where they were built; no second copy
WHITENOISE_MAX_AGE = 300
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILES_AT_ONCE = 2_000  # a form says so itself; far beyond that nothing is read at all
DATA_UPLOAD_MAX_NUMBER_FILES = 100_000
FILE_UPLOAD_HANDLERS = [
    "machikado.town.common.uploads.CountedFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

EMAIL_BACKEND = os.environ.get("MACHIKADO_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
# Where links in letters lead.
SITE_URL = (CSRF_TRUSTED_ORIGINS or [f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"])[0]
DEFAULT_FROM_EMAIL = os.environ.get("MACHIKADO_FROM_EMAIL", "machikado@localhost")

# What sends an SMS: the dotted name of a function (number, text) that returns when it is handed over, and raises where
# it could not be. Empty: what is told by SMS waits in its queue, which the staff sees.
SMS_SENDER = os.environ.get("MACHIKADO_SMS_SENDER", "")

# --- tables that tie the rooms together (dotted names; only `config` knows everyone) ----------------------------------

TASK_KINDS = {"form": "machikado.town.work.form.FormKind"}
DOORS = "machikado.town.config.doors.DOORS"
FILE_DOORS: dict[str, str] = {
    "batch": "machikado.town.work.file_doors.may_read_upload",
    "task": "machikado.town.work.file_doors.may_read_image",
    "delivery": "machikado.town.work.file_doors.may_read_delivery",
    "roads": "machikado.town.ride.file_doors.may_read_roads",
    "travel": "machikado.town.ride.file_doors.may_read_roads",
    "stop": "machikado.town.ride.file_doors.may_read_photo",
    "timetable": "machikado.town.transit.file_doors.may_read_timetable",
    "feed": "machikado.town.transit.file_doors.may_read_timetable",
}
APPEND_ONLY = ["common.Event", "common.Seal", "work.ShownTerms", "ride.CardEntry"]
REACTIONS: dict[str, str] = {}  # reader of the diary → (event) -> None
PROBLEMS: list[str] = [
    "machikado.town.common.diary_check.problems",
    "machikado.town.common.files.problems",
    "machikado.town.common.chores.problems",
    "machikado.town.people.soundness.problems",
    "machikado.town.law.parameters.problems",
    "machikado.town.work.queries.soundness.problems",
    "machikado.town.ride.queries.soundness.problems",
    "machikado.town.ride.queries.booking_soundness.problems",
    "machikado.town.ride.queries.call_soundness.problems",
    "machikado.town.ride.queries.consent_soundness.problems",
    "machikado.town.ride.queries.waiting_soundness.problems",
    "machikado.town.ride.queries.run_soundness.problems",
    "machikado.town.ride.queries.ticket_soundness.problems",
    "machikado.town.ride.planning.soundness.problems",
    "machikado.town.transit.queries.soundness.problems",
    "machikado.town.drive.queries.soundness.problems",
]
TICKS: dict[str, int] = {
    "machikado.town.common.files.remove_strays": 24 * 3600,
    "machikado.town.common.hygiene.prune": 3600,
    "machikado.town.law.actions.end_retention": 24 * 3600,
    "machikado.town.people.letters.try_again": 60,
    "machikado.town.people.actions.guests.end_codes": 60,
    "machikado.town.work.actions.assignments.expire": 30,
    "machikado.town.work.actions.reviews.accept_overdue": 3600,
    "machikado.town.work.actions.batch_rows.fail_lost": 60,
    "machikado.town.ride.actions.ways.draw": 5,
    "machikado.town.ride.actions.repeating.queue": 60,
    "machikado.town.ride.actions.waiting.queue": 10,
    "machikado.town.ride.actions.card_expiry.look": 3600,
}
LAW_RULES: list[str] = ["machikado.town.work.law.RULES", "machikado.town.drive.law.RULES"]
MESSAGE_SENTENCES: list[str] = [
    "machikado.town.people.sentences.SENTENCES",
    "machikado.town.work.actions.telling.SENTENCES",
    "machikado.town.work.actions.telling_orders.SENTENCES",
    "machikado.town.ride.actions.telling.SENTENCES",
    "machikado.town.ride.actions.telling_suspension.SENTENCES",
    "machikado.town.ride.actions.telling_tickets.SENTENCES",
    "machikado.town.drive.actions.telling.SENTENCES",
]
RETENTION: list[str] = [  # what is kept for a time, and how it goes: docs/guide/retention.md
    "machikado.town.common.retention.RULES",
    "machikado.town.people.actions.retention.RULES",
    "machikado.town.work.actions.retention.RULES",
    "machikado.town.ride.actions.retention.RULES",
    "machikado.town.transit.actions.retention.RULES",
    "machikado.town.drive.actions.retention.RULES",
]
NEEDED_BY: list[str] = [  # (person, now) -> why they cannot be erased yet
    "machikado.town.people.needed.needs",
    "machikado.town.work.queries.needed.needs",
    "machikado.town.ride.queries.needed.needs",
]
SERVED_BY: list[str] = [  # () -> ids of people whom an app still serves, and forgets by its own rule of retention
    "machikado.town.ride.queries.needed.served",
]
TRACES: list[str] = [  # what a person leaves: what goes when they are erased, what stays and why
    "machikado.town.people.actions.erasing.TRACES",
    "machikado.town.work.actions.erasing.TRACES",
    "machikado.town.ride.actions.erasing.TRACES",
    "machikado.town.drive.actions.erasing.TRACES",
]

# --- the log: one JSON line per thing that happened, no personal data -------------------------------------------------

TESTING = "pytest" in sys.modules
# The sign-in counter would write addresses into the log.
LOGGING = {"version": 1, "disable_existing_loggers": False, "loggers": {"axes": {"level": "CRITICAL"}}}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    cache_logger_on_first_use=not TESTING,
)
