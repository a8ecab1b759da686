# LWP: its jar and its cache of connections.
use strict;
use warnings;
use utf8;
use Compress::Zlib ();
use HTTP::Request::Common qw(GET HEAD POST DELETE OPTIONS);
use JSON::PP;
use LWP::UserAgent;
use URI;

my ($base, $tls, $name) = @ENV{qw(URL TLS_URL NAME)};
my $customer = $ENV{CUSTOMER};
utf8::decode($customer);
my $json = JSON::PP->new->utf8->canonical;
my %account = (email => "$name\@example.com", password => 'correct horse battery');
my $file = join '', map { chr(($_ * 7919 + 13) % 251) } 1 .. 1_500_000;
my %bytes = ('Content-Type' => 'application/octet-stream');
my (%seen, @failed);
my $api = LWP::UserAgent->new(keep_alive => 1);

sub sent {
    my ($method, $url, $body, %headers) = @_;
    my $agent = delete $headers{agent} // $api;
    $headers{'Content-Type'} //= 'application/json' if ref $body eq 'HASH';
    my $content = ref $body eq 'HASH' ? $json->encode($body) : $body;
    my $answer = $agent->request(HTTP::Request->new($method, $url, [%headers], $content));
    die $answer->content if ($answer->header('Client-Warning') // '') eq 'Internal response';
    return $answer;
}
sub data { $json->decode($_[0]->decoded_content(charset => 'none')) }
sub found { my $url = URI->new("$base/v1/products"); $url->query_form(@_); return $url }
sub bool { $_[0] ? JSON::PP::true : JSON::PP::false }

$seen{registered} = sent('POST', "$base/v1/auth/register", {name => $customer, %account})->code + 0;
my $token = data(sent('POST', "$base/v1/auth/login", \%account));
$seen{login} = $token->{tokenType};
push @failed, sent('GET', "$base/v1/home");
$api->default_header(Authorization => "Bearer $token->{accessToken}");
$seen{home} = data(sent('GET', "$base/v1/home"))->{user}{name};
my (%ids, $answer);
for (my $page = 1; $page == 1 || $page <= $answer->{totalPages}; $page++) {
    $answer = data(sent('GET', found(category => 'books', pageSize => 7, page => $page)));
    $ids{$_->{id}}++ for @{$answer->{items}};
}
$seen{pages} = bool(keys %ids == $answer->{total});
my $tag = sent('GET', "$base/v1/me")->header('ETag');
$seen{notModified} = sent('GET', "$base/v1/me", undef, 'If-None-Match' => $tag)->code + 0;
my $order = {lines => [{productId => 'p1', quantity => 1}]};
my @placed = map { sent('POST', "$base/v1/orders", $order, 'Idempotency-Key' => $name) } 1 .. 2;
$seen{ordered} = [(map { $_->code + 0 } @placed), bool(data($placed[0])->{id} eq data($placed[1])->{id})];
$seen{changed} = [map { sent('PATCH', "$base/v1/me", {name => 'Zoë King'}, 'If-Match' => $tag)->code + 0 } 1 .. 2];
unshift @failed, sent('GET', found(page => [1, 2]));
push @failed, sent('GET', "$base/v1/orders/nothing"), sent('POST', "$base/v1/orders", {lines => []});
my $anyone = LWP::UserAgent->new;
push @failed, (map { sent('GET', "$ENV{LIMITED_URL}/v1/products", undef, agent => $anyone) } 1 .. 2)[1];
$seen{errors} = [map { [$_->code + 0, data($_)->{code}] } @failed];
$seen{retryAfter} = bool($failed[4]->header('Retry-After') > 0);
my %decodable = ('Accept-Encoding' => scalar HTTP::Message::decodable());
my $coded = sent('GET', "$base/v1/products", undef, %decodable);
data($coded);
$seen{coding} = $coded->header('Content-Encoding');
my $head = sent('HEAD', "$base/v1/products");
$seen{head} = [$head->code + 0, length $head->content];
$seen{options} = sent('OPTIONS', "$base/v1/products")->header('Allow');
my $uploaded = data(sent('POST', "$base/v1/uploads", $file, %bytes));
$seen{uploaded} = [$uploaded->{offset}, sent('DELETE', "$base/v1/uploads/$uploaded->{id}")->code + 0];
my $at = 0;
my $parts = sub { my $part = substr $file, $at, 100_000; $at += length $part; return $part };
$seen{chunked} = data(sent('POST', "$base/v1/uploads", $parts, %bytes))->{offset};
my $form = $api->post("$base/v1/uploads", Content_Type => 'form-data', Content => [file => [undef, 'a.txt', Content => 'a']]);
$seen{form} = data($form)->{errors}[0]{field};
my $gzip = Compress::Zlib::memGzip($json->encode({name => $customer}));
my %gzip = ('Content-Type' => 'application/json', 'Content-Encoding' => 'gzip');
$seen{gzipped} = data(sent('PATCH', "$base/v1/me", $gzip, %gzip))->{name};
$seen{query} = data(sent('GET', found(search => 'Größe & 100% + 1; #?/')))->{total};

$seen{refused} = sent('POST', "$base/v1/uploads", "\0" x 20_000_000, %bytes, agent => LWP::UserAgent->new)->code + 0;
my $browser = LWP::UserAgent->new(cookie_jar => {}, ssl_opts => {SSL_ca_file => $ENV{CA}});
sent('POST', "$tls/bff/login", \%account, 'X-CSRF' => 1, agent => $browser);
my $me = data(sent('GET', "$tls/v1/me", undef, 'X-CSRF' => 1, agent => $browser));
$seen{cookie} = bool(($me->{email} // '') eq $account{email});
$seen{csrf} = sent('GET', "$tls/v1/me", undef, agent => $browser)->code + 0;
my $start = sent('GET', "$base/", undef, Accept => 'text/html', agent => $anyone);
$seen{redirected} = [$start->code + 0, bool($start->request->uri eq "$base/shop"), bool($start->content =~ /<h1/)];
my $whole = sent('GET', $ENV{FILE_URL}, undef, agent => $anyone);
my $middle = int(length($whole->content) / 2);
my %half = (Range => "bytes=$middle-", 'If-Range' => $whole->header('ETag'), agent => $anyone);
my $rest = sent('GET', $ENV{FILE_URL}, undef, %half);
my $isEnd = substr($whole->content, $middle) eq $rest->content;
$seen{resumed} = [$rest->code + 0, bool($isEnd), bool(length $rest->content)];
my $lines = '';
$anyone->get("$base/v1/events/clock", ':content_cb' => sub { $lines .= $_[0]; $lines =~ /^event:.*\n/m and die "enough\n" });
($seen{event}) = $lines =~ /^(event:.*)$/m;
my $through = LWP::UserAgent->new;
$through->proxy(http => $base);
$seen{proxied} = sent('GET', 'http://shop.example/v1/products', undef, agent => $through)->code + 0;
data(sent('GET', "$ENV{COUNTED_URL}/livez")) for 1 .. 200;
print $json->encode(\%seen);
