# Debian installs version 2 of gqlparser without the /v2 of its import path.
set -eu
mkdir -p src/github.com/vektah/gqlparser
ln -s /usr/share/gocode/src/github.com/vektah/gqlparser src/github.com/vektah/gqlparser/v2
GOPATH=$PWD:/usr/share/gocode go run "$(dirname "$0")/gqlparser.go"
