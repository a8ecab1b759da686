# The users service on Puma.
require_relative 'users'

JSON_TYPE = { 'content-type' => 'application/json' }

run(lambda do |env|
  id = env['PATH_INFO'].split('/').last
  body = env['rack.input'].read
  case env['REQUEST_METHOD']
  when 'GET'
    ids = env['QUERY_STRING'].delete_prefix('ids=').gsub('%2C', ',').split(',')
    raise 'crash' if ids.include?('crash')
    [200, JSON_TYPE, [{ users: ids.map { |one| user(one) } }.to_json]]
  when 'POST'
    given = JSON.parse(body)
    next [409, { 'content-type' => 'text/plain' }, ['Conflict']] if given['email'].start_with?('taken')
    [201, JSON_TYPE, [user('u9', given).to_json]]
  when 'PATCH' then [200, JSON_TYPE, [user(id, JSON.parse(body)).to_json]]
  else id == 'nobody' ? [404, { 'content-type' => 'text/plain' }, ['Not Found']] : [204, {}, []]
  end
end)
