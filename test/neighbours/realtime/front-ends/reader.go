// net/http and bufio: the lines of a stream, with a loop of one's own around them.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

func say(what ...any) {
	line, _ := json.Marshal(what)
	fmt.Println(string(line))
}

var last string

// Reads a stream to its end. Returns whether another may follow.
func read() bool {
	request, _ := http.NewRequest("GET", os.Getenv("URL"), nil)
	request.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Last-Event-ID", last)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return true
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		say("refused", answer.StatusCode)
		return answer.StatusCode == 503
	}
	var name, id string
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case field == "event":
			name = value
		case field == "id":
			id, last = value, value
		case field == "" && value == "":
			if name == "status" || name == "shutdown" || name == "end" {
				say(name, id)
			}
			name, id = "", ""
		}
	}
	return true
}

func main() {
	for read() {
		time.Sleep(500 * time.Millisecond)
	}
	say("stopped")
}
