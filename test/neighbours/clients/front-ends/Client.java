import java.io.*;
import java.net.*;
import java.net.http.*;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.*;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.*;
import java.util.regex.*;
import java.util.stream.*;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.*;

/** java.net.http: it asks plain HTTP for an upgrade to HTTP/2, and HTTPS for it by ALPN. The JDK has no JSON. */
class Client {
    static final String BASE = env("URL"), TLS = env("TLS_URL"), NAME = env("NAME"), PRODUCTS = BASE + "/v1/products";
    static final HttpClient ANYONE = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    static final String[] JSON = {"Content-Type", "application/json"}, BYTES = {"Content-Type", "application/octet-stream"};
    static final List<String> seen = new ArrayList<>(), failed = new ArrayList<>();
    static String[] own = {};

    static String env(String name) { return System.getenv(name); }
    static void see(String what, Object... values) {
        var texts = Stream.of(values).map(one -> one instanceof String ? "\"" + one + "\"" : "" + one).toList();
        seen.add("\"" + what + "\":" + (texts.size() == 1 ? texts.get(0) : texts));
    }
    static String[] and(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }
    static HttpRequest.Builder to(String url, String... headers) {
        var all = and(own, headers);
        var request = HttpRequest.newBuilder(URI.create(url));
        return all.length == 0 ? request : request.headers(all);
    }
    static HttpResponse<String> sent(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }
    static HttpResponse<String> get(String url, String... headers) throws Exception { return sent(ANYONE, to(url, headers)); }
    static HttpResponse<String> post(String path, String json, String... headers) throws Exception {
        return sent(ANYONE, to(BASE + path, and(JSON, headers)).POST(BodyPublishers.ofString(json)));
    }
    static String member(String json, String name) {
        var found = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(json);
        return found.find() ? found.group(1) : null;
    }
    static String header(HttpResponse<?> answer, String name) { return answer.headers().firstValue(name).orElse(null); }
    static HttpResponse<String> fail(HttpResponse<String> answer) {
        failed.add("[" + answer.statusCode() + ",\"" + member(answer.body(), "code") + "\"]");
        return answer;
    }

    public static void main(String... arguments) throws Exception {
        var customer = new String(env("CUSTOMER").getBytes(), "UTF-8");
        var account = "\"email\":\"" + NAME + "@example.com\",\"password\":\"correct horse battery\"}";
        see("registered", post("/v1/auth/register", "{\"name\":\"" + customer + "\"," + account).statusCode());
        var token = post("/v1/auth/login", "{" + account).body();
        see("login", member(token, "tokenType"));
        fail(get(PRODUCTS + "?page=1&page=2"));
        fail(get(BASE + "/v1/home"));
        get(env("LIMITED_URL") + "/v1/products");
        own = new String[] {"Authorization", "Bearer " + member(token, "accessToken")};
        see("home", member(get(BASE + "/v1/home").body(), "name"));
        var ids = new HashSet<String>();
        String list;
        var page = 0;
        do {
            list = get(PRODUCTS + "?category=books&pageSize=7&page=" + ++page).body();
            Pattern.compile("\\{\"id\":\"(\\w+)").matcher(list).results().forEach(one -> ids.add(one.group(1)));
        } while (page < Integer.parseInt(member(list, "totalPages")));
        see("pages", ids.size() == Integer.parseInt(member(list, "total")));
        var tag = header(get(BASE + "/v1/me"), "ETag");
        see("notModified", get(BASE + "/v1/me", "If-None-Match", tag).statusCode());
        var order = "{\"lines\":[{\"productId\":\"p1\",\"quantity\":1}]}";
        var first = post("/v1/orders", order, "Idempotency-Key", NAME);
        var again = post("/v1/orders", order, "Idempotency-Key", NAME);
        see("ordered", first.statusCode(), again.statusCode(), first.body().equals(again.body()));
        var change = to(BASE + "/v1/me", and(JSON, "If-Match", tag)).method("PATCH", BodyPublishers.ofString("{\"name\":\"Z\"}"));
        see("changed", sent(ANYONE, change).statusCode(), sent(ANYONE, change).statusCode());
        fail(get(BASE + "/v1/orders/nothing"));
        fail(post("/v1/orders", "{\"lines\":[]}"));
        see("options", header(sent(ANYONE, to(PRODUCTS).method("OPTIONS", BodyPublishers.noBody())), "Allow"));
        var head = sent(ANYONE, to(PRODUCTS).method("HEAD", BodyPublishers.noBody()));
        see("head", head.statusCode(), head.body().length());
        see("coding", header(get(PRODUCTS), "Content-Encoding"));
        var file = new byte[1_500_000];
        new Random().nextBytes(file);
        var upload = to(BASE + "/v1/uploads", BYTES);
        var uploaded = sent(ANYONE, upload.copy().expectContinue(true).POST(BodyPublishers.ofByteArray(file))).body();
        var deleted = sent(ANYONE, to(BASE + "/v1/uploads/" + member(uploaded, "id")).DELETE()).statusCode();
        see("uploaded", Integer.parseInt(member(uploaded, "offset")), deleted);
        var parts = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(file));
        see("chunked", Integer.parseInt(member(sent(ANYONE, upload.copy().POST(parts)).body(), "offset")));
        var form = to(BASE + "/v1/uploads", "Content-Type", "application/x-www-form-urlencoded");
        see("form", member(sent(ANYONE, form.POST(BodyPublishers.ofString("a=b"))).body(), "field"));
        var coded = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(coded)) { gzip.write(("{\"name\":\"" + customer + "\"}").getBytes("UTF-8")); }
        var zipped = to(BASE + "/v1/me", and(JSON, "Content-Encoding", "gzip"));
        see("gzipped", member(sent(ANYONE, zipped.method("PATCH", BodyPublishers.ofByteArray(coded.toByteArray()))).body(), "name"));
        see("query", Integer.parseInt(member(get(PRODUCTS + "?search=" + URLEncoder.encode("Größe & 100% + 1; #?/", "UTF-8")).body(), "total")));
        own = new String[] {};
        see("retryAfter", header(fail(get(env("LIMITED_URL") + "/v1/products")), "Retry-After") != null);
        seen.add("\"errors\":" + failed);

        see("refused", sent(ANYONE, to(BASE + "/v1/uploads", BYTES).POST(BodyPublishers.ofByteArray(new byte[20_000_000]))).statusCode());
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(env("CA"))));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        var browser = HttpClient.newBuilder().sslContext(context).cookieHandler(new CookieManager()).build();
        var login = sent(browser, to(TLS + "/bff/login", and(JSON, "X-CSRF", "1")).POST(BodyPublishers.ofString("{" + account)));
        see("http", login.version().toString());
        see("cookie", (NAME + "@example.com").equals(member(sent(browser, to(TLS + "/v1/me", "X-CSRF", "1")).body(), "email")));
        see("csrf", sent(browser, to(TLS + "/v1/me")).statusCode());
        var start = get(BASE + "/", "Accept", "text/html");
        see("redirected", start.statusCode(), start.uri().toString().equals(BASE + "/shop"), start.body().contains("<h1"));
        var whole = get(env("FILE_URL"));
        var rest = get(env("FILE_URL"), "Range", "bytes=" + whole.body().length() / 2 + "-", "If-Range", header(whole, "ETag"));
        see("resumed", rest.statusCode(), whole.body().endsWith(rest.body()), rest.body().length() < whole.body().length());
        try (var lines = ANYONE.send(to(BASE + "/v1/events/clock").build(), BodyHandlers.ofLines()).body()) {
            see("event", lines.filter(line -> line.startsWith("event:")).findFirst().get());
        }
        var base = URI.create(BASE);
        var through = HttpClient.newBuilder().proxy(ProxySelector.of(new InetSocketAddress(base.getHost(), base.getPort()))).build();
        see("proxied", sent(through, to("http://shop.example/v1/products")).statusCode());
        for (var n = 0; n < 200; n++) get(env("COUNTED_URL") + "/livez");
        System.out.write(("{" + String.join(",", seen) + "}").getBytes("UTF-8"));
        System.out.flush();
        System.exit(0);
    }
}
