# Python: urllib sends documents; subscriptions come as server-sent events, and over WebSocket by websocket-client and
# websockets.
import asyncio
import gzip
import hashlib
import json
import os
import urllib.error
import urllib.parse
import urllib.request

import websocket
import websockets

JSON = {'Content-Type': 'application/json; charset=utf-8'}
SUBPROTOCOL = 'graphql-transport-ws'
FOLLOW = 'subscription($id: ID!) { orderStatus(id: $id) { status } }'


def bearer(token):
    return {'Authorization': 'Bearer ' + os.environ[token]}


def opened(url, body=None, parameters=None, headers={}):
    query = '?' + urllib.parse.urlencode(parameters) if parameters else ''
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f'{os.environ[url]}/graphql{query}', data, headers)
    try:
        return urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        return error


def post(query, url='URL', headers={}, **variables):
    return json.load(opened(url, {'query': query, 'variables': variables}, headers={**JSON, **headers}))


def get(headers={}, **parameters):
    return json.load(opened('URL', parameters=parameters, headers=headers))


def code(answer):
    return answer['errors'][0]['extensions']['code']


def placed(product):
    document = '''mutation($input: PlaceOrderInput!) {
      placeOrder(input: $input) { ... on OrderAccepted { order { id status } } ... on OrderRefused { code } }
    }'''
    lines = {'lines': [{'productId': product, 'quantity': 1}]}
    return post(document, headers=bearer('TOKEN'), input=lines)['data']['placeOrder']


def statuses(messages):
    return [message['data']['orderStatus']['status'] for message in messages]


def by_events(order):
    headers = {**JSON, **bearer('TOKEN'), 'Accept': 'text/event-stream'}
    body = {'query': FOLLOW, 'variables': {'id': order}}
    lines = opened('URL', body, headers=headers).read().decode().splitlines()
    return statuses(json.loads(line[6:]) for line in lines if line.startswith('data: {'))


SOCKET_URL = os.environ['URL'].replace('http', 'ws') + '/graphql'


def subscribe(order):
    return json.dumps({'id': '1', 'type': 'subscribe', 'payload': {'query': FOLLOW, 'variables': {'id': order}}})


def by_websocket_client(order):
    socket = websocket.create_connection(SOCKET_URL, subprotocols=[SUBPROTOCOL])
    socket.send(json.dumps({'type': 'connection_init', 'payload': bearer('TOKEN')}))
    assert json.loads(socket.recv()) == {'type': 'connection_ack'}
    socket.send(json.dumps({'type': 'ping'}))
    assert json.loads(socket.recv()) == {'type': 'pong'}
    socket.send(subscribe(order))
    payloads = []
    while (message := json.loads(socket.recv()))['type'] == 'next':
        payloads.append(message['payload'])
    socket.close()
    return statuses(payloads)


# By the header of the handshake, where the client can set one.
async def by_websockets(order):
    async with websockets.connect(SOCKET_URL, subprotocols=[SUBPROTOCOL], extra_headers=bearer('TOKEN')) as socket:
        await socket.send(json.dumps({'type': 'connection_init'}))
        assert json.loads(await socket.recv()) == {'type': 'connection_ack'}
        await socket.send(subscribe(order))
        payloads = []
        while (message := json.loads(await socket.recv()))['type'] == 'next':
            payloads.append(message['payload'])
        return statuses(payloads)


async def closed(subprotocols, message):
    async with websockets.connect(SOCKET_URL, subprotocols=subprotocols) as socket:
        try:
            await socket.send(json.dumps(message))
            await socket.recv()
        except websockets.ConnectionClosed as error:
            return error.code


EVERYDAY = '''query($search: String, $first: ProductSort!, $last: ProductSort!) {
  me { name }
  found: products(search: $search) { total }
  cheap: products(sort: $first, pageSize: 1) { items { ...item } }
  dear: products(sort: $last, pageSize: 1) { items { ...item } }
}
fragment item on Product { price { amountMinor } }'''
everyday = post(EVERYDAY, headers=bearer('TOKEN'), search=os.environ['SEARCH'], first='PRICE_ASC', last='PRICE_DESC')
cheap, dear = (everyday['data'][name]['items'][0]['price']['amountMinor'] for name in ['cheap', 'dear'])
partial = post('{ me { name } orders { nodes { id } } }', 'BROKEN_URL', bearer('TOKEN'))

PAGE = 'query($size: Int!) { products(pageSize: $size) { items { name description } } }'
digest = hashlib.sha256(PAGE.encode()).hexdigest()
hashed = {'extensions': json.dumps({'persistedQuery': {'version': 1, 'sha256Hash': digest}}), 'variables': '{"size": 1}'}
persisted = [get(**hashed), get(query=PAGE, **hashed), get(**hashed)]
compressed = opened('URL', {'query': PAGE, 'variables': {'size': 20}}, headers={**JSON, 'Accept-Encoding': 'gzip'})
with open(os.environ['OPERATIONS'].split(':')[0], 'rb') as file:
    released = hashlib.sha256(file.read()).hexdigest()

accepted = placed('p1')
print(json.dumps({
    'name': everyday['data']['me']['name'],
    'found': everyday['data']['found']['total'],
    'aliased': cheap < dear,
    'accepted': accepted['order']['status'],
    'refused': placed('nope')['code'],
    'partial': [partial['data']['me']['name'], code(partial)],
    'expired': code(post('{ me { name } }', headers=bearer('EXPIRED'))),
    'invalid': code(post(PAGE, size=1000)),
    'limited': code(post(PAGE, 'LIMITED_URL', size=1)),
    'get': len(get(query=PAGE, variables='{"size": 1}')['data']['products']['items']),
    'mutationByGet': code(get(bearer('TOKEN'), query='mutation { logout(input: { refreshToken: "none" }) { ok } }')),
    'form': code(json.load(opened('URL', {'query': PAGE}))),
    'persisted': [code(persisted[0]), persisted[1] == persisted[2]],
    'documentId': list(get(bearer('TOKEN'), documentId='sha256:' + released)['data']),
    'gzip': [compressed.headers['Content-Encoding'], len(json.loads(gzip.decompress(compressed.read()))['data']['products']['items'])],
    'events': by_events(accepted['order']['id']),
    'websocketClient': by_websocket_client(placed('p1')['order']['id']),
    'websockets': asyncio.run(by_websockets(placed('p1')['order']['id'])),
    'closed': [
        asyncio.run(closed([SUBPROTOCOL], {'type': 'connection_init', 'payload': bearer('EXPIRED')})),
        asyncio.run(closed(['graphql-ws'], {'type': 'connection_init'})),
    ],
}))
