// The users service on net/http.
package main

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
)

func user(id string) map[string]interface{} {
	return map[string]interface{}{
		"id": id, "name": "Ада Lovelace № 1 ✓", "email": id + "@example.com", "avatarUrl": nil,
		"role": "customer", "createdAt": "2026-11-01T10:00:00Z",
	}
}

func answer(w http.ResponseWriter, status int, body interface{}) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// Fields of the body replace those of the user.
func changed(r *http.Request, id string) map[string]interface{} {
	one := user(id)
	_ = json.NewDecoder(r.Body).Decode(&one)
	delete(one, "password")
	return one
}

func users(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		one := changed(r, "u9")
		if strings.HasPrefix(one["email"].(string), "taken") {
			http.Error(w, "409 conflict", http.StatusConflict)
			return
		}
		answer(w, http.StatusCreated, one)
		return
	}
	all := []interface{}{}
	for _, id := range strings.Split(r.URL.Query().Get("ids"), ",") {
		if id == "crash" {
			panic("crash")
		}
		all = append(all, user(id))
	}
	answer(w, http.StatusOK, map[string]interface{}{"users": all})
}

func one(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(r.URL.Path, "/users/")
	switch {
	case r.Method == http.MethodPatch:
		answer(w, http.StatusOK, changed(r, id))
	case id == "nobody":
		http.NotFound(w, r)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func main() {
	http.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, nil) })
	http.HandleFunc("/users", users)
	http.HandleFunc("/users/", one)
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
