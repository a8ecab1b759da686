<?php // The extension curl, by one handle that is kept, and streams for what scripts do with file_get_contents.

[$base, $tls, $name, $customer] = array_map('getenv', ['URL', 'TLS_URL', 'NAME', 'CUSTOMER']);
$account = ['email' => "$name@example.com", 'password' => 'correct horse battery'];
$file = random_bytes(1_500_000);
$seen = $failed = [];
$own = [];

function sent(string $method, string $url, $body = null, array $headers = [], array $options = [], $handle = null)
{
    global $own;
    static $kept;
    $handle ??= $kept ??= curl_init();
    curl_reset($handle);
    $received = [];
    if (is_array($body) && !isset($body['file'])) {
        $body = json_encode($body);
        $headers[] = 'Content-Type: application/json';
    }
    curl_setopt_array($handle, $options + [
        CURLOPT_URL => $url,
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => [...$own, ...$headers],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HEADERFUNCTION => function ($_, $line) use (&$received) {
            [$header, $value] = explode(':', $line, 2) + [1 => ''];
            $received[strtolower($header)] = trim($value);
            return strlen($line);
        },
    ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $body]));
    $text = curl_exec($handle);
    if ($text === false && !isset($options[CURLOPT_WRITEFUNCTION])) throw new Exception(curl_error($handle));
    return [curl_getinfo($handle, CURLINFO_RESPONSE_CODE), json_decode($text, true), $received, $text, curl_getinfo($handle)];
}

$seen['registered'] = sent('POST', "$base/v1/auth/register", ['name' => $customer] + $account)[0];
$token = sent('POST', "$base/v1/auth/login", $account)[1];
$seen['login'] = $token['tokenType'];
$failed[] = sent('GET', "$base/v1/home");
$own = ["Authorization: Bearer {$token['accessToken']}"];
$seen['home'] = sent('GET', "$base/v1/home")[1]['user']['name'];
$ids = [];
for ($page = 1, $pages = 1; $page <= $pages; $page++) {
    $list = sent('GET', "$base/v1/products?" . http_build_query(['category' => 'books', 'pageSize' => 7, 'page' => $page]))[1];
    $ids = [...$ids, ...array_column($list['items'], 'id')];
    $pages = $list['totalPages'];
}
$seen['pages'] = count(array_unique($ids)) === $list['total'];
$tag = sent('GET', "$base/v1/me")[2]['etag'];
$seen['notModified'] = sent('GET', "$base/v1/me", null, ["If-None-Match: $tag"])[0];
$order = ['lines' => [['productId' => 'p1', 'quantity' => 1]]];
$placed = [1, 2];
foreach ($placed as &$one) $one = sent('POST', "$base/v1/orders", $order, ["Idempotency-Key: $name"]);
$seen['ordered'] = [$placed[0][0], $placed[1][0], $placed[0][1]['id'] === $placed[1][1]['id']];
$change = fn() => sent('PATCH', "$base/v1/me", ['name' => 'Zoë King'], ["If-Match: $tag"])[0];
$seen['changed'] = [$change(), $change()];
// As PHP writes lists: page[0]=1&page[1]=2.
array_unshift($failed, sent('GET', "$base/v1/products?" . http_build_query(['page' => [1, 2]])));
$failed[] = sent('GET', "$base/v1/orders/nothing");
$failed[] = sent('POST', "$base/v1/orders", ['lines' => []]);
$limited = getenv('LIMITED_URL') . '/v1/products';
[$own, $token] = [[], $own];
sent('GET', $limited);
$failed[] = sent('GET', $limited);
$own = $token;
$seen['errors'] = array_map(fn($one) => [$one[0], $one[1]['code']], $failed);
$seen['retryAfter'] = $failed[4][2]['retry-after'] > 0;
// file_get_contents has no text of an error, unless it is told to ignore it.
$stream = stream_context_create(['http' => ['ignore_errors' => true, 'header' => $own]]);
$seen['thrown'] = json_decode(file_get_contents("$base/v1/orders/nothing", false, $stream), true)['code'];
$coded = sent('GET', "$base/v1/products", null, [], [CURLOPT_ENCODING => '']);
$seen['coding'] = isset($coded[1]['items']) ? $coded[2]['content-encoding'] : null;
$head = sent('HEAD', "$base/v1/products", null, [], [CURLOPT_NOBODY => true]);
$seen['head'] = [$head[0], strlen($head[3])];
$seen['options'] = sent('OPTIONS', "$base/v1/products")[2]['allow'];
$bytes = ['Content-Type: application/octet-stream'];
$uploaded = sent('POST', "$base/v1/uploads", $file, $bytes)[1];
$seen['uploaded'] = [$uploaded['offset'], sent('DELETE', "$base/v1/uploads/{$uploaded['id']}")[0]];
file_put_contents('big', $file);
$chunked = [CURLOPT_UPLOAD => true, CURLOPT_INFILE => fopen('big', 'r')];
$seen['chunked'] = sent('POST', "$base/v1/uploads", null, [...$bytes, 'Transfer-Encoding: chunked'], $chunked)[1]['offset'];
$seen['form'] = sent('POST', "$base/v1/uploads", ['file' => new CURLFile('big')])[1]['errors'][0]['field'];
$coded = ['Content-Type: application/json', 'Content-Encoding: gzip'];
$seen['gzipped'] = sent('PATCH', "$base/v1/me", gzencode(json_encode(['name' => $customer])), $coded)[1]['name'];
$seen['query'] = sent('GET', "$base/v1/products?" . http_build_query(['search' => 'Größe & 100% + 1; #?/']))[1]['total'];

$own = [];
$seen['refused'] = sent('POST', "$base/v1/uploads", str_repeat("\0", 20_000_000), $bytes)[0];
$browser = [CURLOPT_CAINFO => getenv('CA'), CURLOPT_COOKIEFILE => 'jar', CURLOPT_COOKIEJAR => 'jar'];
$kept = curl_init();
$login = sent('POST', "$tls/bff/login", $account, ['X-CSRF: 1'], $browser, $kept);
$seen['http'] = $login[4]['http_version'];
$seen['cookie'] = sent('GET', "$tls/v1/me", null, ['X-CSRF: 1'], $browser, $kept)[1]['email'] === $account['email'];
$seen['csrf'] = sent('GET', "$tls/v1/me", null, [], $browser, $kept)[0];
$start = sent('GET', "$base/", null, ['Accept: text/html'], [CURLOPT_FOLLOWLOCATION => true]);
$seen['redirected'] = [$start[0], $start[4]['url'] === "$base/shop", str_contains($start[3], '<h1')];
$whole = file_get_contents(getenv('FILE_URL'));
$half = [CURLOPT_RESUME_FROM => intdiv(strlen($whole), 2)];
$rest = sent('GET', getenv('FILE_URL'), null, [], $half);
$seen['resumed'] = [$rest[0], str_ends_with($whole, $rest[3]), strlen($rest[3]) > 0 && strlen($rest[3]) < strlen($whole)];
$clock = fopen("$base/v1/events/clock", 'r');
while (!str_starts_with($line = fgets($clock), 'event:'));
$seen['event'] = trim($line);
fclose($clock);
$proxied = stream_context_create(['http' => ['proxy' => str_replace('http:', 'tcp:', $base), 'request_fulluri' => true]]);
file_get_contents('http://shop.example/v1/products', false, $proxied);
$seen['proxied'] = (int) explode(' ', $http_response_header[0])[1];
for ($n = 0; $n < 200; $n++) sent('GET', getenv('COUNTED_URL') . '/livez');
echo json_encode($seen);
