log::info() { printf '%s\n' "$*" >&2; }
