# Perl's GraphQL reads the committed schema, and parses the operations of the clients.
use v5.36;
use GraphQL::Language::Parser qw(parse);
use GraphQL::Schema;
use JSON::PP qw(encode_json);

sub text ($path) {
  local $/;
  open my $file, '<', $path or die "$path: $!";
  return <$file>;
}

sub reads ($schema) {
  return eval { GraphQL::Schema->from_doc($schema)->name2type->{OrderResult} } ? JSON::PP::true : JSON::PP::false;
}

parse(text($_)) for split /:/, $ENV{OPERATIONS};
my $schema = text($ENV{SCHEMA});
# It takes no default of an argument that is a value of an enumeration.
my $without = $schema =~ s/ProductSort! = RELEVANCE/ProductSort/r;
say encode_json({ types => reads($without), enumerations => reads($schema), refused => [] });
