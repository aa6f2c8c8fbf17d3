#!/usr/bin/env bash
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$HERE/lib/say.sh"
. ./missing.sh
readonly MOST=3
name=reader

# Says it twice.
main() {
  local count="$1" name
  say "$MOST"
  if [ -n "$count" ]; then
    log::info "$name"
  fi
  say-again "${count:-$HERE}"
  trap clean-up EXIT
  # TODO: say it once
  curl -X POST "https://$HOST/sayings/$count"
  "$HERE/bin/other.sh"
  jq .
}

clean-up() {
  rm -f "$name"
}

main "$@"
