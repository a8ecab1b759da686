// shurcooL/graphql: documents made of structs; of a status other than 200 it has the text of the body.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"regexp"

	"github.com/shurcooL/graphql"
)

type bearer string

func (token bearer) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+string(token))
	}
	return http.DefaultTransport.RoundTrip(request)
}

func at(url, token string) *graphql.Client {
	return graphql.NewClient(os.Getenv(url)+"/graphql", &http.Client{Transport: bearer(os.Getenv(token))})
}

// Types of variables have the names of the schema.
type ProductSort string
type OrderLineInput struct {
	ProductID string `json:"productId"`
	Quantity  int    `json:"quantity"`
}
type PlaceOrderInput struct {
	Lines          []OrderLineInput `json:"lines"`
	IdempotencyKey *string          `json:"idempotencyKey"`
}

type variables map[string]interface{}
type item struct {
	Name  string
	Price struct{ AmountMinor int64 }
}
type list struct {
	Items []struct {
		item `graphql:"... on Product"`
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

var code = regexp.MustCompile(`code\\":\\"(\w+)`)

func shown(err error) string {
	if found := code.FindStringSubmatch(err.Error()); found != nil {
		return found[1]
	}
	return err.Error()
}

func main() {
	background := context.Background()
	shop := at("URL", "TOKEN")
	var everyday struct {
		Me    struct{ Name string }
		Found struct{ Total int } `graphql:"found: products(search: $search)"`
		Cheap list                `graphql:"cheap: products(sort: $first, pageSize: 1)"`
		Dear  list                `graphql:"dear: products(sort: $last, pageSize: 1)"`
	}
	must(shop.Query(background, &everyday, variables{
		"search": graphql.String(os.Getenv("SEARCH")), "first": ProductSort("PRICE_ASC"), "last": ProductSort("PRICE_DESC"),
	}))
	place := func(id string) (status, refused string) {
		var placed struct {
			PlaceOrder struct {
				Accepted struct{ Order struct{ Status string } } `graphql:"... on OrderAccepted"`
				Refused  struct{ Code string }                   `graphql:"... on OrderRefused"`
			} `graphql:"placeOrder(input: $input)"`
		}
		input := PlaceOrderInput{Lines: []OrderLineInput{{id, 1}}}
		must(shop.Mutate(background, &placed, variables{"input": input}))
		return placed.PlaceOrder.Accepted.Order.Status, placed.PlaceOrder.Refused.Code
	}
	accepted, _ := place("p1")
	_, refused := place("nope")
	var partial struct {
		Me     struct{ Name string }
		Orders *struct{ Nodes []struct{ ID graphql.ID } }
	}
	broken := at("BROKEN_URL", "TOKEN").Query(background, &partial, nil)
	var me struct{ Me struct{ Name string } }
	var page struct {
		Products struct{ Total int } `graphql:"products(pageSize: $size)"`
	}
	json.NewEncoder(os.Stdout).Encode(variables{
		"name":     everyday.Me.Name,
		"found":    everyday.Found.Total,
		"aliased":  everyday.Cheap.Items[0].Price.AmountMinor < everyday.Dear.Items[0].Price.AmountMinor,
		"accepted": accepted,
		"refused":  refused,
		"partial":  []string{partial.Me.Name, shown(broken)},
		"expired":  shown(at("URL", "EXPIRED").Query(background, &me, nil)),
		"invalid":  shown(at("URL", "").Query(background, &page, variables{"size": graphql.Int(1000)})),
		"limited":  shown(at("LIMITED_URL", "").Query(background, &page, variables{"size": graphql.Int(1)})),
	})
}
