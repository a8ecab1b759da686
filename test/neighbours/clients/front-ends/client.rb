# Net::HTTP: a connection that is kept, and no jar.
require 'json'
require 'net/http'
require 'openssl'
require 'securerandom'
require 'stringio'
require 'zlib'

BASE = URI(ENV['URL'])
TLS = URI(ENV['TLS_URL'])
NAME, CUSTOMER = ENV.values_at('NAME', 'CUSTOMER')
ACCOUNT = { email: "#{NAME}@example.com", password: 'correct horse battery' }
FILE = SecureRandom.bytes(1_500_000)
BYTES = { 'Content-Type' => 'application/octet-stream' }
seen = {}
$own = {}
$api = Net::HTTP.start(BASE.host, BASE.port)

def sent(method, path, body = nil, headers = {}, http: $api)
  request = Net::HTTP.const_get(method).new(path, $own.merge(headers))
  if body.is_a?(Hash)
    request.content_type = 'application/json'
    request.body = JSON.generate(body)
  elsif body.respond_to?(:read)
    request.body_stream = body
  elsif body
    request.body = body
  end
  http.request(request)
end

def read(answer) = JSON.parse(answer.body)
def found(parameters) = "/v1/products?#{URI.encode_www_form(parameters)}"

seen[:registered] = sent(:Post, '/v1/auth/register', { name: CUSTOMER, **ACCOUNT }).code.to_i
token = read(sent(:Post, '/v1/auth/login', ACCOUNT))
seen[:login] = token['tokenType']
failed = [sent(:Get, '/v1/home')]
$own = { 'Authorization' => "Bearer #{token['accessToken']}" }
seen[:home] = read(sent(:Get, '/v1/home'))['user']['name']
ids, page, answer = [], 0, { 'totalPages' => 1 }
while (page += 1) <= answer['totalPages']
  answer = read(sent(:Get, found(category: 'books', pageSize: 7, page: page)))
  ids += answer['items'].map { |item| item['id'] }
end
seen[:pages] = ids.uniq.size == answer['total'] && ids.size == answer['total']
tag = sent(:Get, '/v1/me')['ETag']
seen[:notModified] = sent(:Get, '/v1/me', nil, { 'If-None-Match' => tag }).code.to_i
order = { lines: [{ productId: 'p1', quantity: 1 }] }
placed = Array.new(2) { sent(:Post, '/v1/orders', order, { 'Idempotency-Key' => NAME }) }
seen[:ordered] = placed.map { |one| one.code.to_i } + [read(placed[0])['id'] == read(placed[1])['id']]
seen[:changed] = Array.new(2) { sent(:Patch, '/v1/me', { name: 'Zoë King' }, { 'If-Match' => tag }).code.to_i }
failed.unshift(sent(:Get, found(page: [1, 2])))
failed << sent(:Get, '/v1/orders/nothing')
failed << sent(:Post, '/v1/orders', { lines: [] })
limited = URI("#{ENV['LIMITED_URL']}/v1/products")
failed << Array.new(2) { Net::HTTP.get_response(limited) }.last
seen[:errors] = failed.map { |one| [one.code.to_i, read(one)['code']] }
seen[:retryAfter] = failed.last['Retry-After'].to_i.positive?
begin
  failed[2].value
rescue Net::HTTPClientException => e
  seen[:thrown] = read(e.response)['code']
end
# It decodes by itself, and then removes the header.
seen[:coding] = sent(:Get, '/v1/products', nil, { 'Accept-Encoding' => 'gzip' })['Content-Encoding']
head = sent(:Head, '/v1/products')
seen[:head] = [head.code.to_i, head.body.to_s.size]
seen[:options] = sent(:Options, '/v1/products')['Allow']
uploaded = read(sent(:Post, '/v1/uploads', FILE, { **BYTES, 'Expect' => '100-continue' }))
seen[:uploaded] = [uploaded['offset'], sent(:Delete, "/v1/uploads/#{uploaded['id']}").code.to_i]
chunked = { **BYTES, 'Transfer-Encoding' => 'chunked' }
seen[:chunked] = read(sent(:Post, '/v1/uploads', StringIO.new(FILE), chunked))['offset']
# Without a type it names that of forms.
seen[:form] = read(sent(:Post, '/v1/uploads', FILE))['errors'][0]['field']
coded = { 'Content-Type' => 'application/json', 'Content-Encoding' => 'gzip' }
seen[:gzipped] = read(sent(:Patch, '/v1/me', Zlib.gzip(JSON.generate(name: CUSTOMER)), coded))['name']
seen[:query] = read(sent(:Get, found(search: 'Größe & 100% + 1; #?/')))['total']

$own = {}
seen[:refused] = sent(:Post, '/v1/uploads', "\0" * 20_000_000, BYTES).code.to_i
secure = Net::HTTP.start(TLS.host, TLS.port, use_ssl: true, ca_file: ENV['CA'])
login = sent(:Post, '/bff/login', ACCOUNT, { 'X-CSRF' => '1' }, http: secure)
cookie = { 'Cookie' => login.get_fields('Set-Cookie').map { |line| line[/[^;]+/] }.join('; ') }
seen[:cookie] = read(sent(:Get, '/v1/me', nil, { **cookie, 'X-CSRF' => '1' }, http: secure))['email'] == ACCOUNT[:email]
seen[:csrf] = sent(:Get, '/v1/me', nil, cookie, http: secure).code.to_i
start = sent(:Get, '/', nil, { 'Accept' => 'text/html' })
page = sent(:Get, start['Location'])
seen[:redirected] = [page.code.to_i, start['Location'] == '/shop', page.body.include?('<h1')]
file = URI(ENV['FILE_URL']).path
whole = sent(:Get, file)
rest = sent(:Get, file, nil, { 'Range' => "bytes=#{whole.body.size / 2}-", 'If-Range' => whole['ETag'] })
seen[:resumed] = [rest.code.to_i, whole.body.end_with?(rest.body), rest.body.size.between?(1, whole.body.size - 1)]
# Leaving the block would read the stream to its end.
stream = Net::HTTP.start(BASE.host, BASE.port)
catch(:event) do
  stream.request_get('/v1/events/clock') do |answer|
    text = +''
    answer.read_body { |part| throw :event if (seen[:event] = (text << part)[/^event:.*$/]) }
  end
end
stream.finish if stream.started?
proxied = Net::HTTP.new('shop.example', 80, BASE.host, BASE.port)
seen[:proxied] = proxied.get('/v1/products').code.to_i
counted = URI(ENV['COUNTED_URL'])
Net::HTTP.start(counted.host, counted.port) { |http| 200.times { read(http.get('/livez')) } }
puts JSON.generate(seen)
