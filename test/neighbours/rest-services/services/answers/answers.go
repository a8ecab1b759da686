// Answers the reads of the users service in every way that HTTP allows, on net/http: the id says how.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

func body(id string) []byte {
	text, _ := json.Marshal(map[string]interface{}{"users": []interface{}{map[string]interface{}{
		"id": id, "name": "Ада Lovelace № 1 ✓", "email": "a@example.com", "avatarUrl": nil,
		"role": "customer", "createdAt": "2026-11-01T10:00:00Z",
	}}})
	return text
}

func answer(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("ids")
	text := body(id)
	header := w.Header()
	header.Set("Content-Type", "application/json")
	status := http.StatusOK
	switch {
	case strings.HasPrefix(id, "type:"):
		header.Set("Content-Type", strings.TrimPrefix(id, "type:"))
	case id == "bom":
		text = append([]byte("\xEF\xBB\xBF"), text...)
	case id == "gzip":
		var coded bytes.Buffer
		writer := gzip.NewWriter(&coded)
		writer.Write(text)
		writer.Close()
		header.Set("Content-Encoding", "gzip")
		text = coded.Bytes()
	case id == "early-hints":
		header.Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
	case id == "continue":
		w.WriteHeader(http.StatusContinue)
	case id == "trailers":
		header.Set("Trailer", "X-Checksum")
		defer header.Set("X-Checksum", "1")
	case id == "close":
		header.Set("Connection", "close")
	case id == "headers-twice":
		header.Add("X-Served-By", "one")
		header.Add("X-Served-By", "two")
	case id == "type-twice":
		header.Add("Content-Type", "application/json")
	case id == "other-type-twice":
		header.Add("Content-Type", "text/html")
	case id == "headers-12-kB":
		header.Set("X-Long", strings.Repeat("x", 12_000))
	case id == "slow-first-byte":
		time.Sleep(700 * time.Millisecond)
	case id == "slow-body":
		w.Write(text[:20])
		w.(http.Flusher).Flush()
		time.Sleep(700 * time.Millisecond)
		text = text[20:]
	case id == "cut":
		header.Set("Content-Length", fmt.Sprint(len(text)+10))
	case id == "cut-chunks":
		w.Write(text[:20])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	case id == "empty":
		text = nil
	case id == "html":
		header.Set("Content-Type", "text/html")
		text = []byte("<h1>Hello</h1>")
	case strings.HasPrefix(id, "status:"):
		fmt.Sscanf(id, "status:%d", &status)
		header.Set("Location", "/users?ids=u1")
		if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
			header.Set("Retry-After", time.Now().Add(7*time.Second).UTC().Format(http.TimeFormat))
		}
		if status >= 400 {
			header.Set("Content-Type", "text/html")
			text = []byte("<h1>" + http.StatusText(status) + "</h1>")
		}
	}
	w.WriteHeader(status)
	w.Write(text)
}

func main() {
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(answer)))
}
