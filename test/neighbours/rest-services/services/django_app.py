"""The users service on Django, by the server of its `runserver`."""

import json
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse, JsonResponse
from django.urls import path
from user import user

settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="x", ALLOWED_HOSTS=["127.0.0.1"])


def users(request):
    if request.method == "POST":
        given = json.loads(request.body)
        if given["email"].startswith("taken"):
            return HttpResponse(status=409)
        return JsonResponse(user("u9", **given), status=201)
    ids = request.GET["ids"].split(",")
    if "crash" in ids:
        raise RuntimeError("crash")
    return JsonResponse({"users": [user(id) for id in ids]})


def one(request, id):
    if request.method == "DELETE":
        return HttpResponse(status=404 if id == "nobody" else 204)
    return JsonResponse(user(id, **json.loads(request.body)))


urlpatterns = [path("users", users), path("users/<id>", one)]

if __name__ == "__main__":
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", sys.argv[1]])
