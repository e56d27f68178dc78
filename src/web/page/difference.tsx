import { useEffect, useState } from "preact/hooks";
import type { ComparedLine } from "./editor/compare.ts";
import { loadEditor } from "./load-editor.ts";
import { say } from "./words.ts";

interface DifferenceProps {
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

/** What is different between two texts, line by line. */
export function Difference({ title, before, after }: DifferenceProps) {
  const [lines, setLines] = useState<readonly (ComparedLine | undefined)[]>();
  useEffect(() => {
    let isGone = false;
    void loadEditor().then(({ compareTexts }) => {
      if (!isGone) setLines(compareTexts(before, after));
    });
    return () => {
      isGone = true;
    };
  }, [before, after]);
  return (
    <figure class="difference">
      <figcaption>{title}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol tabIndex={0} aria-label={title}>
        {lines?.map((line, index) =>
          line === undefined ? (
            <li key={index} data-kind="left-out">
              …
            </li>
          ) : (
            <li key={index} data-kind={line.kind}>
              <span class="line-number">{line.number}</span>
              {marks[line.kind] !== " " && (
                <span class="for-readers">{line.kind === "new" ? say("new:") : say("gone:")} </span>
              )}
              <span aria-hidden="true">{marks[line.kind]} </span>
              {line.text}
            </li>
          ),
        )}
      </ol>
    </figure>
  );
}

const marks = { same: " ", gone: "−", new: "+" } as const;
