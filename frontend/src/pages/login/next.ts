/** Where to go after logging in. Only addresses of this site: a link may not send a person elsewhere after the password. */
export function safeNext(next: string | null): string {
  // Browsers drop tabs and line breaks from addresses, so "/\t/evil" would become "//evil".
  return next && /^\/(?![/\\])/.test(next) && !/[\t\r\n]/.test(next) ? next : '/'
}
