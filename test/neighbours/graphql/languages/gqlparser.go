// gqlparser reads the committed schema, and checks the operations of the clients against it.
package main

import (
	"encoding/json"
	"os"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

func text(path string) string {
	bytes, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return string(bytes)
}

func main() {
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: text(os.Getenv("SCHEMA"))})
	if err != nil {
		panic(err)
	}
	refused := []string{}
	for _, file := range strings.Split(os.Getenv("OPERATIONS"), ":") {
		_, errors := gqlparser.LoadQuery(schema, text(file))
		for _, each := range errors {
			refused = append(refused, each.Message)
		}
	}
	json.NewEncoder(os.Stdout).Encode(map[string]interface{}{"types": schema.Types["OrderResult"] != nil, "refused": refused})
}
