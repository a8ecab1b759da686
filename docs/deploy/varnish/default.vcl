vcl 4.1;

import directors;
import std;

# A draining gateway gets no requests before it closes: DRAIN_MS is 2 s.
probe ready {
  .url = "/readyz";
  .interval = 500ms;
  .timeout = 2s;
  .window = 3;
  .threshold = 2;
  .initial = 3;
}

backend one {
  .host = "10.0.0.11";
  .port = "3000";
  .probe = ready;
  .connect_timeout = 2s;
  .first_byte_timeout = 60s;
  # The idle timeout of streams: more than STREAM_HEARTBEAT_MS.
  .between_bytes_timeout = 60s;
}

backend two {
  .host = "10.0.0.12";
  .port = "3000";
  .probe = ready;
  .connect_timeout = 2s;
  .first_byte_timeout = 60s;
  .between_bytes_timeout = 60s;
}

sub vcl_init {
  new atrium = directors.round_robin();
  atrium.add_backend(one);
  atrium.add_backend(two);
}

# The clients that may purge.
acl operators {
  "127.0.0.1";
}

sub vcl_recv {
  set req.backend_hint = atrium.backend();

  # Set, not appended to: the client's own forwarding headers end here.
  set req.http.X-Forwarded-For = client.ip;
  set req.http.X-Forwarded-Proto = "http";
  set req.http.X-Forwarded-Host = req.http.Host;
  unset req.http.Forwarded;

  if (req.method == "PURGE") {
    if (client.ip !~ operators) {
      return (synth(403));
    }
    # One tag of Surrogate-Key, for example product:p1.
    if (req.http.Surrogate-Key !~ "^[\w:-]+$") {
      return (synth(400));
    }
    ban("obj.http.Surrogate-Key ~ (^|\s)" + req.http.Surrogate-Key + "(\s|$)");
    return (synth(204));
  }

  if (req.http.Upgrade ~ "(?i)^websocket$") {
    return (pipe);
  }

  # Requests for shared answers in JSON: no caller, no envelope, no version, no origin, no stream, no picture. They are normalised,
  # so that one copy is stored.
  if (req.method != "GET" && req.method != "HEAD" ||
      req.url !~ "^/(v1/(products|views/)|graphql)" || req.url ~ "/image/" ||
      req.http.Authorization || req.http.Cookie || req.http.X-API-Key || req.http.Accept-Version || req.http.Origin ||
      req.http.Accept ~ "(?i)envelope|version|event-stream|q=0" ||
      req.http.Accept && req.http.Accept !~ "(?i)(application|\*)/(json|\*)") {
    return (pass);
  }
  set req.http.Accept = "application/json";
  # While a gateway is healthy, an answer is served for a minute after it expires, and revalidated meanwhile.
  if (std.healthy(req.backend_hint)) {
    set req.grace = 60s;
  }
  return (hash);
}

sub vcl_pipe {
  set bereq.http.Upgrade = req.http.Upgrade;
  set bereq.http.Connection = "upgrade";
}

sub vcl_backend_response {
  if (!bereq.uncacheable && beresp.http.Cache-Control ~ "(?i)public") {
    # Varnish requests gzip for every client and decodes it itself: one copy serves every Accept-Encoding.
    unset beresp.http.Vary;
    # While no gateway is healthy, for an hour: stale-if-error.
    set beresp.grace = 1h;
  }
}

sub vcl_backend_error {
  # A read is retried once at the other gateway.
  if (bereq.retries == 0 && (bereq.method == "GET" || bereq.method == "HEAD")) {
    return (retry);
  }
}

sub vcl_deliver {
  if (resp.http.Cache-Control ~ "(?i)public") {
    set resp.http.Vary = "Accept, Accept-Version, Origin, Accept-Encoding";
  }
  unset resp.http.Surrogate-Key;
}
