#!/bin/sh
. "$(dirname "$0")/../lib/log.sh"
log::info hello
