#!/usr/bin/env bash
# Django OAuth Toolkit answers the address of its metadata by a redirect to one with a slash
#
# Django OAuth Toolkit 1.7.0 (Debian 12) names its issuer without a slash at the end, and serves the metadata with one: the address
# that OpenID Connect Discovery 1.0 (section 4) derives from the issuer is answered by 301. Clients that follow no redirect, as
# oauth4webapi and jose do, find no provider there.
#
# Seen on 2026-11-30: 301 for /o/.well-known/openid-configuration, 200 with a slash.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 777 "$folder"
cd "$folder"
apt-get download -qq python3-{django,django-oauth-toolkit,jwcrypto,oauthlib,asgiref,sqlparse,tz,requests,urllib3,certifi,idna} \
  python3-{chardet,charset-normalizer,deprecated,wrapt,cryptography,cffi-backend} >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
openssl genrsa -out key.pem 2048 2>/dev/null
cat > site.py <<'EOF'
import sys
import django
from django.conf import settings

settings.configure(
    DEBUG=True,
    SECRET_KEY="none",
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"],
    # Of the middleware of a new site, the part that answers paths without their slash.
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    OAUTH2_PROVIDER={"OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": open("key.pem").read(), "SCOPES": {"openid": ""}},
)
django.setup()

import oauth2_provider
from django.test import Client
from django.urls import include, path

urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]
print("Django OAuth Toolkit", oauth2_provider.__version__, "on Django", django.__version__)
served = Client().get("/o/.well-known/openid-configuration/")
issuer = served.json()["issuer"]
derived = Client().get(issuer.replace("http://testserver", "") + "/.well-known/openid-configuration")
print(f"issuer {issuer}: {derived.status_code} to {derived.headers.get('Location')}, which answers {served.status_code}")
sys.exit(0 if (derived.status_code, served.status_code) == (301, 200) else 1)
EOF
PYTHONPATH="$PWD/usr/lib/python3/dist-packages" /usr/bin/python3 -B site.py
