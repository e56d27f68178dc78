import { useState } from "preact/hooks";
import { say } from "./words.ts";

/** A button that puts a text where it can be pasted from. */
export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState("");
  const copy = async () => {
    const isDone = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setCopied(isDone ? text : "");
  };
  return (
    <button type="button" class="quiet" onClick={() => void copy()} aria-label={label}>
      {copied === text ? say("Copied") : say("Copy")}
    </button>
  );
}
