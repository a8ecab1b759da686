# curl -N, over HTTP/1.0 and with a coding that streams do not have.
set -u
last=
tab=$(printf '\t')
while :; do
  lines=$(mktemp)
  curl -sN -0 --compressed -w '\nstatus%{http_code}\n' -H "Authorization: Bearer $TOKEN" -H 'Accept: text/event-stream' \
    -H "Last-Event-ID: $last" "$URL" | {
    name= id=
    while IFS= read -r line; do
      case $line in
        'event: '*) name=${line#event: } ;;
        'id: '*) id=${line#id: } last=$id ;;
        '') case $name in status | shutdown | end) printf '["%s","%s"]\n' "$name" "$id" ;; esac
          name= id= ;;
        status[0-9]*) printf '%s%s%s\n' "${line#status}" "$tab" "$last" >"$lines" ;;
      esac
    done
  }
  IFS="$tab" read -r status last <"$lines"
  rm -f "$lines"
  case $status in
    200 | 000) ;;
    503) echo '["refused",503]' ;;
    *) echo "[\"refused\",$status]"; break ;;
  esac
  sleep 0.5
done
echo '["stopped"]'
