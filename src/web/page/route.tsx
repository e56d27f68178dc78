import type { ComponentChildren } from "preact";
import { createField, useField } from "./field.ts";

/** Where the console is: `/`, or the path at which a proxy shows it. */
const root = new URL(document.baseURI).pathname;
const path = createField(readPath());

addEventListener("popstate", () => path.set(readPath()));

/** Below the console's own root. */
function readPath(): string {
  return `/${location.pathname.slice(root.length)}`;
}

function addressOf(to: string): string {
  return root + to.slice(1);
}

export function usePath(): string {
  return useField(path);
}

export function go(to: string): void {
  history.pushState(null, "", addressOf(to));
  path.set(readPath());
  scrollTo(0, 0);
}

/** A link that changes the page without loading it anew. */
export function Link(props: {
  readonly to: string;
  readonly isCurrent?: boolean;
  readonly className?: string;
  readonly label?: string;
  readonly children: ComponentChildren;
}) {
  const { to, isCurrent = false, className = "", label, children } = props;
  return (
    <a
      href={addressOf(to)}
      class={className}
      aria-current={isCurrent ? "page" : undefined}
      aria-label={label}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
