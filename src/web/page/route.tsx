import type { ComponentChildren } from "preact";
import { createField, useField } from "./field.ts";

const path = createField(location.pathname);

addEventListener("popstate", () => path.set(location.pathname));

export function usePath(): string {
  return useField(path);
}

export function go(to: string): void {
  history.pushState(null, "", to);
  path.set(location.pathname);
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
      href={to}
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
