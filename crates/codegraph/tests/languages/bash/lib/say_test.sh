. lib/say.sh

test_say() {
  say hello
}
