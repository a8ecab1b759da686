# Net::HTTP: the pieces of a body as they come. A piece may end within a line.
require "json"
require "net/http"

TYPES = %w[status shutdown end].freeze
URL = URI(ENV.fetch("URL"))
$stdout.sync = true
$last = ""

def say(*what) = puts(JSON.generate(what))

# Reads a stream to its end. Returns whether another may follow.
def read
  Net::HTTP.start(URL.host, URL.port, read_timeout: 30) do |http|
    headers = { "Authorization" => "Bearer #{ENV.fetch('TOKEN')}", "Accept" => "text/event-stream", "Last-Event-ID" => $last }
    http.request_get(URL.request_uri, headers) do |answer|
      if answer.code != "200"
        say("refused", answer.code.to_i)
        return answer.code == "503"
      end
      buffer = +""
      answer.read_body do |piece|
        buffer << piece
        while (frame = buffer.slice!(/\A.*?\n\n/m))
          fields = frame.lines(chomp: true).to_h { |line| line.split(": ", 2).values_at(0, 1) }
          $last = fields["id"] if fields["id"]
          say(fields["event"], fields["id"].to_s) if TYPES.include?(fields["event"])
        end
      end
    end
  end
  true
rescue SystemCallError, IOError, Net::HTTPBadResponse
  true
end

sleep 0.5 while read
say("stopped")
