# Graphlient: graphql-client over Faraday, which raises at each status of an error.
require 'graphlient'

def at(url, token = nil)
  headers = token ? { 'Authorization' => "Bearer #{ENV.fetch(token)}" } : {}
  Graphlient::Client.new("#{ENV.fetch(url)}/graphql", headers: headers)
end

# The code of what is raised: in the body of a status, in the answer, or else the message of the client's own check.
def error_of
  yield
rescue Graphlient::Errors::ServerError => e
  e.response['errors'][0]['extensions']['code']
rescue Graphlient::Errors::GraphQLError, Graphlient::Errors::ExecutionError => e
  e.response.to_h['errors'][0]['extensions']['code']
end

# The schema is loaded with the client's own headers: by one whose token has not expired.
def with_schema_of(shop, client)
  client.instance_variable_set(:@schema, shop.schema)
  client
end

shop = at('URL', 'TOKEN')
everyday = shop.query(<<~'GRAPHQL', search: ENV.fetch('SEARCH'), first: 'PRICE_ASC', last: 'PRICE_DESC').data
  query($search: String, $first: ProductSort!, $last: ProductSort!) {
  found: products(search: $search) { total }
    cheap: products(sort: $first, pageSize: 1) { items { price { amountMinor } } }
    dear: products(sort: $last, pageSize: 1) { items { price { amountMinor } } }
  }
GRAPHQL
price = ->(list) { list.items[0].price.amount_minor }
# Its own language has fields alone: fragments take a text.
place = <<~'GRAPHQL'
  mutation($input: PlaceOrderInput!) {
    placeOrder(input: $input) { ... on OrderAccepted { order { status } } ... on OrderRefused { code } }
  }
GRAPHQL
placed = %w[p1 nope].map do |id|
  shop.query(place, input: { lines: [{ productId: id, quantity: 1 }] }).to_h.dig('data', 'placeOrder')
end
own = shop.query { query { me { name } } }
broken = with_schema_of(shop, at('BROKEN_URL', 'TOKEN'))
expired = with_schema_of(shop, at('URL', 'EXPIRED'))
limited = with_schema_of(shop, at('LIMITED_URL'))
partial =
  begin
    broken.query('query { me { name } orders { nodes { id } } }')
  rescue Graphlient::Errors::ExecutionError => e
    [e.response.data.me.name, e.errors.details['orders'][0]['extensions']['code']]
  end

puts JSON.generate(
  types: shop.schema.types.key?('OrderResult'),
  name: own.data.me.name,
  found: everyday.found.total,
  aliased: price[everyday.cheap] < price[everyday.dear],
  accepted: placed[0]['order']['status'],
  refused: placed[1]['code'],
  partial: partial,
  expired: error_of { expired.query('query { me { name } }') },
  invalid: error_of { shop.query('query($size: Int!) { products(pageSize: $size) { total } }', size: 1000) },
  limited: error_of { limited.query('query { products { total } }') }
)
