#!/usr/bin/env bash
# graphql-ruby 1.13, and with it clients for Ruby, refuses `$first: Int! = 20`, which GraphQL allows
#
# graphql-ruby 1.13.15 (Debian 12), with which graphql-client and Graphlient check documents before they send them, refuses a variable
# that may not be null and has a default, `$first: Int! = 20`. GraphQL allows it since 2018 (5.8.2: it may be left out, and may
# not be null).
#
# Seen: "Non-null variable $first can't have a default value"; `$first: Int = 20` has no error, and then takes null too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq ruby-graphql >/dev/null 2>&1
dpkg -x ruby-graphql_*.deb .
cat >try.rb <<'RUBY'
require 'graphql'
puts "graphql-ruby #{GraphQL::VERSION}"
schema = GraphQL::Schema.from_definition('type Query { names(first: Int! = 20): [String!]! }')
%w[Int Int!].each do |type|
  errors = schema.validate("query($first: #{type} = 20) { names(first: $first) }").map(&:message)
  puts "#{type} = 20: #{errors.empty? ? 'valid' : errors.join(', ')}"
end
RUBY
ruby -I "$(dirname "$(find . -name graphql.rb -path '*/lib/graphql.rb')")" try.rb | tee seen
grep -qx 'graphql-ruby 1.13.15' seen
grep -qx 'Int = 20: valid' seen
grep -qx "Int! = 20: Non-null variable \$first can't have a default value" seen
