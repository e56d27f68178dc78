const TOKEN_IN_QUERY = /(access_token=)[^&\s"']+/g;
const SECRET_FIELD = /("(?:access_token|password|passcode|secret|token)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
const USER_INFO_IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s"'@]+@/gi;

/** Replaces tokens, passwords and user info in URLs by `***`; idempotent. */
export function redact(text: string): string {
  return text
    .replace(TOKEN_IN_QUERY, "$1***")
    .replace(SECRET_FIELD, '$1"***"')
    .replace(USER_INFO_IN_URL, "$1***@");
}
