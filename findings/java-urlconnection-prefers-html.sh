#!/usr/bin/env bash
# Java's `HttpURLConnection` prefers HTML by default, `java.net.http` does not
#
# OpenJDK 17 (Debian 12): `HttpURLConnection`, whose `Accept` nobody sets, prefers HTML: a server that negotiates answers a
# program with the page for a browser. `java.net.http`, in the same JDK, sends no `Accept`.
#
# Seen: "HttpURLConnection: text/html, image/gif, image/jpeg, */*; q=0.2", "java.net.http: none".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq openjdk-17-jdk-headless openjdk-17-jre-headless >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
java=$(echo usr/lib/jvm/java-17-openjdk-*/bin/java)
# Its settings are links to /etc.
for link in $(find usr/lib/jvm -type l -lname '/etc/*'); do ln -sf "$PWD$(readlink "$link")" "$link"; done
"$java" --version | sed -n 1p
cat >Try.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.*;
import java.net.http.*;

class Try {
    public static void main(String[] arguments) throws Exception {
        var accept = new String[1];
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            accept[0] = exchange.getRequestHeaders().getFirst("Accept");
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        ((HttpURLConnection) url.toURL().openConnection()).getResponseCode();
        System.out.println("HttpURLConnection: " + accept[0]);
        HttpClient.newHttpClient().send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.discarding());
        System.out.println("java.net.http: " + (accept[0] == null ? "none" : accept[0]));
        server.stop(0);
    }
}
JAVA
"$java" Try.java | tee seen
grep -q '^HttpURLConnection: text/html, ' seen
grep -qx 'java.net.http: none' seen
