source "${BASH_SOURCE%/*}/log.sh"

say() {
  echo "$1"
}

function say-again {
  say "$1"
  say "$1"
}
