# Generates Go code from the schema that the gateway serves, and runs gqlclient.go with it.
set -eu
here=$(dirname "$0")
gqlintrospect "$URL/graphql" > schema.graphql
gqlclientgen -s schema.graphql -q "$here/everyday.graphql" -o generated.go -n main
# Scalars are strings to the generator, and it has no setting for them: JSON has a number here.
sed -i 's/^type SafeInt string$/type SafeInt int64/' generated.go
cp "$here/gqlclient.go" .
go run gqlclient.go generated.go
