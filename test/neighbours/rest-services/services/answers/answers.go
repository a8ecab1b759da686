// Answers the reads of the users service in every way that HTTP allows, on net/http: the id says how.
package main

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
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

// coded writes content in a coding.
func coded(text []byte, open func(io.Writer) io.WriteCloser) []byte {
	var bytes bytes.Buffer
	writer := open(&bytes)
	writer.Write(text)
	writer.Close()
	return bytes.Bytes()
}

var codings = map[string]func(io.Writer) io.WriteCloser{
	"gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"zlib": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"raw": func(w io.Writer) io.WriteCloser {
		writer, _ := flate.NewWriter(w, flate.DefaultCompression)
		return writer
	},
}

// raw writes an answer as net/http would not: {length} is that of the content.
func raw(w http.ResponseWriter, head string, text []byte, tail string) {
	connection, _, _ := w.(http.Hijacker).Hijack()
	defer connection.Close()
	head = strings.ReplaceAll(head, "\n", "\r\n")
	tail = strings.ReplaceAll(tail, "\n", "\r\n")
	connection.Write([]byte(head + string(text) + tail))
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
		header.Set("Content-Encoding", "gzip")
		text = coded(text, codings["gzip"])
	case strings.HasPrefix(id, "coding:"):
		parts := strings.Split(id, ":")
		header.Set("Content-Encoding", parts[2])
		if open := codings[parts[1]]; open != nil {
			text = coded(text, open)
		}
	case id == "early-hints":
		header.Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
	case id == "continue":
		w.WriteHeader(http.StatusContinue)
	case id == "processing":
		w.WriteHeader(http.StatusProcessing)
		w.WriteHeader(http.StatusProcessing)
	case id == "chunk-extensions":
		raw(w, "HTTP/1.1 200 OK\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n"+
			fmt.Sprintf("%x;name=value;quoted=\"a;b\"\n", len(text)), text, "\n0;last\nX-Checksum: 1\n\n")
		return
	case id == "trailers-unannounced":
		w.Write(text)
		w.(http.Flusher).Flush()
		header.Set(http.TrailerPrefix+"Server-Timing", "db;dur=3")
		return
	case id == "cookies":
		header.Add("Set-Cookie", "a=1; Path=/; HttpOnly")
		header.Add("Set-Cookie", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT")
	case id == "lower-case-status", id == "no-reason":
		reason := map[string]string{"lower-case-status": " ok", "no-reason": ""}[id]
		raw(w, "HTTP/1.1 200"+reason+"\ncontent-type: application/json\n"+
			fmt.Sprintf("content-length: %d\n\n", len(text)), text, "")
		return
	case strings.HasPrefix(id, "bare:"):
		raw(w, "HTTP/1.1 "+strings.TrimPrefix(id, "bare:")+"\n\n", nil, "")
		return
	case strings.HasPrefix(id, "retry-after:"):
		status = http.StatusServiceUnavailable
		header["Retry-After"] = strings.Split(strings.TrimPrefix(id, "retry-after:"), "|")
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
