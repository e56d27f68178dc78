/** What goes out: the HTTP status, and a body that becomes JSON (none when undefined). */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The older resources wrap their answer in `data`. */
export function data(value: unknown): Answer {
  return { status: 200, body: { data: value } };
}

/** The resources new in VALT 6 (comment, presets, template) answer bare. */
export function bare(value: unknown): Answer {
  return { status: 200, body: value };
}

/** Documented on every page for a missing token. */
export const noToken: Answer = error(401, "No API key provided");

/** The body for a wrong or expired token is documented nowhere: same shape, other message (inferred). */
export const badToken: Answer = error(401, "Invalid API key provided");

/** An unknown id, or an unknown path (the latter inferred): no message. */
export const notFound: Answer = { status: 404, body: { error: { code: 404 } } };

/** What VALT says to malformed JSON and to payloads it cannot use. */
export const serverError: Answer = error(500, "Internal Server Error");

/** A required field is missing (inferred: the pages list the code 400, but show no body). */
export function badRequest(message: string): Answer {
  return error(400, message);
}

/** To a path that exists for another method only. */
export const wrongMethod: Answer = error(405, "Method Not Allowed");

/** Here `data` is a text. */
export const wrongLogin: Answer = { status: 401, body: { data: "Invalid username or password" } };

/** Stop, pause and resume without a recording. */
export function notDone(message: string): Answer {
  return { status: 404, body: { data: { message, status: false }, code: 404 } };
}

/** A start that was refused (inferred: the page's failure example is not at hand). */
export function notStarted(message: string): Answer {
  return { status: 400, body: { data: { message, start: false }, code: 400 } };
}

/** Lock, unlock and the end of a schedule. */
export function refused(code: 400 | 404, message: string): Answer {
  return { status: code, body: { data: { message }, code } };
}

/** Only the deletion of a preset speaks like this. */
export const noSuchPreset: Answer = {
  status: 404,
  body: { title: "An error occurred", status: 404, detail: "Not Found" },
};

function error(code: number, message: string): Answer {
  return { status: code, body: { error: { code, message } } };
}
