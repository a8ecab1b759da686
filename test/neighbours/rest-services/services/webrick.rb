# The users service on WEBrick.
require 'webrick'
require_relative 'users'

class Users < WEBrick::HTTPServlet::AbstractServlet
  def do_GET(request, response)
    ids = request.query['ids'].split(',')
    raise 'crash' if ids.include?('crash')
    answer(response, 200, users: ids.map { |id| user(id) })
  end

  def do_POST(request, response)
    given = JSON.parse(request.body)
    raise WEBrick::HTTPStatus::Conflict if given['email'].start_with?('taken')
    answer(response, 201, user('u9', given))
  end

  def do_PATCH(request, response)
    answer(response, 200, user(request.path.split('/').last, JSON.parse(request.body)))
  end

  def do_DELETE(request, response)
    raise WEBrick::HTTPStatus::NotFound if request.path.end_with?('/nobody')
    response.status = 204
  end

  private

  def answer(response, status, body)
    response.status = status
    response['Content-Type'] = 'application/json'
    response.body = body.to_json
  end
end

quiet = WEBrick::Log.new(File::NULL)
server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: ARGV[0], Logger: quiet, AccessLog: [])
server.mount('/users', Users)
server.mount_proc('/readyz') { |_, response| response.body = '{}' }
server.start
