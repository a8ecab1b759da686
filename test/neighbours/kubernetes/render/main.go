// Renders a chart with the libraries that Helm's engine is made of: text/template, sprig and sigs.k8s.io/yaml.
// render CHART RELEASE NAMESPACE [VALUES.json]: prints the files of templates/ but NOTES.txt, and those that begin with "_".
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

type object = map[string]interface{}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(file string) object {
	content, err := os.ReadFile(file)
	check(err)
	values := object{}
	check(yaml.Unmarshal(content, &values))
	return values
}

// As Helm: maps are merged, everything else is replaced, and null removes.
func merge(into, from object) object {
	for key, value := range from {
		old, isOldMap := into[key].(object)
		next, isMap := value.(object)
		switch {
		case value == nil:
			delete(into, key)
		case isOldMap && isMap:
			into[key] = merge(old, next)
		default:
			into[key] = value
		}
	}
	return into
}

func capitalised(from object) object {
	to := object{}
	for key, value := range from {
		to[strings.ToUpper(key[:1])+key[1:]] = value
	}
	return to
}

func main() {
	chart, release, namespace := os.Args[1], os.Args[2], os.Args[3]
	values := read(filepath.Join(chart, "values.yaml"))
	if len(os.Args) > 4 {
		values = merge(values, read(os.Args[4]))
	}
	all := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	functions["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	functions["include"] = func(name string, data interface{}) (string, error) {
		var text bytes.Buffer
		err := all.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, errors.New(message)
		}
		return value, nil
	}
	// Helm has neither: a chart must not depend on the machine it is rendered on.
	delete(functions, "env")
	delete(functions, "expandenv")
	all.Funcs(functions)

	files, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	check(err)
	sort.Strings(files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		check(err)
		_, err = all.New(filepath.Base(file)).Parse(string(content))
		check(err)
	}
	data := object{
		"Values":  values,
		"Chart":   capitalised(read(filepath.Join(chart, "Chart.yaml"))),
		"Release": object{"Name": release, "Namespace": namespace, "Service": "Helm"},
	}
	for _, file := range files {
		name := filepath.Base(file)
		if strings.HasPrefix(name, "_") {
			continue
		}
		var text bytes.Buffer
		check(all.ExecuteTemplate(&text, name, data))
		if name == "NOTES.txt" || strings.TrimSpace(text.String()) == "" {
			continue
		}
		fmt.Printf("---\n# Source: atrium/templates/%s\n%s\n", name, strings.TrimSpace(text.String()))
	}
}
