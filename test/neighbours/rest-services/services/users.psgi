# The users service as a PSGI application, on Starman.
use strict;
use warnings;
use utf8;
use JSON::PP;
use Plack::Request;

my $json = JSON::PP->new->utf8;

sub user {
  my ($id, %given) = @_;
  delete $given{password};
  return {
    id => $id, name => 'Ада Lovelace № 1 ✓', email => "$id\@example.com", avatarUrl => undef,
    role => 'customer', createdAt => '2026-11-01T10:00:00Z', %given
  };
}

sub answer {
  my ($status, $body) = @_;
  return [$status, ['Content-Type' => 'application/json'], [$json->encode($body)]];
}

sub {
  my $request = Plack::Request->new(shift);
  my ($id) = $request->path =~ m{([^/]+)$};
  my $method = $request->method;
  if ($method eq 'GET') {
    my @ids = split /,/, $request->param('ids') // '';
    die 'crash' if grep { $_ eq 'crash' } @ids;
    return answer(200, {users => [map { user($_) } @ids]});
  }
  return [$id eq 'nobody' ? 404 : 204, [], []] if $method eq 'DELETE';
  my $given = $json->decode($request->content);
  return answer(200, user($id, %$given)) if $method eq 'PATCH';
  return [409, ['Content-Type' => 'text/plain'], ['Conflict']] if $given->{email} =~ /^taken/;
  return answer(201, user('u9', %$given));
};
