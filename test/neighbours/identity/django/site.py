"""A Django site with Django OAuth Toolkit as an OpenID provider, as its documentation sets one up."""

import json
import os
import sys

import django
from django.conf import settings

FOLDER = os.environ["SITE_FOLDER"]
#: redirect_uris, client_secret, address, and what a test wants to be different of OAUTH2_PROVIDER.
OPTIONS = json.loads(os.environ["SITE_OPTIONS"])
ACCOUNTS = (
    ("u1", "ada@example.com", "analytical-engine", "customer"),
    ("u2", "grace@example.com", "nanosecond-wire", "admin"),
)
PROCESSORS = ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth"]
MESSAGES = "django.contrib.messages.context_processors.messages"

with open(FOLDER + "/key.pem") as key:
    settings.configure(
        DEBUG=True,
        SECRET_KEY="of a test",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": [*PROCESSORS, MESSAGES]},
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": FOLDER + "/db.sqlite3",
                "OPTIONS": {"timeout": 20},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGIN_URL="/admin/login/",
        STATIC_URL="/static/",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": key.read(),
            "OAUTH2_VALIDATOR_CLASS": __name__ + ".Validator",
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "OpenID Connect", "orders": "Orders", "introspection": "Introspect tokens"},
            **OPTIONS["provider"],
        },
    )
django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402
from oauth2_provider.oauth2_validators import OAuth2Validator  # noqa: E402


class Validator(OAuth2Validator):
    """Adds claims, as the documentation shows: the id that the shop knows, and the groups."""

    def get_additional_claims(self, request):
        groups = [group.name for group in request.user.groups.all()]
        return {"username": request.user.username, "groups": groups}


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("admin/", admin.site.urls),
]


def fill():
    call_command("migrate", verbosity=0)
    for name, email, password, group in ACCOUNTS:
        user = User.objects.create_user(name, email, password, is_staff=True)
        user.groups.add(Group.objects.create(name=group))
    for name, kind in (("atrium", Application.CLIENT_CONFIDENTIAL), ("app", Application.CLIENT_PUBLIC)):
        Application.objects.create(
            name=name,
            client_id=name,
            client_type=kind,
            client_secret=OPTIONS["client_secret"],
            redirect_uris=OPTIONS["redirect_uris"],
            authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
            algorithm=Application.RS256_ALGORITHM,
        )


if __name__ == "__main__":
    fill()
    call_command("runserver", OPTIONS["address"], "--noreload")
