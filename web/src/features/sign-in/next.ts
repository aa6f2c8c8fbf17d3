/** Only a path of this page: an address must not lead elsewhere after signing in. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : "/";
}
