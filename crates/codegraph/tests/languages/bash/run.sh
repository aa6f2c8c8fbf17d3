#!/usr/bin/env bash
source ./lib.sh
MOST=3

# Says it twice.
main() {
  say "$MOST"
  say again
}
main
