"""A user as the contract has it, whatever is asked for."""


def user(id, name="Ада Lovelace № 1 ✓", email=None, avatarUrl=None, **_):
    return {
        "id": id,
        "name": name,
        "email": email or f"{id}@example.com",
        "avatarUrl": avatarUrl,
        "role": "customer",
        "createdAt": "2026-11-01T10:00:00Z",
    }
