# A user as the contract has it, whatever is asked for.
require 'json'

def user(id, given = {})
  { id: id, name: 'Ада Lovelace № 1 ✓', email: "#{id}@example.com", avatarUrl: nil, role: 'customer',
    createdAt: '2026-11-01T10:00:00Z' }.merge(given.slice('name', 'email', 'avatarUrl').transform_keys(&:to_sym))
end
