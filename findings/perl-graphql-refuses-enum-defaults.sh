#!/usr/bin/env bash
# Perl's GraphQL refuses a schema with a default that is a value of an enumeration
#
# Perl's GraphQL 0.54 (Debian 12) refuses a schema in which an argument's default is a value of an enumeration, `sort: Sort = NEWEST`.
# GraphQL has such defaults since 2015, and they are common.
#
# Seen: "number: ok", "enumeration: did not pass type constraint".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
options=(--no-suggests --no-recommends --no-conflicts --no-breaks --no-replaces --no-enhances)
packages=$(apt-cache depends --recurse "${options[@]}" libgraphql-perl | grep -E '^lib.*-perl$' | sort -u)
apt-get download -qq $packages >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
PERL5LIB=$PWD/usr/share/perl5:$(echo "$PWD"/usr/lib/*/perl5/5.*)
export PERL5LIB
cat >try.pl <<'PERL'
use GraphQL::Schema;
require GraphQL;
print 'GraphQL ', GraphQL->VERSION, "\n";
my %schemas = (
  number => 'type Query { names(first: Int = 20): [String] }',
  enumeration => 'enum Sort { NEWEST OLDEST } type Query { names(sort: Sort = NEWEST): [String] }',
);
for my $name (reverse sort keys %schemas) {
  my $is_read = eval { GraphQL::Schema->from_doc($schemas{$name}) };
  print "$name: ", $is_read ? 'ok' : $@ =~ /(did not pass type constraint)/, "\n";
}
PERL
perl try.pl | tee seen
grep -qx 'GraphQL 0.54' seen
grep -qx 'number: ok' seen
grep -qx 'enumeration: did not pass type constraint' seen
