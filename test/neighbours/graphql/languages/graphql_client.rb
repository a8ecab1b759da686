# GitHub's client: it loads the schema by introspection, and checks documents against it before it sends them.
require 'graphql/client'
require 'graphql/client/http'

def at(url, token = nil)
  GraphQL::Client::HTTP.new("#{ENV.fetch(url)}/graphql") do
    define_method(:headers) { |_context| token ? { 'Authorization' => "Bearer #{ENV.fetch(token)}" } : {} }
  end
end

Schema = GraphQL::Client.load_schema(at('URL'))
Shop = GraphQL::Client.new(schema: Schema, execute: at('URL', 'TOKEN'))

Item = Shop.parse('fragment on Product { name price { amountMinor } }')
Everyday = Shop.parse <<~'GRAPHQL'
  query($search: String, $first: ProductSort!, $last: ProductSort!) {
    me { name }
    found: products(search: $search) { total }
    cheap: products(sort: $first, pageSize: 1) { items { ...Item } }
    dear: products(sort: $last, pageSize: 1) { items { ...Item } }
  }
GRAPHQL
Place = Shop.parse <<~'GRAPHQL'
  mutation($input: PlaceOrderInput!) {
    placeOrder(input: $input) { __typename ... on OrderAccepted { order { status } } ... on OrderRefused { code } }
  }
GRAPHQL
Partial = Shop.parse('query { me { name } orders { nodes { id } } }')
Me = Shop.parse('query { me { name } }')
Page = Shop.parse('query($size: Int!) { products(pageSize: $size) { total } }')

# Where introspection is off, the schema is read from the file.
FromFile = GraphQL::Client.new(
  schema: GraphQL::Schema.from_definition(File.read(ENV.fetch('SCHEMA'))), execute: at('URL', 'TOKEN')
)
MeFromFile = FromFile.parse('query { me { name } }')

# What a client at a gateway is shown of an error: the code, or else the message.
def error_of(query, url, token, **variables)
  errors = GraphQL::Client.new(schema: Schema, execute: at(url, token)).query(query, variables: variables).to_h['errors']
  errors[0].dig('extensions', 'code') || errors[0]['message']
end

everyday = Shop.query(Everyday, variables: { search: ENV.fetch('SEARCH'), first: 'PRICE_ASC', last: 'PRICE_DESC' }).data
price = ->(list) { Item.new(list.items[0]).price.amount_minor }
placed = %w[p1 nope].map do |id|
  Shop.query(Place, variables: { input: { lines: [{ productId: id, quantity: 1 }] } }).to_h.dig('data', 'placeOrder')
end
partial = GraphQL::Client.new(schema: Schema, execute: at('BROKEN_URL', 'TOKEN')).query(Partial)

puts JSON.generate(
  types: Schema.types.key?('OrderResult'),
  schema: FromFile.query(MeFromFile).data.me.name,
  name: everyday.me.name,
  found: everyday.found.total,
  aliased: price[everyday.cheap] < price[everyday.dear],
  accepted: placed[0]['order']['status'],
  refused: placed[1]['code'],
  partial: [partial.data.me.name, partial.data.errors.details['orders'][0]['extensions']['code']],
  expired: error_of(Me, 'URL', 'EXPIRED'),
  invalid: error_of(Page, 'URL', nil, size: 1000),
  limited: error_of(Page, 'LIMITED_URL', nil, size: 1)
)
