// machinebox/graphql: documents as texts, and the message of the first error.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/machinebox/graphql"
)

type item struct{ Price struct{ AmountMinor int64 } }

type answer struct {
	Me          struct{ Name string }
	Found       struct{ Total int }
	Cheap, Dear struct{ Items []item }
	PlaceOrder  struct {
		Order struct{ Status string }
		Code  string
	}
}

type variables map[string]interface{}

func query(url, token, text string, given variables, options ...graphql.ClientOption) (got answer, err error) {
	request := graphql.NewRequest(text)
	for name, value := range given {
		request.Var(name, value)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+os.Getenv(token))
	}
	err = graphql.NewClient(os.Getenv(url)+"/graphql", options...).Run(context.Background(), request, &got)
	return
}

func main() {
	const me = "{ me { name } }"
	const page = "query($size: Int!) { products(pageSize: $size) { total } }"
	must := func(got answer, err error) answer {
		if err != nil {
			panic(err)
		}
		return got
	}
	message := func(_ answer, err error) string { return err.Error() }
	everyday := must(query("URL", "TOKEN", `query($search: String, $first: ProductSort!, $last: ProductSort!) {
		me { name }
		found: products(search: $search) { total }
		cheap: products(sort: $first, pageSize: 1) { items { ...item } }
		dear: products(sort: $last, pageSize: 1) { items { ...item } }
	}
	fragment item on Product { name price { amountMinor } }`,
		variables{"search": os.Getenv("SEARCH"), "first": "PRICE_ASC", "last": "PRICE_DESC"}))
	place := func(id string) answer {
		lines := []variables{{"productId": id, "quantity": 1}}
		return must(query("URL", "TOKEN", `mutation($input: PlaceOrderInput!) {
			placeOrder(input: $input) { ... on OrderAccepted { order { status } } ... on OrderRefused { code } }
		}`, variables{"input": variables{"lines": lines}}))
	}
	partial, err := query("BROKEN_URL", "TOKEN", "{ me { name } orders { nodes { id } } }", nil)
	json.NewEncoder(os.Stdout).Encode(variables{
		"name":      everyday.Me.Name,
		"found":     everyday.Found.Total,
		"aliased":   everyday.Cheap.Items[0].Price.AmountMinor < everyday.Dear.Items[0].Price.AmountMinor,
		"accepted":  place("p1").PlaceOrder.Order.Status,
		"refused":   place("nope").PlaceOrder.Code,
		"partial":   []string{partial.Me.Name, err.Error()},
		"expired":   message(query("URL", "EXPIRED", me, nil)),
		"invalid":   message(query("URL", "", page, variables{"size": 1000})),
		"limited":   message(query("LIMITED_URL", "", page, variables{"size": 1})),
		"multipart": message(query("URL", "TOKEN", me, nil, graphql.UseMultipartForm())),
	})
}
