// gqlclient: functions and types generated from the introspected schema and `everyday.graphql`.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"

	"git.sr.ht/~emersion/gqlclient"
)

type bearer string

func (token bearer) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+string(token))
	}
	return http.DefaultTransport.RoundTrip(request)
}

func at(url, token string) *gqlclient.Client {
	return gqlclient.New(os.Getenv(url)+"/graphql", &http.Client{Transport: bearer(os.Getenv(token))})
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func shown(err error) (code string) {
	var answered *gqlclient.Error
	if !errors.As(err, &answered) {
		return err.Error()
	}
	var extensions struct{ Code string }
	must(json.Unmarshal(answered.Extensions, &extensions))
	return extensions.Code
}

func main() {
	background := context.Background()
	search := os.Getenv("SEARCH")
	shop := at("URL", "TOKEN")
	me, found, err := Everyday(shop, background, &search, ProductSortPriceAsc)
	must(err)
	_, cheap, err := Everyday(shop, background, nil, ProductSortPriceAsc)
	must(err)
	_, dear, err := Everyday(shop, background, nil, ProductSortPriceDesc)
	must(err)
	place := func(id string) interface{} {
		placed, err := Place(shop, background, PlaceOrderInput{Lines: []OrderLineInput{{ProductId: id, Quantity: 1}}})
		must(err)
		return placed.Value
	}
	known, _, broken := Partial(at("BROKEN_URL", "TOKEN"), background)
	_, expired := Me(at("URL", "EXPIRED"), background)
	_, invalid := Page(at("URL", ""), background, 1000)
	_, limited := Page(at("LIMITED_URL", ""), background, 1)
	json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"types":    true,
		"name":     me.Name,
		"found":    found.Total,
		"aliased":  cheap.Items[0].Price.AmountMinor < dear.Items[0].Price.AmountMinor,
		"accepted": place("p1").(*OrderAccepted).Order.Status,
		"refused":  place("nope").(*OrderRefused).Code,
		"partial":  []string{known.Name, shown(broken)},
		"expired":  shown(expired),
		"invalid":  shown(invalid),
		"limited":  shown(limited),
	})
}
