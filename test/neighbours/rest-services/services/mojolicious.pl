# The users service on Mojolicious, by its own server.
use Mojolicious::Lite -signatures;
use utf8;

app->log->level('fatal');

sub user ($id, $given = {}) {
  delete $given->{password};
  return {
    id => $id, name => 'Ада Lovelace № 1 ✓', email => "$id\@example.com", avatarUrl => undef,
    role => 'customer', createdAt => '2026-11-01T10:00:00Z', %$given
  };
}

get '/readyz' => sub ($c) { $c->render(json => {}) };
get '/users' => sub ($c) {
  my @ids = split /,/, $c->param('ids');
  die 'crash' if grep { $_ eq 'crash' } @ids;
  $c->render(json => {users => [map { user($_) } @ids]});
};
post '/users' => sub ($c) {
  my $given = $c->req->json;
  return $c->render(text => 'Conflict', status => 409) if $given->{email} =~ /^taken/;
  $c->render(json => user('u9', $given), status => 201);
};
patch '/users/:id' => sub ($c) { $c->render(json => user($c->param('id'), $c->req->json)) };
del '/users/:id' => sub ($c) { $c->param('id') eq 'nobody' ? $c->reply->not_found : $c->rendered(204) };

app->start;
