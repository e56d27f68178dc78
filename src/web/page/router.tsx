import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { createField, useField } from "./field.ts";
import { listPages, type Page } from "./pages.ts";

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

/** What every page is given. */
export interface PageProps {
  /** What stands in the path in the place of `:name`; empty for a page without such a part. */
  readonly part: string;
}

/** The page that a path means, and the part that the page is given; the first page where none fits. */
export function findPage(path: string): { readonly page: Page; readonly part: string } {
  const pages = listPages();
  for (const page of pages) {
    const [before = "", name] = page.path.split(":");
    const part = name === undefined ? "" : path.slice(before.length);
    if (path === before + part && (name === undefined || /^[^/]+$/.test(part)))
      return { page, part: decodeURIComponent(part) };
  }
  return { page: pages[0] as Page, part: "" };
}

/** The path below the console's own; the component is drawn again when it changes. */
export function usePath(): string {
  return useField(path);
}

function go(to: string): void {
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
  readonly title?: string;
  readonly children: ComponentChildren;
}) {
  const { to, isCurrent = false, className = "", label, title, children } = props;
  const link = useRef<HTMLAnchorElement>(null);
  // Where a bar is wider than the screen, the page that is shown can be seen in it.
  useEffect(() => {
    if (isCurrent) link.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [isCurrent]);
  return (
    <a
      ref={link}
      href={addressOf(to)}
      class={className}
      aria-current={isCurrent ? "page" : undefined}
      aria-label={label}
      title={title}
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
