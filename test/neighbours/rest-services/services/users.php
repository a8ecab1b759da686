<?php
// The users service on PHP, by its own server.

function user(string $id, array $given = []): array
{
    unset($given['password']);
    return array_merge([
        'id' => $id, 'name' => 'Ада Lovelace № 1 ✓', 'email' => "$id@example.com", 'avatarUrl' => null,
        'role' => 'customer', 'createdAt' => '2026-11-01T10:00:00Z',
    ], $given);
}

function answer(int $status, mixed $body): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($body);
}

$id = basename(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$given = json_decode(file_get_contents('php://input'), true) ?? [];

switch ($_SERVER['REQUEST_METHOD']) {
    case 'GET':
        $ids = explode(',', $_GET['ids'] ?? '');
        if (in_array('crash', $ids)) throw new RuntimeException('crash');
        answer(200, ['users' => array_map('user', $ids)]);
        break;
    case 'POST':
        if (str_starts_with($given['email'], 'taken')) http_response_code(409);
        else answer(201, user('u9', $given));
        break;
    case 'PATCH':
        answer(200, user($id, $given));
        break;
    default:
        http_response_code($id === 'nobody' ? 404 : 204);
}
