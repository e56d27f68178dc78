import type { ServerResponse } from "node:http";
import type { Answer } from "./answers.ts";

const PAGE_TITLES: Readonly<Record<number, string>> = {
  200: "Please wait",
  404: "404 Not Found",
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out",
};

/** Sends JSON; returns the status. */
export function sendAnswer(response: ServerResponse, answer: Answer): number {
  if (answer.body === undefined) response.writeHead(answer.status).end();
  else send(response, { status: answer.status, type: "application/json", text: JSON.stringify(answer.body) });
  return answer.status;
}

/** Sends the kind of page that a web server puts in front of an application that is away. */
export function sendPage(response: ServerResponse, status: number): number {
  const title = PAGE_TITLES[status] ?? String(status);
  const text = `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  send(response, { status, type: "text/html", text });
  return status;
}

/** Ruins an answer: half of its JSON, half of its bytes, none of it, or a page in its stead. */
export function spoilAnswer(
  response: ServerResponse,
  answer: Answer,
  how: "malformed" | "truncated" | "empty" | "html",
): number | "none" {
  const text = JSON.stringify(answer.body ?? {});
  const half = text.slice(0, Math.ceil(text.length / 2));
  switch (how) {
    case "malformed":
      send(response, { status: answer.status, type: "application/json", text: half });
      return answer.status;
    case "empty":
      send(response, { status: answer.status, type: "application/json", text: "" });
      return answer.status;
    case "html":
      return sendPage(response, 200);
    case "truncated":
      response.writeHead(answer.status, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      });
      response.write(half, () => response.socket?.destroy());
      return "none";
  }
}

function send(
  response: ServerResponse,
  reply: { readonly status: number; readonly type: string; readonly text: string },
): void {
  const bytes = Buffer.byteLength(reply.text);
  response.writeHead(reply.status, { "content-type": reply.type, "content-length": bytes }).end(reply.text);
}
