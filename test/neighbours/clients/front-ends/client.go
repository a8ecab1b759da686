// net/http: one client, its transport's pool and a jar.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
)

type object = map[string]any

var base, token = os.Getenv("URL"), ""
var api = &http.Client{}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func send(client *http.Client, method, url string, body any, headers ...string) (*http.Response, object, []byte) {
	var reader io.Reader
	switch given := body.(type) {
	case object:
		text, _ := json.Marshal(given)
		reader, headers = bytes.NewReader(text), append(headers, "Content-Type", "application/json")
	case io.Reader:
		reader = given
	}
	request, err := http.NewRequest(method, url, reader)
	check(err)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for at := 0; at < len(headers); at += 2 {
		request.Header.Set(headers[at], headers[at+1])
	}
	answer, err := client.Do(request)
	check(err)
	text, err := io.ReadAll(answer.Body)
	check(err)
	answer.Body.Close()
	var read object
	_ = json.Unmarshal(text, &read)
	return answer, read, text
}

func main() {
	name, customer, seen := os.Getenv("NAME"), os.Getenv("CUSTOMER"), object{}
	account := object{"email": name + "@example.com", "password": "correct horse battery"}
	answer, body, text := send(api, "POST", base+"/v1/auth/register", object{"name": customer, "email": account["email"], "password": account["password"]})
	seen["registered"] = answer.StatusCode
	_, body, _ = send(api, "POST", base+"/v1/auth/login", account)
	seen["login"] = body["tokenType"]
	own := body["accessToken"].(string)
	fail := [][]any{}
	failed := func(answer *http.Response, body object, _ []byte) string {
		fail = append(fail, []any{answer.StatusCode, body["code"]})
		return answer.Header.Get("Retry-After")
	}
	failed(send(api, "GET", base+"/v1/products?"+url.Values{"page": {"1", "2"}}.Encode(), nil))
	failed(send(api, "GET", base+"/v1/home", nil))
	token = own
	failed(send(api, "GET", base+"/v1/orders/nothing", nil))
	failed(send(api, "POST", base+"/v1/orders", object{"lines": []any{}}))
	token = ""
	send(api, "GET", os.Getenv("LIMITED_URL")+"/v1/products", nil)
	seen["retryAfter"] = failed(send(api, "GET", os.Getenv("LIMITED_URL")+"/v1/products", nil)) > "0"
	token, seen["errors"] = own, fail
	_, body, _ = send(api, "GET", base+"/v1/home", nil)
	seen["home"] = body["user"].(object)["name"]
	ids := map[any]bool{}
	for page, pages := 1, 1.0; float64(page) <= pages; page++ {
		_, body, _ = send(api, "GET", fmt.Sprintf("%s/v1/products?category=books&pageSize=7&page=%d", base, page), nil)
		for _, item := range body["items"].([]any) {
			ids[item.(object)["id"]] = true
		}
		pages = body["totalPages"].(float64)
	}
	seen["pages"] = float64(len(ids)) == body["total"]
	answer, _, _ = send(api, "GET", base+"/v1/me", nil)
	tag := answer.Header.Get("ETag")
	answer, _, _ = send(api, "GET", base+"/v1/me", nil, "If-None-Match", tag)
	seen["notModified"] = answer.StatusCode
	order := object{"lines": []object{{"productId": "p1", "quantity": 1}}}
	first, one, _ := send(api, "POST", base+"/v1/orders", order, "Idempotency-Key", name)
	again, other, _ := send(api, "POST", base+"/v1/orders", order, "Idempotency-Key", name)
	seen["ordered"] = []any{first.StatusCode, again.StatusCode, one["id"] == other["id"]}
	first, _, _ = send(api, "PATCH", base+"/v1/me", object{"name": "Zoë King"}, "If-Match", tag)
	again, _, _ = send(api, "PATCH", base+"/v1/me", object{"name": "Zoë King"}, "If-Match", tag)
	seen["changed"] = []int{first.StatusCode, again.StatusCode}
	answer, _, _ = send(api, "GET", base+"/v1/products", nil)
	// The transport has decoded it, and removed the header.
	seen["coding"] = map[bool]string{true: "gzip", false: ""}[answer.Uncompressed]
	answer, _, text = send(api, "HEAD", base+"/v1/products", nil)
	seen["head"] = []int{answer.StatusCode, len(text)}
	answer, _, _ = send(api, "OPTIONS", base+"/v1/products", nil)
	seen["options"] = answer.Header.Get("Allow")
	rest(seen, account, customer)
}

func rest(seen, account object, customer string) {
	file := make([]byte, 1_500_000)
	_, _ = rand.Read(file)
	_, body, _ := send(api, "POST", base+"/v1/uploads", bytes.NewReader(file), "Content-Type", "application/octet-stream", "Expect", "100-continue")
	answer, _, _ := send(api, "DELETE", base+"/v1/uploads/"+body["id"].(string), nil)
	seen["uploaded"] = []any{body["offset"], answer.StatusCode}
	// Of a reader of unknown length.
	_, body, _ = send(api, "POST", base+"/v1/uploads", io.MultiReader(bytes.NewReader(file)), "Content-Type", "application/octet-stream")
	seen["chunked"] = body["offset"]
	_, body, _ = send(api, "POST", base+"/v1/uploads", strings.NewReader("a=b"), "Content-Type", "application/x-www-form-urlencoded")
	seen["form"] = body["errors"].([]any)[0].(object)["field"]
	var coded bytes.Buffer
	zip := gzip.NewWriter(&coded)
	_ = json.NewEncoder(zip).Encode(object{"name": customer})
	zip.Close()
	_, body, _ = send(api, "PATCH", base+"/v1/me", &coded, "Content-Type", "application/json", "Content-Encoding", "gzip")
	seen["gzipped"] = body["name"]
	_, body, _ = send(api, "GET", base+"/v1/products?"+url.Values{"search": {"Größe & 100% + 1; #?/"}}.Encode(), nil)
	seen["query"] = body["total"]
	token = ""
	answer, _, _ = send(api, "POST", base+"/v1/uploads", bytes.NewReader(make([]byte, 20_000_000)), "Content-Type", "application/octet-stream")
	seen["refused"] = answer.StatusCode
	authority, err := os.ReadFile(os.Getenv("CA"))
	check(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	jar, _ := cookiejar.New(nil)
	trusted := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	browser, secure := &http.Client{Jar: jar, Transport: trusted}, os.Getenv("TLS_URL")
	answer, _, _ = send(browser, "POST", secure+"/bff/login", account, "X-CSRF", "1")
	seen["http"] = answer.Proto
	_, body, _ = send(browser, "GET", secure+"/v1/me", nil, "X-CSRF", "1")
	seen["cookie"] = body["email"] == account["email"]
	answer, _, _ = send(browser, "GET", secure+"/v1/me", nil)
	seen["csrf"] = answer.StatusCode
	answer, _, text := send(api, "GET", base+"/", nil, "Accept", "text/html")
	seen["redirected"] = []any{answer.StatusCode, answer.Request.URL.String() == base+"/shop", bytes.Contains(text, []byte("<h1"))}
	answer, _, whole := send(api, "GET", os.Getenv("FILE_URL"), nil)
	answer, _, half := send(api, "GET", os.Getenv("FILE_URL"), nil, "Range", fmt.Sprintf("bytes=%d-", len(whole)/2), "If-Range", answer.Header.Get("ETag"))
	seen["resumed"] = []any{answer.StatusCode, bytes.HasSuffix(whole, half), 0 < len(half) && len(half) < len(whole)}
	stream, err := http.Get(base + "/v1/events/clock")
	check(err)
	for lines := bufio.NewScanner(stream.Body); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "event:") {
			seen["event"] = lines.Text()
			break
		}
	}
	stream.Body.Close()
	through, _ := url.Parse(base)
	proxied := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(through)}}
	answer, _, _ = send(proxied, "GET", "http://shop.example/v1/products", nil)
	seen["proxied"] = answer.StatusCode
	for n := 0; n < 200; n++ {
		send(api, "GET", os.Getenv("COUNTED_URL")+"/livez", nil)
	}
	check(json.NewEncoder(os.Stdout).Encode(seen))
}
