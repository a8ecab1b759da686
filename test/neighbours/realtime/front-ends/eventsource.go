// github.com/donovanhide/eventsource: a channel of events and one of errors.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/donovanhide/eventsource"
)

func say(what ...any) {
	line, _ := json.Marshal(what)
	fmt.Println(string(line))
}

func refused(err error) bool {
	refusal, is := err.(eventsource.SubscriptionError)
	if is {
		say("refused", refusal.Code)
	}
	return is
}

func main() {
	request, _ := http.NewRequest("GET", os.Getenv("URL"), nil)
	request.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))
	stream, err := eventsource.SubscribeWithRequest("", request)
	if err != nil {
		refused(err)
		say("stopped")
		return
	}
	for {
		select {
		case event := <-stream.Events:
			if name := event.Event(); name == "status" || name == "shutdown" || name == "end" {
				say(name, event.Id())
			}
		case err := <-stream.Errors:
			refused(err)
		}
	}
}
