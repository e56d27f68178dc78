import { useState } from "preact/hooks";
import type { Setup } from "../setup-messages.ts";
import { say, tell } from "../words.ts";

type Asked<Name extends keyof Setup> = Setup[Name]["answer"];

/** Asks the bridge for one step. */
export async function ask<Name extends keyof Setup>(
  what: Name,
  question: Setup[Name]["question"],
): Promise<Asked<Name> | { readonly failure: string }> {
  try {
    const response = await fetch(new URL(`./setup/${what}`, document.baseURI), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(question),
    });
    if (response.status === 403) return { failure: say("Open the link that the terminal shows.") };
    const answer = await response.json();
    return "failure" in answer ? { failure: tell(answer.failure) } : answer;
  } catch {
    return { failure: say("The bridge did not answer.") };
  }
}

/** A form that asks, and says why it did not work. */
export function useAsking() {
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  async function send<Name extends keyof Setup>(
    what: Name,
    question: Setup[Name]["question"],
  ): Promise<Asked<Name> | undefined> {
    setBusy(true);
    setNote(say("One moment …"));
    const answer = await ask(what, question);
    setBusy(false);
    const isRefused = "failure" in answer;
    setNote(isRefused ? answer.failure : "");
    return isRefused ? undefined : answer;
  }
  return { note, isBusy, send };
}

/** What came of the last question. */
export function Note({ text }: { readonly text: string }) {
  return (
    <p class="said" role="status">
      {text}
    </p>
  );
}
