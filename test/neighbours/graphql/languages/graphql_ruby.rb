# graphql-ruby reads the committed schema, and checks the operations of the clients against it.
require 'graphql'
require 'json'

schema = GraphQL::Schema.from_definition(File.read(ENV.fetch('SCHEMA')))
refused = ENV.fetch('OPERATIONS').split(':').flat_map { |file| schema.validate(File.read(file)).map(&:message) }
puts JSON.generate(types: schema.types.key?('OrderResult'), refused: refused.uniq.sort)
