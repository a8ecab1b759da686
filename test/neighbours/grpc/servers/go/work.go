package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// work keeps what writes have begun and done in a file that outlives the server, as work.py does.
type work struct {
	sync.Mutex
	file *os.File
	name string
	done map[string]bool
}

func openWork(path, name string) *work {
	content, _ := os.ReadFile(path)
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		panic(err)
	}
	w := &work{file: file, name: name, done: map[string]bool{}}
	for _, line := range strings.Split(string(content), "\n") {
		if parts := strings.Split(line, " "); parts[0] == "done" {
			w.done[parts[2]] = true
		}
	}
	return w
}

func (w *work) run(rpc, id string, hasKey bool) {
	if hasKey && w.isDone(id) {
		return
	}
	fmt.Fprintf(w.file, "begun %s %s %s\n", rpc, id, w.name)
	if parts := strings.Split(id, "-"); parts[0] == "slow" {
		ms, _ := strconv.Atoi(parts[1])
		time.Sleep(time.Duration(ms) * time.Millisecond)
	}
	w.Lock()
	defer w.Unlock()
	if hasKey && w.done[id] {
		return
	}
	w.done[id] = true
	fmt.Fprintf(w.file, "done %s %s %s\n", rpc, id, w.name)
}

func (w *work) isDone(id string) bool {
	w.Lock()
	defer w.Unlock()
	return w.done[id]
}
