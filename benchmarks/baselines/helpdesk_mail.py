"""django-helpdesk's mail intake, measured in a process of its own.

A mail becomes a ticket with its first follow-up, and its sender is written an answer (rendered,
then handed to a mailbox in memory). SQLite is set up as ours is: WAL, every commit on the disk.

Reads one number a line, takes in so many mails, answers with mails a second. Needs the extra
`bench`, or another Python that has django-helpdesk: `python helpdesk_mail.py FILE.db`.
"""

import logging
import sys
from email.message import EmailMessage
from importlib.metadata import version
from time import perf_counter

import django
from django.conf import settings
from django.core.management import call_command
from django.urls import include, path

_APPS = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.admin",
    "rest_framework",
    "helpdesk",
)


def set_up(database: str) -> None:
    """Configure Django on the database file and make its tables."""
    settings.configure(
        SECRET_KEY="measured, not served",
        INSTALLED_APPS=_APPS,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": database,
                "OPTIONS": {
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
                    "transaction_mode": "IMMEDIATE",
                },
            }
        },
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SITE_ID=1,
        USE_TZ=True,
        HELPDESK_TEAMS_MODE_ENABLED=False,
    )
    django.setup()
    # Answers hold links; the patterns can be imported only now.
    settings.ROOT_URLCONF = (path("", include("helpdesk.urls", namespace="helpdesk")),)
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)


class Intake:
    """A queue that takes tickets by mail."""

    def __init__(self) -> None:
        from helpdesk.models import Queue

        self._queue = Queue.objects.create(
            title="Wards",
            slug="wards",
            allow_email_submission=True,
            email_box_type="local",
            email_address="desk@hospital.example",
        )
        self._taken = 0

    def mails_a_second(self, number: int) -> float:
        """Take in so many new mails.

        Raises:
            RuntimeError: a mail made no ticket.
        """
        from helpdesk.email import extract_email_metadata

        log = logging.getLogger("helpdesk")
        mails = [self._mail(self._taken + n) for n in range(number)]
        self._taken += number
        start = perf_counter()
        for mail in mails:
            if not extract_email_metadata(message=mail, queue=self._queue, logger=log):
                raise RuntimeError("a mail made no ticket")
        return number / (perf_counter() - start)

    def _mail(self, n: int) -> str:
        mail = EmailMessage()
        mail["From"] = f"nurse{n % 15}@hospital.example"
        mail["To"] = "desk@hospital.example"
        mail["Subject"] = f"5号病区打印机卡纸了 {n}"
        mail["Message-Id"] = f"<{n}@hospital.example>"
        mail.set_content("护士站的打印机卡纸了，麻烦来看一下。")
        return mail.as_string()


def serve() -> None:
    """Answer each number on standard input with a rate; the first line out is the version."""
    intake = Intake()
    print(version("django-helpdesk"), flush=True)
    for line in sys.stdin:
        print(intake.mails_a_second(int(line)), flush=True)


if __name__ == "__main__":
    set_up(sys.argv[1])
    serve()
